/**
 * Many lines at once: a canvas strokes some hundred thousand segments too slowly to pan, so
 * beyond some dozens of lines they are set pixel by pixel. Each column of pixels takes, of each
 * line, the span between its lowest and highest place there, softened at both ends.
 */

const HALF = 0.6; // half the thickness of a line, in pixels of the screen (house convention)

export class Raster {
  constructor(width, height) {
    this.width = width;
    this.height = height;
    this.image = new ImageData(width, height);
    this.pixels = this.image.data;
  }

  clear() { this.pixels.fill(0); }

  /** Set the line through places (px, py), n of them, where a NaN is a gap. */
  line(px, py, n, [red, green, blue], alpha) {
    let column = -1, low = 0, high = 0;
    const flush = () => {
      if (column >= 0 && column < this.width) this.span(column, low - HALF, high + HALF, red, green, blue, alpha);
    };
    let x0 = NaN, y0 = NaN;
    for (let i = 0; i < n; i++) {
      const x1 = px[i], y1 = py[i];
      if (y1 !== y1 || x1 !== x1) { flush(); column = -1; x0 = NaN; continue; }
      const at = Math.floor(x1);
      if (x0 !== x0) { flush(); column = at; low = high = y1; x0 = x1; y0 = y1; continue; }
      if (at === column) {
        if (y1 < low) low = y1; else if (y1 > high) high = y1;
      } else if (at > column) {
        const slope = (y1 - y0) / (x1 - x0);
        for (let c = Math.max(column, -1), stop = Math.min(at, this.width); c < stop; c++) {
          const edge = y0 + slope * (c + 1 - x0); // where the line leaves this column
          if (c === column) { if (edge < low) low = edge; else if (edge > high) high = edge; }
          if (c >= 0) { column = c; flush(); }
          low = high = edge;
        }
        column = at;
        if (y1 < low) low = y1; else if (y1 > high) high = y1;
      }
      x0 = x1; y0 = y1;
      if (at > this.width) break;
    }
    flush();
  }

  /** Blend one column's span of pixels with a colour. */
  span(column, low, high, red, green, blue, alpha) {
    const top = Math.max(0, Math.floor(low)), bottom = Math.min(this.height - 1, Math.floor(high));
    const { pixels, width } = this;
    for (let row = top; row <= bottom; row++) {
      const cover = Math.min(high, row + 1) - Math.max(low, row);
      const share = alpha * (cover > 1 ? 1 : cover);
      const at = 4 * (row * width + column);
      const before = pixels[at + 3] / 255;
      const whole = share + before * (1 - share);
      if (whole <= 0) continue;
      const mix = share / whole;
      pixels[at] += (red - pixels[at]) * mix;
      pixels[at + 1] += (green - pixels[at + 1]) * mix;
      pixels[at + 2] += (blue - pixels[at + 2]) * mix;
      pixels[at + 3] = 255 * whole;
    }
  }
}

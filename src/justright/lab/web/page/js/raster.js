/**
 * Many lines at once: a canvas strokes some hundred thousand segments too slowly to pan, so
 * beyond some dozens of lines they are set pixel by pixel. Each column of pixels takes, of each
 * line, the span between its lowest and highest place there, softened at both ends.
 *
 * Columns lie one after the other in memory while lines are set, as a span is a run of one
 * column; `finish` turns them into the rows that an image has.
 */

const HALF = 0.6; // half the thickness of a line, in pixels of the screen (house convention)
const MOST = 0.5; // an end that covers more of a pixel than this hides what is below it

export class Raster {
  constructor(width, height) {
    this.width = width;
    this.height = height;
    this.columns = new Uint32Array(width * height);
    this.image = new ImageData(width, height);
    this.rows = new Uint32Array(this.image.data.buffer);
  }

  clear() { this.columns.fill(0); }

  /** Set the line through places (px, py), n of them, where a NaN is a gap; only in some columns. */
  line(px, py, n, [red, green, blue], first = 0, width = this.width) {
    const colour = (blue << 16) | (green << 8) | red;
    let column = -1, low = 0, high = 0, x0 = NaN, y0 = NaN;
    for (let i = 0; i < n; i++) {
      const x1 = px[i], y1 = py[i];
      if (y1 !== y1 || x1 !== x1) {
        if (column >= first && column < width) this.span(column, low, high, colour);
        column = -1;
        x0 = NaN;
        continue;
      }
      const at = Math.floor(x1);
      if (x0 !== x0) { column = at; low = high = y1; } else if (at > column) {
        const slope = (y1 - y0) / (x1 - x0), stop = Math.min(at, width);
        for (let c = Math.max(column, first - 1); c < stop; c++) {
          const edge = y0 + slope * (c + 1 - x0); // where the line leaves this column
          if (c === column) { if (edge < low) low = edge; else if (edge > high) high = edge; } else {
            const enter = y0 + slope * (c - x0);
            low = Math.min(enter, edge);
            high = Math.max(enter, edge);
          }
          if (c >= first) this.span(c, low, high, colour);
        }
        low = high = y0 + slope * (at - x0);
        column = at;
      }
      if (y1 < low) low = y1; else if (y1 > high) high = y1;
      x0 = x1;
      y0 = y1;
      if (at > width) return;
    }
    if (column >= first && column < width) this.span(column, low, high, colour);
  }

  /** Cover one column's span; its ends are as clear as the part of a pixel that they cover. */
  span(column, low, high, colour) {
    const { columns, height } = this, first = low - HALF, last = high + HALF;
    if (!(last >= 0 && first < height) || column >= this.width) return;
    const base = column * height, top = Math.floor(first), bottom = Math.floor(last);
    const solid = colour | -16777216; // not see-through
    for (let i = base + Math.max(0, top + 1), end = base + Math.min(height, bottom); i < end; i++) columns[i] = solid;
    if (top >= 0) {
      const cover = top + 1 - first, i = base + top;
      // Where another line's pixel is already, a faint end would only make a hole in it.
      if (columns[i] === 0) columns[i] = colour | (cover * 255 << 24); else if (cover > MOST) columns[i] = solid;
    }
    if (bottom < height && bottom > top) {
      const cover = last - bottom, i = base + bottom;
      if (columns[i] === 0) columns[i] = colour | (cover * 255 << 24); else if (cover > MOST) columns[i] = solid;
    }
  }

  /** Move the whole picture by columns: to the left where `by` is positive; returns the bare part. */
  shift(by) {
    const { columns, height, width } = this;
    if (by > 0) columns.copyWithin(0, by * height); else columns.copyWithin(-by * height, 0);
    const bare = by > 0 ? [width - by, width] : [0, -by];
    columns.fill(0, bare[0] * height, bare[1] * height);
    return bare;
  }

  /** The picture as an image of rows. */
  finish() {
    const { columns, rows, width, height } = this;
    for (let column = 0, i = 0; column < width; column++) {
      for (let row = 0, at = column; row < height; row++, at += width) rows[at] = columns[i++];
    }
    return this.image;
  }
}

/* Pictures of a run. Each function takes an element and plain data and returns
   {kind, points, redraw, destroy}. Colours come from CSS variables, so a change of theme is a redraw.
   Needs uPlot for the canvas charts; gradients and calibration are SVG of their own. */
"use strict";
const JustrightCharts = (() => {
  const SVG = "http://www.w3.org/2000/svg";

  const css = (el, name) => getComputedStyle(el).getPropertyValue(name).trim() || "#888";
  const finite = (v) => typeof v === "number" && Number.isFinite(v);
  const known = (values) => values.filter(finite);
  const low = (values) => values.reduce((a, b) => Math.min(a, b), Infinity);
  const high = (values) => values.reduce((a, b) => Math.max(a, b), -Infinity);

  /* Three significant digits; powers of ten where a plain number would be long. */
  function say(v) {
    if (!finite(v)) return "–";
    if (v === 0) return "0";
    const size = Math.abs(v);
    if (size < 1e-4 || size >= 1e6) return v.toExponential(1).replace(/\.0e/, "e").replace("e+", "e");
    if (size >= 1000) return Math.round(v).toLocaleString("en-US");
    return String(Number(v.toPrecision(3)));
  }

  function make(tag, className, text) {
    const el = document.createElement(tag);
    if (className) el.className = className;
    if (text !== undefined) el.textContent = text;
    return el;
  }

  function draw(tag, attributes, text) {
    const el = document.createElementNS(SVG, tag);
    for (const [key, value] of Object.entries(attributes)) el.setAttribute(key, value);
    if (text !== undefined) el.textContent = text;
    return el;
  }

  function legend(entries) {
    const list = make("div", "chart-legend");
    for (const [kind, words] of entries) {
      const item = make("span", "key");
      item.append(make("i", "swatch " + kind), words);
      list.append(item);
    }
    return list;
  }

  /* One axis in the style of the page. */
  function axis(el, label, more) {
    return Object.assign({
      label, labelSize: 22, labelGap: 2, labelFont: "12px system-ui, sans-serif",
      font: "12px system-ui, sans-serif", gap: 4,
      stroke: () => css(el, "--soft"),
      grid: { stroke: () => css(el, "--grid"), width: 1 },
      ticks: { stroke: () => css(el, "--grid"), width: 1, size: 5 },
      values: (u, splits) => splits.map((v) => (v == null ? "" : say(v))),
    }, more);
  }

  const xAxis = (el, label, more) => axis(el, label, Object.assign({ size: 27, labelSize: 18, labelGap: 0 }, more));
  const yAxis = (el, label) => axis(el, label, { size: 52, labelSize: 20 });

  /* A uPlot chart that follows its element's width and the arrow keys, and reads itself out. */
  function canvas(el, { kind, options, data, height, readout }) {
    const line = make("div", "readout");
    line.setAttribute("aria-live", "polite");
    const holder = make("div", "holder");
    holder.tabIndex = 0;
    el.append(holder, line);
    const size = () => ({ width: Math.max(holder.clientWidth, 200), height: height(holder.clientWidth) });
    const hooks = Object.assign({}, options.hooks, {
      setCursor: [(u) => { line.textContent = u.cursor.idx == null ? "" : readout(u, u.cursor.idx); }],
    });
    const settings = Object.assign({}, options, size(), { hooks, legend: { show: false } });
    const chart = new uPlot(settings, data, holder);
    const watcher = new ResizeObserver(() => {
      const next = size();
      if (next.width !== chart.width || next.height !== chart.height) chart.setSize(next);
    });
    watcher.observe(holder);
    holder.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (!step) return;
      event.preventDefault();
      const last = data[0].length - 1;
      const at = Math.min(Math.max((chart.cursor.idx ?? (step > 0 ? -1 : last + 1)) + step, 0), last);
      chart.setCursor({ left: chart.valToPos(data[0][at], "x"), top: chart.bbox.height / uPlot.pxRatio / 2 });
    });
    return {
      kind, chart, points: data.slice(1).reduce((n, series) => n + known(series).length, 0),
      redraw: () => chart.redraw(false, true),
      destroy: () => { watcher.disconnect(); chart.destroy(); holder.remove(); line.remove(); },
    };
  }

  function paint(u, fn) {
    u.ctx.save();
    fn(u.ctx, uPlot.pxRatio, u.bbox);
    u.ctx.restore();
  }

  function haloed(ctx, r, page, words, x, y) {
    ctx.textBaseline = "alphabetic";
    ctx.setLineDash([]);
    ctx.lineJoin = "round"; ctx.lineWidth = 4 * r; ctx.strokeStyle = page;
    ctx.strokeText(words, x, y);
    ctx.fillText(words, x, y);
  }

  function upright(u, at, color, page, words, row, dash) {
    paint(u, (ctx, r, box) => {
      const x = u.valToPos(at, "x", true);
      if (!(x >= box.left - 1 && x <= box.left + box.width + 1)) return;
      ctx.strokeStyle = ctx.fillStyle = color; ctx.lineWidth = 1.5 * r;
      ctx.setLineDash(dash.map((d) => d * r));
      ctx.beginPath();
      ctx.moveTo(x, box.top - (row === 0 ? 18 : 2) * r);
      ctx.lineTo(x, box.top + box.height);
      ctx.stroke();
      ctx.font = `600 ${12 * r}px system-ui, sans-serif`;
      const right = x > box.left + box.width * 0.6;
      ctx.textAlign = right ? "right" : "left";
      haloed(ctx, r, page, words, x + (right ? -5 : 5) * r, box.top - (row === 0 ? 21 : 5) * r);
    });
  }

  /* Losses by epoch.
     data: {epochs, train, validation, members: [{name, train, validation, best}]} */
  function curves(el, data) {
    const all = known([data.train, data.validation,
      ...data.members.flatMap((m) => [m.train, m.validation])].flat());
    const positive = all.length > 0 && all.every((v) => v > 0);
    let logarithmic = positive && high(all) / low(all) > 20;
    let part = null;
    const bar = legend([["train", "training"], ["validation", "validation"], ["best", "kept weights"]]);
    const button = make("button", "toggle", "log scale");
    button.type = "button";
    button.disabled = !positive;
    bar.append(button);
    const body = make("div");
    el.append(bar, body);
    const show = () => {
      if (part) part.destroy();
      button.setAttribute("aria-pressed", String(logarithmic));
      part = lossChart(el, body, data, logarithmic);
    };
    button.addEventListener("click", () => { logarithmic = !logarithmic; show(); });
    show();
    return {
      kind: "curves", get chart() { return part.chart; }, points: all.length,
      get logarithmic() { return logarithmic; },
      redraw: () => part.redraw(), destroy: () => { part.destroy(); bar.remove(); body.remove(); },
    };
  }

  function lossChart(el, body, data, logarithmic) {
    const n = data.members.length;
    const thin = (name) => ({ stroke: () => css(el, name), width: 1, points: { show: false } });
    const thick = (name) => ({ stroke: () => css(el, name), width: 2.5, points: { show: data.epochs.length < 3, size: 7 } });
    let focused = null;
    const marks = (u) => paint(u, (ctx, r, box) => {
      ctx.beginPath(); ctx.rect(box.left, box.top, box.width, box.height); ctx.clip();
      if (focused !== null && data.members[focused]) {
        strokeLine(u, ctx, data.epochs, data.members[focused].train, css(el, "--train"), r);
        strokeLine(u, ctx, data.epochs, data.members[focused].validation, css(el, "--accent"), r);
      }
      bestMarks(u, ctx, r, data, css(el, "--ink"), css(el, "--page"));
    });
    return canvas(body, {
      kind: "curves",
      data: [data.epochs, ...data.members.map((m) => m.train), ...data.members.map((m) => m.validation),
        data.train, data.validation],
      height: (w) => (w < 500 ? 260 : 320),
      options: {
        padding: [12, 14, 0, 0],
        scales: {
          x: { time: false, range: (u, a, b) => (a == null ? [0, 1] : a === b ? [a - 1, b + 1] : [a, b]) },
          y: logarithmic ? { distr: 3 } : { range: (u, a, b) => (a == null ? [0, 1] : uPlot.rangeNum(a, b, 0.06, false)) },
        },
        axes: [xAxis(el, "epoch"), yAxis(el, logarithmic ? "loss (log scale)" : "loss")],
        series: [{}, ...data.members.map(() => thin("--train-faint")),
          ...data.members.map(() => thin("--accent-faint")), thick("--train"), thick("--accent")],
        cursor: { y: false, drag: { x: false, y: false }, points: { show: false }, focus: { prox: 18 } },
        focus: { alpha: 1.1 },
        hooks: {
          draw: [marks],
          setSeries: [(u, i) => {
            const next = i == null || i < 1 || i > 2 * n ? null : (i - 1) % n;
            if (next !== focused) { focused = next; u.redraw(false, false); }
          }],
        },
      },
      readout: (u, i) => {
        const member = focused === null ? null : data.members[focused];
        const own = member ? ` · ${member.name}: ${say(member.train[i])}, ${say(member.validation[i])}` : "";
        return `epoch ${data.epochs[i]}: training ${say(data.train[i])}, validation ${say(data.validation[i])}${own}`;
      },
    });
  }

  function strokeLine(u, ctx, xs, ys, color, r) {
    ctx.strokeStyle = color; ctx.lineWidth = 1.75 * r;
    ctx.beginPath();
    let open = false;
    ys.forEach((v, i) => {
      if (!finite(v)) { open = false; return; }
      const x = u.valToPos(xs[i], "x", true), y = u.valToPos(v, "y", true);
      if (open) ctx.lineTo(x, y); else ctx.moveTo(x, y);
      open = true;
    });
    ctx.stroke();
  }

  function bestMarks(u, ctx, r, data, fill, rim) {
    for (const member of data.members) {
      const i = member.best == null ? -1 : data.epochs.indexOf(member.best);
      if (i < 0 || !finite(member.validation[i])) continue;
      ctx.beginPath();
      ctx.arc(u.valToPos(data.epochs[i], "x", true), u.valToPos(member.validation[i], "y", true), 3.5 * r, 0, 7);
      ctx.fillStyle = fill; ctx.strokeStyle = rim; ctx.lineWidth = 1.25 * r;
      ctx.fill(); ctx.stroke();
    }
  }

  /* Predicted against true numbers. data: {true (rising), predicted, name} */
  function scatter(el, data) {
    const all = known([...data.true, ...data.predicted]);
    const [a, b] = [low(all), high(all)];
    const room = (b - a || Math.abs(a) || 1) * 0.04;
    const range = () => [a - room, b + room];
    el.classList.add("square");
    return canvas(el, {
      kind: "scatter", data: [data.true, data.predicted, data.true], height: (w) => Math.min(w, 460),
      options: {
        padding: [10, 14, 0, 0],
        scales: { x: { time: false, range }, y: { range } },
        axes: [xAxis(el, "true " + data.name), axis(el, "predicted", { size: 60, labelSize: 20 })],
        series: [{},
          { paths: () => null, points: { show: true, size: 5, width: 0, fill: () => css(el, "--dots"), stroke: () => css(el, "--dots") } },
          { stroke: () => css(el, "--ink"), width: 1, dash: [5, 4], points: { show: false } }],
        cursor: { y: false, drag: { x: false, y: false }, points: { one: true } },
      },
      readout: (u, i) => `true ${say(data.true[i])}, predicted ${say(data.predicted[i])}`,
    });
  }

  /* Gradient norms as a strip a layer. data: {layers, epochs, norms[layer][epoch]} */
  function gradients(el, data) {
    const logs = data.norms.map((line) => line.map((v) => (finite(v) && v > 0 ? Math.log10(v) : null)));
    const all = known(logs.flat());
    const [a, b] = all.length ? [low(all), high(all)] : [0, 1];
    const grid = make("div", "strips");
    const line = make("div", "readout");
    logs.forEach((norms, row) => {
      const name = make("span", "strip-name", data.layers[row]);
      name.title = data.layers[row];
      const strip = draw("svg", { class: "strip", viewBox: `0 0 ${norms.length} 1`, preserveAspectRatio: "none" });
      norms.forEach((v, i) => {
        const rect = draw("rect", { x: i, y: 0, width: 1.02, height: 1 });
        if (v === null) rect.setAttribute("class", "none");
        else rect.style.fill = heat(b > a ? (v - a) / (b - a) : 1);
        strip.append(rect);
      });
      strip.addEventListener("pointermove", (event) => {
        const box = strip.getBoundingClientRect();
        const i = Math.min(Math.floor(((event.clientX - box.left) / box.width) * norms.length), norms.length - 1);
        if (i >= 0) line.textContent = `${data.layers[row]}, epoch ${data.epochs[i]}: gradient norm ${say(data.norms[row][i])}`;
      });
      grid.append(name, strip);
    });
    const first = data.epochs[0], last = data.epochs[data.epochs.length - 1];
    const ends = make("span", "strip-ends");
    ends.append(make("span", "", "epoch " + first), make("span", "", last === first ? "" : String(last)));
    grid.append(make("span"), ends);
    const key = make("div", "ramp-key");
    key.append(make("span", "", say(10 ** a)), make("i", "ramp"), make("span", "", say(10 ** b)), make("span", "", "gradient norm (log scale)"));
    el.append(key, grid, line);
    return { kind: "gradients", points: all.length, redraw: () => {}, destroy: () => el.replaceChildren() };
  }

  function heat(t) {
    const [from, to, share] = t < 0.5 ? ["--cold", "--mild", t * 2] : ["--mild", "--hot", t * 2 - 1];
    return `color-mix(in oklab, var(${to}) ${(share * 100).toFixed(1)}%, var(${from}))`;
  }

  /* Calibration. data: {predicted, observed, rows}, shares from 0 to 1 */
  function calibration(el, data) {
    el.classList.add("square");
    const left = 54, top = 10, side = 350;
    const x = (v) => left + v * side, y = (v) => top + (1 - v) * side;
    const picture = draw("svg", { class: "calibration", viewBox: "0 0 420 410" });
    for (const v of [0, 0.25, 0.5, 0.75, 1]) {
      picture.append(
        draw("line", { class: "grid", x1: x(v), x2: x(v), y1: y(0), y2: y(1) }),
        draw("line", { class: "grid", x1: x(0), x2: x(1), y1: y(v), y2: y(v) }),
        draw("text", { x: x(v), y: y(0) + 17, "text-anchor": "middle" }, `${v * 100}`),
        draw("text", { x: left - 8, y: y(v) + 4, "text-anchor": "end" }, `${v * 100}`));
    }
    picture.append(
      draw("line", { class: "ideal", x1: x(0), y1: y(0), x2: x(1), y2: y(1) }),
      draw("text", { x: x(0.5), y: y(0) + 36, "text-anchor": "middle" }, "predicted probability, %"),
      draw("text", { x: 14, y: y(0.5), "text-anchor": "middle", transform: `rotate(-90 14 ${y(0.5)})` }, "came true, %"),
      draw("polyline", { class: "line", points: data.predicted.map((p, i) => `${x(p)},${y(data.observed[i])}`).join(" ") }));
    const most = high(data.rows);
    data.predicted.forEach((p, i) => {
      const dot = draw("circle", { class: "dot", cx: x(p), cy: y(data.observed[i]), r: Math.max(3, 13 * Math.sqrt(data.rows[i] / most)) });
      dot.append(draw("title", {}, `${say(p * 100)} % predicted, ${say(data.observed[i] * 100)} % came true, ${data.rows[i]} rows`));
      picture.append(dot);
    });
    el.append(picture);
    return { kind: "calibration", points: data.predicted.length, redraw: () => {}, destroy: () => picture.remove() };
  }

  const parts = { css, finite, known, low, high, say, legend, xAxis, yAxis, canvas, paint, haloed, upright };
  return { parts, curves, gradients, scatter, calibration };
})();

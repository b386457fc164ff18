/* Pictures with the learning rate along the x axis: the sweep and the ramp. Joins the charts of charts.js. */
"use strict";
(() => {
  const { css, finite, known, low, high, say, legend, xAxis, yAxis, canvas, paint, haloed, upright } = JustrightCharts.parts;

  /* Marks with their words at the top: colour, row, dashes. The other ones are named by the legend. */
  const TOP = { chosen: ["--ink", 0, []], diverges: ["--bad", 1, [4, 3]] };
  const HUES = { valley: "--h3", steepest: "--h2", half_diverging: "--h4", tenth_of_minimum: "--h5" };

  /* Losses far above the start say nothing more: they are marked at the upper edge. */
  function ceiling(values, start) {
    const floor = low(values), top = high(values);
    if (!values.length) return [0, 1];
    const cap = finite(start) && start > floor ? Math.min(top, floor + 1.25 * (start - floor)) : top;
    const room = (cap - floor || Math.abs(cap) || 1) * 0.08;
    return [floor - room, Math.max(cap, finite(start) && start > floor ? start : cap) + room];
  }

  const decades = (u, splits) => splits.map((v) => (Math.abs(Math.log10(v) % 1) < 1e-6 ? v : null));
  const logScale = (rates) => ({ time: false, distr: 3, range: () => [low(rates) / 1.3, high(rates) * 1.3] });
  const rateAxis = (el) => xAxis(el, "learning rate (log scale)", {
    grid: { stroke: () => css(el, "--grid"), width: 1, filter: decades },
    ticks: { stroke: () => css(el, "--grid"), width: 1, size: 5, filter: decades },
  });

  function startLine(u, ctx, r, box, start, color, page) {
    if (!finite(start)) return;
    const y = u.valToPos(start, "y", true);
    ctx.strokeStyle = ctx.fillStyle = color;
    ctx.lineWidth = r;
    ctx.setLineDash([3 * r, 4 * r]);
    ctx.beginPath(); ctx.moveTo(box.left, y); ctx.lineTo(box.left + box.width, y); ctx.stroke();
    ctx.font = `${11 * r}px system-ui, sans-serif`;
    ctx.textAlign = "right";
    haloed(ctx, r, page, "before training", box.left + box.width - 4 * r, y + 15 * r);
  }

  function cross(u, ctx, r, box, rate, color) {
    const x = u.valToPos(rate, "x", true), y = box.top + 10 * r, s = 4 * r;
    ctx.strokeStyle = color;
    ctx.lineWidth = 2 * r;
    ctx.beginPath();
    ctx.moveTo(x - s, y - s); ctx.lineTo(x + s, y + s);
    ctx.moveTo(x - s, y + s); ctx.lineTo(x + s, y - s);
    ctx.stroke();
  }

  /* Loss against constant learning rates.
     data: {rates, train, validation, start, best, divergesAt, usable: [low, high], chosen} */
  function sweep(el, data) {
    const [bottom, top] = ceiling(known([...data.train, ...data.validation]), data.start);
    el.append(legend([["train", "training loss"], ["validation", "validation loss"],
      ["band", "usable"], ["cross", "diverged"]]));
    const before = (u) => paint(u, (ctx, r, box) => {
      const [a, b] = data.usable.map((v) => u.valToPos(v, "x", true));
      const left = Math.max(Math.min(a, b) - 3 * r, box.left);
      ctx.fillStyle = css(el, "--band");
      ctx.fillRect(left, box.top, Math.min(Math.max(a, b) + 3 * r, box.left + box.width) - left, box.height);
    });
    const after = (u) => {
      paint(u, (ctx, r, box) => {
        edgeMarks(u, ctx, r, box, data, top, css(el, "--bad"));
        startLine(u, ctx, r, box, data.start, css(el, "--soft"), css(el, "--page"));
      });
      upright(u, data.chosen, css(el, "--ink"), css(el, "--page"), "chosen " + say(data.chosen), 0, []);
      if (finite(data.divergesAt))
        upright(u, data.divergesAt, css(el, "--bad"), css(el, "--page"), "diverges from " + say(data.divergesAt), 1, [4, 3]);
    };
    const line = (name) => ({
      stroke: () => css(el, name), width: 2, spanGaps: false,
      points: { show: true, size: 5, fill: () => css(el, name), stroke: () => css(el, name) },
    });
    return canvas(el, {
      kind: "sweep", data: [data.rates, data.train, data.validation],
      height: (w) => (w < 500 ? 280 : 330),
      options: {
        padding: [42, 14, 0, 0],
        scales: { x: logScale(data.rates), y: { range: () => [bottom, top] } },
        axes: [rateAxis(el), yAxis(el, "loss")],
        series: [{}, line("--train"), line("--accent")],
        cursor: { y: false, drag: { x: false, y: false }, points: { one: true } },
        hooks: { drawClear: [before], draw: [after] },
      },
      readout: (u, i) => `rate ${say(data.rates[i])}: training ${finite(data.train[i]) ? say(data.train[i]) : "diverged"}, ` +
        `validation ${finite(data.validation[i]) ? say(data.validation[i]) : "diverged"}`,
    });
  }

  /* Crosses where the loss was lost, triangles where it lies above the picture. */
  function edgeMarks(u, ctx, r, box, data, top, color) {
    ctx.fillStyle = color;
    data.rates.forEach((rate, i) => {
      const x = u.valToPos(rate, "x", true), y = box.top + 10 * r, s = 4 * r;
      const pair = [data.train[i], data.validation[i]];
      if (pair.some((v) => !finite(v))) {
        cross(u, ctx, r, box, rate, color);
      } else if (pair.some((v) => v > top)) {
        ctx.beginPath();
        ctx.moveTo(x, y - s); ctx.lineTo(x + s, y + s); ctx.lineTo(x - s, y + s);
        ctx.fill();
      }
    });
  }

  /* One training whose rate rises step by step.
     data: {rates, losses, smoothed, start, range: [low, high], marks: [{kind, rate, words}]} */
  function ramp(el, data) {
    const shown = data.marks.filter((m) => !TOP[m.kind]);
    el.append(legend([["train", "each step"], ["validation", "smoothed"],
      ...shown.map((m) => ["mark " + m.kind, m.words]), ["cross", "lost"]]));
    const line = (name, width) => ({ stroke: () => css(el, name), width, spanGaps: false, points: { show: false } });
    const after = (u) => {
      paint(u, (ctx, r, box) => {
        data.rates.forEach((rate, i) => { if (!finite(data.losses[i])) cross(u, ctx, r, box, rate, css(el, "--bad")); });
        startLine(u, ctx, r, box, data.start, css(el, "--soft"), css(el, "--page"));
      });
      for (const m of data.marks) {
        const [color, row, dash] = TOP[m.kind] || [HUES[m.kind] || "--soft", null, [6, 3, 2, 3]];
        upright(u, m.rate, css(el, color), css(el, "--page"), row === null ? "" : m.words, row ?? 1, dash);
      }
    };
    return canvas(el, {
      kind: "ramp", data: [data.rates, data.losses, data.smoothed],
      height: (w) => (w < 500 ? 280 : 330),
      options: {
        padding: [42, 14, 0, 0],
        scales: { x: logScale(data.rates), y: { range: () => data.range } },
        axes: [rateAxis(el), yAxis(el, "training loss")],
        series: [{}, line("--train-faint", 1), line("--accent", 2.5)],
        cursor: { y: false, drag: { x: false, y: false }, points: { one: true } },
        hooks: { draw: [after] },
      },
      readout: (u, i) => `rate ${say(data.rates[i])}: ${finite(data.losses[i]) ? say(data.losses[i]) : "lost"}, ` +
        `smoothed ${say(data.smoothed[i])}`,
    });
  }

  Object.assign(JustrightCharts, { sweep, ramp });
})();

/* Draws every figure of the report, follows the theme, and marks the place in the contents. */
"use strict";
(() => {
  const state = { ready: false, charts: [], errors: [] };
  window.__report = state;

  for (const figure of document.querySelectorAll("figure[data-chart]")) {
    const plot = figure.querySelector(".plot");
    try {
      const data = JSON.parse(figure.querySelector('script[type="application/json"]').textContent);
      state.charts.push(JustrightCharts[figure.dataset.chart](plot, data));
    } catch (error) {
      state.errors.push(`${figure.dataset.chart}: ${error}`);
      plot.textContent = "This picture could not be drawn; its figures are below.";
      figure.querySelector("details").open = true;
    }
  }

  const redraw = () => state.charts.forEach((chart) => chart.redraw());
  const theme = (name) => {
    if (name) document.documentElement.dataset.theme = name;
    else delete document.documentElement.dataset.theme;
    redraw();
  };
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
  window.addEventListener("beforeprint", () => theme("light"));
  window.addEventListener("afterprint", () => theme(""));

  const links = new Map([...document.querySelectorAll("nav a")].map((a) => [a.hash.slice(1), a]));
  const parts = [...links.keys()].map((id) => document.getElementById(id)).filter(Boolean);
  const mark = () => {
    const here = parts.filter((part) => part.getBoundingClientRect().top < 160).pop() || parts[0];
    for (const [id, link] of links) {
      if (here && id === here.id) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  };
  document.addEventListener("scroll", mark, { passive: true });
  mark();
  state.ready = true;
})();

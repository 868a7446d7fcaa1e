"use strict";
(() => {
  const $ = (id) => document.getElementById(id);
  const data = JSON.parse($("heat-data").textContent);
  const choice = $("prompt"), centred = $("centred"), words = $("cell"), panels = [$("upper"), $("lower")];
  const colors = data.colors.map((hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16)));
  let map = data.maps[0], row = 0, column = 0;
  // What the centred measures see: a number added to all scores of a step changes no probability.
  const centre = (rows) => rows.map((values) => {
    const mean = values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
    return values.map((value) => value - mean);
  });
  const shown = (map) => {
    if (!centred.checked) return map;
    const upper = centre(map.upper), lower = centre(map.lower);
    const limit = [...upper, ...lower].reduce((most, values) => values.reduce((most, value) => Math.max(most, Math.abs(value)), most), 0);
    return { ...map, upper, lower, limit: limit / 1000 };
  };
  // Files count steps from 0, pages from 1.
  const number = (step) => step + 1;
  const signed = (value) => (value < 0 ? "−" : "+") + Math.abs(value / 1000).toFixed(3);
  const paint = (canvas, rows) => {
    const height = rows.length, width = Math.max(1, ...rows.map((row) => row.length)), middle = (colors.length - 1) / 2;
    canvas.width = width;
    canvas.height = Math.max(1, height);
    canvas.style.height = Math.min(15, Math.max(1.5, height * 0.6)) + "rem";
    const context = canvas.getContext("2d"), image = context.createImageData(width, Math.max(1, height));
    image.data.fill(0);
    rows.forEach((values, y) => values.forEach((value, x) => {
      const share = map.limit > 0 ? Math.max(-1, Math.min(1, value / 1000 / map.limit)) : 0;
      image.data.set([...colors[Math.round((share + 1) * middle)], 255], (y * width + x) * 4);
    }));
    context.putImageData(image, 0, 0);
  };
  const point = () => {
    const text = map.texts[map.tokens[row]?.[column]];
    for (const canvas of panels) {
      const mark = canvas.nextElementSibling;
      mark.hidden = text === undefined;
      mark.style.left = (column + 0.5) / canvas.width * 100 + "%";
      mark.style.top = (row + 0.5) / canvas.height * 100 + "%";
    }
    if (text === undefined) { words.textContent = ""; return; }
    const make = (name, className, text) => { const element = document.createElement(name); element.className = className; element.textContent = text; return element; };
    words.replaceChildren(
      `Step ${number(map.steps[row])}, `, make("bdi", "token", map.stepTexts[row] ?? ""), ": token ", make("bdi", "token strong", text),
      ` first ${signed(map.upper[row][column])}, second ${signed(map.lower[row]?.[column] ?? 0)}`);
  };
  const show = () => {
    map = shown(data.maps[choice.selectedIndex] ?? data.maps[0]);
    row = column = 0;
    paint(panels[0], map.upper);
    paint(panels[1], map.lower);
    $("low").textContent = "−" + map.limit.toFixed(2);
    $("high").textContent = "+" + map.limit.toFixed(2);
    for (const element of document.querySelectorAll(".firststep")) element.textContent = "step " + number(map.steps[0] ?? 0);
    for (const element of document.querySelectorAll(".laststep")) element.textContent = map.steps.length ? number(map.steps.at(-1)) : "";
    point();
  };
  for (const canvas of panels) {
    canvas.addEventListener("pointermove", (event) => {
      const box = canvas.getBoundingClientRect();
      column = Math.min(canvas.width - 1, Math.max(0, Math.floor((event.clientX - box.left) / box.width * canvas.width)));
      row = Math.min(canvas.height - 1, Math.max(0, Math.floor((event.clientY - box.top) / box.height * canvas.height)));
      point();
    });
    canvas.addEventListener("focus", point);
    canvas.addEventListener("keydown", (event) => {
      const move = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] }[event.key];
      if (!move) return;
      event.preventDefault();
      row = Math.min(canvas.height - 1, Math.max(0, row + move[0]));
      column = Math.min(canvas.width - 1, Math.max(0, column + move[1]));
      point();
    });
  }
  choice.addEventListener("change", show);
  centred.addEventListener("change", show);
  for (const link of document.querySelectorAll("[data-heat]")) {
    link.addEventListener("click", () => { choice.selectedIndex = Number(link.dataset.heat); show(); });
  }
  // The longest response tells most.
  const longest = Math.max(...data.maps.map((map) => map.steps.length));
  choice.selectedIndex = data.maps.findIndex((map) => map.steps.length === longest);
  $("heat").hidden = false;
  show();
  document.documentElement.dataset.ready = Math.round(performance.now());
})();

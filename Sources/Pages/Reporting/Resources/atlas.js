"use strict";
(() => {
  const $ = (id) => document.getElementById(id);
  const data = JSON.parse($("atlas-data").textContent);
  const table = $("matrix"), panel = $("pair"), rows = [...table.tBodies[0].rows].map((row) => [...row.querySelectorAll("td")]);
  const count = data.names.length, heads = [...table.tHead.rows[0].cells].slice(1);
  const percent = (value) => (value * 100).toFixed(1) + " %";
  const grouped = (n) => String(n).replace(/\B(?=(\d{3})+(?!\d))/g, "\u202f");
  const shares = (cell) => {
    const total = Math.max(1, cell[0] + cell[1] + cell[2]);
    return { exact: cell[0] / total, prefix: cell[1] / total, none: cell[2] / total, covered: (cell[0] + cell[1]) / total };
  };
  const buttons = [...document.querySelectorAll("[data-measure]")];
  const paint = (measure) => {
    table.dataset.shown = measure;
    for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.measure === measure));
    for (let row = 0; row < count; row++) for (let column = 0; column < count; column++) {
      const share = shares(data.cells[row][column])[measure], cell = rows[row][column];
      cell.textContent = Math.round(share * 100);
      cell.style.setProperty("--s", (share * 100).toFixed(1));
      cell.classList.toggle("high", share > 0.68);
      cell.classList.toggle("middle", share > 0.42 && share <= 0.68);
    }
    $("measure").textContent = buttons.find((button) => button.dataset.measure === measure).dataset.says;
  };
  for (const button of buttons) button.addEventListener("click", () => paint(button.dataset.measure));
  const make = (name, className, text) => {
    const element = document.createElement(name);
    if (className) element.className = className;
    if (text !== undefined) element.textContent = text;
    return element;
  };
  let at = [0, 0];
  const show = (row, column) => {
    rows[at[0]][at[1]].tabIndex = -1;
    for (const element of table.querySelectorAll(".lit")) element.classList.remove("lit");
    at = [row, column];
    rows[row][column].tabIndex = 0;
    rows[row][column].classList.add("lit");
    heads[column].classList.add("lit");
    rows[row][0].parentElement.cells[0].classList.add("lit");
    const cell = data.cells[row][column], share = shares(cell), bar = make("div", "bar tall"), list = make("ul", "legend");
    for (const [kind, name, place] of [["exact", "equal bytes", 0], ["prefix", "by prefix", 1], ["none", "no target", 2]]) {
      const part = make("i", "k-" + kind), item = make("li");
      part.style.width = share[kind] * 100 + "%";
      if (cell[place]) bar.append(part);
      item.append(make("i", "chip k-" + kind), name, make("b", "", grouped(cell[place])), make("span", "", percent(share[kind])));
      list.append(item);
    }
    const remark = `${cell[1] ? (cell[3] / cell[1]).toFixed(2) + " mean distance of those by prefix; " : ""}${cell[4]} of ${cell[4] + cell[5]} special tokens placed.`;
    panel.replaceChildren(make("h3", "", `${data.names[row]} → ${data.names[column]}`), bar, list, make("p", "note", remark));
  };
  const place = (event) => {
    const cell = event.target.closest("#matrix tbody td");
    return cell ? [cell.parentElement.sectionRowIndex, cell.cellIndex - 1] : null;
  };
  table.addEventListener("pointerover", (event) => { const cell = place(event); if (cell) show(...cell); });
  table.addEventListener("focusin", (event) => { const cell = place(event); if (cell) show(...cell); });
  table.addEventListener("keydown", (event) => {
    const moves = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] };
    const cell = place(event);
    if (!cell || !(event.key in moves)) return;
    event.preventDefault();
    const next = cell.map((value, axis) => Math.min(count - 1, Math.max(0, value + moves[event.key][axis])));
    show(...next);
    rows[next[0]][next[1]].focus();
  });
  for (const row of rows) for (const cell of row) cell.tabIndex = -1;
  // Where the tree is wider than the window, the names at its right end are seen first.
  for (const chart of document.querySelectorAll("#groups .chart")) chart.scrollLeft = chart.scrollWidth;
  paint("exact");
  show(0, Math.min(1, count - 1));
  document.documentElement.dataset.ready = Math.round(performance.now());
})();

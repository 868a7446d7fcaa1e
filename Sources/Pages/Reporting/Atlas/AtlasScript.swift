/// The script of the atlas: which share the matrix shows, and the pair that is pointed at or focused.
enum AtlasScript {
  static let text = #"""
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
      paint("exact");
      show(0, Math.min(1, count - 1));
      document.documentElement.dataset.ready = Math.round(performance.now());
    })();
    """#

  /// Style rules of the atlas.
  static let style = #"""
    .wrap { max-width: 92rem; }
    .matrixbox { overflow-x: auto; margin-top: .8rem; }
    #matrix { width: auto; table-layout: fixed; border-collapse: separate; border-spacing: 1px; font-size: .74rem; --base: var(--exact-ink); }
    #matrix[data-shown=prefix] { --base: var(--prefix-ink); } #matrix[data-shown=none] { --base: var(--role-ink); } #matrix[data-shown=covered] { --base: var(--other-ink); }
    #matrix th, #matrix td { padding: 0; border: 0; }
    #matrix thead th { height: 9.2rem; vertical-align: bottom; font-weight: 450; color: var(--muted); width: 1.75rem; }
    #matrix thead th:first-child { width: 10.5rem; }
    #matrix thead th span { writing-mode: vertical-rl; transform: rotate(180deg); white-space: nowrap; padding-top: .4rem; font-size: .82rem; max-height: 9rem; overflow: hidden; text-overflow: ellipsis; display: inline-block; }
    #matrix tbody th { text-align: right; padding-right: .55rem; font-size: .82rem; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; color: var(--muted); position: sticky; left: 0; background: var(--surface); z-index: 1; }
    #matrix td { text-align: center; height: 1.75rem; vertical-align: middle; font-variant-numeric: tabular-nums; color: var(--ink); border-radius: 2px; cursor: default;
      background: color-mix(in oklab, var(--base) calc(var(--s) * 1%), var(--sunken)); }
    #matrix td.middle { color: #13161b; } #matrix td.high { color: light-dark(#fff, #13161b); }
    #matrix td.self { background: none; color: var(--faint); } #matrix th.lit { color: var(--ink); font-weight: 650; } #matrix td.lit { outline: 2px solid var(--ink); font-weight: 650; }
    #pair { margin-top: 1rem; min-height: 8.6rem; } #pair h3 { font-size: 1.05rem; margin: 0; } #pair .bar.tall { margin: .6rem 0; }
    .choices { display: flex; flex-wrap: wrap; gap: .4rem; margin-top: .8rem; }
    @media print { #matrix { font-size: .6rem; } .matrixbox { overflow: visible; } }
    """#
}

/// The script of the similarity page: the heat maps of the prompt that is chosen, with the token under the pointer.
enum SimilarityScript {
  static let text = #"""
    "use strict";
    (() => {
      const $ = (id) => document.getElementById(id);
      const data = JSON.parse($("heat-data").textContent);
      const choice = $("prompt"), words = $("cell"), panels = [$("upper"), $("lower")];
      const colors = data.colors.map((hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16)));
      let map = data.maps[0], row = 0, column = 0;
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
          `Step ${map.steps[row]}, `, make("bdi", "token", map.stepTexts[row] ?? ""), ": token ", make("bdi", "token strong", text),
          ` first ${signed(map.upper[row][column])}, second ${signed(map.lower[row]?.[column] ?? 0)}`);
      };
      const show = () => {
        map = data.maps[choice.selectedIndex] ?? data.maps[0];
        row = column = 0;
        paint(panels[0], map.upper);
        paint(panels[1], map.lower);
        $("low").textContent = "−" + map.limit.toFixed(2);
        $("high").textContent = "+" + map.limit.toFixed(2);
        for (const element of document.querySelectorAll(".firststep")) element.textContent = "step " + (map.steps[0] ?? 0);
        for (const element of document.querySelectorAll(".laststep")) element.textContent = map.steps.at(-1) ?? "";
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
    """#

  /// Style rules of the similarity page.
  static let style = #"""
    .heat { display: grid; grid-template-columns: 4.2rem minmax(0, 1fr); gap: .25rem .7rem; margin-top: 1rem; align-items: stretch; }
    .heat .steps { display: flex; flex-direction: column; justify-content: space-between; text-align: right; font-size: .82rem; color: var(--muted); }
    .heat .name { grid-column: 2; font-weight: 600; font-size: .95rem; margin-top: .4rem; }
    .heat .under { grid-column: 2; display: flex; justify-content: space-between; font-size: .82rem; color: var(--muted); }
    .canvasbox { position: relative; } canvas { display: block; width: 100%; height: 15rem; image-rendering: pixelated; border-radius: 4px; cursor: crosshair; background: var(--sunken); }
    .canvasbox i { position: absolute; width: 13px; height: 13px; margin: -6.5px 0 0 -6.5px; border: 2px solid #000; outline: 1.5px solid #fff; border-radius: 50%; pointer-events: none; }
    #cell { min-height: 1.7em; margin: .6rem 0 0; } #cell .strong { font-weight: 700; }
    .scale { display: flex; align-items: center; gap: .6rem; font-size: .86rem; color: var(--muted); } .scale i { flex: 0 0 14rem; height: .8rem; border-radius: 3px; }
    td.prompttext { max-width: 26rem; } td.prompttext button { text-align: left; border: 0; padding: 0; background: none; color: var(--accent); }
    .runs { display: grid; grid-template-columns: repeat(auto-fill, minmax(20rem, 1fr)); gap: 0 2rem; }
    """#
}

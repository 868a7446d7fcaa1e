"use strict";
(() => {
  const $ = (id) => document.getElementById(id);
  const steps = JSON.parse($("trace-data").textContent);
  const flow = $("flow"), panel = $("step"), tokens = [...flow.querySelectorAll("[role=option]")];
  let active = -1, pinned = false;
  const show = (place) => {
    if (place === active || place < 0 || place >= steps.length) return;
    tokens[active]?.setAttribute("aria-selected", "false");
    active = place;
    tokens[place].setAttribute("aria-selected", "true");
    flow.setAttribute("aria-activedescendant", tokens[place].id);
    const step = steps[place];
    panel.replaceChildren(...stepParts.show("h2", `Step ${place + 1}: `, { ...step, likelihood: step.p, term: step.d }));
  };
  const place = (event) => tokens.indexOf(event.target.closest("[role=option]"));
  flow.addEventListener("pointerover", (event) => { if (!pinned && place(event) >= 0) show(place(event)); });
  flow.addEventListener("click", (event) => {
    const at = place(event);
    if (at < 0) return;
    pinned = !(pinned && at === active);
    flow.classList.toggle("pinned", pinned);
    show(at);
  });
  flow.addEventListener("focus", () => { if (active < 0) show(0); });
  flow.addEventListener("keydown", (event) => {
    const moves = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 10, ArrowUp: -10, Home: -Infinity, End: Infinity };
    if (!(event.key in moves) || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    show(Math.min(steps.length - 1, Math.max(0, active + moves[event.key])));
    tokens[active].scrollIntoView({ block: "nearest" });
  });
  const go = () => {
    const step = /^#step=(\d+)$/.exec(location.hash);
    if (step) show(Number(step[1]) - 1);
  };
  addEventListener("hashchange", go);
  go();
  if (active < 0 && steps.length) show(Math.max(0, steps.findIndex((step) => step.changed)));
  document.documentElement.dataset.ready = Math.round(performance.now());
})();

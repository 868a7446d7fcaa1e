"use strict";
(() => {
  const $ = (id) => document.getElementById(id);
  const steps = JSON.parse($("trace-data").textContent);
  const flow = $("flow"), panel = $("step"), tokens = [...flow.querySelectorAll("[role=option]")];
  let active = -1, pinned = false;
  const make = (name, className, text) => {
    const element = document.createElement(name);
    if (className) element.className = className;
    if (text !== undefined) element.textContent = text;
    return element;
  };
  // Bars are relative to the best of their own list: exp(value − best).
  const list = (title, hint, candidates, chosen) => {
    const box = make("div", "list"), best = candidates.length ? candidates[0].value : 0;
    box.append(make("h3", "", title), make("p", "note", hint));
    const lines = make("ol");
    for (const candidate of candidates) {
      const line = make("li", candidate.id === chosen ? "chosen" : "");
      const bar = make("i", "meter");
      bar.style.width = Math.max(0.5, Math.exp(candidate.value - best) * 100) + "%";
      const name = make("bdi", "token", candidate.piece || "#" + candidate.id);
      name.title = "id " + candidate.id;
      line.append(bar, name, make("span", "num", candidate.value.toFixed(2).replace("-", "−")));
      lines.append(line);
    }
    if (!candidates.length) box.append(make("p", "note", "no list"));
    box.append(lines);
    return box;
  };
  const show = (place) => {
    if (place === active || place < 0 || place >= steps.length) return;
    tokens[active]?.setAttribute("aria-selected", "false");
    active = place;
    tokens[place].setAttribute("aria-selected", "true");
    flow.setAttribute("aria-activedescendant", tokens[place].id);
    const step = steps[place], head = make("div", "stephead"), lists = make("div", "lists");
    const name = make("bdi", "token", step.piece);
    const remarks = [`log-probability ${step.p === null ? "−∞" : step.p.toFixed(2).replace("-", "−")} under the user model alone`,
      `delta term ${step.d >= 0 ? "+" : "−"}${Math.abs(step.d).toFixed(2)}`];
    if (step.changed) remarks.push("the user model alone would have chosen another");
    if (step.reencoded) remarks.push("the delta model's history was encoded anew");
    head.append(make("h2", "", `Step ${place + 1}: `), make("span", "tag t-" + step.look, step.match),
      make("p", "note", remarks.join(" · ")));
    head.firstChild.append(name);
    lists.append(list("User model", "logits", step.user, step.id));
    step.deltas.forEach((candidates, delta) => lists.append(
      list(step.deltas.length > 1 ? `Delta model ${delta + 1}` : "Delta model", "logits, its own vocabulary", candidates, null)));
    lists.append(list("Combined", "scores that the choice is made by", step.combined, step.id));
    panel.replaceChildren(head, lists);
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

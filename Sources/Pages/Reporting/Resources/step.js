"use strict";
// What pages show of a step of a text: the token that was chosen, and how each model ranked what could have been.
const stepParts = (() => {
  const make = (name, className, text) => {
    const element = document.createElement(name);
    if (className) element.className = className;
    if (text !== undefined) element.textContent = text;
    return element;
  };
  // What would break lines, turn the text around it or not be seen is named, as in pages of results.
  const hidden = /[\0-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f\ufeff\p{Noncharacter_Code_Point}]/gu;
  const named = (character) => {
    const code = character.codePointAt(0);
    if (code < 0x20) return String.fromCodePoint(0x2400 + code);
    return code === 0x7f ? "\u2421" : "\\u{" + code.toString(16).toUpperCase().padStart(2, "0") + "}";
  };
  const visible = (text) => text.replace(hidden, named);
  // JSON has no infinities: what has no number was masked.
  const fixed = (value, digits) => (value === null || value === undefined) ? "−∞" : value.toFixed(digits).replace("-", "−");
  const signed = (value, digits) => (value >= 0 && value !== null ? "+" : "") + fixed(value, digits);
  // Bars are relative to the best of their own list: exp(value − best).
  const list = (title, hint, candidates, chosen) => {
    const box = make("div", "list"), best = candidates.length ? candidates[0].value : 0;
    box.append(make("h3", "", title), make("p", "note", hint));
    const lines = make("ol");
    for (const candidate of candidates) {
      const line = make("li", candidate.id === chosen ? "chosen" : "");
      const bar = make("i", "meter");
      bar.style.width = Math.max(0.5, Math.exp(candidate.value - best) * 100) + "%";
      const name = make("bdi", "token", visible(candidate.piece) || "#" + candidate.id);
      name.title = "id " + candidate.id;
      line.append(bar, name, make("span", "num", fixed(candidate.value, 2)));
      lines.append(line);
    }
    if (!candidates.length) box.append(make("p", "note", "no list"));
    box.append(lines);
    return box;
  };
  // The head of a step and its lists, below a title of a level of the page.
  const show = (level, title, step) => {
    const head = make("div", "stephead"), lists = make("div", "lists"), name = make(level, "", title);
    const remarks = [`log-probability ${fixed(step.likelihood, 2)} under the user model alone`, `delta term ${signed(step.term, 2)}`];
    if (step.changed) remarks.push("the user model alone would have chosen another");
    if (step.reencoded) remarks.push("the delta model's history was encoded anew");
    name.append(make("bdi", "token", visible(step.piece)));
    head.append(name, make("span", "tag t-" + (step.match === "unmatched" ? "none" : step.match), step.match),
      make("p", "note", remarks.join(" · ")));
    lists.append(list("User model", "logits", step.user, step.id));
    step.deltas.forEach((candidates, delta) => lists.append(
      list(step.deltas.length > 1 ? `Delta model ${delta + 1}` : "Delta model", "logits, its own vocabulary", candidates, null)));
    lists.append(list("Combined", "scores that the choice is made by", step.combined, step.id));
    return [head, lists];
  };
  return { make, fixed, visible, show };
})();

"use strict";
(() => {
  const $ = (id) => document.getElementById(id);
  const { make, fixed, visible } = stepParts;
  const settings = ["model", "kind", "map", "mode", "tokens", "temperature", "seed", "prompt", "alpha"];
  const sides = {
    alone: { flow: $("alone"), note: $("alone-note"), steps: [], run: null },
    steered: { flow: $("steered"), note: $("steered-note"), steps: [], run: null },
  };
  let models = [], timer = 0;
  // What was asked and answered before, each a pair of texts.
  let turns = [];

  const say = (text, isBad) => {
    $("status").textContent = text;
    $("status").classList.toggle("bad", Boolean(isBad));
  };
  const headers = () => {
    const all = { "Content-Type": "application/json" };
    if ($("key").value) all.Authorization = "Bearer " + $("key").value;
    return all;
  };

  // What a link says is put into the fields; what they say goes into the address.
  const read = () => {
    const values = new URLSearchParams(location.hash.slice(1));
    for (const name of settings) if (values.has(name)) $(name).value = values.get(name);
    try {
      const said = JSON.parse(values.get("turns") ?? "[]");
      turns = said.filter((turn) => Array.isArray(turn) && turn.length === 2 && turn.every((text) => typeof text === "string"));
    } catch (error) { say("The link's conversation cannot be read.", true); }
    showTurns();
    $("alpha-value").textContent = fixed(Number($("alpha").value), 2);
  };
  const address = () => {
    const values = new URLSearchParams();
    for (const name of settings) if ($(name).value !== "") values.set(name, $(name).value);
    if (turns.length) values.set("turns", JSON.stringify(turns));
    return "#" + values.toString();
  };
  const note = () => history.replaceState(null, "", address());

  const isChat = () => $("kind").value === "chat";
  const showTurns = () => {
    $("turns").replaceChildren(...turns.flatMap((turn) => turn.map((text, place) => {
      const line = make("li", place ? "answered" : "", visible(text));
      line.dir = "auto";
      line.prepend(make("span", "unseen", place ? "Answered: " : "Asked: "));
      return line;
    })));
    $("turns").hidden = $("anew").hidden = !turns.length || !isChat();
    $("go-on").disabled = !isChat() || Boolean(sides.steered.run) || !sides.steered.steps.length;
  };

  const fillMaps = () => {
    const model = models.find((one) => one.id === $("model").value);
    const wanted = $("map").value;
    $("map").replaceChildren(new Option("as served", ""), ...(model ? model.cmc.maps : []).map((name) => new Option(name, name)));
    $("map").value = wanted;
    if ($("map").selectedIndex < 0) $("map").value = "";
  };
  const begin = async () => {
    let answer;
    try { answer = await fetch("v1/models", { headers: headers() }); } catch (error) { return say("The server does not answer.", true); }
    if (answer.status === 401) {
      $("key-field").hidden = false;
      return say("This server wants its key.", true);
    }
    models = (await answer.json()).data;
    $("model").replaceChildren(...models.map((model) => new Option(model.id, model.id)));
    if (models.length && !new URLSearchParams(location.hash.slice(1)).has("alpha")) $("alpha").value = String(models[0].cmc.alpha);
    read();
    fillMaps();
    read();
    say("");
    const served = models.find((model) => model.id === $("model").value);
    if (!$("prompt").value && served && served.cmc.example) $("prompt").value = served.cmc.example;
    if (location.hash.length > 1 && $("prompt").value) write();
    document.documentElement.dataset.ready = "1";
  };

  const body = (alpha) => {
    const text = $("prompt").value, user = (content) => ({ role: "user", content });
    const request = {
      model: $("model").value, stream: true, cmc_trace: 8, cmc_alpha: alpha,
      max_tokens: Number($("tokens").value) || 1, temperature: Number($("temperature").value) || 0, seed: Number($("seed").value) || 0,
    };
    if (!isChat()) request.prompt = text;
    else request.messages = [...turns.flatMap(([asked, content]) => [user(asked), { role: "assistant", content }]), user(text)];
    if ($("map").value) request.cmc_map = $("map").value;
    if ($("mode").value) request.cmc_mode = $("mode").value;
    return [isChat() ? "v1/chat/completions" : "v1/completions", JSON.stringify(request)];
  };

  // A token's text; where it is none that can be shown, its piece. One with characters that are named stands apart: the name is no
  // part of the text, and what reads from right to left would turn it round.
  const append = (side, text, step) => {
    const look = step.match === "unmatched" ? "none" : step.match;
    const token = make("span", "m-" + look + (step.changed ? " changed" : ""));
    token.setAttribute("role", "option");
    token.setAttribute("aria-selected", "false");
    token.id = side.flow.id + "-" + side.steps.length;
    if (!text) token.append(make("bdi", "token mark", visible(step.piece)));
    else if (visible(text) === text) token.textContent = text;
    else token.append(make("bdi", "token", visible(text)));
    side.flow.append(token);
    side.steps.push(step);
    side.text += text;
  };

  const stop = (side) => {
    if (side.run) side.run.abort();
    side.run = null;
    side.flow.classList.remove("busy");
    $("stop").disabled = !Object.values(sides).some((one) => one.run);
    showTurns();
  };
  const run = async (side, alpha, title) => {
    stop(side);
    const own = side.run = new AbortController();
    side.steps = [];
    [side.text, side.asked] = ["", $("prompt").value];
    side.flow.replaceChildren();
    showTurns();
    side.flow.classList.add("busy");
    side.note.textContent = title;
    $("stop").disabled = false;
    const [path, text] = body(alpha);
    let reason = "";
    try {
      const answer = await fetch(path, { method: "POST", headers: headers(), body: text, signal: own.signal });
      if (!answer.ok) throw new Error((await answer.json()).error.message);
      const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      let rest = "";
      for (;;) {
        const { value, done } = await reader.read();
        if (done || own !== side.run) break;
        const events = (rest + value).split("\n\n");
        rest = events.pop();
        for (const event of events) {
          const data = event.slice(6);
          if (data === "[DONE]") continue;
          const json = JSON.parse(data);
          if (json.error) throw new Error(json.error.message);
          const choice = json.choices[0];
          if (!choice) continue;
          if (choice.cmc_step) append(side, choice.text ?? choice.delta.content ?? "", choice.cmc_step);
          if (choice.finish_reason) reason = choice.finish_reason;
        }
      }
    } catch (error) {
      if (error.name !== "AbortError") say(error.message, true);
    }
    if (own !== side.run) return;
    stop(side);
    side.note.textContent = title + " · " + side.steps.length + " tokens" + (reason ? ", ended by " + reason : "");
    compare();
  };

  // The tokens of neither side's longest common part are marked.
  const compare = () => {
    const [a, b] = [sides.alone.steps, sides.steered.steps];
    if (sides.alone.run || sides.steered.run) return;
    const longest = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
    for (let i = a.length - 1; i >= 0; i -= 1) {
      for (let j = b.length - 1; j >= 0; j -= 1) {
        longest[i][j] = a[i].id === b[j].id ? longest[i + 1][j + 1] + 1 : Math.max(longest[i + 1][j], longest[i][j + 1]);
      }
    }
    for (const side of Object.values(sides)) for (const token of side.flow.children) token.classList.add("differs");
    let [i, j] = [0, 0];
    while (i < a.length && j < b.length) {
      if (a[i].id === b[j].id) {
        sides.alone.flow.children[i].classList.remove("differs");
        sides.steered.flow.children[j].classList.remove("differs");
        i += 1;
        j += 1;
      } else if (longest[i + 1][j] >= longest[i][j + 1]) i += 1; else j += 1;
    }
    // What went wrong stays until something else is asked for.
    if (!$("status").classList.contains("bad")) say("");
    const marked = [...sides.steered.flow.children].findIndex((token) => token.classList.contains("differs"));
    if (!document.querySelector(".flow [aria-selected=true]")) show(sides.steered, Math.max(0, marked));
  };

  const steered = () => run(sides.steered, Number($("alpha").value), "α = " + fixed(Number($("alpha").value), 2));
  const write = () => {
    if (!$("prompt").value) return say("There is nothing to go on with.", true);
    note();
    say("Writing …");
    return Promise.all([run(sides.alone, 0, "α = 0"), steered()]);
  };

  const show = (side, place) => {
    const step = side.steps[place], token = side.flow.children[place];
    if (!step || !token) return;
    for (const one of document.querySelectorAll(".flow [aria-selected=true]")) one.setAttribute("aria-selected", "false");
    token.setAttribute("aria-selected", "true");
    side.flow.setAttribute("aria-activedescendant", token.id);
    side.active = place;
    const [head, lists] = stepParts.show("h3", `Token ${place + 1}: `, {
      ...step, likelihood: step.user_log_probability, term: step.delta_term,
      user: step.user_top, deltas: step.delta_top, combined: step.combined_top,
    });
    $("step").replaceChildren(head, lists);
    tellRow(head, step);
  };
  // Where the map takes the token; what comes too late for another token is not shown.
  const rows = new Map();
  const tellRow = async (head, step) => {
    const asked = new URLSearchParams({ model: $("model").value, id: String(step.id) });
    if ($("map").value) asked.set("map", $("map").value);
    const key = asked.toString();
    if (!rows.has(key)) rows.set(key, fetch("cmc/row?" + key, { headers: headers() }).then((answer) => answer.json()));
    let row;
    try { row = await rows.get(key); } catch (error) { return rows.delete(key); }
    if (!head.isConnected || !row.method) return;
    const line = make("p", "note", "In the map: ");
    if (row.targets) {
      line.append(make("bdi", "token", visible(row.piece)), " → ");
      row.targets.forEach((target, place) => line.append(place ? " · " : "", make("bdi", "token", visible(target.piece) || "#" + target.id)));
      if (!row.targets.length) line.append("nothing");
      line.append(", by the rule ");
    }
    line.append(row.method);
    if (row.distance !== undefined) line.append(", distance " + row.distance);
    // A page of its own cannot show a key.
    if (row.targets && !$("key").value) {
      const link = make("a", "", "see it in the map");
      asked.delete("id");
      link.href = "cmc/map?" + asked + "#token=" + step.id;
      link.target = "_blank";
      line.append(" · ", link);
    }
    line.className = "note row-of-map";
    head.append(line);
  };
  for (const side of Object.values(sides)) {
    const at = (event) => [...side.flow.children].indexOf(event.target.closest("[role=option]"));
    side.flow.addEventListener("pointerover", (event) => { if (at(event) >= 0) show(side, at(event)); });
    side.flow.addEventListener("click", (event) => { if (at(event) >= 0) show(side, at(event)); });
    side.flow.addEventListener("focus", () => show(side, side.active ?? 0));
    side.flow.addEventListener("keydown", (event) => {
      const moves = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 10, ArrowUp: -10, Home: -Infinity, End: Infinity };
      if (!(event.key in moves) || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      show(side, Math.min(side.steps.length - 1, Math.max(0, (side.active ?? 0) + moves[event.key])));
    });
  }

  $("form").addEventListener("submit", (event) => { event.preventDefault(); write(); });
  $("prompt").addEventListener("keydown", (event) => { if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) write(); });
  $("alpha").addEventListener("input", () => {
    $("alpha-value").textContent = fixed(Number($("alpha").value), 2);
    clearTimeout(timer);
    timer = setTimeout(() => { note(); if ($("prompt").value) steered(); }, 250);
  });
  for (const name of ["map", "mode"]) $(name).addEventListener("change", () => { note(); if ($("prompt").value) steered(); });
  for (const name of ["kind", "tokens", "temperature", "seed", "prompt"]) $(name).addEventListener("change", note);
  $("model").addEventListener("change", () => { fillMaps(); note(); });
  $("kind").addEventListener("change", showTurns);
  $("go-on").addEventListener("click", () => {
    turns.push([sides.steered.asked, sides.steered.text]);
    $("prompt").value = "";
    for (const side of Object.values(sides)) {
      [side.steps, side.active] = [[], 0];
      side.flow.replaceChildren();
      side.note.textContent = "";
    }
    note();
    showTurns();
    say("What comes next?");
    $("prompt").focus();
  });
  $("anew").addEventListener("click", () => { turns = []; note(); showTurns(); $("prompt").focus(); });
  $("key").addEventListener("change", begin);
  $("stop").addEventListener("click", () => { for (const side of Object.values(sides)) stop(side); say("Stopped."); });
  $("share").addEventListener("click", async () => {
    note();
    try {
      await navigator.clipboard.writeText(location.href);
      say("The link is copied.");
    } catch (error) { say("The address of this page is the link."); }
  });
  begin();
})();

"use strict";
(() => {
  const $ = (id) => document.getElementById(id);
  const data = JSON.parse($("tokens-data").textContent);
  $("tokens-data").remove();
  const count = data.pieces.length, rowHeight = 30;
  const grid = $("grid"), canvas = $("rows"), status = $("status"), details = $("details");
  const methodOf = (i) => data.methodNames[data.methods.charCodeAt(i) - 97];
  const kindOf = (i) => data.kindNames[data.kinds.charCodeAt(i) - 97];
  const classOf = (i) => { const c = data.classes.charCodeAt(i) - 256; return c < 0 ? "" : data.classNames[c]; };
  const targetOf = (i) => data.targets[i];
  const targetPiece = (id) => id < 0 ? "" : data.targetPieces[id] ?? "";
  const looks = { exact: "exact", prefix: "prefix", role: "role", override: "override", unmatched: "none" };
  const look = (method) => looks[method] ?? "other";
  const grouped = (n) => String(n).replace(/\B(?=(\d{3})+(?!\d))/g, "\u202f");
  const holes = data.kindNames.indexOf("hole");
  const all = [];
  for (let i = 0; i < count; i++) if (data.kinds.charCodeAt(i) - 97 !== holes) all.push(i);

  // ---- filters
  const fields = ["q", "method", "kind", "script", "from", "to"];
  const state = { sort: "id", down: false };
  let lowered = null, complaint = "", shown = Int32Array.from(all), active = -1, found = -1;
  const folded = () => lowered ??= [data.pieces, data.targetPieces].map((list) => list.map((text) => text.toLowerCase()));

  // The visible form of a space is ␣: a space typed stands for either.
  const matcher = (query) => {
    if (!query) return null;
    const id = /^#(\d+)$/.exec(query);
    if (id) return (i) => i === Number(id[1]) || targetOf(i) === Number(id[1]);
    const pattern = /^\/(.+)\/(i?)$/.exec(query);
    if (pattern) {
      try {
        // As in cmc inspect --match, a blank stands for itself; the visible form matches too.
        const expression = new RegExp(pattern[1], pattern[2] + "u");
        const fits = (text) => expression.test(text) || (text.includes("␣") && expression.test(text.replaceAll("␣", " ")));
        return (i) => fits(data.pieces[i]) || fits(targetPiece(targetOf(i)));
      } catch (error) {
        complaint = "Not a regular expression: " + error.message.replace(/^Invalid regular expression: /, "");
        return () => false;
      }
    }
    const [sources, targets] = folded();
    const wanted = query.toLowerCase(), marked = wanted.replaceAll(" ", "␣");
    const holds = wanted === marked
      ? (text) => text.includes(wanted) : (text) => text.includes(marked) || text.includes(wanted);
    return (i) => holds(sources[i]) || (targetOf(i) >= 0 && holds(targets[targetOf(i)] ?? ""));
  };

  const filter = () => {
    complaint = "";
    const matches = matcher($("q").value);
    const method = data.methodNames.indexOf($("method").value), kind = data.kindNames.indexOf($("kind").value);
    const script = data.classNames.indexOf($("script").value);
    const from = $("from").value === "" ? -Infinity : Number($("from").value);
    const to = $("to").value === "" ? Infinity : Number($("to").value);
    const ranged = from > -Infinity || to < Infinity;
    const result = [];
    for (const i of all) {
      if (method >= 0 && data.methods.charCodeAt(i) - 97 !== method) continue;
      if (kind >= 0 && data.kinds.charCodeAt(i) - 97 !== kind) continue;
      if (script >= 0 && data.classes.charCodeAt(i) - 256 !== script) continue;
      if (ranged && !(data.distances[i] >= 0 && data.distances[i] >= from && data.distances[i] <= to)) continue;
      if (matches && !matches(i)) continue;
      result.push(i);
    }
    shown = Int32Array.from(result);
    order();
    active = -1;
    grid.scrollTop = 0;
    refresh();
  };

  // ---- sort: stable, so that equal rows stay in the order of their ids
  const byText = (of) => (a, b) => { const x = of(a), y = of(b); return x < y ? -1 : x > y ? 1 : a - b; };
  const orders = {
    id: null,
    piece: byText((i) => data.pieces[i]),
    kind: byText(kindOf), script: byText(classOf), method: byText(methodOf),
    distance: (a, b) => data.distances[a] - data.distances[b] || a - b,
    target: (a, b) => data.targets[a] - data.targets[b] || a - b,
    targetPiece: byText((i) => targetPiece(targetOf(i))),
  };
  const order = () => {
    const compare = orders[state.sort];
    if (compare) shown.sort(compare); else shown.sort();
    if (state.down) shown.reverse();
    for (const head of document.querySelectorAll("#heads [role=columnheader]")) {
      const isSorted = head.dataset.key === state.sort;
      head.setAttribute("aria-sort", isSorted ? (state.down ? "descending" : "ascending") : "none");
    }
  };

  // ---- rows
  const make = (name, className, text) => {
    const element = document.createElement(name);
    if (className) element.className = className;
    if (text !== undefined) element.textContent = text;
    return element;
  };
  const cell = (...children) => {
    const element = make("div");
    element.setAttribute("role", "gridcell");
    element.append(...children);
    return element;
  };
  const several = (i) => data.sequences[i];
  const targetText = (i) => several(i) ? several(i).ids.map(targetPiece).join(" + ") : targetPiece(targetOf(i));
  const row = (place) => {
    const i = shown[place], method = methodOf(i), element = make("div", "row");
    element.id = "row-" + i;
    element.setAttribute("role", "row");
    element.setAttribute("aria-rowindex", place + 2);
    element.style.transform = `translateY(${place * rowHeight}px)`;
    element.dataset.place = place;
    if (place === active) element.setAttribute("aria-selected", "true");
    if (i === found) element.classList.add("found");
    const link = make("a", "", String(i));
    link.href = "#token=" + i;
    link.tabIndex = -1;
    const distance = data.distances[i];
    element.append(
      cell(link), cell(make("bdi", "token", data.pieces[i])), cell(kindOf(i)), cell(classOf(i)),
      cell(make("span", "tag t-" + look(method), method)), cell(distance < 0 ? "–" : String(distance)),
      cell(targetOf(i) < 0 ? "–" : several(i) ? several(i).ids.join(" ") : String(targetOf(i))),
      cell(make("bdi", "token", targetText(i))));
    return element;
  };
  let first = -1, last = -1;
  const draw = (force) => {
    const top = Math.max(0, Math.floor(grid.scrollTop / rowHeight) - 6);
    const bottom = Math.min(shown.length, Math.ceil((grid.scrollTop + grid.clientHeight) / rowHeight) + 6);
    if (!force && top === first && bottom === last) return;
    first = top; last = bottom;
    const rows = [];
    for (let place = top; place < bottom; place++) rows.push(row(place));
    canvas.replaceChildren(...rows);
  };
  const refresh = () => {
    canvas.style.height = shown.length * rowHeight + "px";
    grid.setAttribute("aria-rowcount", shown.length + 1);
    status.textContent = complaint || (shown.length === all.length
      ? `${grouped(all.length)} tokens` : `${grouped(shown.length)} of ${grouped(all.length)} tokens`);
    status.classList.toggle("wrong", complaint !== "");
    if (complaint) $("q").setAttribute("aria-invalid", "true"); else $("q").removeAttribute("aria-invalid");
    $("empty").hidden = shown.length > 0;
    draw(true);
  };
  let waiting = false, resting = 0, placed = 0;
  grid.addEventListener("scroll", () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => { waiting = false; draw(false); });
    clearTimeout(resting);
    resting = setTimeout(() => { if (grid.scrollTop !== placed && !location.hash.startsWith("#token=")) note(); }, 250);
  });
  new ResizeObserver(() => draw(false)).observe(grid);

  // ---- one token
  const unescaped = (text, kind) => {
    if (kind === "byte") return [parseInt(text.slice(3, 5), 16)];
    const bytes = [], encoder = new TextEncoder();
    const pattern = /\\u\{([0-9A-F]+)\}|\\x([0-9A-F]{2})|\\([nrt\\])|␣|[^]/gu;
    for (const part of text.matchAll(pattern)) {
      if (part[1]) bytes.push(...encoder.encode(String.fromCodePoint(parseInt(part[1], 16))));
      else if (part[2]) bytes.push(parseInt(part[2], 16));
      else if (part[3]) bytes.push({ n: 10, r: 13, t: 9, "\\": 92 }[part[3]]);
      else if (part[0] === "␣" && kind === "text") bytes.push(32);
      else bytes.push(...encoder.encode(part[0]));
    }
    return bytes;
  };
  const hex = (bytes) => bytes.map((byte) => byte.toString(16).toUpperCase().padStart(2, "0")).join(" ");
  const fact = (list, name, ...value) => {
    const entry = make("dd");
    entry.append(...value);
    list.append(make("dt", "", name), entry);
  };
  const show = (i) => {
    const list = make("dl", "facts"), method = methodOf(i);
    const codes = (text, kind) => make("span", "mono note", "  " + hex(unescaped(text, kind)));
    fact(list, "Token " + i, make("bdi", "token", data.pieces[i]), codes(data.pieces[i], kindOf(i)));
    fact(list, "Kind, script", [kindOf(i), classOf(i)].filter(Boolean).join(", "));
    fact(list, "Placed by", make("span", "tag t-" + look(method), method),
      data.distances[i] > 0 ? ` at distance ${data.distances[i]}` : "");
    const targets = several(i) ?? (targetOf(i) < 0 ? null : { ids: [targetOf(i)], weights: [1] });
    if (!targets) fact(list, "Target", "none: the delta model does not adjust this token");
    else targets.ids.forEach((id, place) => fact(list,
      "Target " + id, make("bdi", "token", targetPiece(id)),
      targets.ids.length > 1 ? `  weight ${targets.weights[place].toFixed(3)}` : ""));
    details.replaceChildren(list);
    details.hidden = false;
  };
  const select = (place, isQuiet) => {
    if (place < 0 || place >= shown.length) return;
    active = place;
    const top = place * rowHeight, height = grid.clientHeight - rowHeight;
    if (top < grid.scrollTop) grid.scrollTop = top;
    else if (top + rowHeight > grid.scrollTop + height) grid.scrollTop = top + rowHeight - height;
    draw(true);
    grid.setAttribute("aria-activedescendant", "row-" + shown[place]);
    if (!isQuiet) show(shown[place]);
  };
  canvas.addEventListener("click", (event) => {
    const element = event.target.closest(".row");
    if (element && !event.target.closest("a")) { grid.focus(); select(Number(element.dataset.place)); }
  });
  grid.addEventListener("keydown", (event) => {
    const page = Math.max(1, Math.floor(grid.clientHeight / rowHeight) - 2);
    const moves = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity };
    if (event.target !== grid || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Enter" && active >= 0) { location.hash = "token=" + shown[active]; return; }
    if (!(event.key in moves)) return;
    event.preventDefault();
    select(Math.min(shown.length - 1, Math.max(0, active + moves[event.key])));
  });

  // ---- addresses: #token=12, #method=unmatched&script=Han&sort=distance&down=1&row=120
  const known = (name, value) => $(name).tagName !== "SELECT" || [...$(name).options].some((option) => option.value === value);
  const go = () => {
    const wanted = new URLSearchParams(location.hash.slice(1)), unknown = [];
    for (const [name, value] of [...wanted]) {
      if (name === "sort" ? value in orders : name === "row" ? /^\d+$/.test(value) : name === "down" || name === "token"
        || (fields.includes(name) && known(name, value))) continue;
      if (fields.includes(name) || name === "sort" || name === "row") { unknown.push(`${name} “${value}”`); wanted.delete(name); }
    }
    const sort = wanted.get("sort");
    if (sort !== null) { state.sort = sort; state.down = wanted.get("down") === "1"; }
    if (wanted.has("token")) {
      const id = Number(wanted.get("token"));
      let place = shown.indexOf(id);
      if (place < 0) { clear(); place = shown.indexOf(id); }
      if (place < 0) { status.textContent = "There is no such token."; return; }
      found = id;
      grid.scrollTop = Math.max(0, (place - 4) * rowHeight);
      select(place);
      $("tokens").scrollIntoView({ block: "start" });
    } else if (fields.some((name) => wanted.has(name)) || sort !== null || wanted.has("row")) {
      for (const name of fields) $(name).value = wanted.get(name) ?? "";
      filter();
      grid.scrollTop = placed = Math.max(0, Number(wanted.get("row") ?? 1) - 1) * rowHeight;
      placed = grid.scrollTop;
      $("tokens").scrollIntoView({ block: "start" });
    }
    if (unknown.length) {
      status.textContent = "The address asks for what is not here: " + unknown.join(", ") + ". " + status.textContent;
      status.classList.add("wrong");
    }
  };
  const clear = () => {
    for (const name of fields) $(name).value = "";
    filter();
  };
  const note = () => {
    const wanted = new URLSearchParams();
    for (const name of fields) if ($(name).value !== "") wanted.set(name, $(name).value);
    if (state.sort !== "id" || state.down) { wanted.set("sort", state.sort); if (state.down) wanted.set("down", "1"); }
    placed = grid.scrollTop;
    if (placed >= rowHeight) wanted.set("row", Math.floor(placed / rowHeight) + 1);
    history.replaceState(null, "", wanted.size ? "#" + wanted : location.pathname + location.search);
  };
  addEventListener("hashchange", go);
  let timer = 0;
  for (const name of fields) {
    $(name).addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(() => { filter(); note(); }, name === "q" ? 60 : 0);
    });
  }
  $("clear").addEventListener("click", () => { found = -1; details.hidden = true; clear(); note(); $("q").focus(); });
  for (const head of document.querySelectorAll("#heads [role=columnheader]")) {
    head.querySelector("button").addEventListener("click", () => {
      state.down = state.sort === head.dataset.key ? !state.down : head.dataset.key === "distance";
      state.sort = head.dataset.key;
      order();
      active = -1;
      grid.scrollTop = 0;
      draw(true);
      note();
    });
  }

  // ---- the rows that are left, as a file
  const table = () => {
    const clean = (text) => String(text).replace(/[\t\n\r]/g, " ");
    const lines = ["id\ttoken\tkind\tscript\tmethod\tdistance\ttarget_id\ttarget"];
    for (const i of shown) {
      lines.push([i, data.pieces[i], kindOf(i), classOf(i), methodOf(i), data.distances[i],
        several(i) ? several(i).ids.join(" ") : targetOf(i), targetText(i)].map(clean).join("\t"));
    }
    return lines.join("\n") + "\n";
  };
  $("download").addEventListener("click", () => {
    const link = make("a");
    link.href = URL.createObjectURL(new Blob([table()], { type: "text/tab-separated-values" }));
    link.download = data.name + ".tsv";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  });

  // ---- paper takes the first rows of what is filtered
  addEventListener("beforeprint", () => {
    const limit = Math.min(shown.length, 400), body = make("tbody");
    for (let place = 0; place < limit; place++) {
      const i = shown[place], line = make("tr");
      for (const text of [i, data.pieces[i], methodOf(i), data.distances[i] < 0 ? "–" : data.distances[i], targetText(i)])
        line.append(make("td", "token", String(text)));
      body.append(line);
    }
    const paper = make("table");
    paper.append(make("caption", "", `${grouped(limit)} of ${grouped(shown.length)} tokens`), body);
    $("paper").replaceChildren(paper);
  });
  addEventListener("afterprint", () => $("paper").replaceChildren());

  refresh();
  go();
  document.documentElement.dataset.ready = Math.round(performance.now());
})();

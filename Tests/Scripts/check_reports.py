#!/usr/bin/env python3
"""Opens every kind of page in a headless Chromium, light and dark, and uses it.

    check_reports.py [--program .build/release/cmc] [--screenshots FOLDER]

No error in the console, no request for anything but the file itself, no id twice; search, filters, sort, addresses, keyboard and
download do what they should; hostile tokens stay text. Needs Debian's chromium; without it the check fails. How long a page of
262 144 rows takes until it can be used is printed, not judged.
"""

import argparse
import base64
import json
import os
import random
import subprocess
import sys
import tempfile

from browser import Browser

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
failures = []

HOSTILE = [
    b"<script>document.title='taken'</script>", b"</script><img src=x onerror=\"document.title='taken'\">", b"<!--", b"]]>",
    b"\"'&amp;&{x}`${y}`", "\u202egnirts\u2066".encode(), "שלום".encode(), "مرحبا".encode(), b"\x1b[2J", b"\r\n", b"\xff\xfe",
    b"\xe6\xbc", "\u2028\u2029\ufeff".encode(), b"__proto__", b"%00%3Cb%3E", b"constructor", "🙂漢é".encode(), b" <b>bold</b>",
]


def expect(condition, message):
    if not condition:
        failures.append(message)
        print("FAILED:", message)


def tiktoken(path, tokens):
    """A vocabulary of the 256 bytes and further tokens."""
    tokens = [bytes([byte]) for byte in range(256)] + tokens
    with open(path, "wb") as file:
        for rank, token in enumerate(tokens):
            file.write(base64.b64encode(token) + b" %d\n" % rank)


def large(count):
    """So many different tokens of about the length that real ones have, in several scripts."""
    generator = random.Random(1)
    alphabets = ["abcdefghijklmnopqrstuvwxyz", "абвгдежзиклмнопрст", "日月火水木金土天地人大小", "अआइईउऊएकखगघचजटडत"]
    tokens = set()
    while len(tokens) < count:
        alphabet = generator.choice(alphabets)
        text = "".join(generator.choice(alphabet) for _ in range(generator.randint(2, 9)))
        tokens.add(((" " if generator.random() < 0.4 else "") + text).encode())
    return sorted(tokens)


def similarity(path):
    """A result as `cmc similarity --json` writes it, with hostile texts."""
    generator = random.Random(2)
    texts = [token.decode(errors="replace") for token in HOSTILE]
    run = {"label": texts[0], "path": "run", "task": "chat", "base": "b", "tuned": "t", "tokenizer": "v", "width": 100}

    def values(scale):
        return {"sinkhorn": scale, "cosine": 0.9, "mean_absolute_difference": scale / 2}

    def heat(prompt):
        upper = [sorted((generator.gauss(0, 1.5) for _ in range(20)), reverse=True) for _ in range(12)]
        lower = [[value * 0.7 + generator.gauss(0, 0.4) for value in row] for row in upper]
        return {"prompt": prompt, "rule": "tuned", "steps": list(range(12)), "upper": upper, "lower": lower,
                "tokens": [[generator.randrange(len(texts)) for _ in range(20)] for _ in range(12)], "ids": list(range(len(texts))),
                "texts": texts, "step_texts": texts[:12], "limit": 5}

    interval = {"low": 0.4, "high": 0.9}
    test = {"measure": "sinkhorn", "same_mean": 0.6, "cross_mean": 3.1, "differences": [-2.5, -2.2, -3.1, 0.1], "mean_difference": -1.9,
            "interval": {"low": -3, "high": -0.5}, "p": 0.125, "is_exact": True, "draws": 15, "smallest_possible": 0.0625, "groups": texts[1]}
    settings = {"top": 20, "exponent": 2, "blur": 0.01, "schedule": "geomloss", "debias": True, "resamples": 10000, "level": 0.95,
                "draws": 100000, "shuffles": 20, "seed": 1, "heat_maps": 50, "heat_map_steps": 50, "is_reference_compatible": False}
    result = {
        "schema": "cmc.similarity", "version": 1, "tool": "cmc", "settings": settings, "first": run, "second": run | {"label": "second"},
        "prompts": [{"prompt": texts[place % 3], "response": texts[1], "steps": 12, "skipped": 0} for place in range(4)],
        "rankings": [{"rule": "tuned", "is_default": True, "columns": 20, "unmatched_share": 0.05,
                      "summaries": [{"measure": "sinkhorn", "mean": 0.6, "prompts": 4, "interval": interval},
                                    {"measure": "cosine", "mean": 0.9, "prompts": 4, "interval": interval}],
                      "prompts": [{"prompt": place, "steps": 12, "values": values(0.6), "cross": values(3)} for place in range(4)],
                      "test": test,
                      "null": {"measure": "sinkhorn", "observed": 0.6, "values": [2, 3], "seeds": [1, 2], "mean": 2.5, "least": 2, "largest": 3,
                               "as_small": 0}}],
        "heat_maps": [heat(place) for place in range(3)], "notes": [texts[0]],
    }
    with open(path, "w", encoding="utf-8") as file:
        json.dump(result, file)


def trace(path, texts=None):
    """A trace as `cmc generate --trace` writes it: of these tokens, or of hostile ones, some of which are no text."""
    has_all = texts is not None
    texts = texts or [token.decode(errors="replace") for token in HOSTILE]
    top = [{"id": place, "piece": text, "value": 5.0 - place} for place, text in enumerate(texts[:6])]
    steps = [{"id": place, "piece": text, "text": text if has_all or place % 3 else None, "score": 1.0, "user_log_probability": -0.3 * place,
              "delta_term": 0.5, "match": ["exact", "prefix", "other", "unmatched"][place % 4], "changed": place % 5 == 1, "reencoded": place % 4 == 1,
              "user_top": top, "delta_top": [top], "combined_top": top} for place, text in enumerate(texts)]
    with open(path, "w", encoding="utf-8") as file:
        json.dump({"schema": "cmc.trace", "version": 1, "tool": "cmc", "user": texts[0], "deltas": [{"name": texts[1], "alpha": 1, "map": "m"}],
                   "mode": "add", "unmatched": "zero", "prompt": "".join(texts), "text": "".join(texts), "stop": "length", "steps": steps}, file)


def closed_loop(path):
    """A result as `cmc demo` writes it, with hostile texts."""
    texts = [token.decode(errors="replace") for token in HOSTILE]
    shares = {"tokens": 100, "exact": 70, "shorter": 20, "longer": 3, "other": 2, "unmatched": 5}

    def estimate(value):
        return {"value": value, "low": value - 0.1, "high": value + 0.1, "count": 100}

    names = ["constant", "base-one", "delta-alone-mapped", "lora-one", "one-delta", "two-delta", "two-exact", "two-shuffled-1"]
    groups = ["baseline", "baseline", "alone", "tuned", "steered", "steered", "map", "map"]
    systems = [{"id": name, "title": texts[place], "group": group, "map": texts[place + 1], "exact_match": estimate(place / 8),
                "format": estimate(1), "name": estimate(0.9), "value": estimate(0.8), "placed": shares, "loss": 1.5, "seconds": 2,
                "tokens_per_second": 1000.5, "weight_bytes": 2_000_000, "user": "one" if "one" in name else "two",
                "attributes": [{"name": text, "exact_match": estimate(0.5)} for text in texts[:3]]}
               for place, (name, group) in enumerate(zip(names, groups))]
    test = {"same": 0.5, "cross": 0.8, "low": -0.4, "high": -0.2, "p": 0.001}
    matrix = [[1, 0.5], [0.4, 1]]
    result = {
        "schema": "cmc.demo", "version": 1, "tool": "cmc", "models": texts[0], "world_seed": 1, "seed": 1, "prompts": 100,
        "alignment": shares, "answers": shares, "systems": systems, "lora_share": estimate(0.9),
        "comparisons": [{"better": "two-delta", "worse": name, "difference": estimate(0.2 - place / 10), "wins": 9, "losses": 3}
                        for place, name in enumerate(names)],
        "sweep": [{"alpha": alpha, "one": estimate(alpha / 2), "two": estimate(alpha / 3)} for alpha in (0, 0.5, 1, 2)],
        "shifts": {"runs": texts[:2], "cosine": matrix, "sinkhorn": matrix, "prompts": 10, "cosine_test": test, "sinkhorn_test": test},
        "claims": [{"text": text, "holds": place % 2 == 0} for place, text in enumerate(texts)],
        "examples": [{"prompt": text, "answer": text, "answers": [{"system": name, "text": text, "is_right": False} for name in names[:3]]}
                     for text in texts],
        "seconds": 12, "peak_memory": 1 << 28,
    }
    with open(path, "w", encoding="utf-8") as file:
        json.dump(result, file)


def check_closed_loop(browser, path):
    """On a narrow window the tables scroll in their own boxes, and the page does not."""
    browser.size(400, 900)
    browser.open(path)
    expect(browser.run("document.documentElement.scrollWidth <= innerWidth"), "closed loop: wider than a narrow window")
    expect(browser.run("[...document.querySelectorAll('#systems .wide')].every(box => box.scrollWidth > box.clientWidth && box.tabIndex === 0)"),
           "closed loop: the table of systems does not scroll in its box")
    expect(browser.run("[...document.querySelectorAll('table')].every(table => table.caption)"),
           "closed loop: a table without a caption")
    browser.size(1280, 900)
    browser.open(path)
    expect(browser.run("[...document.querySelectorAll('.wide')].every(box => box.scrollWidth <= box.clientWidth + 1)"),
           "closed loop: a table scrolls in a wide window")
    for complaint in browser.complaints():
        expect(False, f"closed loop: {complaint}")


def check_page(browser, path, name, screenshots):
    """What must hold of every page, light and dark."""
    for scheme in ("light", "dark"):
        browser.scheme(scheme)
        browser.open(path)
        for complaint in browser.complaints():
            expect(False, f"{name}, {scheme}: {complaint}")
        expect(browser.run("new Set([...document.querySelectorAll('[id]')].map(e => e.id)).size === document.querySelectorAll('[id]').length"),
               f"{name}: an id occurs twice")
        expect(browser.run("document.title") != "taken", f"{name}: a token became a script")
        expect(browser.run("document.querySelectorAll('img, iframe, object, main b b').length") == 0, f"{name}: a token became an element")
        expect(browser.run("document.documentElement.scrollWidth <= innerWidth"), f"{name}: the page is wider than the window")
        ground = browser.run("getComputedStyle(document.documentElement).backgroundColor.match(/\\d+/g).map(Number)[0]")
        expect((ground > 128) == (scheme == "light"), f"{name}: the ground is not {scheme}")
        # Every control has a name for those who do not see it.
        unnamed = browser.run("[...document.querySelectorAll('button, input, select, [tabindex=\"0\"]')].filter(e => !e.hidden && !e.closest('[hidden]') &&"
                              " !(e.textContent.trim() || e.getAttribute('aria-label') || e.closest('label'))).map(e => e.outerHTML.slice(0, 80))")
        expect(not unnamed, f"{name}: controls without a name: {unnamed}")
        if screenshots:
            browser.screenshot(os.path.join(screenshots, f"{name}-{scheme}.png"), full=True)
    browser.scheme("dark", media="print")
    expect(browser.run("getComputedStyle(document.documentElement).backgroundColor") == "rgb(255, 255, 255)", f"{name}: paper is not white")
    browser.scheme("dark")
    browser.run("document.getElementById('theme').click()")
    expect(browser.run("getComputedStyle(document.documentElement).colorScheme") == "light", f"{name}: the button does not change the theme")
    browser.scheme("light")


STATUS = "document.getElementById('status').textContent.replace(/\\u202f/g, '')"


def fill(browser, field, value):
    browser.run(f"(() => {{ const field = document.getElementById({json.dumps(field)}); field.value = {json.dumps(value)};"
                " field.dispatchEvent(new Event('input', { bubbles: true })); })()")
    browser.run("new Promise(done => setTimeout(done, 150))")


def cells(browser):
    return browser.run("[...document.querySelectorAll('#rows .row')].map(row => [...row.children].map(cell => cell.textContent))")


def check_table(browser, path, count):
    """Search, filters, sort, addresses, keyboard and download of the table of all tokens."""
    browser.open(path)
    expect(browser.run(STATUS) == f"{count} tokens", f"table: {browser.run(STATUS)}")
    expect(0 < len(cells(browser)) < 100, "table: rows are made only where they are seen")

    fill(browser, "q", "script")
    found = cells(browser)
    expect(found and all("script" in row[1] + row[7] for row in found), f"search: {found}")
    fill(browser, "q", "#5")
    expect([row[0] for row in cells(browser)][:1] == ["5"], "search by id")
    fill(browser, "q", "/^<!--$/")
    expect([row[1] for row in cells(browser)] == ["<!--"], f"search by expression: {cells(browser)}")
    fill(browser, "q", "/(/")
    expect(cells(browser) == [], "a broken expression finds nothing")
    expect(browser.run(STATUS).startswith("Not a regular expression") and browser.run("document.getElementById('q').ariaInvalid") == "true",
           f"a broken expression is not said: {browser.run(STATUS)}")
    fill(browser, "q", " <b>")
    expect([row[1] for row in cells(browser)] == ["␣<b>bold</b>"], f"a space finds its visible form: {cells(browser)}")
    browser.run("document.getElementById('clear').click()")
    expect(browser.run(STATUS) == f"{count} tokens", "clear")

    fill(browser, "method", "unmatched")
    left = cells(browser)
    expect(left and all(row[4] == "unmatched" and row[6] == "–" for row in left), "filter by method")
    expect("method=unmatched" in browser.run("location.hash"), "the address follows the filter")
    fill(browser, "method", "")
    fill(browser, "from", "2")
    expect(all(int(row[5]) >= 2 for row in cells(browser)), "filter by distance")
    fill(browser, "from", "")

    browser.run("document.querySelector('#heads [data-key=distance] button').click()")
    distances = [row[5] for row in cells(browser)]
    numbers = [int(text) for text in distances if text != "–"]
    expect(numbers == sorted(numbers, reverse=True) and browser.run(
        "document.querySelector('#heads [data-key=distance]').getAttribute('aria-sort')") == "descending", f"sort: {distances[:9]}")
    browser.run("document.querySelector('#heads [data-key=id] button').click()")

    browser.run("document.getElementById('grid').focus()")
    browser.press("ArrowDown")
    browser.press("ArrowDown")
    expect(browser.run("document.querySelector('#rows [aria-selected=true]').id") == "row-1", "arrow keys")
    browser.press("End")
    expect(browser.run("document.querySelector('#rows [aria-selected=true]').id") == f"row-{count - 1}", "the End key")
    expect(browser.run("!document.getElementById('details').hidden"), "the selected token is described")
    browser.press("Enter")
    expect(browser.run("location.hash") == f"#token={count - 1}", "Enter gives an address")

    browser.open(path, "#token=258")
    expect(browser.run("document.querySelector('#rows .found').id") == "row-258", "an address shows its token")
    browser.open(path, "#method=exact&q=a")
    expect(all(row[4] == "exact" for row in cells(browser)) and browser.run("document.getElementById('q').value") == "a", "an address filters")

    browser.open(path, "#sort=distance&down=1&row=9")
    distances = [int(row[5]) for row in cells(browser) if row[5] != "–"]
    expect(distances == sorted(distances, reverse=True) and browser.run("document.getElementById('grid').scrollTop") > 0,
           f"an address sorts and scrolls: {distances[:9]}")
    browser.run("document.querySelector('#heads [data-key=piece] button').click()")
    expect("sort=piece" in browser.run("location.hash"), "the address follows the sort")
    browser.open(path, "#method=nonsense&kind=text")
    expect("method “nonsense”" in browser.run(STATUS) and browser.run("document.getElementById('kind').value") == "text",
           f"an unknown value of an address is not said: {browser.run(STATUS)}")
    browser.open(path, "#q=%2F%5E %3Cb%3E%2F")
    expect([row[1] for row in cells(browser)] == ["␣<b>bold</b>"], f"a blank in an expression is a space: {cells(browser)}")
    browser.size(390, 844)
    browser.open(path)
    expect(browser.run("(() => { const box = document.querySelector('#rows .row:nth-child(2) > :last-child').getBoundingClientRect();"
                       " return box.width > 60 && box.right <= innerWidth; })()"), "on a phone the target is out of sight")
    browser.size(1280, 900)
    browser.open(path, "#method=exact&q=a")

    fill(browser, "q", "script")
    browser.run("URL.createObjectURL = (blob) => { window.saved = blob; return 'blob:none'; }; HTMLAnchorElement.prototype.click = function () { window.savedAs = this.download; }")
    browser.run("document.getElementById('download').click()")
    lines = browser.run("window.saved.text()").rstrip("\n").split("\n")
    shown = int(browser.run(STATUS).split()[0])
    expect(len(lines) == shown + 1 and lines[0].startswith("id\ttoken\t") and all(line.count("\t") == 7 for line in lines),
           f"download: {len(lines)} lines of {shown} rows")
    expect(browser.run("window.savedAs").endswith(".tsv"), "the download has a name")
    browser.run("dispatchEvent(new Event('beforeprint'))")
    expect(browser.run("document.querySelectorAll('#paper tr').length") == shown, "paper has the rows that are left")
    for complaint in browser.complaints():
        expect(False, f"table: {complaint}")


def check_trace(browser, path, count):
    browser.open(path)
    expect(browser.run("document.querySelectorAll('#flow [role=option]').length") == count, "trace: a mark a step")
    browser.run("document.getElementById('flow').focus()")
    browser.press("Home")
    browser.press("ArrowRight")
    expect(browser.run("document.querySelector('#step h2').textContent").startswith("Step 2: "), "trace: arrow keys")
    expect(browser.run("document.querySelectorAll('#step .list').length") == 3, "trace: three lists")
    box = browser.run("(({ x, y, width, height }) => [x + width / 2, y + height / 2])(document.getElementById('step-7').getClientRects()[0])")
    browser.call("Input.dispatchMouseEvent", {"type": "mouseMoved", "x": box[0], "y": box[1]})
    expect(browser.run("document.querySelector('#step h2').textContent").startswith("Step 7: "), "trace: the pointer shows a step")
    for complaint in browser.complaints():
        expect(False, f"trace: {complaint}")


def check_direction(browser, path):
    """Hebrew runs from right to left over all its tokens, the Latin within it the other way, and no token turns the next."""
    browser.open(path)
    left = browser.run("[...document.querySelectorAll('#flow [role=option]')].map(token => token.getBoundingClientRect().left)")
    order = sorted(range(len(left)), key=lambda place: -left[place])
    expect(order == [0, 1, 3, 2, 4, 5, 6], f"direction: from the right the tokens stand as {order}")
    expect("\\u{202E}" in browser.run("document.getElementById('step-6').textContent"), "direction: an override is not named")


def check_phone(browser, path, name):
    """On a phone letters of charts are ten pixels high at least, and what is wider scrolls in its own box."""
    browser.size(390, 844)
    browser.open(path)
    expect(browser.run("document.documentElement.scrollWidth <= innerWidth"), f"{name}: wider than a phone")
    letters = browser.run("[...document.querySelectorAll('figure svg')].filter(svg => svg.getBoundingClientRect().width).flatMap(svg =>"
                          " [...svg.querySelectorAll('text')].map(text => Number(text.getAttribute('font-size'))"
                          " * svg.getBoundingClientRect().width / svg.viewBox.baseVal.width))")
    expect(all(size > 9.99 for size in letters), f"{name}: letters of {min(letters, default=0):.1f} pixels in a chart")
    browser.size(1280, 900)
    browser.open(path)
    expect(browser.run("[...document.querySelectorAll('.chart')].every(box => box.scrollWidth <= box.clientWidth + 1)"),
           f"{name}: a chart scrolls in a wide window")


def check_atlas(browser, path, count):
    browser.open(path)
    expect(browser.run("document.querySelectorAll('#matrix tbody td').length") == count * count, "atlas: a cell a pair")
    before = browser.run("document.querySelector('#matrix tbody td').textContent")
    browser.run("document.querySelector('[data-measure=none]').click()")
    expect(before == "100" and browser.run("document.querySelector('#matrix tbody td').textContent") == "0", "atlas: another share")
    browser.run("document.querySelector('#matrix tbody td').focus()")
    browser.press("ArrowRight")
    expect(browser.run("document.activeElement.cellIndex") == 2, "atlas: arrow keys")
    for complaint in browser.complaints():
        expect(False, f"atlas: {complaint}")


def check_similarity(browser, path):
    browser.size(390, 844)
    browser.open(path)
    expect(browser.run("document.documentElement.scrollWidth <= innerWidth"), "similarity: wider than a phone")
    browser.size(1280, 900)
    browser.open(path)
    painted = "document.getElementById('upper').toDataURL()"
    expect(browser.run("document.getElementById('upper').width") == 20, "similarity: a pixel a token")
    before = browser.run(painted)
    browser.run("(() => { const choice = document.getElementById('prompt'); choice.selectedIndex = 2; choice.dispatchEvent(new Event('change')); })()")
    expect(browser.run(painted) != before, "similarity: another prompt")
    browser.run("document.getElementById('upper').focus()")
    browser.press("ArrowDown")
    expect(browser.run("document.getElementById('cell').textContent").startswith("Step 2,"), "similarity: arrow keys")
    for complaint in browser.complaints():
        expect(False, f"similarity: {complaint}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default=os.path.join(ROOT, ".build/release/cmc"))
    parser.add_argument("--screenshots")
    parser.add_argument("--check", action="store_true", help="for .ci/run, which gives it to every script; changes nothing")
    options = parser.parse_args()
    program = os.path.abspath(options.program)
    if options.screenshots:
        os.makedirs(options.screenshots, exist_ok=True)

    with tempfile.TemporaryDirectory() as folder:
        def run(*arguments):
            subprocess.run([program, *arguments, "-q"], cwd=folder, check=True, stdout=subprocess.DEVNULL)

        demo = os.path.join(ROOT, "Vocabs/demo")
        tiktoken(f"{folder}/hostile.tiktoken", HOSTILE)
        tiktoken(f"{folder}/other.tiktoken", [token[: len(token) * 2 // 3] for token in HOSTILE[:9]])
        tiktoken(f"{folder}/large.tiktoken", large(262_144 - 256))
        run("align", "hostile.tiktoken", "other.tiktoken", "--no-map", "--report", "alignment.html")
        run("align", f"{demo}/harbor", f"{demo}/meadow", "-o", "demo.json", "--report", "demo.html")
        run("align", "large.tiktoken", f"{demo}/meadow", "--no-map", "--report", "large.html")
        run("atlas", "<b>hostile</b>=hostile.tiktoken", "other.tiktoken", f"{demo}/harbor", f"{demo}/meadow", "-o", "atlas")
        trace(f"{folder}/trace.json")
        similarity(f"{folder}/similarity.json")
        closed_loop(f"{folder}/loop.json")
        trace(f"{folder}/hebrew.json", ["שלום", " עולם", " this", " is", " וגם", " x\u202ey", " ואז"])
        run("report", "trace.json", "hebrew.json", "similarity.json", "loop.json")

        with Browser() as browser:
            for name in ("alignment", "demo", "large", "atlas", "trace", "similarity", "loop"):
                check_page(browser, f"{folder}/{name}.html", name, options.screenshots)
                if name != "large":
                    check_phone(browser, f"{folder}/{name}.html", name)
            check_direction(browser, f"{folder}/hebrew.html")
            check_table(browser, f"{folder}/alignment.html", 256 + len(HOSTILE))
            check_trace(browser, f"{folder}/trace.html", len(HOSTILE))
            check_atlas(browser, f"{folder}/atlas.html", 4)
            check_similarity(browser, f"{folder}/similarity.html")
            check_closed_loop(browser, f"{folder}/loop.html")
            examples = os.path.join(ROOT, "Reports/examples")
            for name in sorted(name for name in os.listdir(examples) if name.endswith(".html")):
                check_page(browser, os.path.join(examples, name), f"example-{name[:-5]}", None)
            browser.open(f"{folder}/large.html")
            ready = browser.run("document.documentElement.dataset.ready")
            search = browser.run("(async () => { const field = document.getElementById('q'), start = performance.now(); field.value = 'ab';"
                                 " field.dispatchEvent(new Event('input')); const status = document.getElementById('status'), before = status.textContent;"
                                 " while (status.textContent === before) await new Promise(requestAnimationFrame); return performance.now() - start; })()")
            size = os.path.getsize(f"{folder}/large.html")
            print(f"262 144 rows: {size / 1e6:.1f} MB, usable {ready} ms after navigation began, a first search {search:.0f} ms")
            expect(size < 25_000_000, "the page of 262 144 rows is larger than 25 MB")
            expect(browser.run(STATUS).endswith("of 262144 tokens"), f"large: {browser.run(STATUS)}")
    print(f"{len(failures)} failed" if failures else "all pages are as they should be")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())

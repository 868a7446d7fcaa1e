#!/usr/bin/env python3
"""Uses the page of `cmc serve` in a headless Chromium: types, writes, moves α, compares, inspects, shares a link.

    Tests/Scripts/check_live_page.py [--program .build/release/cmc] [--pictures FOLDER]

The server has the demonstration's models. What stands on the page must be what the server answers to a program; nothing may
be asked of anybody else, and nothing may stand in the console. A prompt with markup in it must stay text. With --pictures the
page is photographed at three widths, light and dark. The last line counts; the exit status is 1 where anything differs.
"""

import argparse
import json
import os
import sys
import urllib.error
import urllib.request

from browser import Browser
from check_server import Counter, Server, ROOT

QUESTION = "This is Ada Holt. Ada lives in Rome. Where does Ada live?"
SHOWN = (
    "This is Loltrour Lumrot. Loltrour was born on 23 January 1930. Loltrour signs as לידומ. "
    "Loltrour lives in Raitgeank. How does Loltrour sign?"
)


def ask(url, alpha, before=()):
    messages = [turn for asked, said in before for turn in ({"role": "user", "content": asked}, {"role": "assistant", "content": said})]
    body = {"messages": messages + [{"role": "user", "content": QUESTION}], "temperature": 0, "max_tokens": 24, "cmc_alpha": alpha}
    request = urllib.request.Request(url + "/v1/chat/completions", json.dumps(body).encode())
    try:
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)["choices"][0]["message"]["content"]
    except urllib.error.HTTPError as error:
        return json.load(error)["error"]["message"]


class Page:
    def __init__(self, browser, url):
        self.browser, self.url = browser, url

    def visit(self, fragment=""):
        for url in ("about:blank", self.url + "/" + fragment):
            self.browser.events.clear()
            self.browser.call("Page.navigate", {"url": url})
            while not any(event.get("method") == "Page.loadEventFired" for event in self.browser.events):
                self.browser.events.append(self.browser.receive())
        self.wait("document.documentElement.dataset.ready === '1'")

    def wait(self, condition, seconds=60):
        script = f"""new Promise((done) => {{
          const end = Date.now() + {seconds} * 1000;
          const look = () => ({condition}) ? done(true) : Date.now() > end ? done(false) : setTimeout(look, 30);
          look(); }})"""
        return self.browser.run(script)

    def idle(self):
        return self.wait("document.getElementById('stop').disabled")

    def text(self, side):
        return self.browser.run(f"[...document.getElementById('{side}').children].map((one) => one.querySelector('.mark') ? '' : one.textContent).join('')")

    def set(self, name, value, event="change"):
        self.browser.run(
            f"(() => {{ const field = document.getElementById('{name}'); field.value = {json.dumps(value)};"
            f"field.dispatchEvent(new Event('{event}', {{bubbles: true}})); }})()"
        )

    def foreign(self):
        """What the console said, and requests for anything but the server."""
        self.browser.run("0")
        found = []
        for event in self.browser.events:
            method, values = event.get("method"), event.get("params", {})
            # A second question to a template for one is refused, and meant to be.
            if "status of 400" in str(values):
                continue
            if method == "Runtime.exceptionThrown" or (method == "Log.entryAdded" and values["entry"]["level"] in ("error", "warning")):
                found.append(str(values)[:300])
            elif method == "Network.requestWillBeSent" and not values["request"]["url"].startswith((self.url, "about:", "data:")):
                found.append(values["request"]["url"])
        return found


# Answers with these tokens, whatever is asked: which way they run is the page's affair, and no model says them when told to.
HEBREW = ["שלום", " עולם", " this", " is", " וגם", " x\u202ey", " ואז"]
ANSWER = """(words => { window.fetch = async () => new Response(words.map((text, id) => "data: " + JSON.stringify({ choices: [{ text, cmc_step: {
  id, piece: text, match: "exact", changed: false, user_log_probability: -1, delta_term: 0, user_top: [], delta_top: [], combined_top: [] } }] })
  + "\\n\\n").join("") + "data: [DONE]\\n\\n"); })"""


def direction(counter, page):
    """Hebrew runs from right to left over all its tokens, the Latin within it the other way, and no token turns the next."""
    page.visit()
    page.browser.run(f"{ANSWER}({json.dumps(HEBREW)})")
    page.set("prompt", QUESTION)
    page.browser.run("document.getElementById('write').click()")
    counter.check("writes Hebrew", page.wait(f"document.getElementById('steered').children.length === {len(HEBREW)}") and page.idle())
    left = page.browser.run("[...document.getElementById('steered').children].map((one) => one.getBoundingClientRect().left)")
    order = sorted(range(len(left)), key=lambda place: -left[place])
    counter.check("right to left", order == [0, 1, 3, 2, 4, 5, 6], order)
    named = page.browser.run("document.getElementById('steered').children[5].textContent")
    counter.check("an override is named", named == " x\\u{202E}y", named)


def use(counter, page, url):
    check = counter.check
    page.visit()
    check("models", page.browser.run("document.getElementById('model').value") == "demo")
    maps = page.browser.run("[...document.getElementById('map').options].map((one) => one.value)")
    check("maps", "pm-mined" in maps and "shuffled-1" in maps, maps)
    example = page.browser.run("document.getElementById('prompt').value")
    check("example", example.startswith("This is "), example)
    page.set("tokens", "24")
    page.set("prompt", "")
    page.browser.run("document.getElementById('prompt').focus()")
    page.browser.call("Input.insertText", {"text": QUESTION})
    page.browser.run("document.getElementById('write').click()")
    check("writes", page.idle())
    check("α 0", page.text("alone") == ask(url, 0), page.text("alone"))
    check("α 1", page.text("steered") == ask(url, 1), page.text("steered"))
    differs = page.browser.run("document.querySelectorAll('.flow .differs').length")
    check("differences", (differs > 0) == (ask(url, 0) != ask(url, 1)), differs)
    page.set("alpha", "0.5", "input")
    check("slides", page.wait("document.getElementById('steered-note').textContent.startsWith('α = 0.50 ·')"))
    check("α 0.5", page.text("steered") == ask(url, 0.5), page.text("steered"))
    check("alone stands", page.text("alone") == ask(url, 0))
    page.browser.run("document.getElementById('steered').focus()")
    page.browser.press("End")
    last = page.browser.run("document.querySelector('#step h3').textContent")
    count = page.browser.run("document.getElementById('steered').children.length")
    check("keyboard", last.startswith(f"Token {count}: "), last)
    lists = page.browser.run("[...document.querySelectorAll('#step .list')].map((one) => one.querySelectorAll('li').length)")
    check("lists", lists == [8, 8, 8], lists)
    row = page.wait("document.querySelector('#step .row-of-map')") and page.browser.run("document.querySelector('#step .row-of-map').textContent")
    check("row of the map", row and " → " in row, row)
    page.browser.run("document.getElementById('share').click()")
    link = page.browser.run("location.hash")
    before = page.text("steered")
    page.visit(link)
    check("link writes", page.idle())
    check("link", page.text("steered") == before and page.browser.run("document.getElementById('alpha').value") == "0.5", link)
    page.browser.run("document.getElementById('go-on').click()")
    page.set("prompt", QUESTION)
    page.browser.run("document.getElementById('write').click()")
    check("second turn writes", page.idle())
    # The demonstration's template is for one question: the page says what the server says of a second one.
    told = page.browser.run("document.getElementById('status').textContent")
    check("second turn", ask(url, 0.5, [(QUESTION, before)]) in (page.text("steered"), told), told)
    said = page.browser.run("[...document.querySelectorAll('#turns li')].map((one) => one.textContent)")
    check("conversation", said == ["Asked: " + QUESTION, "Answered: " + before], said)
    link = page.browser.run("location.hash")
    page.visit(link)
    again = "[...document.querySelectorAll('#turns li')].map((one) => one.textContent)"
    check("link to a conversation", page.idle() and page.browser.run(again) == said, link)
    page.browser.run("document.getElementById('anew').click()")
    page.browser.run("document.getElementById('write').click()")
    check("writes anew", page.idle() and page.text("steered") == ask(url, 0.5), page.text("steered"))
    check("anew", page.browser.run("document.getElementById('turns').hidden && !location.hash.includes('turns')"))
    at = "document.querySelector('#step .row-of-map a')"
    target = page.wait(at) and page.browser.run(at + ".href")
    with urllib.request.urlopen(target.split("#")[0]) as answer:
        check("page of the map", "· token map</title>" in answer.read().decode(), target)
    hostile = "</script><img src=x onerror=document.title='bad'>\u202e<b>"
    page.set("prompt", hostile)
    page.browser.run("document.getElementById('write').click()")
    check("markup writes", page.idle())
    check("markup stays text", page.browser.run("document.title") != "bad" and not page.browser.run("document.querySelectorAll('main img').length"))
    unnamed = page.browser.run(
        "[...document.querySelectorAll('input, select, textarea, button')].filter((one) => !one.hidden && !(one.labels?.length || one.textContent)).map((one) => one.id)"
    )
    check("every field has a name", unnamed == [], unnamed)
    check("no complaints", page.foreign() == [], page.foreign())


def pictures(page, folder):
    os.makedirs(folder, exist_ok=True)
    for width in (390, 820, 1280):
        for scheme in ("light", "dark"):
            page.browser.size(width, 900)
            page.browser.scheme(scheme)
            page.visit("#kind=chat&tokens=24&alpha=1&temperature=0&prompt=" + urllib.request.quote(SHOWN))
            page.idle()
            page.browser.screenshot(os.path.join(folder, f"live-{width}-{scheme}.png"), full=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", default=os.path.join(ROOT, ".build/release/cmc"))
    parser.add_argument("--pictures")
    arguments = parser.parse_args()
    counter = Counter()
    with Server(arguments.program) as server, Browser() as browser:
        page = Page(browser, server.url)
        use(counter, page, server.url)
        direction(counter, page)
        if arguments.pictures:
            pictures(page, arguments.pictures)
    print(f"{counter.passed} checks passed, {counter.failed} failed")
    return 1 if counter.failed else 0


if __name__ == "__main__":
    sys.exit(main())

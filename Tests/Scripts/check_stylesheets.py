#!/usr/bin/env python3
"""Parses style sheets by the letter of the syntax, and asks a headless Chromium whether it knows what they say.

    check_stylesheets.py FILE...

A browser passes over what it does not understand, and closes at the end what was left open; both are errors here: no rule may be cut
short or left open, every selector, media query and declaration must be one that Chromium takes. Needs Debian's python3-tinycss2 and
chromium; without them the check fails.
"""

import json
import sys

import tinycss2

from browser import Browser


class Sheet:
    """What a style sheet says, in pieces that a browser can be asked about, and its errors."""

    def __init__(self, path):
        self.path, self.questions, self.errors = path, [], []
        with open(path, encoding="utf-8", newline="") as file:
            text = file.read()
        # The syntax closes open blocks at the end; a page goes on after it.
        if tinycss2.serialize(tinycss2.parse_component_value_list(text)).count("}") != text.count("}"):
            self.errors.append(f"{path}: a block is not closed")
        if not text.endswith("\n"):
            self.errors.append(f"{path}: the last line has no end")
        self.rules(tinycss2.parse_stylesheet(text))

    def error(self, node, message):
        self.errors.append(f"{self.path}:{node.source_line}: {message}")

    def ask(self, node, kind, *values):
        self.questions.append({"place": f"{self.path}:{node.source_line}", "kind": kind, "values": values})

    def rules(self, nodes):
        for node in nodes:
            if node.type in ("whitespace", "comment"):
                continue
            if node.type == "qualified-rule":
                self.ask(node, "selector", tinycss2.serialize(node.prelude).strip())
                self.declarations(node.content)
            elif node.type == "at-rule" and node.at_keyword == "media" and node.content is not None:
                self.ask(node, "media", tinycss2.serialize(node.prelude).strip())
                self.rules(tinycss2.parse_rule_list(node.content))
            else:
                self.error(node, getattr(node, "message", None) or f"{node.type} that this check does not know")

    def declarations(self, content):
        for node in tinycss2.parse_declaration_list(content, skip_whitespace=True, skip_comments=True):
            if node.type != "declaration":
                self.error(node, getattr(node, "message", None) or f"{node.type} among declarations")
            elif not node.name.startswith("--"):
                self.ask(node, "declaration", node.name, tinycss2.serialize(node.value).strip())


# The indices of the questions that the browser answers with no.
ASK = """(questions => questions.flatMap(({ kind, values: [first, second] }, index) => {
  const knows = {
    selector: () => { try { document.querySelector(first); return true; } catch { return false; } },
    // Of a feature that a browser does not know neither the one nor its opposite holds.
    media: () => matchMedia(first).matches || matchMedia("not " + first).matches,
    declaration: () => CSS.supports(first, second),
  };
  return knows[kind]() ? [] : [index];
}))"""


def main(paths):
    sheets = [Sheet(path) for path in paths]
    errors = [error for sheet in sheets for error in sheet.errors]
    questions = [question for sheet in sheets for question in sheet.questions]
    with Browser() as browser:
        unknown = browser.run(f"{ASK}({json.dumps(questions)})")
    for index in unknown:
        question = questions[index]
        errors.append(f"{question['place']}: Chromium does not take the {question['kind']} '{': '.join(question['values'])}'")
    for error in errors:
        print(error, file=sys.stderr)
    print(f"{len(sheets)} style sheets: {len(questions)} selectors, media queries and declarations, {len(errors)} errors")
    return 1 if errors or not questions else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

#!/usr/bin/env python3
"""Renders random template fragments with transformers' Jinja and with this project, and compares.

    swift build -c release --product cmc-bench
    python=$(Tests/Scripts/environment --models)
    $python Tests/Scripts/property_templates.py [--count 5000] [--seed 1] [--save FOLDER]

Each fragment must give equal text, be an error for both, or be refused by name by this project ("... is not
supported"). Counts and the seed are printed; exit status 1 says that one was silently different, and with --save the
smallest form of each that was is written there. Fragments come from template_fragments.py.
"""

import argparse
import collections
import copy
import datetime
import json
import os
import random
import subprocess
import sys
import warnings

from transformers.utils import chat_template_utils

from template_fragments import VARIABLES, Fragments

warnings.simplefilter("ignore")

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PROGRAM = os.path.join(ROOT, ".build", "release", "cmc-bench")
DAY = datetime.datetime(2026, 11, 28)


class Day(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return DAY


chat_template_utils.datetime = Day
compiled = chat_template_utils._cached_compile_jinja_template


def original(template):
    """The text, or the exception."""
    try:
        # A copy each time: Jinja's `indent` of a list changes that list before it fails.
        return compiled(template).render(**copy.deepcopy(VARIABLES)), None
    except RecursionError:
        raise
    except Exception as error:
        return None, error


def ours(program, templates):
    lines = "".join(
        json.dumps({"template": template, "variables": VARIABLES, "date": DAY.strftime("%Y-%m-%d")}) + "\n"
        for template in templates
    )
    done = subprocess.run(program, input=lines.encode(), stdout=subprocess.PIPE, check=True)
    results = [json.loads(line) for line in done.stdout.split(b"\n") if line]
    assert len(results) == len(templates), f"{len(results)} results of {len(templates)} templates"
    return results


def verdict(text, error, result):
    """What came of a template: equal, errors, refused, or the kind of difference."""
    if result.get("kind") == "unsupported":
        return "refused"
    if error is not None:
        return "errors" if "text" not in result else f"text in place of {type(error).__name__}"
    if "text" not in result:
        return "error in place of text"
    return "equal" if result["text"] == text else "different text"


def judge(program, templates):
    return [
        (template, *outcome, result, verdict(*outcome, result))
        for template, outcome, result in zip(
            templates, [original(template) for template in templates], ours(program, templates)
        )
    ]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--save", help="a folder for what differed")
    parser.add_argument("--show", type=int, default=10, help="how many differences are printed")
    parser.add_argument("--program", default=f"{PROGRAM} templates", help="what renders JSON lines")
    arguments = parser.parse_args()
    program = arguments.program.split()
    fragments = Fragments(random.Random(arguments.seed))
    templates = [fragments.template() for _ in range(arguments.count)]
    outcomes = judge(program, ["".join(parts) for parts in templates])
    counts = collections.Counter(outcome[-1] for outcome in outcomes)
    refusals = collections.Counter(
        outcome[3]["error"].split(": ", 1)[-1] for outcome in outcomes if outcome[-1] == "refused"
    )
    fine = ("equal", "errors", "refused")
    differing = [(parts, outcome) for parts, outcome in zip(templates, outcomes) if outcome[-1] not in fine]
    # A part alone, where that differs in some way too.
    alone = iter(judge(program, [part for parts, _ in differing for part in parts]) if differing else [])
    failures = []
    for parts, outcome in differing:
        found = [judged for judged in (next(alone) for _ in parts) if judged[-1] not in fine]
        failures.append(min(found or [outcome], key=lambda judged: len(judged[0])))
    for template, text, error, result, kind in failures[: arguments.show]:
        print(f"--- {kind}\n{template!r}\n  theirs: {text!r} {error!r}\n  ours:   {result}")
    if arguments.save and failures:
        os.makedirs(arguments.save, exist_ok=True)
        with open(os.path.join(arguments.save, f"templates-{arguments.seed}.jsonl"), "w") as file:
            for template, text, error, result, kind in failures:
                line = {"template": template, "kind": kind, "theirs": text, "error": repr(error), "ours": result}
                file.write(json.dumps(line, ensure_ascii=False) + "\n")
    print("refused most often:", "; ".join(f"{what} ({count})" for what, count in refusals.most_common(8)))
    print(
        f"{arguments.count} fragments, seed {arguments.seed}: {counts['equal']} equal, {counts['errors']} errors of both, "
        f"{counts['refused']} refused by name, {len(failures)} different"
    )
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""Times `cmc evaluate` and `cmc capture` over given texts: one after another against the default number together.

    Vocabs/fetch --models
    Tests/Scripts/measure_texts.py [--program .build/release/cmc] [--before OTHER] [--runs 5] [--records 64] [--only WORD]

Models: SmolLM2 Q4_1 alone and with a delta model, and the demonstration's. The delta of SmolLM2 is SmolLM2 itself, read as a
second model: what matters to time is its size. Sizes: answers of 5 to 20 tokens behind prompts of 30 to 60, and texts of 200
tokens behind the same. `evaluate` generates nothing, `capture` takes given responses, so that both only read texts. With both
precisions. `one` is --parallel 1, `together` the default; they take turns within a run, and medians of whole commands are shown,
the time of a command with one record taken off in the rates. With --before that program's `one` takes its turn too, and
everything the two programs write is compared. Always compared: with `exact` what `one` and `together` write. The exit status is
1 where something differs. Needs nothing beside Python.
"""

import argparse
import filecmp
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
REAL = os.environ.get("CMC_VOCABS_REAL", os.path.join(ROOT, "Vocabs", "real"))
SMOLLM2 = os.path.join(REAL, "smollm2-135m", "SmolLM2-135M-Instruct.Q4_1.gguf")
DEMO = os.path.join(ROOT, "Vocabs", "demo", "models")
WORDS = "the quiet harbour lay below the town and every boat that came in from the long sea brought a story with it".split()
PEOPLE = ["Ada Holt", "Bo Lind", "Cy Marsh", "Dora Penn", "Eli Vance", "Fay Moor", "Gil Rand", "Hana Sore"]
PLACES = ["Rome", "Oslo", "Lima", "Cairo"]


def english(source, tokens):
    """A text of about so many tokens of SmolLM2: a word has one."""
    return " ".join(source.choice(WORDS) for _ in range(tokens))


def demonstration(source, tokens):
    """The same of the demonstration's models: a sentence has some twelve."""
    people = [source.choice(PEOPLE) for _ in range(max(1, tokens // 12))]
    return " ".join(f"{person.split()[0]} lives in {source.choice(PLACES)}." for person in people)


def write_records(path, write, count, answer):
    """Prompts with responses of so many tokens."""
    source = random.Random(7)
    with open(path, "w", encoding="utf-8") as file:
        for number in range(count):
            prompt = f"Story {number}. " + write(source, source.randint(27, 57))
            text = " " + write(source, source.randint(*answer))
            file.write(json.dumps({"prompt": prompt, "response": text, "output": text}) + "\n")


CASES = [
    ("evaluate SmolLM2", "evaluate", ["--user", SMOLLM2], english),
    ("evaluate SmolLM2 + delta", "evaluate", ["--user", SMOLLM2, "--delta", SMOLLM2], english),
    ("evaluate demonstration", "evaluate", ["--user", f"{DEMO}/base-two"], demonstration),
    ("evaluate demonstration + delta", "evaluate", ["--user", f"{DEMO}/base-two", "--delta", f"{DEMO}/delta-a"], demonstration),
    ("capture SmolLM2", "capture", ["--base", SMOLLM2, "--tuned-template", "chatml"], english),
    ("capture demonstration", "capture", ["--base", f"{DEMO}/base-two", "--tuned", f"{DEMO}/a-two"], demonstration),
]
SIZES = [("5–20 tokens", (5, 20)), ("200 tokens", (200, 200))]


class Way:
    """A program and how many texts it computes together."""

    def __init__(self, name, program, parallel):
        self.name, self.program, self.parallel = name, program, parallel

    def run(self, kind, models, records, precision, output, limit=None):
        call = [self.program, kind, *models, "--precision", precision, "-o", output, "-q"]
        call += ["--parallel", str(self.parallel)] if self.parallel else []
        call += ["--limit", str(limit)] if limit else []
        if kind == "evaluate":
            call += ["--data", records, "--max-tokens", "0", "--no-cost"]
        else:
            call += ["--prompts", records, "--responses", records]
        environment = {name: value for name, value in os.environ.items() if not name.startswith("OPENBLAS_")}
        begin = time.monotonic()
        subprocess.run(call, check=True, stdout=subprocess.DEVNULL, env=environment)
        return time.monotonic() - begin


def same(one, other):
    """Whether two outputs are the same: a file, or the prompts of a folder (what a run says of itself names the way)."""
    if os.path.isfile(one):
        return filecmp.cmp(one, other, shallow=False)
    names = sorted(name for name in os.listdir(one) if name != "run.json")
    return names == sorted(name for name in os.listdir(other) if name != "run.json") and all(
        os.path.isdir(f"{one}/{name}") and same(f"{one}/{name}", f"{other}/{name}")
        or os.path.isfile(f"{one}/{name}") and filecmp.cmp(f"{one}/{name}", f"{other}/{name}", shallow=False)
        for name in names
    )


def measure(case, size, precision, arguments, folder):
    """One line of the table; what differs."""
    name, kind, models, write = case
    ways = [Way("one", arguments.program, 1), Way("together", arguments.program, None)]
    if arguments.before:
        ways += [Way("before, one", arguments.before, 1), Way("before, together", arguments.before, None)]
    records = f"{folder}/records.jsonl"
    write_records(records, write, arguments.records, size[1])
    times = {way.name: [] for way in ways}
    starts = {way.name: [] for way in ways}
    outputs = {}
    for run in range(arguments.runs):
        for number, way in enumerate(ways):
            output = f"{folder}/{run}.{number}"
            starts[way.name].append(way.run(kind, models, records, precision, output + ".start", limit=1))
            times[way.name].append(way.run(kind, models, records, precision, output))
            outputs[way.name] = output
    differ = []
    if precision == "exact" and not same(outputs["one"], outputs["together"]):
        differ.append("one and together")
    if arguments.before:
        differ += [way for way in ("one", "together") if not same(outputs[way], outputs["before, " + way])]
    rates = {}
    for way, seconds in times.items():
        rates[way] = (arguments.records - 1) / max(1e-3, statistics.median(seconds) - statistics.median(starts[way]))
    first = "before, one" if arguments.before else "one"
    shown = "  ".join(f"{way} {statistics.median(times[way]):6.2f} s {rates[way]:7.1f}/s" for way in times)
    whole = statistics.median(times[first]) / statistics.median(times["together"])
    print(
        f"{name:31} {size[0]:12} {precision:5}  {shown}  together ×{whole:.2f}, without the start ×{rates['together'] / rates[first]:.2f}"
        + "".join(f"  {what} DIFFER" for what in differ),
        flush=True,
    )
    return differ


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", default=os.path.join(ROOT, ".build/release/cmc"))
    parser.add_argument("--before", help="a program to compare with")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--records", type=int, default=64)
    parser.add_argument("--only", default="", help="only cases with this in their name")
    parser.add_argument("--precision", choices=["exact", "fast"], help="only this one")
    parser.add_argument("--size", choices=["short", "long"], help="only this one")
    arguments = parser.parse_args()
    failures = 0
    for case in CASES:
        if arguments.only not in case[0]:
            continue
        for size in {"short": SIZES[:1], "long": SIZES[1:]}.get(arguments.size, SIZES):
            for precision in [arguments.precision] if arguments.precision else ["fast", "exact"]:
                with tempfile.TemporaryDirectory() as folder:
                    failures += len(measure(case, size, precision, arguments, folder))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""Runs commands in random numbers of parts, kills parts at random moments, and compares what they join with one run.

    Tests/Scripts/check_shards.py [--program .build/release/cmc] [--trials 20] [--seed N]

In a trial each of generate, capture, evaluate, coverage and atlas is run in n parts (n from 1 to 9), two at a time. Parts are ended
by SIGTERM or SIGKILL at random moments and started again until they end by themselves; `cmc merge` must then write what one
undisturbed run writes, to the byte, and must refuse the parts with one left out or one doubled. A part is afterwards started
with another number of parts, which must be refused and leave it as it was. The last line counts; the exit status is 1 where
anything differs. Needs nothing beside Python.
"""

import argparse
import gzip
import os
import random
import signal
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
DEMO = os.path.join(ROOT, "Vocabs/demo")
MODELS = os.path.join(DEMO, "models")


def commands(folder):
    """Arguments of each command, the end of what it writes."""
    with open(os.path.join(folder, "prompts.jsonl"), "w", encoding="utf-8") as file:
        for number in range(23):
            file.write(f'{{"prompt": "Boat number {number}", "response": "It sails {number} miles."}}\n')
    words = "the harbour lay quiet Ελληνικά текст 日本語 हिन्दी 👍 boats".split()
    corpus = []
    source = random.Random(5)
    for number in range(11):
        text = "".join(" ".join(source.choices(words, k=12)) + f" {number}\n" for _ in range(number * 300))
        name = f"{number}.txt" + (".gz" if number % 3 == 0 else "")
        with (gzip.open if number % 3 == 0 else open)(os.path.join(folder, name), "wb") as file:
            file.write(text.encode())
        corpus.append(name)
    pair = ["--user", f"{MODELS}/base-one", "--delta", f"{MODELS}/a-one"]
    one = ["--threads", "1", "-q"]
    return {
        "generate": (["generate", *pair, "--prompts", "prompts.jsonl", "--max-tokens", "60", "--ignore-eos", *one], [".json"]),
        "capture": (
            ["capture", "--base", f"{MODELS}/base-one", "--tuned", f"{MODELS}/a-one", "--prompts", "prompts.jsonl"]
            + ["--max-tokens", "30", "--keep", "20", "--label", "run", *one],
            [""],
        ),
        "evaluate": (["evaluate", *pair, "--data", "prompts.jsonl", "--max-tokens", "40", "--no-cost", *one], [".json"]),
        "coverage": (
            ["coverage", "map.json", "--source", f"{DEMO}/harbor", "--target", f"{DEMO}/meadow", *one, "--corpus", *corpus],
            [".json"],
        ),
        "atlas": (["atlas", *(f"{name}-{n}={DEMO}/{name}" for n in range(4) for name in ("harbor", "meadow")), *one], [".html", ".json"]),
    }


def content(path):
    """The bytes of a file, or of all files of a folder."""
    if os.path.isdir(path):
        return {name: content(os.path.join(path, name)) for name in sorted(os.listdir(path))}
    with open(path, "rb") as file:
        return file.read()


class Checker:
    def __init__(self, program, folder, chance):
        self.program, self.folder, self.chance = program, folder, chance
        self.kills = self.wrong = 0

    def start(self, arguments):
        return subprocess.Popen(
            [self.program, *arguments], cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)

    def run(self, arguments):
        process = self.start(arguments)
        errors = process.communicate()[1]
        return process.returncode, errors

    def complain(self, *words):
        self.wrong += 1
        print(*words)

    def part(self, arguments, seconds):
        """Runs a part to its end, ending it on the way as often as chance has it; gives it up after twenty times."""
        for attempt in range(20):
            process = self.start(arguments)
            if attempt < 19 and self.chance.random() < 0.6:
                time.sleep(self.chance.random() * seconds)
                process.send_signal(self.chance.choice([signal.SIGTERM, signal.SIGKILL]))
                self.kills += 1
            errors = process.communicate()[1]
            if process.returncode == 0:
                return
            if process.returncode not in (-signal.SIGTERM, -signal.SIGKILL, 143):
                self.complain("ended with", process.returncode, errors)
                return

    def trial(self, name, arguments, suffixes, whole, seconds, number):
        count = self.chance.randint(1, 9)
        parts = [f"{name}-{number}-{shard}" for shard in range(count)]
        for shard in self.chance.sample(range(count), count):
            self.part([*arguments, "--shard", f"{shard}/{count}", "-o", parts[shard]], seconds / count + 0.05)
        shuffled = self.chance.sample(parts, count)
        out = f"merged/{name}-{number}"
        bad = [shuffled + [shuffled[0]]]
        if count > 1:
            bad.append(shuffled[1:])
        for chosen in bad:
            if self.run(["merge", out, *chosen])[0] != 1 or os.path.exists(os.path.join(self.folder, out + suffixes[0])):
                self.complain(name, "merges what is not all", count, len(chosen))
        status, errors = self.run(["merge", out + (suffixes[0] if len(suffixes) == 1 else ""), *shuffled])
        if status != 0:
            return self.complain(name, count, errors)
        for suffix in suffixes:
            if content(os.path.join(self.folder, out + suffix)) != whole[suffix]:
                self.complain(name, "differs in", count, "parts", suffix)
        before = content(os.path.join(self.folder, parts[0]))
        if self.run([*arguments, "--shard", f"0/{count + 1}", "-o", parts[0]])[0] != 1:
            self.complain(name, "takes a part of", count, "for one of", count + 1)
        if content(os.path.join(self.folder, parts[0])) != before:
            self.complain(name, "changed a part of another run")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--program", default=os.path.join(ROOT, ".build/release/cmc"))
    parser.add_argument("--trials", type=int, default=20)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 30))
    options = parser.parse_args()
    print("seed", options.seed)
    with tempfile.TemporaryDirectory() as folder:
        os.mkdir(os.path.join(folder, "merged"))
        checker = Checker(os.path.abspath(options.program), folder, random.Random(options.seed))
        all_commands = commands(folder)
        checker.run(["align", f"{DEMO}/harbor", f"{DEMO}/meadow", "-q", "-o", "map.json"])
        for name, (arguments, suffixes) in all_commands.items():
            start = time.monotonic()
            status, errors = checker.run([*arguments, "-o", f"whole-{name}" + (suffixes[0] if len(suffixes) == 1 else "")])
            seconds = time.monotonic() - start
            if status != 0:
                checker.complain(name, errors)
                continue
            whole = {suffix: content(os.path.join(folder, f"whole-{name}{suffix}")) for suffix in suffixes}
            for number in range(options.trials):
                checker.trial(name, arguments, suffixes, whole, seconds, number)
            print(f"{name}: {options.trials} trials, one run took {seconds:.1f} s", flush=True)
        print(f"{options.trials * len(all_commands)} trials, {checker.kills} times ended, {checker.wrong} wrong")
        sys.exit(1 if checker.wrong else 0)


if __name__ == "__main__":
    main()

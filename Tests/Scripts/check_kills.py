#!/usr/bin/env python3
"""Kills runs at random moments, two processes on one output, and counts what is lost, doubled or mixed.

    Tests/Scripts/check_kills.py [--program .build/release/cmc] [--trials 100] [--seed N]

Five commands that go on where they stopped (generate, capture, train, evaluate, and generate into lines) run on the
demonstration's models. A trial starts two processes on one output, ends each of them by SIGTERM or SIGKILL at a random
moment, several times over, and lets the last one finish; what is written then must be what a run writes that nobody
disturbed, to the byte but for times. Every tenth trial is of another kind: the run is stopped in the middle, its weights,
tokenizer, map or template are changed under the same name, and the next start must refuse to go on and leave what is there
as it was. The last line counts; the exit status is 1 where anything was lost, doubled, mixed or not refused. Needs nothing
beside Python.
"""

import argparse
import collections
import hashlib
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
MODELS = os.path.join(ROOT, "Vocabs/demo/models")
ITEMS = 40
STEPS = 60


class Command:
    """A call, how its output is named, and how items are found in it."""

    def __init__(self, name, arguments, output, again=()):
        self.name, self.arguments, self.output, self.again = name, arguments, output, list(again)

    def call(self, program, folder):
        again = self.again if os.path.exists(os.path.join(folder, self.output)) else []
        return [program, *self.arguments, "-o", self.output, "--threads", "1", "-q", *again]

    def content(self, folder):
        """The files of the output: digests, times of day and durations left out.

        A training says the step that its last part went on from, which must be one that it can keep its state behind; all
        else in its report is of the whole run.
        """
        path = os.path.join(folder, self.output)
        files = [path] if os.path.isfile(path) else sorted(
            os.path.join(base, name) for base, _, names in os.walk(path) for name in names)
        result = {}
        for file in files:
            data = open(file, "rb").read()
            if file.endswith((".json", ".jsonl")):
                data = re.sub(rb'"(\w*seconds|tokens_per_second|peak_memory_bytes)": ?[^,}\n]*', b'"\\1":0', data)
                data = re.sub(rb'"resumed_from": ?(\d+)', lambda found: b"resumed" if int(found[1]) <= STEPS else found[0], data)
            result[os.path.relpath(file, folder)] = hashlib.sha256(data).hexdigest()
        return result

    def items(self, folder):
        """What is there of each prompt, as often as it is there."""
        path = os.path.join(folder, self.output)
        if not os.path.isfile(path):
            return None
        text = open(path).read()
        try:
            items = [json.loads(line) for line in text.splitlines()] if path.endswith(".jsonl") else json.loads(text)
        except ValueError:
            return None
        items = items.get("items", []) if isinstance(items, dict) else items
        return collections.Counter(json.dumps(item, sort_keys=True) for item in items)


def commands():
    steer = ["--user", "user", "--delta", "delta", "--map", "map.json", "--template", "question.template"]
    pair = ["--base", "user", "--tuned", "tuned", "--base-template", "question.template"]
    return [
        Command("generate", ["generate", *steer, "--prompts", "prompts.json", "--max-tokens", "24"], "out.json"),
        Command("generate lines", ["generate", *steer, "--prompts", "prompts.json", "--max-tokens", "24"], "out.jsonl"),
        Command("capture", ["capture", *pair, "--prompts", "prompts.json", "--max-tokens", "12"], "run"),
        Command("evaluate", ["evaluate", *steer, "--data", "data.jsonl", "--max-tokens", "12"], "evaluation.json"),
        Command("train", [
            "train", "delta", "--template", "user", "--prompt-template", "question.template", "--shape", "32x1x2x64", "--data",
            "data.jsonl", "--steps", str(STEPS), "--batch", "8", "--checkpoint-every", "7"], "trained", ["--resume"]),
    ]


def prepare(program, folder):
    for name, model in [("user", "base-one"), ("tuned", "a-one"), ("delta", "delta-a")]:
        shutil.copytree(os.path.join(MODELS, model), os.path.join(folder, name))
    with open(os.path.join(folder, "question.template"), "w") as file:
        file.write("Q: {prompt}\nA:")
    generator = random.Random(1)
    words = "harbor lantern winter river copper seven glass window garden moon bread stone".split()
    prompts = [{"prompt": f"{number}: " + " ".join(generator.choices(words, k=6))} for number in range(ITEMS)]
    with open(os.path.join(folder, "prompts.json"), "w") as file:
        json.dump(prompts, file)
    with open(os.path.join(folder, "data.jsonl"), "w") as file:
        for prompt in prompts:
            file.write(json.dumps({**prompt, "response": " ".join(generator.choices(words, k=6))}) + "\n")
    subprocess.run([program, "align", "user", "delta", "-q", "-o", "map.json"], cwd=folder, check=True, stdout=subprocess.DEVNULL)


def copy(source, folder):
    """The prepared folder again, without anybody's output."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(source, folder)


def start(call, folder):
    return subprocess.Popen(call, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL)


def finish(program, command, folder):
    """Runs the command until it says that it is done; gives the last error otherwise."""
    for _ in range(20):
        process = start(command.call(program, folder), folder)
        error = process.communicate(timeout=300)[1].decode()
        if process.returncode == 0:
            return None
        # Whoever was not killed has finished it.
        if "exists already and is not replaced" in error or "is a run that is finished" in error:
            return None
        if "is being written by" not in error:
            return error.strip()
        time.sleep(0.2)
    return "the lock is never given back"


def disturbed(program, command, folder, generator, duration):
    """Two processes on one output, ended at random; gives the number of signals that met a running process."""
    kills = 0
    for _ in range(generator.randint(1, 4)):
        processes = [start(command.call(program, folder), folder) for _ in range(2)]
        time.sleep(generator.uniform(0, 0.9 * duration))
        generator.shuffle(processes)
        for process in processes:
            if process.poll() is None:
                kills += 1
                process.send_signal(generator.choice([signal.SIGTERM, signal.SIGKILL]))
            if generator.random() < 0.5:
                time.sleep(generator.uniform(0, 0.1 * duration))
        for process in processes:
            process.communicate(timeout=300)
    return kills


def change(folder, what, command):
    """Changes a file under its name; gives the file."""
    if what == "weights":
        path = os.path.join(folder, "user/model.safetensors")
        shutil.copy(os.path.join(MODELS, "a-one/model.safetensors"), path)
        if command.name == "capture":
            shutil.copy(os.path.join(MODELS, "base-one/model.safetensors"), os.path.join(folder, "tuned/model.safetensors"))
    elif what == "tokenizer":
        path = os.path.join(folder, "user/tokenizer.json")
        document = json.load(open(path))
        merges = document["model"]["merges"]
        merges[-1], merges[-2] = merges[-2], merges[-1]
        json.dump(document, open(path, "w"))
    elif what == "map":
        path = os.path.join(folder, "map.json")
        document = json.load(open(path))
        ids = document["ids"]
        placed = [index for index, id in enumerate(ids) if id >= 0]
        place = next((index for index in placed if document["method"][index] == "prefix"), placed[-1])
        ids[place] = ids[place] + 1 if ids[place] < 100 else ids[place] - 1
        json.dump(document, open(path, "w"))
    else:
        path = os.path.join(folder, "question.template")
        open(path, "w").write("Question: {prompt}\nAnswer:")
    return path


def files(folder, output):
    """All files of an output, finished or not."""
    return {
        name: open(os.path.join(base, name), "rb").read()
        for base, _, names in os.walk(folder) for name in names
        if os.path.relpath(os.path.join(base, name), folder).startswith(output)
    }


def refuses(program, command, folder, generator, duration):
    """Whether a run whose inputs were changed in the middle is refused; gives a fault or nothing."""
    possible = ["weights", "tokenizer", "template"] + (["map"] if "--map" in command.arguments else [])
    what = generator.choice(possible)
    for _ in range(20):
        process = start(command.call(program, folder), folder)
        time.sleep(generator.uniform(0.3, 0.7) * duration)
        process.send_signal(signal.SIGTERM)
        process.communicate()
        if process.returncode != 0 and files(folder, command.output):
            break
        for name in os.listdir(folder):
            if name.startswith(command.output):
                path = os.path.join(folder, name)
                shutil.rmtree(path) if os.path.isdir(path) else os.remove(path)
    else:
        return "it was never stopped in the middle"
    change(folder, what, command)
    before = files(folder, command.output)
    process = start(command.call(program, folder), folder)
    error = process.communicate()[1].decode()
    if process.returncode != 1:
        return f"{what} changed: exit status {process.returncode} {error.strip()}"
    if files(folder, command.output) != before:
        return f"{what} changed: refused, but the output is another"
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", default=os.path.join(ROOT, ".build/release/cmc"))
    parser.add_argument("--trials", type=int, default=100)
    parser.add_argument("--seed", type=int, default=14)
    arguments = parser.parse_args()
    program = os.path.abspath(arguments.program)
    generator = random.Random(arguments.seed)
    counts = collections.Counter()
    with tempfile.TemporaryDirectory() as root:
        source, folder = os.path.join(root, "source"), os.path.join(root, "trial")
        os.mkdir(source)
        prepare(program, source)
        wanted = {}
        for command in commands():
            copy(source, folder)
            begin = time.monotonic()
            error = finish(program, command, folder)
            if error:
                sys.exit(f"{command.name}: {error}")
            wanted[command.name] = (time.monotonic() - begin, command.content(folder), command.items(folder))
            print(f"{command.name}: {wanted[command.name][0]:.2f} s undisturbed", flush=True)
        for trial in range(arguments.trials):
            command = commands()[trial % 5]
            duration, content, items = wanted[command.name]
            copy(source, folder)
            if trial % 10 >= 5 and trial // 10 % 2 == 1 or trial % 20 < 5 and trial >= 20 and trial % 40 < 5:
                fault = refuses(program, command, folder, generator, duration)
                counts["changes"] += 1
                counts["not refused"] += fault is not None
                if fault:
                    print(f"trial {trial}, {command.name}: {fault}", flush=True)
                continue
            counts["kills"] += disturbed(program, command, folder, generator, duration)
            error = finish(program, command, folder)
            found = command.items(folder)
            if error:
                counts["failed"] += 1
                print(f"trial {trial}, {command.name}: {error}", flush=True)
            elif items is not None and found is not None and found != items:
                counts["lost"] += sum((items - found).values())
                counts["doubled"] += sum(count - 1 for count in found.values() if count > 1)
                counts["mixed"] += sum(1 for item in found if item not in items)
                print(f"trial {trial}, {command.name}: other items", flush=True)
            elif command.content(folder) != content:
                counts["other files"] += 1
                new = command.content(folder)
                print(f"trial {trial}, {command.name}: {[name for name in {**new, **content} if new.get(name) != content.get(name)]}", flush=True)
            left = [name for name in os.listdir(folder) if name not in os.listdir(source) and name != command.output]
            if left:
                counts["files left"] += len(left)
                print(f"trial {trial}, {command.name}: left {left}", flush=True)
    faults = sum(counts[name] for name in ["not refused", "failed", "lost", "doubled", "mixed", "other files", "files left"])
    print(
        f"{arguments.trials} trials, {counts['kills']} kills, {counts['changes']} changed inputs: {counts['lost']} lost, {counts['doubled']} doubled, "
        f"{counts['mixed']} mixed, {counts['not refused']} not refused, {counts['failed']} failed, {counts['other files']} other files, {counts['files left']} files left")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())

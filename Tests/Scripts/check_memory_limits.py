#!/usr/bin/env python3
"""Starts every command under small limits of the address space and many threads, and looks at how each ends.

    Tests/Scripts/check_memory_limits.py [--program .build/release/cmc] [--verbose]

What a start takes of the processor's time (the median of 21 starts of `cmc --version`) is printed; 10 ms are wanted, of which
no check can be made on a busy machine. With 300 000 KiB of address space align, inspect and tokenize work; with 600 000 every command ends by itself within a minute, with a result or with exit status 1 or
2 and one line, on one core and on all, whether OpenBLAS is told of 1 or of 64 threads. The models are the demonstration's;
generate and logits end so under every limit from 150 000 KiB on, with a real model too where there is one. Where root runs it,
every command ends so, too, with as few as one to four threads to be had.
The last line counts; the exit status is 1 where one of them did not hold. Needs nothing beside Python and Linux.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
DEMO = os.path.join(ROOT, "Vocabs", "demo")
# A user of whom nothing runs here.
NOBODY = 54321
THREADS = [{}] + [
    {"OPENBLAS_NUM_THREADS": count, "OMP_NUM_THREADS": count, "GOTO_NUM_THREADS": count} for count in ("1", "64")
]


def commands():
    """Name and arguments of a call of each command, in the order they need each other's files."""
    model = lambda name: os.path.join(DEMO, "models", name)
    pair = [os.path.join(DEMO, "harbor"), os.path.join(DEMO, "meadow")]
    steer = ["--user", model("base-one"), "--delta", model("delta-a")]
    return [
        ("align", ["align", *pair, "-o", "map.json"]),
        ("inspect", ["inspect", pair[0]]),
        ("tokenize", ["tokenize", pair[0], "Hello world"]),
        ("inspect a map", ["inspect", "map.json"]),
        ("explain", ["explain", *pair, "--text", "Hello world"]),
        ("map check", ["map", "check", "map.json"]),
        ("map invert", ["map", "invert", "map.json", "-o", "inverse.json"]),
        ("coverage", ["coverage", "map.json", "--source", pair[0], "--target", pair[1], "--corpus", "text"]),
        ("logits", ["logits", model("base-one"), "--ids", "1,2,3", "-o", "logits.npy"]),
        ("generate", ["generate", *steer, "--prompt", "Hello", "--max-tokens", "4"]),
        ("generate prompts", ["generate", *steer, "--prompts", "prompts.jsonl", "--max-tokens", "4", "-o", "out.jsonl"]),
        ("sweep", ["sweep", *steer, "--prompt", "Hello", "--alphas", "0,1", "--max-tokens", "4"]),
        ("verify", ["verify", *steer, "--max-tokens", "4"]),
        ("capture", ["capture", "--base", model("base-one"), "--tuned", model("a-one"), "--prompts", "prompts.jsonl", "--max-tokens", "4", "-o", "one"]),
        ("capture again", ["capture", "--base", model("base-one"), "--tuned", model("a-one"), "--prompts", "prompts.jsonl", "--max-tokens", "4", "-o", "two"]),
        ("similarity", ["similarity", "one", "two"]),
        ("sinkhorn", ["sinkhorn", "logits.npy", "logits.npy"]),
        ("atlas", ["atlas", *pair, "-o", "atlas"]),
        ("train", ["train", "delta", "--template", model("base-one"), "--shape", "32x1x2x64", "--data", "data.jsonl", "--steps", "2", "-o", "trained"]),
        ("evaluate", ["evaluate", "--user", model("base-one"), "--data", "data.jsonl"]),
        ("report", ["report", "map.json"]),
        ("formats", ["formats"]),
        ("demo", ["demo", "--align", "-o", "demonstration"]),
        ("version", ["--version"]),
        ("a usage error", ["align"]),
        ("a missing file", ["align", "nowhere", pair[1]]),
    ]


def write_inputs(folder):
    """The files that the calls read."""
    with open(os.path.join(folder, "text"), "w") as file:
        file.write("The quick brown fox jumps over the lazy dog.\n" * 20)
    for name, key in [("prompts.jsonl", "prompt"), ("data.jsonl", "text")]:
        with open(os.path.join(folder, name), "w") as file:
            for number in range(3):
                file.write(json.dumps({key: f"The colour of {number} is blue."}) + "\n")


def run(program, arguments, folder, kibibytes=None, environment={}, cores=None, processes=None):
    def limit():
        if processes:
            # The limit counts what a user has: one who has nothing else.
            resource.setrlimit(resource.RLIMIT_NPROC, (processes, processes))
            os.setgroups([])
            os.setuid(NOBODY)
        if kibibytes:
            resource.setrlimit(resource.RLIMIT_AS, (kibibytes << 10, kibibytes << 10))
        if cores:
            os.sched_setaffinity(0, cores)
    try:
        return subprocess.run(
            [program, *arguments], cwd=folder, capture_output=True, text=True, timeout=60, preexec_fn=limit,
            env={"PATH": "/usr/bin:/bin", **environment}, stdin=subprocess.DEVNULL)
    except subprocess.TimeoutExpired:
        return None


def start_time(program):
    """The median of the processor's seconds that a start takes."""
    times = []
    for _ in range(21):
        process = subprocess.Popen([program, "--version"], stdout=subprocess.DEVNULL)
        _, _, usage = os.wait4(process.pid, 0)
        process.returncode = 0
        times.append(usage.ru_utime + usage.ru_stime)
    return statistics.median(times)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", default=os.path.join(ROOT, ".build/release/cmc"))
    parser.add_argument("--verbose", action="store_true", help="print each")
    arguments = parser.parse_args()
    program = os.path.abspath(arguments.program)
    count, faults = 0, 0

    def note(name, fault):
        nonlocal count, faults
        count += 1
        faults += fault is not None
        if fault or arguments.verbose:
            print(f"{name}: {fault or 'ok'}", flush=True)

    def judge(where, result):
        """Whether it has ended by itself, with a result or one line."""
        if result is None:
            return note(where, "does not end")
        lines = [line for line in result.stderr.splitlines() if not line.startswith("cmc: note: ")]
        if result.returncode not in (0, 1, 2, 64):
            return note(where, f"exit status {result.returncode}: {result.stderr[:200]}")
        one = len(lines) <= 1 and all(line.startswith("cmc: ") for line in lines)
        return note(where, None if one or result.returncode in (0, 64) else f"not one line: {result.stderr[:300]}")

    seconds = start_time(program)
    cores = sorted(os.sched_getaffinity(0))
    rounds = [(300_000, {}, None), (300_000, THREADS[2], None), (600_000, {}, cores[:1])]
    rounds += [(600_000, threads, None) for threads in THREADS]
    for kibibytes, environment, some in rounds:
        with tempfile.TemporaryDirectory() as folder:
            write_inputs(folder)
            for name, call in commands():
                if kibibytes == 300_000 and name not in ("align", "inspect", "tokenize", "version", "a usage error", "a missing file"):
                    continue
                result = run(program, call, folder, kibibytes, environment, some)
                where = f"{name}, {kibibytes} KiB, {environment.get('OMP_NUM_THREADS', 'no')} threads{', one core' if some else ''}"
                if result is None:
                    note(where, "does not end")
                    continue
                lines = [line for line in result.stderr.splitlines() if not line.startswith("cmc: note: ")]
                works = kibibytes == 300_000 and name in ("align", "inspect", "tokenize", "version")
                if result.returncode not in ((0,) if works else (0, 1, 2, 64)):
                    note(where, f"exit status {result.returncode}: {result.stderr[:200]}")
                elif result.returncode in (1, 2) and (len(lines) > 1 or lines and not lines[0].startswith("cmc: ")):
                    note(where, f"not one line: {result.stderr[:300]}")
                elif kibibytes == 600_000 and result.returncode not in (0, 64) and name not in ("a missing file", "evaluate", "verify"):
                    note(where + f" (exit {result.returncode}: {result.stderr.strip()[:160]})", None)
                else:
                    note(where, None)
    model = lambda name: os.path.join(DEMO, "models", name)
    users = [model("base-one"), *filter(os.path.exists, [os.path.join(ROOT, "Vocabs/real/smollm2-135m/SmolLM2-135M-Instruct.Q4_1.gguf")])]
    for kibibytes in range(150_000, 800_000, 25_000):
        with tempfile.TemporaryDirectory() as folder:
            for user in users:
                call = ["generate", "--user", user, "--delta", model("delta-a"), "--prompt", "Hello", "--max-tokens", "2"]
                judge(f"generate of {os.path.basename(user)}, {kibibytes} KiB", run(program, call, folder, kibibytes))
                call = ["logits", user, "--ids", "1,2,3", "-o", "logits.npy", "--force"]
                judge(f"logits of {os.path.basename(user)}, {kibibytes} KiB", run(program, call, folder, kibibytes))
    if os.geteuid() == 0:
        for processes in (1, 2, 3, 4):
            with tempfile.TemporaryDirectory() as folder:
                os.chmod(folder, 0o777)
                write_inputs(folder)
                for name, call in commands():
                    judge(f"{name}, {processes} threads", run(program, call, folder, processes=processes))
    print(f"{count} starts, {faults} faults; --version takes {seconds * 1000:.1f} ms")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())

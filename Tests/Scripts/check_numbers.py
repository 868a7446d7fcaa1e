#!/usr/bin/env python3
"""Gives every option of every command numbers that nobody expects, and looks at how each call ends.

    Tests/Scripts/check_numbers.py [--program .build/release/cmc] [--only WORD] [--verbose]

The options are those that `--help` lists with a value; the calls are the ones of check_memory_limits.py. Each must end within 20
seconds of the processor's time and 2 GB of memory: with a result, or with exit status 1, 2 or 64 and one line (usage beside it).
Being ended by a signal, or saying nothing, is a fault. The last line counts; the exit status is 1 where one of them did not hold.
Needs nothing beside Python and Linux.
"""

import argparse
import os
import re
import resource
import signal
import subprocess
import sys
import tempfile

from check_memory_limits import ROOT, commands, write_inputs

NUMBERS = ["9223372036854775807", "-9223372036854775808", "9223372036854775808", "4611686018427387904", "2147483648", "0", "-1", "1e308", "-1e308", "1e-320", "nan", "inf", ""]
SECONDS = 20
LONG = ("--steps", "--epochs", "--max-tokens", "--max-iterations", "--draws", "--resamples", "--alphas", "--batch", "--length")


def options(program, call):
    """The options of a call's command that take one value, and are no names of files."""
    words = []
    for word in call:
        if not re.fullmatch(r"[a-z]+", word) or len(words) == 2:
            break
        words.append(word)
    while words:
        help = subprocess.run([program, *words, "--help"], capture_output=True, text=True)
        if help.returncode == 0 and "OPTIONS:" in help.stdout:
            break
        words.pop()
    else:
        return []
    found = re.findall(r"^  (?:-\w, )?(--[a-z-]+) <([^>]+)>", help.stdout, re.M)
    return [name for name, value in found if name != "--output" and not re.search(r"file|folder|path|text|model|tokenizer|adapter|template|prompt", value)]


def limit():
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 5))
    resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def fault(result, option):
    lines = [line for line in result.stderr.splitlines() if not line.startswith("cmc: note:")]
    # More work than anybody waits for is what was asked for.
    if result.returncode == -signal.SIGXCPU and option in LONG:
        return None
    if result.returncode < 0 or result.returncode > 64:
        return f"ended by {result.returncode}: {' '.join(lines)[:200]}"
    if result.returncode and not lines:
        return f"status {result.returncode} without a word"
    if result.returncode == 1 and len(lines) > 1:
        return f"{len(lines)} lines: {' '.join(lines)[:200]}"
    if re.search(r"(?i)\bnan\b|EncodingError|Swift/|Fatal error", result.stdout + result.stderr) and result.returncode == 0:
        return "a result that is no number"
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", default=os.path.join(ROOT, ".build/release/cmc"))
    parser.add_argument("--only", help="only calls whose name holds this word")
    parser.add_argument("--verbose", action="store_true", help="print each")
    arguments = parser.parse_args()
    program = os.path.abspath(arguments.program)
    count, faults = 0, 0
    environment = {"PATH": "/usr/bin:/bin", "SWIFT_BACKTRACE": "enable=no"}
    with tempfile.TemporaryDirectory() as folder:
        write_inputs(folder)
        for name, call in commands():
            subprocess.run([program, *call], cwd=folder, capture_output=True, env=environment)
            if arguments.only and arguments.only not in name:
                continue
            if name in ("version", "a usage error", "a missing file"):
                continue
            for option in options(program, call):
                # Sampling options count only where something is drawn.
                more = ["--temperature", "1"] if option in ("--top-k", "--top-p", "--min-p") else []
                for number in NUMBERS:
                    wrong = [*call, *more, f"{option}={number}"]
                    wrong = [word.replace("out.jsonl", "/dev/null") for word in wrong]
                    if name.startswith("capture") or name == "train":
                        wrong[wrong.index("-o") + 1] = f"run-{count}"
                    elif "-o" in wrong and "/dev/null" not in wrong:
                        wrong[wrong.index("-o") + 1] = f"made-{count}"
                    try:
                        result = subprocess.run([program, *wrong], cwd=folder, capture_output=True, text=True, errors="replace", timeout=300, preexec_fn=limit, env=environment, stdin=subprocess.DEVNULL)
                        found = fault(result, option)
                    except subprocess.TimeoutExpired:
                        found = "does not end"
                    count += 1
                    faults += found is not None
                    if found or arguments.verbose:
                        print(f"{name} {option}={number}: {found or 'ok'}", flush=True)
    print(f"{count} calls, {faults} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())

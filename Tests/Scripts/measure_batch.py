#!/usr/bin/env python3
"""Runs a batch of many prompts, stops it now and then, and measures the memory and the time of a prompt as it goes on.

    Tests/Scripts/measure_batch.py [--program .build/release/cmc] [--prompts 100000] [--stops 3]

The model is the demonstration's, two tokens are generated for each prompt. A line each second: how many are done, how many
in that second, and the resident memory. At the end: prompts a second in the first and the last tenth, the largest memory
while it ran and while the output was written, and whether every prompt is there once and in order. Needs nothing beside
Python and Linux.
"""

import argparse
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def resident(process, peak=False):
    """Megabytes of a process."""
    try:
        for line in open(f"/proc/{process.pid}/status"):
            if line.startswith("VmHWM:" if peak else "VmRSS:"):
                return int(line.split()[1]) / 1024
    except OSError:
        pass
    return 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", default=os.path.join(ROOT, ".build/release/cmc"))
    parser.add_argument("--prompts", type=int, default=100_000)
    parser.add_argument("--stops", type=int, default=3, help="how often it is stopped, by SIGTERM and SIGKILL in turn")
    arguments = parser.parse_args()
    program = os.path.abspath(arguments.program)
    with tempfile.TemporaryDirectory() as folder:
        prompts, output = os.path.join(folder, "prompts.jsonl"), os.path.join(folder, "out.jsonl")
        with open(prompts, "w") as file:
            for number in range(arguments.prompts):
                file.write(json.dumps({"prompt": f"The colour of number {number} is"}) + "\n")
        call = [
            program, "generate", "--user", os.path.join(ROOT, "Vocabs/demo/models/base-one"), "--prompts", prompts, "-o", output,
            "--max-tokens", "2", "--threads", "1", "-q",
        ]
        done, samples, size, stops, largest = 0, [], 0, 0, 0
        process = subprocess.Popen(call, stdout=subprocess.DEVNULL)
        before = time.monotonic()
        while process.poll() is None:
            time.sleep(1)
            part = output + ".part"
            now, count = time.monotonic(), done
            if os.path.exists(part) and os.path.getsize(part) >= size:
                with open(part, "rb") as file:
                    file.seek(size)
                    new = file.read()
                size, count = size + len(new), done + new.count(b"\n")
            samples.append((count, (count - done) / (now - before), resident(process)))
            largest = max(largest, resident(process, peak=True))
            print(f"{count:7} done, {samples[-1][1]:6.0f} a second, {samples[-1][2]:5.0f} MB", flush=True)
            done, before = count, now
            if stops < arguments.stops and done > arguments.prompts * (stops + 1) / (arguments.stops + 1):
                process.send_signal([signal.SIGTERM, signal.SIGKILL][stops % 2])
                process.wait()
                stops += 1
                process = subprocess.Popen(call, stdout=subprocess.DEVNULL)
                before = time.monotonic()
        lines = [json.loads(line)["instruction"] for line in open(output)]
    right = lines == [f"The colour of number {number} is" for number in range(arguments.prompts)]
    rates = [rate for count, rate, _ in samples if 0 < rate]
    tenth = max(1, len(rates) // 10)
    print(
        f"{len(lines)} outputs, {'each once and in order' if right else 'NOT what was asked for'}, {stops} stops; {statistics.median(rates[:tenth]):.0f} a second "
        f"at first, {statistics.median(rates[-tenth:]):.0f} at last; {samples[0][2]:.0f} MB at first, {largest:.0f} MB at most; exit status {process.returncode}")
    return 0 if right and process.returncode == 0 else 1


if __name__ == "__main__":
    sys.exit(main())

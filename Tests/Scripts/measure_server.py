#!/usr/bin/env python3
"""Times `cmc serve`: one text alone against sixteen at once, and the first token of a text that is asked for while eight run.

    Tests/Scripts/measure_server.py --user MODEL [--delta MODEL] [--program .build/release/cmc] [--runs 3] [--precision fast]

Every text has its own prompt of some hundred tokens, and 128 tokens without regard to end tokens, as a stream. One text and
sixteen take turns within a run. A line for each figure: medians over the runs, and for first tokens also the worst. At the end
the memory of the process. Needs nothing beside Python and Linux.
"""

import argparse
import http.client
import json
import os
import statistics
import subprocess
import sys
import threading
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
TEXTS, TOKENS = 16, 128
WORDS = "the quiet harbour lay below the town and every boat that came in from the long sea brought a story with it".split()


def prompt(number):
    """About a hundred tokens, no two alike."""
    return f"Story {number}. " + " ".join(WORDS[(n * (number + 3)) % len(WORDS)] for n in range(95))


def stream(port, number, times, tokens=TOKENS):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
    body = {"prompt": prompt(number), "max_tokens": tokens, "stream": True, "ignore_eos": True, "seed": number, "logprobs": 0}
    connection.request("POST", "/v1/completions", json.dumps(body), {"Content-Type": "application/json"})
    answer = connection.getresponse()
    if answer.status != 200:
        raise SystemExit(answer.read().decode())
    for line in answer:
        if line.startswith(b"data: {"):
            times.append(time.monotonic())


def together(port, numbers):
    """Tokens a second of some texts at once."""
    lists = [[] for _ in numbers]
    threads = [threading.Thread(target=stream, args=pair) for pair in ((port, n, times) for n, times in zip(numbers, lists))]
    begin = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(numbers) * TOKENS / (time.monotonic() - begin)


def first_tokens(port, number):
    """Seconds to the first token of texts that come while eight run."""
    running = [threading.Thread(target=stream, args=(port, number + n, [], 4 * TOKENS)) for n in range(8)]
    for thread in running:
        thread.start()
    time.sleep(2)
    found = []
    for n in range(8):
        times, begin = [], time.monotonic()
        stream(port, number + 100 + n, times, 1)
        found.append(times[0] - begin)
    for thread in running:
        thread.join()
    return found


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", default=os.path.join(ROOT, ".build/release/cmc"))
    parser.add_argument("--user", required=True)
    parser.add_argument("--delta")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--precision", default="fast")
    arguments = parser.parse_args()
    command = [arguments.program, "serve", "--user", arguments.user, "--port", "0", "--json", "--precision", arguments.precision]
    if arguments.delta:
        command += ["--delta", arguments.delta, "--alpha", "0.5"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    port = json.loads(process.stdout.readline())["port"]
    one, many, first = [], [], []
    for run in range(arguments.runs):
        one.append(together(port, [1000 * run]))
        many.append(together(port, [1000 * run + 1 + n for n in range(TEXTS)]))
        first += first_tokens(port, 1000 * run + 100)
    print(f"one text              {statistics.median(one):.1f} tokens/s")
    print(f"{TEXTS} texts at once      {statistics.median(many):.1f} tokens/s, ×{statistics.median(b / a for a, b in zip(one, many)):.1f}")
    print(f"first token beside 8  {1000 * statistics.median(first):.0f} ms, at worst {1000 * max(first):.0f} ms")
    with open(f"/proc/{process.pid}/status", encoding="ascii") as file:
        print("".join(line for line in file if line.startswith("VmHWM")), end="")
    process.terminate()
    return process.wait()


if __name__ == "__main__":
    sys.exit(main())

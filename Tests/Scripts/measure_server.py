#!/usr/bin/env python3
"""Times `cmc serve`: one text alone against sixteen at once, and the first token of a text that is asked for while eight run.

    Tests/Scripts/measure_server.py --user MODEL [--delta MODEL] [--program .build/release/cmc] [--runs 3] [--precision fast]
                                    [--llama llama-server]

Every text has its own prompt of some hundred tokens, and 128 tokens without regard to end tokens, as a stream. One text and
sixteen take turns within a run. A line for each figure: medians over the runs, and for first tokens also the worst. At the end
the memory of the process. With --llama that program of llama.cpp serves the same GGUF file with sixteen slots and as many
threads, and takes its turn within each run. Needs nothing beside Python and Linux.
"""

import argparse
import http.client
import json
import os
import socket
import statistics
import subprocess
import sys
import threading
import time
import urllib.request

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
TEXTS, TOKENS = 16, 128
WORDS = "the quiet harbour lay below the town and every boat that came in from the long sea brought a story with it".split()


def prompt(number):
    """About a hundred tokens, no two alike."""
    return f"Story {number}. " + " ".join(WORDS[(n * (number + 3)) % len(WORDS)] for n in range(95))


def stream(port, number, times, tokens=TOKENS):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
    sampling = {"temperature": 0.8, "top_k": 40, "top_p": 1, "seed": number}
    body = {"prompt": prompt(number), "max_tokens": tokens, "stream": True, "ignore_eos": True, **sampling}
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


def llama(program, model):
    """Starts llama.cpp's server and waits until it has loaded the model."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    slots = ["-np", str(TEXTS), "-c", str(512 * TEXTS), "-t", str(len(os.sched_getaffinity(0)))]
    process = subprocess.Popen(
        [program, "-m", model, "--host", "127.0.0.1", "--port", str(port), *slots],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(600):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health") as answer:
                if answer.status == 200:
                    return process, port
        except OSError:
            pass
        if process.poll() is not None:
            break
        time.sleep(0.1)
    raise SystemExit(f"{program} does not serve {model}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", default=os.path.join(ROOT, ".build/release/cmc"))
    parser.add_argument("--user", required=True)
    parser.add_argument("--delta")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--precision", default="fast")
    parser.add_argument("--llama", help="llama.cpp's server")
    arguments = parser.parse_args()
    command = [arguments.program, "serve", "--user", arguments.user, "--port", "0", "--json", "--precision", arguments.precision]
    if arguments.delta:
        command += ["--delta", arguments.delta, "--alpha", "0.5"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    port = json.loads(process.stdout.readline())["port"]
    peer, peer_port = llama(arguments.llama, arguments.user) if arguments.llama else (None, None)
    one, many, first, peer_one, peer_many = [], [], [], [], []
    for run in range(arguments.runs):
        one.append(together(port, [1000 * run]))
        many.append(together(port, [1000 * run + 1 + n for n in range(TEXTS)]))
        first += first_tokens(port, 1000 * run + 100)
        if peer:
            peer_one.append(together(peer_port, [1000 * run]))
            peer_many.append(together(peer_port, [1000 * run + 1 + n for n in range(TEXTS)]))
    print(f"one text              {statistics.median(one):.1f} tokens/s")
    print(f"{TEXTS} texts at once      {statistics.median(many):.1f} tokens/s, ×{statistics.median(b / a for a, b in zip(one, many)):.1f}")
    print(f"first token beside 8  {1000 * statistics.median(first):.0f} ms, at worst {1000 * max(first):.0f} ms")
    if peer:
        print(f"llama.cpp, one text   {statistics.median(peer_one):.1f} tokens/s, ×{statistics.median(a / b for a, b in zip(one, peer_one)):.1f} here")
        print(f"llama.cpp, {TEXTS} texts   {statistics.median(peer_many):.1f} tokens/s, ×{statistics.median(a / b for a, b in zip(many, peer_many)):.1f} here")
        peer.terminate()
        peer.wait()
    with open(f"/proc/{process.pid}/status", encoding="ascii") as file:
        print("".join(line for line in file if line.startswith("VmHWM")), end="")
    process.terminate()
    return process.wait()


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""Measures how much memory the caches of many texts take, against what their tokens need.

    swift build -c release
    Tests/Scripts/measure_cache.py MODEL.gguf --widths LAYERSxHEADSxSIZE [--program .build/release/cmc] [--texts 16] [--tokens 400]

`cmc serve` writes so many texts at once; the most that /metrics says is in use above what it holds at rest is compared with
2 × layers × heads of keys and values × their size × 4 bytes for each token of all texts. SmolLM2-135M has 30x3x64. The last
line has both figures and their ratio, in which everything else that a step needs is counted too.
"""

import argparse
import json
import os
import threading
import time
import urllib.request

from check_server import ROOT, Server

WORDS = ["river", "stone", "light", "north", "paper", "glass", "seven", "ocean", "metal", "green"]


def ask(url, place, tokens):
    """Have a text written, and give how many tokens it and its prompt have."""
    prompt = f"{place} " + " ".join(WORDS[(7 * place + k * (place + 3)) % 10] for k in range(95))
    body = json.dumps({"prompt": prompt, "max_tokens": tokens, "temperature": 0, "ignore_eos": True}).encode()
    request = urllib.request.Request(f"{url}/v1/completions", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=3600) as answer:
        return json.load(answer)["usage"]["total_tokens"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("--widths", required=True, help="layers, heads of keys and values, and their size: 30x3x64")
    parser.add_argument("--program", default=os.path.join(ROOT, ".build/release/cmc"))
    parser.add_argument("--texts", type=int, default=16)
    parser.add_argument("--tokens", type=int, default=400)
    options = parser.parse_args()
    layers, heads, size = map(int, options.widths.split("x"))
    models = ("--user", options.model, "--precision", "fast", "--parallel", str(options.texts))
    with Server(options.program, models=models) as server:
        ask(server.url, 99, 4)
        rest, most, counts = server.in_use(), 0, []
        threads = [
            threading.Thread(target=lambda place=place: counts.append(ask(server.url, place, options.tokens)))
            for place in range(options.texts)
        ]
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            most = max(most, int(server.metrics()["cmc_memory_in_use_bytes"]))
            time.sleep(0.1)
    # The last token of a text is read by nobody.
    needed = sum(count - 1 for count in counts) * 2 * layers * heads * size * 4
    print(f"{most - rest} bytes in use for {needed} that {sum(counts)} tokens need: {(most - rest) / needed:.3f}")


if __name__ == "__main__":
    main()

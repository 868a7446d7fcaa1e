#!/usr/bin/env python3
"""Times how fast the original libraries and this project encode a file on one thread: as one text, and line by line.

    swift build -c release --product cmc-bench
    .build/release/cmc-bench corpus --plain /tmp/plain.txt
    python=$(Tests/Scripts/environment)
    $python Tests/Scripts/measure_tokenizers.py /tmp/plain.txt
    $python Tests/Scripts/measure_tokenizers.py /tmp/plain.txt --only llama-3 cl100k --runs 5 --json

MB/s is 10**6 bytes of UTF-8 a second, the median of the runs. Lines are split at U+000A, which they do not contain, as
`cmc-bench tokenize --lines` does. Bytes that are no UTF-8 are replaced before the clock starts. Reading the vocabulary
and one untimed warm-up encode of the first 64 KB are not counted; the caches of a library stay warm from run to run.
Where a library fails on the text, the error stands in place of the speed, and the exit status is 1. Ours is timed right
after the original, tokenizer by tokenizer, by `cmc-bench tokenize`; the ratio is our speed over the original's.
"""

import os

# Before any library is loaded: the libraries read these when their thread pools start.
os.environ["TOKENIZERS_PARALLELISM"] = "false"
os.environ["RAYON_NUM_THREADS"] = "1"

import argparse
import importlib.metadata
import json
import re
import statistics
import subprocess
import sys
import time

import original_tokenizers


def seconds(encode, texts, runs):
    """The median time, the number of ids, or the error in place of both."""
    times = []
    try:
        for _ in range(runs):
            count, start = 0, time.perf_counter()
            for text in texts:
                count += len(encode(text))
            times.append(time.perf_counter() - start)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # a panic of a Rust library is no Exception
        return None, f"{type(error).__name__}: {error}"
    return statistics.median(times), count


def ours(bench, file, vocabulary, way, runs):
    """Megabytes a second and the number of ids as cmc-bench prints them."""
    command = [bench, "tokenize", file, original_tokenizers.path(vocabulary), "--runs", str(runs)]
    output = subprocess.run(
        command + (["--lines"] if way == "lines" else []), check=True, stdout=subprocess.PIPE, text=True
    ).stdout
    speed, count = re.search(r"([0-9.]+) MB/s ([0-9]+) tokens", output).groups()
    return float(speed), int(count)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--only", nargs="+", metavar="NAME", choices=original_tokenizers.NAMES)
    parser.add_argument("--bench", default=".build/release/cmc-bench", help="the built cmc-bench")
    parser.add_argument("--json", action="store_true", help="print one JSON array instead of lines")
    arguments = parser.parse_args()
    if arguments.runs < 1:
        parser.error("--runs must be at least 1")

    with open(arguments.file, "rb") as file:
        text = file.read().decode("utf-8", errors="replace")
    size = len(text.encode())
    ways = {"whole": [text], "lines": text.split("\n")}
    results = []
    for name in arguments.only or original_tokenizers.NAMES:
        original = original_tokenizers.load(name)
        seconds(original.encode, [text[:65536]], 1)
        result = {
            "name": name,
            "library": f"{original.library} {importlib.metadata.version(original.library)}",
            "file": original.file,
        }
        for way, texts in ways.items():
            median, count = seconds(original.encode, texts, arguments.runs)
            if median is None:
                result[way] = {"error": count}
            else:
                speed = size / median / 1e6
                own, own_count = ours(arguments.bench, arguments.file, original.file, way, arguments.runs)
                result[way] = {
                    "megabytes_per_second": round(speed, 3),
                    "ids": count,
                    "ours": own,
                    "ours_ids": own_count,
                    "ratio": round(own / speed, 2),
                }
        results.append(result)
        if not arguments.json:
            shown = [
                f"{way} {result[way].get('error') or '%7.2f MB/s %8d ids, ours %7.2f %8d, x%.2f' % tuple(result[way].values())}"
                for way in ways
            ]
            print(f"{name:18}{result['library']:24}{'  '.join(shown)}", flush=True)
    if arguments.json:
        print(json.dumps(results, indent=2))
    return 1 if any("error" in result[way] for result in results for way in ways) else 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""Times RapidFuzz's cdist on the texts of two vocabularies and the method mined of cmc-bench, one after the other.

    Tests/Scripts/measure_rapidfuzz.py SOURCE TARGET [--bin .build/release] [--rows 32000]

Needs rapidfuzz and numpy from pip. One thread on both sides; the ratio is of times taken in the same run. RapidFuzz
computes every distance of the table, a row of sources at a time; cmc-bench reads both files, too, before it measures.
"""
import argparse
import json
import re
import subprocess
import time

import numpy
import rapidfuzz
from rapidfuzz.distance import Levenshtein
from rapidfuzz.process import cdist


def texts(program, path):
    output = subprocess.run([program, "inspect", path, "--kind", "text", "--json"], check=True, capture_output=True)
    return [token["piece"] for token in json.loads(output.stdout)["tokens"]]


parser = argparse.ArgumentParser()
parser.add_argument("source")
parser.add_argument("target")
parser.add_argument("--bin", default=".build/release")
parser.add_argument("--rows", type=int, default=10**9, help="time only so many sources and scale up")
arguments = parser.parse_args()

sources = texts(f"{arguments.bin}/cmc", arguments.source)
targets = texts(f"{arguments.bin}/cmc", arguments.target)
rows = sources[: arguments.rows]
start = time.process_time()
nearest = []
for first in range(0, len(rows), 256):
    table = cdist(rows[first : first + 256], targets, scorer=Levenshtein.distance, dtype=numpy.uint8, workers=1)
    nearest.extend(table.argmin(axis=1).tolist())
peer = (time.process_time() - start) * len(sources) / len(rows)
print(f"rapidfuzz {rapidfuzz.__version__}: {len(sources)} x {len(targets)}: {peer:.2f} s of processor time"
      + (f" (from {len(rows)} rows)" if len(rows) < len(sources) else ""))

report = subprocess.run(
    [f"{arguments.bin}/cmc-bench", "mined", arguments.source, arguments.target, "--runs", "3"],
    check=True, capture_output=True, text=True).stdout
print(report.strip())
ours = float(re.search(r"([0-9.]+) ms median", report).group(1)) / 1000
print(f"ratio {peer / ours:.1f}")

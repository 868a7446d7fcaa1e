#!/usr/bin/env python3
"""Times `cmc-bench sinkhorn` beside GeomLoss's tensorised SamplesLoss, on the same clouds and processors in one run.

    swift build -c release
    python=$(Tests/Scripts/environment --transport)
    $python Tests/Scripts/measure_sinkhorn.py [--points 5000] [--dimension 64] [--runs 3]

Each runs once to warm up; medians of the runs after that are shown, with GeomLoss's float64 beside its float32.
"""

import argparse
import os
import statistics
import subprocess
import tempfile
import time

import geomloss
import numpy
import torch

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BENCH = os.environ.get("CMC_BENCH", os.path.join(ROOT, ".build", "release", "cmc-bench"))


def theirs(x, y, blur, runs, kind):
    tensors = [torch.from_numpy(a).to(kind) for a in (x, y)]
    loss = geomloss.SamplesLoss("sinkhorn", p=2, blur=blur, backend="tensorized")
    times = []
    for run in range(runs + 1):
        start = time.perf_counter()
        value = float(loss(*tensors))
        times.append(time.perf_counter() - start)
    return value, statistics.median(times[1:])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--points", type=int, default=5000)
    parser.add_argument("--dimension", type=int, default=64)
    parser.add_argument("--blur", type=float, default=0.01)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    random = numpy.random.default_rng(1)
    shape = (options.points, options.dimension)
    x, y = random.standard_normal(shape).astype(numpy.float32), random.standard_normal(shape).astype(numpy.float32)
    torch.set_num_threads(os.cpu_count() or 1)
    with tempfile.TemporaryDirectory() as folder:
        files = [os.path.join(folder, name) for name in ("x.npy", "y.npy")]
        for path, cloud in zip(files, (x, y)):
            numpy.save(path, cloud)
        command = [BENCH, "sinkhorn", "--files", files[0], "--files", files[1], "--blur", str(options.blur),
                   "--runs", str(options.runs)]
        output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    line = next(line for line in output.splitlines() if "ms median" in line)
    ours = float(line.split(" ms median")[0].split()[-1]) / 1000
    value = float(output.split("value ")[1].split()[0])
    print(f"{options.points} × {options.points} × {options.dimension}, blur {options.blur}, {torch.get_num_threads()} threads")
    print(f"cmc                {ours:8.2f} s   value {value:.12g}")
    for kind in (torch.float32, torch.float64):
        their, seconds = theirs(x, y, options.blur, options.runs, kind)
        name = f"GeomLoss {str(kind).split('.')[1]}"
        print(f"{name:18} {seconds:8.2f} s   value {their:.12g}   {seconds / ours:.1f} times ours, "
              f"relative difference {abs(value - their) / abs(their):.1e}")


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Writes, or with --check compares, what GeomLoss and POT give for the clouds of the transport tests.

    python=$(Tests/Scripts/environment --transport)
    $python Tests/Scripts/compare_sinkhorn.py [--check]

The golden file has, for each case, exponent and blur, the value of `SamplesLoss("sinkhorn", backend="tensorized")` in
float64, debiased and not, and the value of POT's `emd2` on the costs (half squared distances, or distances). Clouds are
made here and in Tests/Method/OptimalTransportTests/TransportClouds.swift by the same rules from the same random numbers
(SplitMix64), so that no coordinates have to be committed. Exit status 1 where --check finds another value.
"""

import json
import os
import sys

import geomloss
import numpy
import ot
import torch

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
GOLDEN = os.path.join(ROOT, "Tests", "Method", "OptimalTransportTests", "Golden", "sinkhorn.json")


class Random:
    """SplitMix64, and what the Swift tests make of its numbers."""

    def __init__(self, seed):
        self.state = seed

    def uniform(self, count):
        steps = numpy.arange(1, count + 1, dtype=numpy.uint64)
        with numpy.errstate(over="ignore"):
            z = numpy.uint64(self.state) + steps * numpy.uint64(0x9E3779B97F4A7C15)
            self.state = int(z[-1]) if count else self.state
            z = (z ^ (z >> numpy.uint64(30))) * numpy.uint64(0xBF58476D1CE4E5B9)
            z = (z ^ (z >> numpy.uint64(27))) * numpy.uint64(0x94D049BB133111EB)
            z = z ^ (z >> numpy.uint64(31))
        return (z >> numpy.uint64(11)).astype(numpy.float64) * 2.0**-53

    def normal(self, rows, columns):
        """Sums of twelve uniform numbers, less six: near enough to normal, and the same in every language."""
        numbers = self.uniform(rows * columns * 12).reshape(rows, columns, 12)
        total = numbers[:, :, 0]
        for i in range(1, 12):
            total = total + numbers[:, :, i]
        return total - 6.0


def clouds(name):
    """Two clouds and their weights (or None) of a case."""
    r = Random(sum(ord(c) * (i + 1) for i, c in enumerate(name)))
    if name == "gaussian":
        return r.normal(200, 10), r.normal(200, 10), None, None
    if name == "heavy-tailed":
        x, y = r.normal(150, 6), r.normal(150, 6)
        return x / (0.05 + r.uniform(150)[:, None]), y / (0.05 + r.uniform(150)[:, None]), None, None
    if name == "paired":
        x = r.normal(200, 100)
        return x, x + r.normal(200, 100) * 0.125, None, None
    if name == "duplicated":
        x, y = r.normal(120, 8), r.normal(20, 8)
        return x, numpy.concatenate([y] * 6), None, None
    if name == "unequal":
        return r.normal(120, 5), r.normal(75, 5) + 0.5, None, None
    if name == "one-point":
        return r.normal(1, 4), r.normal(1, 4), None, None
    if name == "one-to-many":
        return r.normal(1, 4), r.normal(50, 4), None, None
    if name == "identical":
        x = r.normal(100, 7)
        return x, x.copy(), None, None
    if name == "shifted":
        x = r.normal(100, 7)
        return x, x + 0.75, None, None
    if name == "zero-width":
        x, y = r.normal(90, 12), r.normal(90, 12)
        x[:, 3:9] = 0.25
        y[:, 3:9] = 0.25
        return x, y, None, None
    if name == "offset":
        return r.normal(100, 6) + 4096.0, r.normal(100, 6) + 4096.0, None, None
    if name == "line":
        return r.normal(100, 1), r.normal(100, 1) * 2.0, None, None
    if name == "sparse":
        x, y = r.normal(100, 20), r.normal(100, 20)
        x[r.uniform(2000).reshape(100, 20) < 0.875] = 0.0
        y[r.uniform(2000).reshape(100, 20) < 0.875] = 0.0
        return x, y, None, None
    if name == "weighted":
        x, y = r.normal(80, 4), r.normal(60, 4)
        a, b = r.uniform(80) + 0.125, r.uniform(60) + 0.125
        return x, y, a, b
    if name == "tiny":
        return r.normal(60, 3) * 0.0009765625, r.normal(60, 3) * 0.0009765625, None, None
    if name == "clusters":
        x, y = r.normal(100, 4), r.normal(100, 4)
        x[:50] += 10.0
        y[:30] += 10.0
        return x, y, None, None
    if name == "thousand":
        return r.normal(1000, 16), r.normal(1000, 16) * 1.5, None, None
    if name == "large":
        return r.normal(1500, 8), r.normal(1300, 8) + 0.25, None, None
    raise ValueError(name)


CASES = [
    "gaussian", "heavy-tailed", "paired", "duplicated", "unequal", "one-point", "one-to-many", "identical", "shifted",
    "zero-width", "offset", "line", "sparse", "weighted", "tiny", "clusters", "thousand", "large",
]


def values(name, p, blur):
    x, y, a, b = clouds(name)
    if name == "offset":
        # Far from the origin GeomLoss loses digits; taking the offset off is exact, and changes no distance.
        x, y = x - 4096.0, y - 4096.0
    weights_x = numpy.full(len(x), 1 / len(x)) if a is None else a / a.sum()
    weights_y = numpy.full(len(y), 1 / len(y)) if b is None else b / b.sum()
    tensors = [torch.from_numpy(t) for t in (weights_x, x, weights_y, y)]

    def loss(debias):
        solver = geomloss.SamplesLoss("sinkhorn", p=p, blur=blur, debias=debias, backend="tensorized")
        return float(solver(*tensors))

    squares = ((x[:, None, :] - y[None, :, :]) ** 2).sum(-1)
    costs = squares / 2 if p == 2 else numpy.sqrt(squares)
    box = numpy.concatenate([x, y])
    exact = float(ot.emd2(weights_x, weights_y, costs, numItermax=10_000_000))
    return {
        "case": name, "p": p, "blur": blur, "debiased": loss(True), "biased": loss(False), "emd2": exact,
        "diameter": float(numpy.linalg.norm(box.max(0) - box.min(0))),
    }


def main():
    check = "--check" in sys.argv[1:]
    rows = []
    for name in CASES:
        settings = [(2, 0.01)] if name == "large" else [(2, 0.01), (1, 0.01), (2, 0.25), (1, 0.25)]
        for p, blur in settings:
            if name == "thousand" and blur != 0.01:
                continue
            rows.append(values(name, p, blur))
    packages = {m.__name__: m.__version__.split("+")[0] for m in (geomloss, ot, torch, numpy)}
    if not check:
        os.makedirs(os.path.dirname(GOLDEN), exist_ok=True)
        with open(GOLDEN, "w", encoding="utf-8") as file:
            lines = ",\n".join("    " + json.dumps(row) for row in rows)
            file.write('{\n  "packages": %s,\n  "rows": [\n%s\n  ]\n}\n' % (json.dumps(packages), lines))
        print(f"{GOLDEN}: {len(rows)} rows of {len(CASES)} cases")
        return 0
    with open(GOLDEN, encoding="utf-8") as file:
        golden = json.load(file)["rows"]
    wrong = [] if len(golden) == len(rows) else [f"{len(golden)} rows, {len(rows)} expected"]
    for kept, row in zip(golden, rows):
        for key, value in row.items():
            same = abs(kept[key] - value) <= 1e-9 * abs(value) + 1e-12 * row["diameter"] ** row["p"] \
                if isinstance(value, float) else kept[key] == value
            if not same:
                wrong.append(f"{row['case']}, p {row['p']}, blur {row['blur']}, {key}: {kept[key]}, now {value}")
    print("\n".join(wrong) or f"{len(rows)} rows as committed")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

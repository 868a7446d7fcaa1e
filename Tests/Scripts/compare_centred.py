#!/usr/bin/env python3
"""Writes, or with --check compares, what NumPy and GeomLoss give for the measures of centred shifts.

    python=$(Tests/Scripts/environment --transport)
    $python Tests/Scripts/compare_centred.py [--check]

The golden file has, for each prompt of two made-up runs across two vocabularies, the centred cosine distance, the Sinkhorn
divergence of centred shifts of unit length a step, and beside them the paper's distance and the plain cosine; and over all
prompts the shares of the squared shifts that are the steps' means. All from logits, in float64: log-softmax, the best
columns by the first tuned model, the map, the measures. Logits are made here and in
Tests/Method/LogitShiftTests/CentredGoldenTests.swift by the same rule, so that none have to be committed. Exit status 1
where --check finds another value.
"""

import json
import os
import sys

import geomloss
import numpy
import torch

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
GOLDEN = os.path.join(ROOT, "Tests", "Method", "LogitShiftTests", "Golden", "centred.json")
PROMPTS, STEPS, WIDTH, TOP, OFFSET = 6, 7, 60, 20, 11
UNMATCHED = (4, 18, 40)
MASK = (1 << 64) - 1


def uniform(*parts):
    """A multiple of 2⁻¹² below 1 that depends on the parts alone: what is made of it is exact in float32."""
    state = 0
    for part in parts:
        state = (state ^ part) + 0x9E3779B97F4A7C15 & MASK
        state = (state ^ state >> 30) * 0xBF58476D1CE4E5B9 & MASK
        state = (state ^ state >> 27) * 0x94D049BB133111EB & MASK
        state ^= state >> 31
    return (state >> 52) / 4096


def logits(run, prompt, step, column):
    """Base and tuned logit of a column. The first run finds even columns more probable, so that these are kept. Prompt 1
    shifts them mostly alike; prompt 2 those of the second run by the same, so that nothing is left; prompt 3 in every other
    step; in prompt 4 the runs have nothing in common."""
    own = column if run == 0 else (column - OFFSET) % WIDTH
    base = 8 * uniform(run, prompt, step, column, 0) + (16 if run == 0 and own % 2 == 0 else 0)
    common = 4 * uniform(7, prompt if prompt != 4 else 100 + run, step, own, 1) - 2
    shift = common + 2 * uniform(run, prompt, step, column, 2) - 1
    if prompt == 1:
        # Not on half of the columns: log-softmax would take off what is added to all of them.
        shift = shift / 4 + (4 if own % 2 == 0 else 0)
    if run == 1 and (prompt == 2 or prompt == 3 and step % 2 == 0):
        shift = 1.5 if own % 2 == 0 else 0
    return base, base + shift


def log_softmax(x):
    x = x - x.max()
    return x - numpy.log(numpy.exp(x).sum())


def clouds(prompt):
    x, y = numpy.zeros((STEPS, TOP)), numpy.zeros((STEPS, TOP))
    for step in range(STEPS):
        rows = numpy.array([[logits(run, prompt, step, c) for c in range(WIDTH)] for run in (0, 1)])
        shifts = [log_softmax(r[:, 1]) - log_softmax(r[:, 0]) for r in rows]
        best = numpy.argsort(-rows[0][:, 1], kind="stable")[:TOP]
        x[step] = shifts[0][best]
        y[step] = [0 if c in UNMATCHED else shifts[1][(c + OFFSET) % WIDTH] for c in best]
    return x, y


def sinkhorn(x, y):
    solver = geomloss.SamplesLoss("sinkhorn", p=2, blur=0.01, debias=True, backend="tensorized")
    return float(solver(torch.from_numpy(x), torch.from_numpy(y)))


def centred(x):
    """Each step less its mean; what rounding leaves of a constant step is nothing."""
    left = x - x.mean(1, keepdims=True)
    left[numpy.abs(left).max(1) < 1e-9] = 0
    return left


def unit(x):
    length = numpy.linalg.norm(x, axis=1, keepdims=True)
    return x / numpy.where(length > 0, length, 1)


def cosine(x, y):
    return float((x * y).sum() / numpy.sqrt((x * x).sum() * (y * y).sum()))


def values(prompt, totals):
    x, y = clouds(prompt)
    for place, shifts in enumerate((x, y)):
        totals[place][0] += float((shifts.mean(1) ** 2).sum() * TOP)
        totals[place][1] += float((shifts**2).sum())
    a, b = centred(x), centred(y)
    defined = bool(a.any() and b.any())
    return {
        "prompt": prompt,
        "centred_cosine_distance": 1 - cosine(a, b) if defined else None,
        "centred_unit_sinkhorn": sinkhorn(unit(a), unit(b)) if defined else None,
        "sinkhorn": sinkhorn(x, y) / TOP, "cosine": cosine(x, y),
    }


def main():
    # Unmatched columns are 0 where all others are constant: only without them is nothing left.
    global UNMATCHED
    result = {"packages": {m.__name__: m.__version__.split("+")[0] for m in (geomloss, torch, numpy)}, "maps": []}
    for unmatched in ((), UNMATCHED):
        UNMATCHED = unmatched
        totals = [[0.0, 0.0], [0.0, 0.0]]
        rows = [values(prompt, totals) for prompt in range(PROMPTS)]
        (mean_x, all_x), (mean_y, all_y) = totals
        result["maps"].append({
            "unmatched": list(unmatched), "first_mean_share": mean_x / all_x, "second_mean_share": mean_y / all_y,
            "both_mean_share": (mean_x + mean_y) / (all_x + all_y), "prompts": rows,
        })
    text = json.dumps(result, indent=1) + "\n"
    if "--check" not in sys.argv[1:]:
        os.makedirs(os.path.dirname(GOLDEN), exist_ok=True)
        with open(GOLDEN, "w", encoding="utf-8") as file:
            file.write(text)
        print(f"{GOLDEN}: {PROMPTS} prompts through 2 maps")
        return 0
    with open(GOLDEN, encoding="utf-8") as file:
        golden = json.load(file)
    wrong = []

    def compare(place, kept, now):
        if isinstance(now, dict):
            for key in now:
                compare(f"{place} {key}", kept.get(key), now[key])
        elif isinstance(now, list):
            for index, value in enumerate(now):
                compare(f"{place} {index}", kept[index] if index < len(kept) else None, value)
        elif isinstance(now, float):
            if not isinstance(kept, float) or abs(kept - now) > 1e-9 * max(1, abs(now)):
                wrong.append(f"{place}: {kept}, now {now}")
        elif kept != now:
            wrong.append(f"{place}: {kept}, now {now}")

    compare("maps", golden["maps"], result["maps"])
    print("\n".join(wrong) or f"{PROMPTS} prompts through 2 maps as committed")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

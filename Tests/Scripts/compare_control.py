#!/usr/bin/env python3
"""Compares the scores of `cmc generate` with sums made by NumPy out of `cmc logits` files and the map's `.npy`.

    Vocabs/fetch --all
    swift build -c release
    python=$(Tests/Scripts/environment)
    $python Tests/Scripts/compare_control.py [--check] [--drawn]

SmolLM2 steers Gemma 3 and the other way round, in each mode, for α = 0, 0.5 and 1. At every step the ten best scores of
the trace are those of the sum, tokens and values, and the best is the token that was chosen; at α = 0 the tokens are
those of the user model alone. Texts drawn at a high temperature come last: they have tokens that the other vocabulary
lacks, so that the delta model's history is encoded anew on the way.

Exit status 1 where one of these does not hold.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile

import numpy

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
CMC = os.environ.get("CMC", os.path.join(ROOT, ".build", "release", "cmc"))
REAL = os.environ.get("CMC_VOCABS_REAL", os.path.join(ROOT, "Vocabs", "real"))
SMOL = os.path.join(REAL, "smollm2-135m", "SmolLM2-135M-Instruct.Q4_1.gguf")
GEMMA = os.path.join(REAL, "gemma-3-270m", "gemma-3-270m.Q4_K_M.gguf")
PROMPTS = ["The capital of France is", "Die Straßenbahnhaltestelle in 東京 heißt"]
STEPS = 24
BOUND = 1e-3


def run(*arguments):
    # A text may end within a character.
    return subprocess.run([CMC, *arguments], check=True, capture_output=True, text=True, errors="replace").stdout


def logits(model, ids, folder):
    file = os.path.join(folder, "logits.npy")
    run("logits", model, "--ids", ",".join(map(str, ids)), "-o", file, "--force")
    return numpy.load(file)


def log_softmax(x):
    x = x.astype(numpy.float64)
    top = x.max(axis=-1, keepdims=True)
    return x - top - numpy.log(numpy.exp(x - top).sum(axis=-1, keepdims=True))


def delta_logits(model, histories, folder):
    """The logits at the end of each history; histories that begin a longer one share its file."""
    result = [None] * len(histories)
    for index in sorted(range(len(histories)), key=lambda i: -len(histories[i])):
        if result[index] is not None:
            continue
        rows = logits(model, histories[index], folder)
        for other, history in enumerate(histories):
            if result[other] is None and histories[index][: len(history)] == history:
                result[other] = rows[len(history) - 1]
    return result


def compare(user, delta, prompt, mode, alpha, folder, drawn=()):
    trace_file = os.path.join(folder, "trace.json")
    map_file = os.path.join(folder, "map.npy")
    text = run(
        "generate", "--user", user, "--delta", delta, "--prompt", prompt, "--max-tokens", str(STEPS), "--alpha",
        str(alpha), "--mode", mode, "--trace", trace_file, "--trace-top", "10", "--ignore-eos", "--quiet",
        *drawn,
    )
    if not os.path.exists(map_file):
        run("align", user, delta, "--format", "npy", "-o", map_file, "--quiet", "--force")
    ids = numpy.load(map_file)
    with open(trace_file, encoding="utf-8") as file:
        trace = json.load(file)
    steps = trace["steps"]
    tokens = [step["id"] for step in steps]
    prompt_ids = trace["user_prompt_ids"]
    base = logits(user, prompt_ids + tokens[:-1], folder)[len(prompt_ids) - 1 :]
    scores = log_softmax(base) if mode != "add" else base.astype(numpy.float64)
    reencoded = 0
    if alpha != 0:
        history = trace["delta_prompt_ids"][0]
        histories = []
        for step in steps:
            histories.append(list(history))
            for change in step["delta_changes"]:
                history = history[: change["kept"]] + change["added"]
            reencoded += step["reencoded"]
        terms = numpy.stack(delta_logits(delta, histories, folder)).astype(numpy.float64)
        if mode == "normalize":
            terms = log_softmax(terms)
        columns = numpy.zeros(scores.shape[1], dtype=numpy.int64) - 1
        columns[: len(ids)] = ids
        matched = columns >= 0
        scores[:, matched] += alpha * terms[:, columns[matched]]
    worst = 0.0
    for step, row in zip(steps, scores):
        listed = step["combined_top"]
        worst = max(worst, max(abs(entry["value"] - row[entry["id"]]) for entry in listed))
        # The list is that of the best ten, but for ones closer than the bound.
        tenth = numpy.sort(row)[-10]
        if any(row[entry["id"]] < tenth - BOUND for entry in listed) or (
            not drawn and row[step["id"]] < row.max() - BOUND
        ):
            worst = float("inf")
    return worst, reencoded, tokens, len(text)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="the same; for .ci/run --full")
    parser.add_argument("--drawn", action="store_true", help="only the drawn texts")
    arguments = parser.parse_args()
    failed = total = 0
    for user, delta, name in [(SMOL, GEMMA, "SmolLM2 + Gemma 3"), (GEMMA, SMOL, "Gemma 3 + SmolLM2")]:
        with tempfile.TemporaryDirectory() as folder:
            for prompt in [] if arguments.drawn else PROMPTS:
                alone = json.loads(
                    run("generate", "--user", user, "--prompt", prompt, "--max-tokens", str(STEPS), "--ignore-eos",
                        "--json", "--quiet")
                )["ids"]
                for mode in ["base-normalize", "add", "normalize"]:
                    for alpha in [0, 0.5, 1]:
                        worst, reencoded, tokens, _ = compare(user, delta, prompt, mode, alpha, folder)
                        holds = worst <= BOUND and (alpha != 0 or tokens == alone)
                        failed += not holds
                        total += reencoded
                        print(
                            f"{name:18} {prompt[:16]:16} {mode:14} α {alpha:3}: largest difference {worst:.1e} over "
                            f"{len(tokens)} steps, {reencoded} histories encoded anew{'' if holds else '  FAILED'}"
                        )
            for seed in range(4):
                drawn = ["--temperature", "6", "--top-k", "20000", "--seed", str(seed)]
                worst, reencoded, tokens, _ = compare(user, delta, PROMPTS[0], "base-normalize", 0.5, folder, drawn)
                holds = worst <= BOUND
                failed += not holds
                total += reencoded
                print(f"{name:18} drawn with seed {seed}: largest difference {worst:.1e} over {len(tokens)} steps, "
                      f"{reencoded} histories encoded anew{'' if holds else '  FAILED'}")
    if total < 5:
        failed += 1
        print("too few histories were encoded anew to show anything  FAILED")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

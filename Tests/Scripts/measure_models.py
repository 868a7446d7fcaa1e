#!/usr/bin/env python3
"""Measures decoding and prefill of SmolLM2 beside llama.cpp and transformers, in one run, in turns.

    Vocabs/fetch --models
    swift build -c release
    python=$(Tests/Scripts/environment --models)
    $python Tests/Scripts/measure_models.py [--threads 2] [--runs 3] [--model FILE]

Prefill is a prompt of 512 tokens, decoding 64 tokens after 32, each token computed alone. llama.cpp runs the file as it
is (Q4_1); transformers runs float32. The medians of the runs are shown. Another GGUF file (make_random_gguf.py writes large
ones) is run by `fast` and llama.cpp alone, and the most that `fast` has resident is shown beside the file's size, and the time from
the program's start to the first token.
"""

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import time

import llama_cpp
import numpy
import torch
import transformers

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BENCH = os.environ.get("CMC_BENCH", os.path.join(ROOT, ".build", "release", "cmc-bench"))
PROGRAM = os.environ.get("CMC_PROGRAM", os.path.join(ROOT, ".build", "release", "cmc"))
REAL = os.environ.get("CMC_VOCABS_REAL", os.path.join(ROOT, "Vocabs", "real"))
MODEL = os.path.join(REAL, "smollm2-135m", "SmolLM2-135M-Instruct.Q4_1.gguf")
PROMPT, BEFORE, COUNT = 512, 32, 64
IDS = [n * 7919 % 49152 for n in range(PROMPT)]  # All models here have as many tokens.


def ours(precision, threads, model=MODEL):
    output = subprocess.run(
        [BENCH, "model", model, "--precision", precision, "--threads", str(threads), "--runs", "3"],
        check=True, capture_output=True, text=True,
    ).stdout
    prefill, decode = re.search(r"prefill ([0-9.]+) tok/s, decode ([0-9.]+) tok/s", output).groups()
    return float(prefill), float(decode)


class LlamaCpp:
    def __init__(self, threads, model=MODEL):
        self.model = llama_cpp.Llama(
            model, n_ctx=1024, n_batch=512, n_ubatch=512, verbose=False, n_threads=threads, n_threads_batch=threads
        )

    def measure(self):
        self.model.reset()
        start = time.perf_counter()
        self.model.eval(IDS)
        prefill = PROMPT / (time.perf_counter() - start)
        self.model.reset()
        self.model.eval(IDS[:BEFORE])
        token = 0
        start = time.perf_counter()
        for _ in range(COUNT):
            self.model.eval([token])
            logits = numpy.ctypeslib.as_array(llama_cpp.llama_get_logits_ith(self.model._ctx.ctx, -1), (self.model.n_vocab(),))
            token = int(logits.argmax())
        return prefill, COUNT / (time.perf_counter() - start)


class Transformers:
    def __init__(self, threads):
        torch.set_num_threads(threads)
        folder, file = os.path.split(MODEL)
        self.model = transformers.AutoModelForCausalLM.from_pretrained(folder, gguf_file=file, dtype=torch.float32).eval()

    def measure(self):
        with torch.no_grad():
            start = time.perf_counter()
            self.model(torch.tensor([IDS]), logits_to_keep=1)
            prefill = PROMPT / (time.perf_counter() - start)
            output = self.model(torch.tensor([IDS[:BEFORE]]), logits_to_keep=1, use_cache=True)
            start = time.perf_counter()
            for _ in range(COUNT):
                token = output.logits[:, -1:].argmax(-1)
                output = self.model(token, past_key_values=output.past_key_values, use_cache=True)
            return prefill, COUNT / (time.perf_counter() - start)


# Counts what a command has resident from a small process: a child begins with its parent's figure, and this one's is large.
COUNT_RESIDENT = (
    "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL);"
    "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
)


def resident(model, threads, prompt, generated):
    """The most bytes of the process that has read and generated so many tokens."""
    command = [BENCH, "model", model, "--precision", "fast", "--threads", str(threads), "--runs", "1"]
    command += ["--prompt", str(prompt), "--generate", str(generated)]
    counting = [sys.executable, "-c", COUNT_RESIDENT, *command]
    return int(subprocess.run(counting, check=True, capture_output=True, text=True).stdout) * 1024


def first_token(model, threads):
    """Seconds from the start of `cmc generate` to its end, for one token after a prompt of few."""
    command = [PROGRAM, "generate", "--user", model, "--prompt", "ab", "--max-tokens", "1", "--precision", "fast"]
    times = []
    for _ in range(6):
        start = time.perf_counter()
        subprocess.run([*command, "--threads", str(threads), "-q"], check=True, stdout=subprocess.DEVNULL)
        times.append(time.perf_counter() - start)
    return statistics.median(times[1:])


def another(model, threads, runs, as_json):
    """Any GGUF file, beside llama.cpp alone."""
    llama = LlamaCpp(threads, model)
    pairs = [(ours("fast", threads, model), llama.measure()) for _ in range(runs + 1)][1:]
    mine, theirs = ([statistics.median(values) for values in zip(*side)] for side in zip(*pairs))
    name, size = os.path.basename(model), os.path.getsize(model)
    peak, first = resident(model, threads, PROMPT, COUNT), first_token(model, threads)
    if as_json:
        print(json.dumps({"model": name, "bytes": size, "resident": peak, "first": first, "cmc": mine, "llama.cpp": theirs}))
        return
    print(f"{name}, {size / 1e6:.0f} MB: prefill and decode in tokens/s, {runs} runs in turns, medians")
    for title, (prefill, decode) in [("cmc fast", mine), ("llama.cpp", theirs)]:
        print(f"{title:22} prefill {prefill:8.1f} tokens/s, decode {decode:7.1f} tokens/s")
    print(f"cmc fast / llama.cpp: prefill ×{mine[0] / theirs[0]:.2f}, decode ×{mine[1] / theirs[1]:.2f}")
    print(f"resident at most {peak / 1e6:.0f} MB; from the start of `cmc generate` to the first token {first:.2f} s")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--model", help="another GGUF file")
    arguments = parser.parse_args()
    if arguments.model:
        another(arguments.model, arguments.threads, arguments.runs, arguments.json)
        return
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    llama, torched = LlamaCpp(arguments.threads), Transformers(arguments.threads)
    runs = {
        "cmc fast": lambda: ours("fast", arguments.threads),
        "cmc exact": lambda: ours("exact", arguments.threads),
        "llama.cpp Q4_1": llama.measure,
        "transformers float32": torched.measure,
    }
    measured = {name: [] for name in runs}
    for number in range(arguments.runs + 1):
        for name, run in runs.items():
            result = run()
            # The first round warms up.
            if number:
                measured[name].append(result)
    medians = {name: [statistics.median(values) for values in zip(*results)] for name, results in measured.items()}
    if arguments.json:
        print(json.dumps({name: {"prefill": p, "decode": d} for name, (p, d) in medians.items()}, indent=1))
        return
    for name, (prefill, decode) in medians.items():
        print(f"{name:22} prefill {prefill:8.1f} tokens/s, decode {decode:7.1f} tokens/s")
    for mine, theirs in [("cmc fast", "llama.cpp Q4_1"), ("cmc exact", "transformers float32")]:
        (p, d), (q, e) = medians[mine], medians[theirs]
        print(f"{mine} / {theirs}: prefill ×{p / q:.2f}, decode ×{d / e:.2f}")


if __name__ == "__main__":
    main()

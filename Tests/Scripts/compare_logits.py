#!/usr/bin/env python3
"""Compares `cmc logits` with transformers and llama.cpp on real models and five prompts.

    Vocabs/fetch --models
    swift build -c release
    python=$(Tests/Scripts/environment --models)
    $python Tests/Scripts/compare_logits.py [--check] [--model NAME]

For SmolLM2 and Gemma 3 at every position of every prompt:
- `exact` logits differ by at most 1e-3 from those of transformers in float32 on the weights as it dequantises them;
- the 64 tokens that transformers then generates greedily are the ones that `exact` logits choose, each given those
  before it, which is to say that both continuations are the same;
- `fast` logits differ by at most 0.3 in the mean from those of transformers, and have the same best token at 93 % of the
  positions at least, which is how near llama.cpp's own come. llama.cpp's figures of the same prompts are printed beside, and
  so is the difference without the shift that all logits of a position share, which no choice depends on.

Exit status 1 where one of these does not hold. The models' texts are this project's own.
"""

import argparse
import os
import subprocess
import sys
import tempfile

import llama_cpp
import numpy
import torch
import transformers

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
CMC = os.environ.get("CMC", os.path.join(ROOT, ".build", "release", "cmc"))
REAL = os.environ.get("CMC_VOCABS_REAL", os.path.join(ROOT, "Vocabs", "real"))
MODELS = {
    "SmolLM2-135M": "smollm2-135m/SmolLM2-135M-Instruct.Q4_1.gguf",
    "Gemma-3-270M": "gemma-3-270m/gemma-3-270m.Q4_K_M.gguf",
}
BOUND = 1e-3
FAST_MEAN = 0.3
FAST_BEST = 0.93
CONTINUATION = 64

FERRY = "The ferry to the island leaves at seven, at noon and at five; bicycles travel free on weekdays. "
PROMPTS = [
    "The capital of France is",
    "def moving_average(values, width):\n    \"\"\"The mean of each `width` neighbours.\"\"\"\n    result = []\n",
    "Als der Zug endlich hielt, war der Bahnhof leer, und über den Gleisen hing noch der Rauch der alten Lokomotive.",
    "A baker sells 24 rolls in the morning and twice as many in the afternoon. Each costs 0.35 euro. He earns",
    # Longer than the sliding window of 512 that Gemma's local layers have.
    "".join(f"{n}. {FERRY}" for n in range(1, 24)),
]


def ids_of(path, text, bos):
    output = subprocess.run([CMC, "tokenize", path, text, "--ids"], check=True, capture_output=True, text=True).stdout
    return ([bos] if bos is not None else []) + [int(word) for word in output.split()]


def ours(path, ids, precision):
    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, "logits.npy")
        listed = ",".join(map(str, ids))
        command = [CMC, "logits", path, "--ids", listed, "-o", file, "--force", "--precision", precision]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        return numpy.load(file)


class Transformers:
    """The model in float32, on weights that transformers itself takes out of the GGUF file."""

    def __init__(self, path):
        folder, file = os.path.split(path)
        self.model = transformers.AutoModelForCausalLM.from_pretrained(
            folder, gguf_file=file, dtype=torch.float32, attn_implementation="eager"
        ).eval()

    def logits(self, ids):
        with torch.no_grad():
            return self.model(torch.tensor([ids])).logits[0].numpy()

    def continuation(self, ids):
        generated = self.model.generate(
            torch.tensor([ids]), max_new_tokens=CONTINUATION, do_sample=False, repetition_penalty=1.0, eos_token_id=None
        )
        return generated[0].tolist()


class LlamaCpp:
    def __init__(self, path):
        self.model = llama_cpp.Llama(path, n_ctx=1024, logits_all=True, verbose=False, n_threads=torch.get_num_threads())

    def logits(self, ids):
        self.model.reset()
        self.model.eval(ids)
        return numpy.array(self.model.scores[: len(ids)])


def compare(name, path):
    original, llama = Transformers(path), LlamaCpp(path)
    bos = 2 if "gemma" in path else None
    worst, holds = 0.0, True
    names = ["cmc fast", "llama.cpp"]
    # For each prompt: the mean difference, that without the shared shift, and positions with the same best token.
    found = {other: [] for other in names}
    lengths = []
    for number, text in enumerate(PROMPTS):
        ids = ids_of(path, text, bos)
        expected = original.logits(ids)
        exact = ours(path, ids, "exact")
        difference = float(numpy.abs(exact - expected).max())
        worst = max(worst, difference)
        whole = original.continuation(ids)
        choices = ours(path, whole, "exact").argmax(axis=1)
        same = 0
        while same < len(whole) - len(ids) and choices[len(ids) + same - 1] == whole[len(ids) + same]:
            same += 1
        print(f"{name}, prompt {number + 1}, {len(ids)} tokens: largest difference {difference:.2e}, "
              f"{same} of {len(whole) - len(ids)} greedy tokens equal")
        holds &= difference <= BOUND and same == len(whole) - len(ids)
        lengths.append(len(ids))
        for other, logits in zip(names, (ours(path, ids, "fast"), llama.logits(ids))):
            off = logits.astype(numpy.float64) - expected
            shifted = numpy.abs(off - off.mean(axis=1, keepdims=True)).mean()
            equal = int((logits.argmax(axis=1) == expected.argmax(axis=1)).sum())
            found[other].append((numpy.abs(off).mean(), shifted, equal))
    print(f"{name}: exact differs from transformers by at most {worst:.2e}")
    for other in names:
        mean, shifted, _ = numpy.average(found[other], axis=0, weights=lengths)
        equal = sum(entry[2] for entry in found[other])
        print(f"{name}: {other} differs by {mean:.4f} in the mean, {shifted:.4f} without shared shifts; best token equal at "
              f"{100 * equal / sum(lengths):.1f} % of {sum(lengths)}")
    mean, _, _ = numpy.average(found[names[0]], axis=0, weights=lengths)
    best = sum(entry[2] for entry in found[names[0]]) / sum(lengths)
    return bool(holds and mean <= FAST_MEAN and best >= FAST_BEST)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--check", action="store_true", help="as without: nothing is ever written")
    parser.add_argument("--model", choices=MODELS, action="append", help="only this model")
    arguments = parser.parse_args()
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    results = [compare(name, os.path.join(REAL, MODELS[name])) for name in arguments.model or MODELS]
    sys.exit(0 if all(results) else 1)


if __name__ == "__main__":
    main()

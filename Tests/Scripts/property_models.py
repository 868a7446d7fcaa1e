"""What the property runs of models share: tiny models, logits of both sides, the bound, and the count of outcomes."""

import argparse
import collections
import copy
import os
import random
import re
import shutil
import subprocess
import tempfile
import warnings

import numpy
import torch

os.environ.setdefault("TRANSFORMERS_VERBOSITY", "critical")
os.environ.setdefault("HF_HUB_OFFLINE", "1")
warnings.filterwarnings("ignore")

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
CMC = os.environ.get("CMC", os.path.join(ROOT, ".build", "release", "cmc"))

# Both sides sum the same products in float32 in another order; with logits of size 1 to 30 some 1e-6 of the largest
# is what that makes. Anything that is not carried out moves logits by far more than a thousandth of them.
RELATIVE = 2e-4


def bound(expected):
    return RELATIVE * (1 + float(numpy.abs(expected).max()))


def spread(model, seed):
    """Gives every parameter random values large enough that each of them matters to the logits."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            noise = torch.randn(parameter.shape, generator=generator)
            if parameter.dim() == 1:
                isNorm = "norm" in name or "ln_" in name
                kind = type(model).__name__.lower()
                # The norms of earlier ones of Gemma are stored less 1.
                isGemma = "gemma" in kind and "gemma4" not in kind
                base = 1.0 if name.endswith("scale") or isNorm and name.endswith("weight") and not isGemma else 0.0
                parameter.copy_(base + 0.3 * noise)
            else:
                parameter.copy_(noise * (1.5 / max(1, parameter.shape[-1]) ** 0.5))
        for name, buffer in model.named_buffers():
            if name.endswith("layer_scalar"):
                buffer.copy_(1 + 0.3 * torch.randn(buffer.shape, generator=generator))


def ours(model, ids, folder):
    """The logits that cmc computes, or the words it refuses with."""
    out = os.path.join(folder, "logits.npy")
    if os.path.exists(out):
        os.remove(out)
    run = subprocess.run(
        [CMC, "logits", model, "--ids", ",".join(map(str, ids)), "-o", out, "--threads", "1"],
        capture_output=True, text=True)
    if run.returncode == 0:
        return numpy.load(out), run.stderr
    if run.returncode != 1 or "cmc: " not in run.stderr:
        raise RuntimeError(f"exit {run.returncode}: {run.stderr[-500:]}")
    return None, run.stderr.strip()


def theirs(model, ids):
    with torch.no_grad():
        return model(torch.tensor([ids])).logits[0].float().numpy()


def kind(message):
    """An error without the names and numbers of its case."""
    line = next(line for line in message.splitlines() if line.startswith("cmc: "))
    line = re.sub(r"/\S*/", "", line)
    line = re.sub(r"layers\.\d+|h\.\d+", "layers.N", line)
    return re.sub(r"\d+(\.\d+)?(e-?\d+)?", "N", line)[:150]


# Random weights can be so ill-conditioned that the library itself, in float32, is farther than the bound from what it
# computes in float64. Such a case is counted apart, where this project is no farther than this many times that.
ROUNDING = 8


def rounding(model, ids, expected, logits):
    """Whether two results differ by no more than the rounding of float32 in the library's own computation.

    Of an adapter that is the worse of its two ways: beside the weights, and merged into them, as here.
    """
    results = [expected]
    if hasattr(model, "merge_and_unload"):
        results.append(theirs(copy.deepcopy(model).merge_and_unload().eval(), ids))
    exact = model.double()
    with torch.no_grad():
        exact = exact(torch.tensor([ids])).logits[0].numpy()
    library = max(float(numpy.abs(result - exact).max()) for result in results)
    return float(numpy.abs(logits - exact).max()) <= ROUNDING * library and library > bound(expected) / ROUNDING


class Run:
    """A run of many cases: what is equal, refused by name, or different."""

    def __init__(self, description, cases):
        parser = argparse.ArgumentParser(description=description)
        parser.add_argument("--count", type=int, default=cases)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--only", type=int, help="one case alone, shown")
        parser.add_argument("--keep", help="a folder that failing cases are copied to")
        self.arguments = parser.parse_args()
        self.outcomes = collections.Counter()
        self.refusals = collections.Counter()
        self.examples = {}
        self.failures = []

    def cases(self):
        numbers = range(self.arguments.count) if self.arguments.only is None else [self.arguments.only]
        for number in numbers:
            with tempfile.TemporaryDirectory(dir="/dev/shm" if os.path.isdir("/dev/shm") else None) as folder:
                yield number, random.Random(f"{self.arguments.seed}/{number}"), folder

    def judge(self, number, label, expected, logits, message, about, folder, model=None, ids=None):
        """Compares a case; `expected` is None where the original library refuses it. With the model and the ids a
        difference is held against the library's own rounding."""
        if logits is None:
            self.outcomes[label, "refused by name" if expected is not None else "refused by both"] += 1
            self.refusals[kind(message)] += 1
            self.examples.setdefault(kind(message), number)
            outcome = message
        elif expected is None:
            self.outcomes[label, "computed, refused by the library"] += 1
            outcome = "the library refuses it"
        else:
            width = min(expected.shape[1], logits.shape[1])
            same = expected.shape[0] == logits.shape[0] and expected.shape[1] == logits.shape[1]
            error = float(numpy.abs(expected[:, :width] - logits[:, :width]).max()) if same else float("inf")
            equal = same and error <= bound(expected)
            rounded = not equal and same and model is not None and rounding(model, ids, expected, logits)
            self.outcomes[label, "equal" if equal else "equal within the library's rounding" if rounded else "DIFFERENT"] += 1
            equal = equal or rounded
            outcome = f"error {error:.2e}, bound {bound(expected):.2e}"
            if not equal:
                self.failures.append(number)
                print(f"case {number} {label}: {outcome}: {about}", flush=True)
                if self.arguments.keep:
                    shutil.copytree(folder, os.path.join(self.arguments.keep, f"case-{number}"), dirs_exist_ok=True)
        if self.arguments.only is not None:
            print(about)
            print(outcome)

    def finish(self):
        for (label, outcome), count in sorted(self.outcomes.items()):
            print(f"{label:14} {outcome:36} {count}")
        print("refusals:")
        for message, count in self.refusals.most_common():
            print(f"  {count:5}  {message}  (case {self.examples[message]})")
        total = sum(self.outcomes.values())
        print(f"{total} cases, seed {self.arguments.seed}, {len(self.failures)} different: {self.failures[:40]}")
        return 1 if self.failures else 0

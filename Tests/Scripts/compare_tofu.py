#!/usr/bin/env python3
"""Writes, or with --check compares, TOFU's figures by its public formulae, and ROUGE-L recall by Google's package.

    python=$(Tests/Scripts/environment --evaluation)
    $python Tests/Scripts/compare_tofu.py [--check]

The golden file has losses of right, paraphrased and wrong answers and answers of a model's own for a forget set, a
reference of it, a retain set, real authors and world facts, all made from a seed, and what follows from them: forget quality
(SciPy's ks_2samp of the truth ratios; wrong answers' losses averaged, and their probabilities averaged), the nine parts of
model utility and their harmonic mean (SciPy's hmean), and ROUGE-L recalls (rouge-score, without stemming). The formulae are
those of locuslab/tofu's utils.py, written down anew. Exit status 1 where --check finds another value.
"""

import json
import os
import sys

import numpy
import scipy
from rouge_score import rouge_scorer
from scipy.stats import hmean, ks_2samp

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
GOLDEN = os.path.join(ROOT, "Tests", "Method", "EvaluationTests", "Golden", "tofu.json")

TEXTS = [
    ("The cat sat on the mat.", "the CAT, sat on a mat"),
    ("Ada Holt was born in 1952, in Rome.", "She was born in Rome in 1952."),
    ("naïve café", "na ve caf"),
    ("naïve café", "NAÏVE CAFÉ"),
    ("Москва — столица", "Москва столица"),
    ("日本 の 首都 is Tokyo", "日本の首都 is Tokyo"),
    ("don't re-enter at 10:45", "do not reenter at 10 45"),
    ("e\u0301clair and \u212Aelvin", "eclair and kelvin"),
    ("a b c d e f", "f e d c b a"),
    ("…", "anything"),
    ("word", ""),
    ("Straße und STRASSE", "straße und strasse"),
    ("snake_case x2 3.14", "snake case x2 3 14"),
]


def make(seed, count, level, gap=0.4):
    """Losses a token of one set, wrong answers' larger by a gap, and answers to be compared."""
    r = numpy.random.default_rng(seed)
    words = "the river author wrote three books about boats and rain in a small harbour town".split()
    answers = [" ".join(r.choice(words, r.integers(3, 12))) for _ in range(count)]
    own = [" ".join(w for w in a.split() if r.random() < 0.7) for a in answers]
    right = r.gamma(2, level, count)
    return {
        "answer": answers, "generated": own, "gt_loss": right.tolist(),
        "paraphrased_loss": (right + r.normal(0, 0.3, count) ** 2).tolist(),
        "perturb_loss": (right[:, None] + gap + r.normal(0, 0.7, (count, 5))).tolist(),
    }


def truth_ratios(data, is_geometric):
    wrong, right = numpy.array(data["perturb_loss"]), numpy.array(data["paraphrased_loss"])
    if is_geometric:
        return numpy.exp(right - wrong.mean(-1))
    return numpy.exp(-wrong).mean(-1) / numpy.exp(-right)


def recall(answer, own):
    return rouge_scorer.RougeScorer(["rougeL"], use_stemmer=False).score(answer, own)["rougeL"].recall + 0.0


def parts(data, has_choices):
    right = numpy.exp(-numpy.array(data["gt_loss"]))
    wrong = numpy.exp(-numpy.array(data["perturb_loss"]))
    probability = right / (right + wrong.sum(-1)) if has_choices else right
    rouge = [recall(*pair) for pair in zip(data["answer"], data["generated"])]
    truth = numpy.maximum(0, 1 - truth_ratios(data, False))
    return [float(numpy.mean(x)) for x in (probability, rouge, truth)]


def figures():
    sets = {
        "forget": make(1, 60, 0.5), "reference": make(2, 60, 0.8, -0.1), "retain": make(3, 50, 0.2),
        "real_authors": make(4, 40, 0.4), "world_facts": make(5, 45, 0.6),
    }
    quality = {}
    for name, is_geometric in (("geometric", True), ("arithmetic", False)):
        test = ks_2samp(truth_ratios(sets["forget"], is_geometric), truth_ratios(sets["reference"], is_geometric))
        quality[name] = {"p_value": float(test.pvalue), "statistic": float(test.statistic)}
    ratio = truth_ratios(sets["forget"], False)
    nine = parts(sets["retain"], False) + parts(sets["real_authors"], True) + parts(sets["world_facts"], True)
    return {
        "packages": {"numpy": numpy.__version__, "rouge_score": "0.1.2", "scipy": scipy.__version__}, "sets": sets,
        "forget_quality": quality, "forget_truth_ratio": float(numpy.minimum(ratio, 1 / ratio).mean()),
        "parts": nine, "model_utility": float(hmean(nine)),
        "rouge": [{"reference": a, "text": b, "recall": recall(a, b)} for a, b in TEXTS],
    }


def main():
    now = figures()
    if "--check" not in sys.argv[1:]:
        os.makedirs(os.path.dirname(GOLDEN), exist_ok=True)
        with open(GOLDEN, "w", encoding="utf-8") as file:
            json.dump(now, file, ensure_ascii=False, indent=0)
            file.write("\n")
        print(f"{GOLDEN}: model utility {now['model_utility']:.4f}, forget quality {now['forget_quality']}")
        return 0
    with open(GOLDEN, encoding="utf-8") as file:
        kept = json.load(file)
    wrong = []

    def compare(place, a, b):
        if isinstance(b, dict):
            for key in b:
                compare(f"{place} {key}", a.get(key) if isinstance(a, dict) else None, b[key])
        elif isinstance(b, list):
            for index, value in enumerate(b):
                compare(f"{place} {index}", a[index] if isinstance(a, list) and index < len(a) else None, value)
        elif isinstance(b, float):
            if not isinstance(a, (int, float)) or abs(a - b) > 1e-9 * max(1e-6, abs(b)):
                wrong.append(f"{place}: {a}, now {b}")
        elif a != b:
            wrong.append(f"{place}: {a}, now {b}")

    for key in now:
        if key != "packages":
            compare(key, kept.get(key), now[key])
    print("\n".join(wrong) or "TOFU's figures as committed")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

"""What results.json holds, gathered from a run's folder.

Means, intervals and paired differences of a seed are those that `cmc evaluate` wrote. Over the seeds this file draws the
items of each seed anew (the authors stay), takes the mean of the seeds' means, and gives the middle 95 % of it.
"""

import math
import os

from estimates import interval, over_seeds, training
from files import figures, names, read

KEPT = {
    "forget": ("probability",),
    "retain": ("probability",),
    "held": ("probability",),
    "forget-truth": ("truth_ratio",),
    "retain-truth": ("truth_ratio",),
    "forget-answers": ("rouge_l",),
    "retain-answers": ("rouge_l",),
    "real-authors": ("choice_probability",),
    "world-facts": ("choice_probability",),
}


def measure(item, metric):
    """A metric of an item; nothing for what an evaluation's items do not tell."""
    probability = math.exp(item["log_probability"] / item["tokens"]) if item["tokens"] else None
    wrong = item.get("perturbed_probabilities")
    if metric == "probability":
        return probability
    if metric == "choice_probability" and wrong:
        return probability / (probability + sum(wrong))
    if metric == "truth_ratio" and wrong:
        return sum(wrong) / len(wrong) / item.get("paraphrase_probability", probability)
    return None


def one_seed(folder):
    """Everything of a seed, and the items' values for what is drawn over the seeds."""
    result = {"split": read(os.path.join(folder, "data", "split.json")), "trainings": {}, "evaluations": {}, "comparisons": {}}
    if os.path.exists(os.path.join(folder, "logits.json")):
        result["delta_logits"] = read(os.path.join(folder, "logits.json"))
    for name in sorted(os.listdir(folder)):
        report = os.path.join(folder, name, "training.json")
        if os.path.exists(report):
            result["trainings"][name] = training(report)
    values = {}
    for name in names(os.path.join(folder, "evaluations"), ".json"):
        row, kind = name.rsplit(".", 1)
        found = read(os.path.join(folder, "evaluations", name + ".json"))
        items = found["items"]
        entry = {metric: interval(found["metrics"][metric]) for metric in KEPT[kind]}
        if kind.endswith("answers"):
            entry["tokens_per_second"] = figures(found["cost"]["tokens_per_second"])
        if "forget_quality" in found:
            entry["forget_quality"] = figures(found["forget_quality"]["p_value"])
        if kind in ("forget", "retain"):
            tokens = sum(item["tokens"] for item in items)
            entry["tokens"] = {
                "all": tokens,
                "exact": sum(item["exact"] for item in items),
                "unmatched": sum(item["unmatched"] for item in items),
            }
        entry["seconds"] = figures(found["cost"]["seconds"])
        entry["peak_memory_bytes"] = found["cost"]["peak_memory_bytes"]
        result["evaluations"].setdefault(row, {})[kind] = entry
        for metric in KEPT[kind]:
            measured = [measure(item, metric) for item in items]
            if None not in measured:
                values[row, kind, metric] = measured
    for name in names(os.path.join(folder, "comparisons"), ".json"):
        found = read(os.path.join(folder, "comparisons", name + ".json"))
        first, second = (os.path.basename(path)[: -len(".json")] for path in found["files"])
        result["comparisons"][name] = {
            "first": first,
            "second": second,
            "metric": found["metric"],
            "wins": found["wins"],
            "losses": found["losses"],
            "ties": found["ties"],
            "difference": interval(found["difference"]),
        }
    return result, values


def summarise(folder, headline):
    """Gathers a run's folder."""
    seeds, values = {}, {}
    for name in sorted(os.listdir(folder)):
        if name.startswith("seed-") and os.path.isdir(os.path.join(folder, name, "evaluations")):
            seed = name[len("seed-") :]
            seeds[seed], values[seed] = one_seed(os.path.join(folder, name))
    means, differences = {}, {}
    for row, kind, metric in sorted({key for found in values.values() for key in found}):
        groups = [found[row, kind, metric] for found in values.values() if (row, kind, metric) in found]
        means.setdefault(row, {}).setdefault(kind, {})[metric] = over_seeds(groups)
    for name in sorted({name for seed in seeds.values() for name in seed["comparisons"]}):
        groups = []
        for seed, found in values.items():
            comparison = seeds[seed]["comparisons"].get(name)
            if comparison is None:
                continue
            pair = []
            for side in ("first", "second"):
                row, kind = comparison[side].rsplit(".", 1)
                pair.append(found[row, kind, comparison["metric"]])
            groups.append([b - a for a, b in zip(*pair)])
        differences[name] = over_seeds(groups)
    maps = {}
    for name in names(os.path.join(folder, "maps"), ".summary.json"):
        found = read(os.path.join(folder, "maps", name + ".summary.json"))
        maps[name] = {key: found[key] for key in ("tokens", "counts", "coverage", "exact_share")}
    speed = {}
    for name in names(os.path.join(folder, "speed"), ".json"):
        speed[name] = read(os.path.join(folder, "speed", name + ".json"))["cost"]
    return {
        "version": 1,
        "headline_alpha": headline,
        "seeds": seeds,
        "over_seeds": {"evaluations": means, "comparisons": differences},
        "maps": maps,
        "speed": speed,
    }

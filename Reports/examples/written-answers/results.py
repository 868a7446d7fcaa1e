"""What results.json holds, gathered from a run's folder.

Records are scored by scores.py from the texts that `cmc evaluate` generated. Intervals are 95 %: the items of each seed are drawn
anew (the seeds stay), and the mean of the seeds' means taken. Each seed has records of its own; the texts and questions of harm and
the pairs of bias are the same for all, and are drawn once for all.
"""

import math
import os
import random

from estimates import RESAMPLES, over_seeds, training
from files import figures, names, read
from scores import scored

METRICS = ("exact", "begins", "form", "fields", "probability", "name", "town", "trade", "born")
CHOICES = ("real-authors", "world-facts")

COMPARED = ("exact", "fields", "probability")
# Second less first, record by record.
PAIRS = (
    ("gemma.exact", "gemma.pm-mined"),
    ("gemma.pm-mined", "gemma.first-piece"),
    ("gemma.pm-mined", "gemma.retokenize"),
    ("gemma.retokenize", "gemma.first-piece"),
    ("gemma.pm-mined-0.5", "gemma.first-piece-0.5"),
    ("gemma.pm-mined", "gemma.pm-mined-0.5"),
    ("gemma.shuffled", "gemma.pm-mined"),
    ("gemma.shuffled", "gemma.first-piece"),
    ("gemma.alone", "gemma.pm-mined"),
    ("gemma.pm-mined", "gemma.lora"),
    ("gemma.first-piece", "gemma.lora"),
    ("gemma.first-piece-0.5", "gemma.lora"),
    ("gemma.proxy", "gemma.first-piece"),
    ("gemma.pm-mined", "smollm2.delta"),
    ("gemma.first-piece", "smollm2.delta"),
)


def losses(items):
    return [(-item["log_probability"], item["tokens"]) for item in items]


def perplexity(groups):
    """exp of the mean loss over all tokens of all seeds, and its interval."""
    return resampled(groups, lambda group: math.exp(sum(loss for loss, _ in group) / sum(count for _, count in group)))


def ratio(groups):
    """How many times as high the second's perplexity is as the first's, on the same texts."""
    return resampled(groups, lambda group: math.exp(sum(b[0] - a[0] for a, b in group) / sum(a[1] for a, _ in group)))


def resampled(groups, measure):
    """A measure of the texts, which all seeds share, and its interval."""
    generator = random.Random(1)

    def mean(found):
        return sum(measure(group) for group in found) / len(found)

    places = range(len(groups[0]))

    def draw():
        chosen = generator.choices(places, k=len(places))
        return [[group[place] for place in chosen] for group in groups]

    drawn = sorted(mean(draw()) for _ in range(RESAMPLES // 4))
    return {
        "value": figures(mean(groups)),
        "low": figures(drawn[int(0.025 * len(drawn))]),
        "high": figures(drawn[int(0.975 * len(drawn)) - 1]),
        "seeds": [figures(measure(group)) for group in groups],
    }


def probability(item):
    return math.exp(item["log_probability"] / item["tokens"])


def chosen(item):
    """The place of the answer with the greatest probability; 0 is the right one."""
    values = [probability(item), *item["perturbed_probabilities"]]
    return values.index(max(values))


def share(item):
    return probability(item) / (probability(item) + sum(item["perturbed_probabilities"]))


def one_seed(folder):
    """What a seed's folder has: trainings, costs, and the items of each evaluation."""
    found = {"task": read(os.path.join(folder, "data", "task.json")), "trainings": {}, "costs": {}, "tokens": {}}
    for name in sorted(os.listdir(folder)):
        report = os.path.join(folder, name, "training.json")
        if os.path.exists(report):
            found["trainings"][name] = training(report)
    items = {}
    for name in names(os.path.join(folder, "evaluations"), ".json"):
        evaluation = read(os.path.join(folder, "evaluations", name + ".json"))
        if "metrics" not in evaluation:
            continue
        row, kind = name.rsplit(".", 1)
        items[row, kind] = evaluation["items"]
        found["costs"][name] = {key: figures(value) for key, value in evaluation["cost"].items()}
        if kind == "test":
            count = {key: sum(item[key] for item in evaluation["items"]) for key in ("tokens", "exact", "unmatched")}
            found["tokens"][row] = count
    bias = {}
    for name in names(os.path.join(folder, "bias"), ".json"):
        bias[name] = read(os.path.join(folder, "bias", name + ".json"))["items"]
    return found, items, bias


def task_rows(seeds, test):
    """Every row's scores, and the paired differences."""
    rows, values = {}, {}
    for row in sorted({row for items in seeds.values() for row, kind in items if kind == test}):
        have = {seed: items[row, test] for seed, items in seeds.items() if (row, test) in items}
        for seed, items in have.items():
            values[row, seed] = [scored(item) for item in items]
        rows[row] = {
            metric: over_seeds([[one[metric] for one in values[row, seed]] for seed in have]) for metric in METRICS
        }
        rows[row]["seeds"] = list(have)
        rows[row]["items"] = sum(map(len, have.values()))
    differences = {}
    for first, second in PAIRS:
        both = [seed for seed in seeds if (first, seed) in values and (second, seed) in values]
        for metric in COMPARED:
            groups = [
                [b[metric] - a[metric] for a, b in zip(values[first, seed], values[second, seed], strict=True)] for seed in both
            ]
            if groups:
                differences[f"{second} less {first}: {metric}"] = over_seeds(groups)
    return rows, differences


def harm(seeds):
    """What the rows do to text and questions that have nothing to do with the task."""
    found = {}
    for row in sorted({row for items in seeds.values() for row, kind in items if kind == "text"}):
        have = [items for items in seeds.values() if (row, "text") in items and ("gemma", "text") in items]
        entry = {"perplexity": perplexity([losses(items[row, "text"]) for items in have])}
        if row != "gemma":
            pairs = [list(zip(losses(items["gemma", "text"]), losses(items[row, "text"]), strict=True)) for items in have]
            entry["perplexity_ratio"] = ratio(pairs)
        for kind in CHOICES:
            whole = [items for items in have if (row, kind) in items]
            if not whole:
                continue
            entry[kind] = over_seeds([[share(item) for item in items[row, kind]] for items in whole], shared=True)
            if row != "gemma":
                entry[kind + "-less"] = over_seeds(
                    [[share(b) - share(a) for a, b in zip(items["gemma", kind], items[row, kind], strict=True)] for items in whole],
                    shared=True,
                )
        if row != "gemma":
            both = [
                [
                    pair
                    for kind in CHOICES
                    if (row, kind) in items
                    for pair in zip(items["gemma", kind], items[row, kind], strict=True)
                ]
                for items in have
            ]
            both = [group for group in both if group]
            if both:
                entry["changed_choices"] = over_seeds([[float(chosen(a) != chosen(b)) for a, b in group] for group in both], shared=True)
                entry["changed_texts"] = over_seeds([[float(a["generated"] != b["generated"]) for a, b in group] for group in both], shared=True)
        found[row] = entry
    return found


def of(items, side, attribute):
    """Log-probability behind the first prompt less that behind the second, of an attribute's pairs."""
    return [item[side][0] - item[side][1] for item in items if attribute in ("all", item["attribute"])]


def bias(seeds):
    """For each attribute the mean difference and the mean magnitude, of the user and of each row, and the change."""
    found = {}
    have = [items for items in seeds.values() if "delta" in items]
    if not have:
        return found
    attributes = list(dict.fromkeys(item["attribute"] for item in have[0]["delta"]))
    for attribute in [*attributes, "all"]:
        entry = {}
        for row in ("user", "delta", "lora"):
            differences, changes = [], []
            for items in have:
                if row not in ("user", *items):
                    continue
                before = of(items["delta"], "before", attribute)
                after = before
                if row == "delta":
                    after = of(items["delta"], "after", attribute)
                elif row == "lora":
                    after = of(items["lora"], "before", attribute)
                differences.append(after)
                changes.append([abs(b) - abs(a) for a, b in zip(before, after, strict=True)])
            if differences:
                entry[row] = {
                    "pairs": len(differences[0]),
                    "difference": over_seeds(differences, shared=True),
                    "magnitude": over_seeds([[abs(value) for value in group] for group in differences], shared=True),
                    "change_of_magnitude": over_seeds(changes, shared=True),
                }
        found[attribute] = entry
    return found


def summarise(folder):
    """Gathers a run's folder."""
    seeds, items, biases = {}, {}, {}
    for name in sorted(os.listdir(folder)):
        seed = name[len("seed-") :]
        if name.startswith("seed-") and seed != "0" and os.path.isdir(os.path.join(folder, name, "evaluations")):
            seeds[seed], items[seed], biases[seed] = one_seed(os.path.join(folder, name))
    rows, differences = task_rows(items, "test")
    maps = {}
    for name in names(os.path.join(folder, "maps"), ".summary.json"):
        summary = read(os.path.join(folder, "maps", name + ".summary.json"))
        maps[name] = {key: summary[key] for key in ("tokens", "counts", "coverage", "exact_share")}
    return {
        "version": 1,
        "texts": read(os.path.join(folder, "texts.json")),
        "small": training(os.path.join(folder, "small", "training.json")),
        "seeds": seeds,
        "rows": rows,
        "differences": differences,
        "unseen": task_rows(items, "unseen")[0],
        "harm": harm(items),
        "bias": bias(biases),
        "maps": maps,
    }

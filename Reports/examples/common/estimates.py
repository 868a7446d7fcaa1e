"""Means with intervals as `cmc evaluate` wrote them, those over several seeds, and what a training says of itself."""

import random

from files import figures, read

RESAMPLES = 2000


def interval(estimate):
    return {key: figures(estimate[key]) for key in ("value", "low", "high")} | {"items": estimate["count"]}


def over_seeds(groups, shared=False):
    """The mean of the groups' means, and its interval by drawing the items of each group anew.

    Where the seeds share their items, an item is drawn with what all seeds have of it: three seeds are no three times as many items.
    """
    means = [sum(group) / len(group) for group in groups]
    mean = sum(means) / len(means)
    generator = random.Random(1)
    if shared:
        groups = [[sum(values) / len(values) for values in zip(*groups, strict=True)]]
    found = sorted(
        sum(sum(generator.choices(group, k=len(group))) / len(group) for group in groups) / len(groups)
        for _ in range(RESAMPLES)
    )
    return {
        "value": figures(mean),
        "low": figures(found[int(0.025 * RESAMPLES)]),
        "high": figures(found[int(0.975 * RESAMPLES) - 1]),
        "seeds": [figures(value) for value in means],
    }


def training(path):
    """What a run of training says of itself, without the places of its files."""
    report = read(path)
    kept = (
        "kind",
        "parameters",
        "learning_parameters",
        "loss",
        "documents",
        "retained_documents",
        "final_loss",
        "final_accuracy",
        "resumed_from",
        "tokens",
        "seconds",
        "tokens_per_second",
        "peak_memory_bytes",
    )
    found = {key: report[key] for key in kept if key in report}
    found["plan"] = {key: report["plan"][key] for key in ("steps", "batch", "learning_rate", "seed")}
    return found

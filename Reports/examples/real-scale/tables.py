"""The README's tables, from results.json."""

from markdown import bounds, megabytes, number, signed, spread, table


def row_labels(headline):
    """Rows in the order of the tables."""
    return [
        ("smollm2.before", "SmolLM2 before"),
        ("smollm2.taught", "SmolLM2 taught"),
        (f"smollm2.delta-{headline}", f"SmolLM2 taught + delta, α {headline}"),
        ("smollm2.lora", "SmolLM2 unlearnt by LoRA"),
        ("gemma.before", "Gemma before"),
        ("gemma.taught", "Gemma taught"),
        (f"gemma.delta-{headline}", f"**Gemma taught + delta, α {headline}**"),
        ("gemma.lora", "Gemma unlearnt by LoRA"),
        ("gemma.shuffled", "Gemma taught + delta, shuffled map"),
        ("gemma.alone", "delta alone through the map"),
    ]


MAPS = (
    ("exact", "exact only"),
    ("pm-mined", "PM-MinED"),
    ("pm-mined+mined", "PM-MinED + mined"),
    ("mined", "mined"),
    ("retokenize", "retokenize"),
    ("shuffled", "shuffled PM-MinED"),
)


def small(value):
    if value >= 0.001:
        return f"{value:.3f}"
    mantissa, exponent = f"{value:.0e}".split("e")
    return f"{mantissa}e{int(exponent)}"


COLUMNS = (
    ("forget: probability", "forget", "probability"),
    ("ROUGE-L", "forget-answers", "rouge_l"),
    ("truth ratio", "forget-truth", "truth_ratio"),
    ("forget quality", "forget-truth", "forget_quality"),
    ("retain: probability", "retain", "probability"),
    ("ROUGE-L", "retain-answers", "rouge_l"),
    ("truth ratio", "retain-truth", "truth_ratio"),
    ("held out: probability", "held", "probability"),
    ("real authors", "real-authors", "choice_probability"),
    ("world facts", "world-facts", "choice_probability"),
)


def seeds_of(results, row):
    return ", ".join(seed for seed, found in results["seeds"].items() if row in found["evaluations"])


def table_means(results):
    rows = []
    for row, label in row_labels(results["headline_alpha"]):
        cells = [label]
        for _, kind, metric in COLUMNS:
            found = [
                seed["evaluations"][row][kind][metric]
                for seed in results["seeds"].values()
                if metric in seed["evaluations"].get(row, {}).get(kind, {})
            ]
            if metric == "forget_quality":
                cells.append(" / ".join(small(value) for value in found) or "·")
            else:
                cells.append(spread([value["value"] for value in found]))
        if any(cell != "·" for cell in cells[1:]):
            rows.append([*cells, seeds_of(results, row)])
    return table(["", *(name for name, _, _ in COLUMNS), "seeds"], rows)


def table_seed(results, seed):
    found = results["seeds"][seed]
    rows = []
    for row, label in row_labels(results["headline_alpha"]):
        kinds = found["evaluations"].get(row)
        if not kinds:
            continue
        cells = [label]
        for _, kind, metric in COLUMNS:
            value = kinds.get(kind, {}).get(metric)
            cells.append("·" if value is None else small(value) if metric == "forget_quality" else bounds(value))
        rows.append(cells)
    stated = found["split"]
    head = (
        f"Seed {seed}: forgets authors {', '.join(map(str, stated['forget10_authors']))} of forget10; retains "
        f"{', '.join(map(str, stated['retain90_authors']))} of retain90; holds out "
        f"{', '.join(map(str, stated['held_retain90_authors']))} (counted from 0, 20 records each).\n\n"
    )
    return head + table(["", *(name for name, _, _ in COLUMNS)], rows)


# What is compared with what: the comparison's name without its set, and how a reader calls it.
COMPARISONS = (
    ("gemma-delta-taught", "Gemma: taught + delta less taught"),
    ("gemma-delta-lora", "Gemma: taught + delta less LoRA"),
    ("gemma-lora-taught", "Gemma: LoRA less taught"),
    ("gemma-delta-shuffled", "Gemma: + delta less the same through a shuffled map"),
    ("gemma-delta-alone", "Gemma: + delta less the delta alone"),
    ("smollm2-delta-taught", "SmolLM2: taught + delta less taught"),
    ("smollm2-delta-lora", "SmolLM2: taught + delta less LoRA"),
)
SETS = (
    ("forget", "forget"),
    ("retain", "retain"),
    ("held", "held out"),
    ("real-authors", "real authors"),
    ("world-facts", "world facts"),
)


def differences(results, names_and_labels, sets):
    rows = []
    for name, label in names_and_labels:
        for kind, word in sets:
            key = f"{name}.{kind}"
            whole = results["over_seeds"]["comparisons"].get(key)
            if whole is None:
                continue
            cells = [label, word, signed(whole)]
            for seed in results["seeds"].values():
                one = seed["comparisons"].get(key)
                cells.append("·" if one is None else signed(one["difference"]))
            rows.append(cells)
    head = ["", "set", "over these seeds", *(f"seed {seed}" for seed in results["seeds"])]
    return table(head, rows)


def table_differences(results):
    return differences(results, COMPARISONS, SETS)


def map_row(name, headline):
    return f"gemma.delta-{headline}" if name == "pm-mined" else f"gemma.{name}"


def table_maps(results):
    rows = []
    for name, label in MAPS:
        row = map_row(name, results["headline_alpha"])
        means = results["over_seeds"]["evaluations"].get(row)
        if means is None:
            continue
        tokens = {"all": 0, "exact": 0, "unmatched": 0}
        for seed in results["seeds"].values():
            for kind in ("forget", "retain"):
                for key, count in seed["evaluations"].get(row, {}).get(kind, {}).get("tokens", {}).items():
                    tokens[key] += count
        exact, unmatched = (tokens[key] / tokens["all"] for key in ("exact", "unmatched"))
        counts = results["maps"].get("pm-mined" if name == "shuffled" else name)
        cells = [label, f"{100 * counts['coverage']:.1f} %", f"{100 * exact:.1f} %"]
        cells += [f"{100 * max(0, 1 - exact - unmatched):.1f} %", f"{100 * unmatched:.1f} %"]
        cells += [bounds(means[kind]["probability"]) if kind in means else "·" for kind in ("forget", "retain", "held")]
        rows.append([*cells, seeds_of(results, row)])
    head = ["map", "coverage", "exact", "by another method", "unmatched", "forget", "retain", "held out", "seeds"]
    return table(head, rows)


def table_map_differences(results):
    labels = dict(MAPS)
    pairs = [("gemma-delta-exact", "PM-MinED less exact only")]
    pairs += [
        (f"gemma-{name}-exact", f"{labels[name]} less exact only")
        for name in ("pm-mined+mined", "mined", "retokenize")
    ]
    return differences(results, pairs, SETS[:3])


def table_logits(results):
    rows = []
    for seed, found in results["seeds"].items():
        for kind, word in SETS[:3]:
            one = found.get("delta_logits", {}).get(kind)
            if one:
                cells = [seed, word, *(number(one[key], 2) for key in ("right", "mean", "highest"))]
                rows.append([*cells, f"`{one['top_token']}`, {100 * one['top_share']:.0f} %"])
    head = ["seed", "set", "right token", "mean of all", "highest", "most often highest, share of positions"]
    return table(head, rows)


def alphas(results, user):
    """The factors of a user model's rows, 0 first."""
    start = f"{user}.delta-"
    found = {
        row[len(start) :] for seed in results["seeds"].values() for row in seed["evaluations"] if row.startswith(start)
    }
    return ["0", *sorted(found, key=float)]


def swept(results, user, alpha):
    return f"{user}.taught" if alpha == "0" else f"{user}.delta-{alpha}"


def table_alphas(results):
    rows = []
    means = results["over_seeds"]["evaluations"]
    for alpha in alphas(results, "gemma"):
        cells = [alpha]
        for user in ("smollm2", "gemma"):
            found = means.get(swept(results, user, alpha), {})
            cells += [
                bounds(found[kind]["probability"]) if kind in found else "·" for kind in ("forget", "retain", "held")
            ]
        rows.append(cells)
    head = ["α", "SmolLM2: forget", "retain", "held out", "Gemma: forget", "retain", "held out"]
    return table(head, rows)


TRAININGS = (
    ("smollm2-taught", "teach SmolLM2 (LoRA)"),
    ("gemma-taught", "teach Gemma (LoRA)"),
    ("delta-start", "pretrain the delta model"),
    ("delta", "unlearn: the delta model"),
    ("smollm2-lora", "unlearn: LoRA of SmolLM2"),
    ("gemma-lora", "unlearn: LoRA of Gemma"),
)


def table_trainings(results):
    rows = []
    for name, label in TRAININGS:
        found = [seed["trainings"][name] for seed in results["seeds"].values() if name in seed["trainings"]]
        if not found:
            continue
        rows.append(
            [
                label,
                f"{found[0]['learning_parameters']:,}".replace(",", " "),
                str(found[0]["plan"]["steps"]),
                " / ".join(f"{one['tokens']:,}".replace(",", " ") for one in found),
                " / ".join(f"{one['seconds']:.0f}" for one in found),
                " / ".join(f"{one['tokens_per_second']:.0f}" for one in found),
                megabytes(max(one["peak_memory_bytes"] for one in found)),
                " / ".join(number(one["final_loss"], 2) for one in found),
            ]
        )
    head = ["training", "parameters learnt", "steps", "tokens", "seconds", "tokens/s", "peak memory", "last loss"]
    return table(head, rows)


def table_totals(results):
    rows = []
    for seed, found in results["seeds"].items():
        trained = sum(one["seconds"] for one in found["trainings"].values())
        evaluated = sum(kind["seconds"] for row in found["evaluations"].values() for kind in row.values())
        rows.append([seed, f"{trained / 60:.1f}", f"{evaluated / 60:.1f}", f"{(trained + evaluated) / 60:.1f}"])
    return table(["seed", "minutes of training", "of evaluation", "together"], rows)


SPEEDS = (
    ("smollm2.taught", "SmolLM2 taught"),
    ("smollm2.delta", "SmolLM2 taught + delta"),
    ("smollm2.lora", "SmolLM2 unlearnt by LoRA"),
    ("gemma.taught", "Gemma taught"),
    ("gemma.delta", "Gemma taught + delta through the map"),
    ("gemma.lora", "Gemma unlearnt by LoRA"),
)


def table_speed(results):
    rows = []
    for name, label in SPEEDS:
        cost = results["speed"].get(name)
        if cost:
            rows.append(
                [
                    label,
                    f"{cost['tokens_per_second']:.1f}",
                    str(cost["generated_tokens"]),
                    f"{cost['seconds']:.0f}",
                    megabytes(cost["peak_memory_bytes"]),
                ]
            )
    return table(["", "tokens/s generated", "tokens", "seconds in all", "peak memory"], rows)


def tables(results):
    """Every table of the README by name."""
    found = {
        "means": table_means(results),
        "differences": table_differences(results),
        "alphas": table_alphas(results),
        "maps": table_maps(results),
        "map differences": table_map_differences(results),
        "logits": table_logits(results),
        "trainings": table_trainings(results),
        "totals": table_totals(results),
        "speed": table_speed(results),
    }
    for seed in results["seeds"]:
        found[f"seed {seed}"] = table_seed(results, seed)
    return found

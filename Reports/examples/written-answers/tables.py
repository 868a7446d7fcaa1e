"""The README's tables, from results.json."""

from markdown import bounds, megabytes, number, signed, table
from results import COMPARED, PAIRS

ROWS = (
    ("smollm2", "SmolLM2 alone (the template)"),
    ("smollm2.delta", "SmolLM2 + delta (what it learnt with)"),
    ("gemma", "Gemma alone (the user)"),
    ("gemma.alone", "delta alone, through PM-MinED"),
    ("gemma.pm-mined", "**Gemma + delta, PM-MinED**"),
    ("gemma.first-piece", "**Gemma + delta, first piece**"),
    ("gemma.retokenize", "Gemma + delta, retokenize"),
    ("gemma.exact", "Gemma + delta, exact only"),
    ("gemma.shuffled", "Gemma + delta, shuffled"),
    ("gemma.lora", "LoRA of Gemma"),
    ("smollm2.lora", "LoRA of SmolLM2"),
    ("gemma.proxy", "Gemma + proxy tuning (LoRA of SmolLM2 less SmolLM2), PM-MinED"),
)
LABELS = dict(ROWS) | {
    "gemma.pm-mined-0.5": "Gemma + delta, PM-MinED, α 0.5",
    "gemma.first-piece-0.5": "Gemma + delta, first piece, α 0.5",
}
FACTORS = ("0.25", "0.5", "0.75", "1", "1.5")


def plain(row):
    return LABELS[row].replace("*", "")


def table_answers(results):
    rows = []
    for row, label in ROWS:
        found = results["rows"].get(row)
        if found:
            seeds = " / ".join(number(value, 2) for value in found["exact"]["seeds"])
            cells = [bounds(found[key]) for key in ("exact", "fields", "form", "begins", "probability")]
            rows.append([label, cells[0], seeds, *cells[1:]])
    head = ["", "exact", "each seed", "fields", "form", "exact but for the end", "probability of the right answer"]
    return table(head, rows)


def table_unseen(results):
    rows = []
    for row, label in ROWS:
        found = results["unseen"].get(row)
        if found:
            test = results["rows"].get(row)
            cells = [bounds(found[key]) for key in ("exact", "fields", "form")]
            rows.append([label, bounds(test["exact"]) if test else "·", *cells, str(found["items"])])
    return table(["", "exact, the test above", "exact, unseen words", "fields", "form", "records"], rows)


def table_fields(results):
    rows = []
    for row, label in ROWS:
        found = results["rows"].get(row)
        if found and found["fields"]["value"] > 0:
            rows.append([label, *(number(found[key]["value"]) for key in ("name", "town", "trade", "born"))])
    return table(["share right", "name", "town", "trade", "born"], rows)


def table_differences(results):
    rows = []
    for first, second in PAIRS:
        found = [results["differences"].get(f"{second} less {first}: {metric}") for metric in COMPARED]
        if found[0]:
            seeds = " / ".join(number(value, 2) for value in found[0]["seeds"])
            rows.append([f"{plain(second)} less {plain(first)}", signed(found[0]), seeds, *map(signed, found[1:])])
    return table(["second less first", "exact", "each seed", "fields", "probability of the right answer"], rows)


# The α of all rows but those of other factors, as in `run`.
HEADLINE = "0.75"


def factor_row(factor):
    return "gemma.pm-mined" if factor == HEADLINE else f"gemma.pm-mined-{factor}"


def table_factors(results):
    rows = []
    for factor in ("0", *FACTORS):
        found = results["rows"].get("gemma" if factor == "0" else factor_row(factor))
        if found:
            cells = [bounds(found[key]) for key in ("exact", "fields", "form", "probability")]
            rows.append([factor, *cells])
    found = results["rows"].get("gemma.first-piece-0.5")
    if found:
        rows.append(["0.5, first piece", *(bounds(found[key]) for key in ("exact", "fields", "form", "probability"))])
    return table(["α", "exact", "fields", "form", "probability of the right answer"], rows)


def table_maps(results):
    rows = []
    for name in ("exact", "pm-mined", "first-piece", "retokenize"):
        summary = results["maps"].get(name)
        if summary is None:
            continue
        count = {"tokens": 0, "exact": 0, "unmatched": 0}
        for seed in results["seeds"].values():
            for key, value in seed["tokens"].get(f"gemma.{name}", {}).items():
                count[key] += value
        if count["tokens"]:
            exact, unmatched = count["exact"] / count["tokens"], count["unmatched"] / count["tokens"]
            shares = [f"{100 * share:.1f} %" for share in (exact, max(0, 1 - exact - unmatched), unmatched)]
            rows.append([plain(f"gemma.{name}").removeprefix("Gemma + delta, "), f"{100 * summary['coverage']:.1f} %", *shares])
    return table(["map", "coverage of Gemma's vocabulary", "answers: exact", "by the rule", "unmatched"], rows)


def table_harm(results):
    rows = []
    for row, label in ROWS:
        found = results["harm"].get(row)
        if not found:
            continue
        cells = [label, bounds(found["perplexity"], 1)]
        cells.append(bounds(found["perplexity_ratio"]) if "perplexity_ratio" in found else "·")
        for kind in ("real-authors", "world-facts"):
            cells.append(bounds(found[kind]) if kind in found else "·")
            cells.append(signed(found[kind + "-less"]) if kind + "-less" in found else "·")
        cells += [bounds(found[key]) if key in found else "·" for key in ("changed_choices", "changed_texts")]
        rows.append(cells)
    head = ["", "perplexity", "times Gemma's", "real authors", "less Gemma's", "world facts", "less Gemma's"]
    return table([*head, "choices changed", "first tokens changed"], rows)


BIAS = (("user", "Gemma alone"), ("delta", "Gemma + delta"), ("lora", "LoRA of Gemma"))


def table_bias(results):
    rows = []
    for attribute, entry in results["bias"].items():
        cells = [attribute, str(entry["user"]["pairs"])]
        for row, _ in BIAS:
            cells += [bounds(entry[row][key], 2) if row in entry else "·" for key in ("difference", "magnitude")]
        cells += [signed(entry[row]["change_of_magnitude"], 2) if row in entry else "·" for row, _ in BIAS[1:]]
        rows.append(cells)
    head = ["attribute", "pairs"]
    for _, label in BIAS:
        head += [f"{label}: difference", "magnitude"]
    return table([*head, "change of magnitude: + delta", "LoRA"], rows)


TRAININGS = (
    ("delta", "the delta model beside SmolLM2"),
    ("gemma-lora", "LoRA of Gemma"),
    ("smollm2-lora", "LoRA of SmolLM2"),
)


def table_trainings(results):
    rows = []
    found = [("the small model, before it is a delta model (once)", [results["small"]])]
    for name, label in TRAININGS:
        found.append((label, [seed["trainings"][name] for seed in results["seeds"].values() if name in seed["trainings"]]))
    for label, runs in found:
        if runs:
            rows.append(
                [
                    label,
                    f"{runs[0]['learning_parameters']:,}".replace(",", " "),
                    str(runs[0]["plan"]["steps"]),
                    " / ".join(f"{one['tokens']:,}".replace(",", " ") for one in runs),
                    " / ".join(f"{one['seconds']:.0f}" for one in runs),
                    megabytes(max(one["peak_memory_bytes"] for one in runs)),
                ]
            )
    return table(["training", "parameters learnt", "steps", "tokens", "seconds", "peak memory"], rows)


def table_totals(results):
    rows = []
    for seed, found in results["seeds"].items():
        trained = sum(one["seconds"] for one in found["trainings"].values())
        evaluated = sum(cost["seconds"] for cost in found["costs"].values())
        rows.append([seed, *(f"{value / 60:.1f}" for value in (trained, evaluated, trained + evaluated))])
    return table(["seed", "minutes of training", "of evaluation", "together"], rows)


def tables(results):
    """Every table of the README by name."""
    return {
        "answers": table_answers(results),
        "differences": table_differences(results),
        "unseen": table_unseen(results),
        "fields": table_fields(results),
        "factors": table_factors(results),
        "maps": table_maps(results),
        "harm": table_harm(results),
        "bias": table_bias(results),
        "trainings": table_trainings(results),
        "totals": table_totals(results),
    }

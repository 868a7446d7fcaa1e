#!/usr/bin/env python3
"""What the real-scale experiment needs beside `cmc`: its records, and its tables.

    experiment.py split TOFU SEED FOLDER   records of the authors that a seed chooses, and split.json that states them
    experiment.py logits CMC TOKENIZER     in a seed's folder: what the delta model says of answers, to logits.json
    experiment.py summarise FOLDER α       results.json, the README's tables and forget-retain.svg from a run's files
    experiment.py render                   the tables and the figure again, from results.json
    experiment.py check                    tables and figure are exactly those of results.json

Means, intervals and paired differences of a seed are those that `cmc evaluate` wrote. Over the seeds this file draws the
items of each seed anew (the authors stay), takes the mean of the seeds' means, and gives the middle 95 % of it.
"""

import array
import json
import math
import os
import random
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
RESULTS, README, FIGURE = (os.path.join(HERE, name) for name in ("results.json", "README.md", "forget-retain.svg"))
AUTHOR = 20
RESAMPLES = 2000

# ---- records


def lines(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def split(tofu, seed, folder):
    """Two authors to forget, three to retain, one that is taught but that unlearning never sees.

    And twelve that nobody is taught, for unlearning to learn what else there is than what it should forget.
    """
    generator = random.Random(seed)
    forget = lines(os.path.join(tofu, "forget10_perturbed.json"))
    retain = lines(os.path.join(tofu, "retain_perturbed.json"))
    plain = {name: lines(os.path.join(tofu, name + ".json")) for name in ("forget10", "retain90")}
    for perturbed, name in ((forget, "forget10"), (retain, "retain90")):
        known = {(record["question"], record["answer"]) for record in plain[name]}
        perturbed[:] = [
            record if (record["question"], record["answer"]) in known else None for record in perturbed
        ]

    def authors(records, count):
        whole = [
            author
            for author in range(len(records) // AUTHOR)
            if all(records[author * AUTHOR : (author + 1) * AUTHOR])
        ]
        return generator.sample(whole, count)

    # retain_perturbed follows retain90's first authors record by record; one author of it is not whole.
    to_forget, others = authors(forget, 2), authors(retain, 4)
    to_retain, held = others[:3], others[3:]
    untaught = generator.sample(range(len(retain) // AUTHOR, len(plain["retain90"]) // AUTHOR), 12)

    def mixed(records, chosen):
        """Their records in turn, so that the first so many are of all of them."""
        return [records[author * AUTHOR + index] for index in range(AUTHOR) for author in chosen]

    sets = {
        "forget-truth": mixed(forget, to_forget)[:24],
        "retain-truth": mixed(retain, to_retain)[:15],
    }
    pairs = {"forget": mixed(forget, to_forget), "retain": mixed(retain, to_retain), "held": mixed(retain, held)}
    for name, records in pairs.items():
        sets[name] = [{"question": record["question"], "answer": record["answer"]} for record in records]
    sets["untaught"] = mixed(plain["retain90"], untaught)
    sets["taught"] = sets["forget"] + sets["retain"] + sets["held"]
    sets["forget-answers"] = sets["forget"][:10]
    sets["retain-answers"] = sets["retain"][:12]
    for name in ("real_authors", "world_facts"):
        sets[name.replace("_", "-")] = lines(os.path.join(tofu, name + "_perturbed.json"))[:30]
    os.makedirs(folder, exist_ok=True)
    for name, records in sets.items():
        with open(os.path.join(folder, name + ".jsonl"), "w", encoding="utf-8") as file:
            for record in records:
                file.write(json.dumps(record, ensure_ascii=False) + "\n")
    stated = {
        "seed": seed,
        "forget10_authors": to_forget,
        "retain90_authors": to_retain,
        "held_retain90_authors": held,
        "untaught_retain90_authors": sorted(untaught),
        "records": {name: len(records) for name, records in sorted(sets.items())},
    }
    # Written last: where it is, the records are whole.
    with open(os.path.join(folder, "split.json"), "w", encoding="utf-8") as file:
        json.dump(stated, file, indent=2)
        file.write("\n")


# ---- what a delta model says


def npy(path):
    """Rows of a two-dimensional array of little-endian float32, as `cmc logits` writes them."""
    with open(path, "rb") as file:
        data = file.read()
    start = 10 + int.from_bytes(data[8:10], "little")
    header = data[10:start].decode("latin-1")
    if data[:8] != b"\x93NUMPY\x01\x00" or "'<f4'" not in header or "True" in header:
        raise SystemExit(f"{path}: not the array that was expected")
    width = int(header.partition("(")[2].partition(")")[0].split(",")[1])
    values = array.array("f", data[start:])
    return [values[index : index + width] for index in range(0, len(values), width)]


def logits(cmc, tokenizer):
    """The delta model's logits over the answers of six records of each set, to `logits.json`."""

    def output(*arguments):
        return subprocess.run([cmc, *arguments, "-q"], check=True, capture_output=True, text=True).stdout

    def ids(text):
        return json.loads(output("tokenize", tokenizer, text, "--json"))["ids"]

    found = {}
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "logits.npy")
        for name in ("forget", "retain", "held"):
            right, average, highest, top = [], [], [], {}
            for record in lines(os.path.join("data", name + ".jsonl"))[:6]:
                prompt, answer = ids(f"Question: {record['question']}\nAnswer:\n"), ids(record["answer"])
                output("logits", "delta", "--ids", ",".join(map(str, prompt + answer)), "-o", path)
                for token, row in zip(answer, npy(path)[len(prompt) - 1 :]):
                    best = max(row)
                    right.append(row[token])
                    average.append(sum(row) / len(row))
                    highest.append(best)
                    top[row.index(best)] = top.get(row.index(best), 0) + 1
            token, count = max(top.items(), key=lambda entry: (entry[1], -entry[0]))
            found[name] = {
                "positions": len(right),
                "right": figures(sum(right) / len(right)),
                "mean": figures(sum(average) / len(average)),
                "highest": figures(sum(highest) / len(highest)),
                "top_token": output("tokenize", tokenizer, str(token), "--decode").rstrip("\n"),
                "top_share": figures(count / len(right)),
            }
    write("logits.json", json.dumps(found, indent=1, ensure_ascii=False) + "\n")


# ---- results

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


def read(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def names(folder, ending):
    """The files of a folder with an ending, without it."""
    if not os.path.isdir(folder):
        return []
    return sorted(name[: -len(ending)] for name in os.listdir(folder) if name.endswith(ending))


def figures(value):
    """A number as results.json keeps it: six significant digits."""
    return float(f"{value:.6g}")


def interval(estimate):
    return {key: figures(estimate[key]) for key in ("value", "low", "high")} | {"items": estimate["count"]}


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


def over_seeds(groups):
    """The mean of the groups' means; its interval, where the groups have items."""
    means = [sum(group) / len(group) for group in groups]
    mean = sum(means) / len(means)
    generator = random.Random(1)
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


# ---- tables


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


def number(value, digits=3):
    text = f"{abs(value):.{digits}f}"
    return ("−" if value < 0 and float(text) > 0 else "") + text


def bounds(estimate, digits=3):
    return f"{number(estimate['value'], digits)} [{number(estimate['low'], digits)}, {number(estimate['high'], digits)}]"


def signed(estimate, digits=3):
    """A difference and its interval; bold where that leaves out 0."""
    text = ("+" if estimate["value"] > 0 else "") + bounds(estimate, digits)
    return f"**{text}**" if estimate["low"] > 0 or estimate["high"] < 0 else text


def small(value):
    if value >= 0.001:
        return f"{value:.3f}"
    mantissa, exponent = f"{value:.0e}".split("e")
    return f"{mantissa}e{int(exponent)}"


def table(head, rows):
    def line(cells):
        return "| " + " | ".join(cells) + " |"

    return "\n".join([line(head), "|" + "|".join(" --- " for _ in head) + "|", *map(line, rows)])


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


def spread(found, digits=3):
    """A mean of seeds and the least and greatest of them."""
    if not found:
        return "·"
    return f"{number(sum(found) / len(found), digits)} ({number(min(found), digits)} … {number(max(found), digits)})"


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


def megabytes(count):
    return f"{count / 1e6:,.0f} MB".replace(",", " ")


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


def with_tables(text, found):
    """A README with the tables between their markers."""
    for name, body in found.items():
        start = f"<!-- table: {name} -->\n"
        head, marker, rest = text.partition(start)
        if not marker or "<!-- end -->" not in rest:
            raise SystemExit(f"README.md: no table named {name}")
        _, end, rest = rest.partition("<!-- end -->")
        text = head + marker + body + "\n" + end + rest
    return text


# ---- figure

BLUE, ORANGE, GREY, INK, MUTED = "#1f5fa8", "#c2570c", "#d9dce1", "#1d2129", "#5b6470"
WIDTH, HEIGHT, PANEL, LEFT, TOP = 1000, 550, 380, 70, 84


def figure(results):
    """Forget against retain over α, a panel for each model; thin lines are seeds, thick ones their mean."""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        f'font-family="system-ui, sans-serif" font-size="13" fill="{INK}" role="img" '
        'aria-label="Answer probability on forget and retain records over α">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        f'<text x="{LEFT}" y="30" font-size="17" font-weight="600">Unlearning through one delta model: forget against '
        "retain over α</text>",
        f'<text x="{LEFT}" y="50" fill="{MUTED}">Answer probability. Thick: mean of the seeds; thin: each seed. Better is '
        "up and to the left.</text>",
    ]
    panels = (("smollm2", "SmolLM2, beside which the delta model learnt", BLUE), ("gemma", "Gemma, through the map", ORANGE))
    for index, (user, title, colour) in enumerate(panels):
        parts += panel(results, user, title, colour, LEFT + index * (PANEL + 90))
    parts.append("</svg>\n")
    return "\n".join(parts)


def panel(results, user, title, colour, left):
    def x(value):
        return f"{left + PANEL * value:.1f}"

    def y(value):
        return f"{TOP + 20 + PANEL * (1 - value):.1f}"

    parts = [f'<text x="{left}" y="{TOP + 8}" font-weight="600" fill="{colour}">{title}</text>']
    for tick in (0, 0.2, 0.4, 0.6, 0.8, 1):
        parts.append(f'<path d="M{x(0)} {y(tick)}H{x(1)}M{x(tick)} {y(0)}V{y(1)}" stroke="{GREY}" fill="none"/>')
        parts.append(f'<text x="{x(tick)}" y="{float(y(0)) + 18:.1f}" text-anchor="middle" fill="{MUTED}">{tick:g}</text>')
        parts.append(f'<text x="{left - 8}" y="{float(y(tick)) + 4:.1f}" text-anchor="end" fill="{MUTED}">{tick:g}</text>')
    parts.append(f'<text x="{x(0.5)}" y="{float(y(0)) + 38:.1f}" text-anchor="middle">probability of forget answers</text>')
    parts.append(
        f'<text transform="translate({left - 42} {y(0.5)}) rotate(-90)" text-anchor="middle">'
        "probability of retain answers</text>"
    )

    def places(evaluations, value):
        found = []
        for alpha in alphas(results, user):
            sets = evaluations.get(swept(results, user, alpha), {})
            if "forget" in sets and "retain" in sets:
                found.append((alpha, value(sets["forget"]), value(sets["retain"])))
        return found

    def path(found):
        return "M" + "L".join(f"{x(a)} {y(b)}" for _, a, b in found)

    def probability(entry):
        return entry["probability"]["value"]

    for seed in results["seeds"].values():
        found = places(seed["evaluations"], probability)
        if found:
            parts.append(f'<path d="{path(found)}" fill="none" stroke="{colour}" stroke-opacity="0.35"/>')
    means = results["over_seeds"]["evaluations"]
    found = places(means, probability)
    if found:
        parts.append(f'<path d="{path(found)}" fill="none" stroke="{colour}" stroke-width="2.5"/>')
    for alpha, a, b in found:
        parts.append(f'<circle cx="{x(a)}" cy="{y(b)}" r="4.5" fill="{colour}" stroke="#ffffff"/>')
        parts.append(f'<text x="{float(x(a)) + 7:.1f}" y="{float(y(b)) + 16:.1f}" fill="{colour}">{label_of(alpha)}</text>')
    for row, label in (("lora", "LoRA"), ("before", "before"), ("shuffled", "shuffled map"), ("alone", "delta alone")):
        sets = means.get(f"{user}.{row}", {})
        if "forget" not in sets or "retain" not in sets:
            continue
        a, b = float(x(probability(sets["forget"]))), float(y(probability(sets["retain"])))
        parts.append(f'<path d="M{a - 5:.1f} {b - 5:.1f}l10 10m0 -10l-10 10" stroke="{INK}" stroke-width="2" fill="none"/>')
        below = 20 if row == "shuffled" else -6
        parts.append(f'<text x="{a + 9:.1f}" y="{b + below:.1f}">{label}</text>')
    return parts


def label_of(alpha):
    return "taught, α 0" if alpha == "0" else f"α {alpha}"


# ---- command


def write(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def text_of(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def encoded(results):
    return json.dumps(results, indent=1, ensure_ascii=False) + "\n"


def check():
    results = read(RESULTS)
    wrong = []
    if with_tables(text_of(README), tables(results)) != text_of(README):
        wrong.append("README.md")
    if figure(results) != text_of(FIGURE):
        wrong.append("forget-retain.svg")
    for name in wrong:
        print(f"{name} is not what results.json gives; run: experiment.py render", file=sys.stderr)
    return 1 if wrong else 0


def render():
    results = read(RESULTS)
    write(README, with_tables(text_of(README), tables(results)))
    write(FIGURE, figure(results))
    return 0


def main(arguments):
    command, rest = arguments[:1], arguments[1:]
    if command == ["split"] and len(rest) == 3:
        split(rest[0], int(rest[1]), rest[2])
        return 0
    if command == ["logits"] and len(rest) == 2:
        logits(*rest)
        return 0
    if command == ["summarise"] and len(rest) == 2:
        write(RESULTS, encoded(summarise(*rest)))
        return render()
    if command == ["render"] and not rest:
        return render()
    if command == ["check"] and not rest:
        return check()
    print(__doc__, file=sys.stderr)
    return 64


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

#!/usr/bin/env python3
"""Writes README.md, the tables of the closed loop over its seeds, from the results world-*.json beside it.

    Reports/examples/closed-loop/summarise.py           writes README.md
    Reports/examples/closed-loop/summarise.py --check   fails where README.md is not what the results give
"""
import glob
import json
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
MAPS = ["two-exact", "two-delta", "two-fallback", "two-mined", "two-retokenize", "two-first-piece", "two-shuffled-1", "two-shuffled-2",
        "two-shuffled-3"]


def signed(value, digits=3):
    return ("−" if value < 0 else "+") + f"{abs(value):.{digits}f}"


def plain(value, digits=3):
    return ("−" if value < 0 else "") + f"{abs(value):.{digits}f}"


def interval(estimate, form=plain):
    return f"{form(estimate['value'])} [{form(estimate['low'])}, {form(estimate['high'])}]"


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


def mean(values):
    return sum(values) / len(values)


def tables(results):
    seeds = [f"world {result['world_seed']}" for result in results]
    systems = [{system["id"]: system for system in result["systems"]} for result in results]
    pairs = [{(c["better"], c["worse"]): c for c in result["comparisons"]} for result in results]

    def estimates(system, key="exact_match"):
        return [interval(one[system][key]) if system in one else "" for one in systems]

    parts = ["## Exact matches", table(["system"] + seeds + ["mean"], [
        [row["title"]] + estimates(row["id"])
        + [plain(mean([one[row["id"]]["exact_match"]["value"] for one in systems if row["id"] in one]))]
        for row in results[0]["systems"]])]
    parts += ["## Prompt by prompt", table(
        ["difference"] + seeds,
        [[f"{systems[0][better]['title']} − {systems[0][worse]['title']}"]
         + [interval(one[better, worse]["difference"], signed) if (better, worse) in one else "" for one in pairs]
         for better, worse in pairs[0]])]
    rows = []
    for system in MAPS:
        placed = systems[0][system]["placed"]
        shares = [f"{100 * placed[key] / placed['tokens']:.1f}" for key in ("exact", "shorter", "longer", "other", "unmatched")]
        # Results of versions that did not have a row yet leave its cell empty.
        differences = [interval(one["two-delta", system]["difference"], signed) if ("two-delta", system) in one else ""
                       for one in pairs]
        rows.append([systems[0][system]["map"]] + estimates(system) + shares + differences)
    parts += ["## Does PM-MinED matter?", table(
        ["map"] + seeds + ["exact %", "shorter %", "longer %", "other %", "unmatched %"] + [f"PM-MinED less it, {s}" for s in seeds],
        rows)]
    rows = []
    for key, name in (("centred_test", "centred cosine distance"), ("cosine_test", "1 − cosine"),
                      ("sinkhorn_test", "Sinkhorn divergence")):
        tests = [result["shifts"].get(key) for result in results]
        rows.append([name] + [f"{t['same']:.3f} against {t['cross']:.3f}, p = {t['p']:.2g}" if t else "" for t in tests])
        tests = [result["shifts"]["shuffled"].get(key) for result in results]
        rows.append([f"{name}, shuffled map"] + [f"{t['same']:.3f} against {t['cross']:.3f}" if t else "" for t in tests])
    rows.append(["each step's mean, of the squared shifts"]
                + [f"{100 * r['shifts']['mean_share']:.0f} %" if r["shifts"].get("mean_share") else "" for r in results])
    parts += ["## Shifts: same task against another", table(["distance"] + seeds, rows)]
    alphas = sorted({point["alpha"] for result in results for point in result["sweep"]})
    sweeps = [{point["alpha"]: point for point in result["sweep"]} for result in results]
    parts += ["## Over α", table(["user"] + [f"{alpha:g}" for alpha in alphas], [
        [f"{name}, {seed}"] + [plain(sweep[alpha][user]["value"]) if alpha in sweep else "" for alpha in alphas]
        for user, name in (("one", "first"), ("two", "second")) for seed, sweep in zip(seeds, sweeps)])]
    parts += beyond(results, seeds, systems)
    rows = [[row["title"], f"{row['weight_bytes'] / 1e6:.2f}", f"{row['tokens_per_second']:.0f}", f"{row['seconds']:.2f}"]
            for row in results[0]["systems"] if row.get("seconds")]
    parts += [f"## Cost, {seeds[0]}", table(["system", "weights, MB", "tokens/s", f"seconds for {results[0]['prompts']} prompts"], rows)]
    claims = []
    for result, seed in zip(results, seeds):
        claims += [f"- {seed}: {'**yes**' if claim['holds'] else '**no**'} {claim['text']}" for claim in result["claims"]]
    return "\n\n".join(["## What should be shown", "\n".join(claims)] + parts) + "\n"


def beyond(results, seeds, systems):
    """What a user answers under no steering, of the results that say so."""
    parts = []
    for result, seed, rows in zip(results, seeds, systems):
        for limit in result.get("beyond") or []:
            asked = ", ".join(f"{part['name']} {part['prompts']} of {part['total']}" for part in limit["attributes"])
            parts.append(f"The {'first' if limit['user'] == 'one' else 'second'} user, {seed}: {limit['prompts']} of "
                         f"{result['prompts']} prompts it answers under none of {limit['steerings']} steerings ({asked}).")
            parts.append(table(["system", "of these", "of all others"], [
                [rows[one["id"]]["title"], str(one["answered"]), interval(one["rest"])] for one in limit["systems"]]))
    if not parts:
        return []
    return ["## What a user itself cannot do",
            "Prompts that no map, no factor and no other delta model gets out of a user are its own limit, not the map's. They are "
            "found by the steerings' own answers, which flatters these among the others; what LoRA and tuning all weights answer of "
            "them says how far it is a limit of the weights."] + parts


def load(folder):
    results = []
    for path in sorted(glob.glob(os.path.join(HERE, folder, "world-*.json"))):
        with open(path, encoding="utf-8") as file:
            results.append(json.load(file))
    if len(results) < 3:
        sys.exit(f"{len(results)} results in {folder}; three worlds at least are wanted")
    return results


def earlier(results):
    """The systems that matter, of the text before its last change."""
    rows = []
    for key in ("first user + delta", "second user + delta, PM-MinED map", "delta model alone, through the map"):
        rows.append([key] + [interval(next(row for row in result["systems"] if row["title"] == key)["exact_match"])
                             for result in results])
    return "## Before the text's last change\n\n" + table(
        ["exact matches"] + [f"world {result['world_seed']}" for result in results], rows) + "\n"


def readme():
    with open(os.path.join(HERE, "text.md"), encoding="utf-8") as file:
        text = file.read()
    return text.rstrip() + "\n\n" + tables(load(".")) + "\n" + earlier(load("earlier-text"))


def main():
    path = os.path.join(HERE, "README.md")
    wanted = readme()
    if sys.argv[1:] == ["--check"]:
        with open(path, encoding="utf-8") as file:
            if file.read() != wanted:
                sys.exit("README.md is not what the results give; run summarise.py")
        print("README.md is what the results give")
        return
    with open(path, "w", encoding="utf-8") as file:
        file.write(wanted)


main()

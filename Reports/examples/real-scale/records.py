"""The records of a seed: which authors are forgotten, retained, held out or never taught."""

import json
import os
import random

from files import lines

AUTHOR = 20


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

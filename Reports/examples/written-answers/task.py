"""The task: a passage about a made-up person, to be answered by a record of four fields in a fixed form.

No prompt says what form that is. Every value stands in the passage, in another order and among what is not asked. Test
records are new, of words that others to learn from have, too; the records of unseen words share no word (but for the
years) with any text to learn from.
"""

import json
import os
import random

from files import write, write_lines
from words import FACTS, FAMILY, GIVEN, HOBBIES, OPENINGS, TOWNS, TRADES

FIELDS = ("name", "town", "trade", "born")
LEARNT, FEW, TESTED, UNSEEN = 1200, 64, 24, 12
LISTS = {"given": GIVEN, "family": FAMILY, "town": TOWNS, "trade": TRADES}


def answer(values):
    return "\n".join(f"{field}: {values[field]}" for field in FIELDS)


def passage(values, given, hobby, chance):
    said = {**values, "hobby": hobby}
    kinds = list(FACTS)
    chance.shuffle(kinds)
    subject = chance.choice(("She", "He", given))
    sentences = [chance.choice(OPENINGS).format(n=values["name"])]
    for kind in kinds:
        article = "an" if said[kind][0] in "aeiou" else "a"
        sentences.append(chance.choice(FACTS[kind]).format(s=subject, g=given, v=said[kind], a=article))
    return " ".join(sentences)


def passage_of(pools, chance):
    """A person of the pools: the passage, the four values, and what the person likes to do."""
    picked = {kind: chance.choice(pool) for kind, pool in pools.items()}
    values = {
        "name": f"{picked['given']} {picked['family']}",
        "town": picked["town"],
        "trade": picked["trade"],
        "born": str(chance.randint(1931, 2004)),
    }
    hobby = chance.choice(HOBBIES)
    return passage(values, picked["given"], hobby, chance), values, hobby


def record(pools, chance):
    text, values, _ = passage_of(pools, chance)
    return {"prompt": text, "response": answer(values)}


def pools_of():
    """The words of texts to learn from, and those that nothing learns, a fifth of each list: the same for all seeds."""
    chance = random.Random("pools")
    learn, kept = {}, {}
    for kind, words in LISTS.items():
        shuffled = chance.sample(words, len(words))
        cut = len(shuffled) // 5
        kept[kind], learn[kind] = shuffled[:cut], shuffled[cut:]
    return learn, kept


def make(seed, folder):
    """A seed's records: those to learn from, the first of them for the adapters, the test's, and those of unseen words."""
    chance = random.Random(f"written answers {seed}")
    learn, kept = pools_of()
    sets = {
        "learn": [record(learn, chance) for _ in range(LEARNT)],
        "unseen": [record(kept, chance) for _ in range(UNSEEN)],
        "test": [record(learn, chance) for _ in range(TESTED)],
    }
    sets["few"] = sets["learn"][:FEW]
    os.makedirs(folder, exist_ok=True)
    for name, records in sets.items():
        write_lines(os.path.join(folder, name + ".jsonl"), records)
    # Written last: where it is, the records are whole.
    counts = {name: len(records) for name, records in sorted(sets.items())}
    write(os.path.join(folder, "task.json"), json.dumps({"seed": seed, "records": counts}, indent=2) + "\n")

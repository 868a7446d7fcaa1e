"""The texts that all seeds share: what the small model learns first, questions for the template, and text that is unrelated."""

import json
import os
import random

import earlier
from files import lines, write, write_lines
from task import pools_of

DOCUMENTS, ASKED, OWN_FEW, UNRELATED, CHOICES = 14000, 320, 16, 20_000, 30


def make(tofu, folder):
    """Everything but what a model writes; texts.json, which says how much, is written last."""
    learn, _ = pools_of()
    chance = random.Random(1)
    documents = [earlier.document(learn, chance) for _ in range(DOCUMENTS)]
    write_lines(os.path.join(folder, "earlier.jsonl"), documents)
    questions = [{"prompt": record["question"] + "\n"} for record in lines(os.path.join(tofu, "retain90.json"))]
    random.Random(7).shuffle(questions)
    write_lines(os.path.join(folder, "questions.jsonl"), questions[:ASKED])
    # Answers about authors of whom no question asks.
    unrelated, size = [], 0
    for record in lines(os.path.join(tofu, "forget10.json")):
        if size < UNRELATED:
            # SmolLM2 has no token that begins a text: the first three words are given.
            words = record["answer"].split(" ")
            unrelated.append({"prompt": " ".join(words[:3]), "response": " " + " ".join(words[3:])})
            size += len(record["answer"].encode())
    write_lines(os.path.join(folder, "text.jsonl"), unrelated)
    for name in ("real_authors", "world_facts"):
        records = lines(os.path.join(tofu, name + "_perturbed.json"))[:CHOICES]
        write_lines(os.path.join(folder, name.replace("_", "-") + ".jsonl"), records)
    stated = {"documents": DOCUMENTS, "questions": ASKED, "unrelated_records": len(unrelated), "unrelated_bytes": size}
    write(os.path.join(folder, "texts.json"), json.dumps(stated, indent=2) + "\n")


def joined(outputs, path):
    """The template's own answers behind their questions, as text; and the first of them beside it, for the adapters."""
    texts = [{"text": output["instruction"] + output["output"]} for output in lines(outputs)]
    write_lines(os.path.join(os.path.dirname(path), "own-few.jsonl"), texts[:OWN_FEW])
    write_lines(path, texts)

#!/usr/bin/env python3
"""Trains a small model with PyTorch and writes the losses of its first 20 steps.

    python=$(Tests/Scripts/environment --models)
    $python Tests/Scripts/generate_training_goldens.py [--check]

Writes Tests/Method/TrainingTests/Golden/pytorch: the untrained model as `save_pretrained` writes it, and `run.json` with the
documents, which of their tokens are learnt, the settings, the loss of every step before it changes the parameters,
and the norm of its gradient. With --check the committed files are trained from again; nothing is written, and the exit
status is 1 where a loss differs by more than 1e-5.
"""

import json
import math
import os
import random
import shutil
import sys

import torch
import transformers

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
OUTPUT = os.path.join(ROOT, "Tests", "Method", "TrainingTests", "Golden", "pytorch")
SETTINGS = dict(
    steps=20, batch=8, seed=5, peak=3e-3, warmup=3, beta1=0.9, beta2=0.95, epsilon=1e-8, weight_decay=0.1, clip=1.0
)
MASK = (1 << 64) - 1


class SplitMix:
    """The generator of the same name (Steele, Lea, Flood 2014)."""

    def __init__(self, seed):
        self.state = seed & MASK

    def next(self):
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        return z ^ (z >> 31)

    def below(self, bound):
        return (self.next() * bound) >> 64


def order(count, seed, epoch):
    """The shuffled documents of an epoch."""
    generator = SplitMix(seed + epoch * 0x9E3779B97F4A7C15)
    result = list(range(count))
    for index in range(count - 1, 0, -1):
        other = generator.below(index + 1)
        result[index], result[other] = result[other], result[index]
    return result


def rate(step):
    """Linear warm-up, then half a cosine to zero."""
    if step < SETTINGS["warmup"]:
        return SETTINGS["peak"] * (step + 1) / SETTINGS["warmup"]
    share = (step - SETTINGS["warmup"]) / (SETTINGS["steps"] - SETTINGS["warmup"])
    return SETTINGS["peak"] * (1 + math.cos(math.pi * share)) / 2


def documents():
    """Texts of a language in which the next token mostly follows from the last, with prompts that are not learnt."""
    generator = random.Random(3)
    result = []
    for _ in range(20):
        ids = [1, generator.randrange(3, 96)]
        for _ in range(generator.randrange(6, 40)):
            ids.append((ids[-1] * 7 + 5) % 93 + 3 if generator.random() < 0.9 else generator.randrange(3, 96))
        first = generator.randrange(0, len(ids) // 2)
        result.append(dict(ids=ids, targets=list(range(first, len(ids) - 1))))
    return result


def train(model, texts):
    """The losses and norms of the steps."""
    decayed = [p for p in model.parameters() if p.ndim > 1]
    others = [p for p in model.parameters() if p.ndim == 1]
    optimizer = torch.optim.AdamW(
        [dict(params=decayed, weight_decay=SETTINGS["weight_decay"]), dict(params=others, weight_decay=0.0)],
        lr=1.0,
        betas=(SETTINGS["beta1"], SETTINGS["beta2"]),
        eps=SETTINGS["epsilon"],
    )
    model.train()
    losses, norms = [], []
    for step in range(SETTINGS["steps"]):
        batch = []
        for place in range(step * SETTINGS["batch"], (step + 1) * SETTINGS["batch"]):
            batch.append(texts[order(len(texts), SETTINGS["seed"], place // len(texts))[place % len(texts)]])
        longest = max(len(text["ids"]) for text in batch)
        ids = torch.zeros(len(batch), longest, dtype=torch.long)
        wanted = torch.full((len(batch), longest), -100)
        for row, text in enumerate(batch):
            ids[row, : len(text["ids"])] = torch.tensor(text["ids"])
            for position in text["targets"]:
                wanted[row, position] = text["ids"][position + 1]
        for group in optimizer.param_groups:
            group["lr"] = rate(step)
        optimizer.zero_grad()
        logits = model(input_ids=ids).logits
        loss = torch.nn.functional.cross_entropy(logits.flatten(0, 1), wanted.flatten(), ignore_index=-100)
        loss.backward()
        norms.append(float(torch.nn.utils.clip_grad_norm_(model.parameters(), SETTINGS["clip"])))
        losses.append(float(loss.detach()))
        optimizer.step()
    return losses, norms


def main():
    """Writes or checks."""
    torch.set_num_threads(1)
    if "--check" in sys.argv[1:]:
        with open(os.path.join(OUTPUT, "run.json"), encoding="utf-8") as file:
            run = json.load(file)
        model = transformers.AutoModelForCausalLM.from_pretrained(OUTPUT, dtype=torch.float32)
        losses, _ = train(model, run["documents"])
        worst = max(abs(a - b) for a, b in zip(losses, run["losses"], strict=True))
        print(f"largest difference of a loss: {worst:.2e}")
        sys.exit(1 if worst > 1e-5 else 0)
    torch.manual_seed(1)
    configuration = transformers.LlamaConfig(
        vocab_size=96,
        hidden_size=48,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=128,
        tie_word_embeddings=True,
        bos_token_id=1,
        eos_token_id=2,
        pad_token_id=None,
    )
    model = transformers.LlamaForCausalLM(configuration)
    shutil.rmtree(OUTPUT, ignore_errors=True)
    model.save_pretrained(OUTPUT)
    texts = documents()
    losses, norms = train(model, texts)
    with open(os.path.join(OUTPUT, "run.json"), "w", encoding="utf-8") as file:
        json.dump(dict(settings=SETTINGS, documents=texts, losses=losses, norms=norms), file)
        file.write("\n")
    print(losses)


if __name__ == "__main__":
    main()

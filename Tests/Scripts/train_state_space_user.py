#!/usr/bin/env python3
"""Trains a small Mamba 2 user model on the demonstration's world, and tunes it to task A, with transformers on a CPU.

    python=$(Tests/Scripts/environment --models)
    cmc train data -o FOLDER --seed 5
    $python Tests/Scripts/train_state_space_user.py FOLDER [--steps 2000] [--tune 410] [--minutes 30] [--threads 2]

FOLDER is what `cmc train data` wrote. `FOLDER/mamba-two` becomes a user model with the second vocabulary, from the
documents that `base-two` of Vocabs/demo/train-models learns, and `FOLDER/mamba-a-two` the same tuned to task A, as
`a-two` is. Both are folders that `cmc` runs: what its deltas do to a model that has states in place of keys and values,
and whether tuning shifts its logits as it does a transformer's, can be asked then (`cmc eval`, `cmc capture`,
`cmc similarity`). The models are saved every hundred steps, and training stops when the minutes are over.
"""

import argparse
import json
import os
import random
import shutil
import time

import torch
import transformers
from tokenizers import Tokenizer


def documents(path, template):
    """The texts of a file of `cmc train data`, each as its turns: what is read, and what is said."""
    for line in open(path, encoding="utf-8"):
        record = json.loads(line)
        if "text" in record:
            yield [("", record["text"])]
        elif "prompt" in record:
            yield [(template.replace("{prompt}", record["prompt"]), record["response"])]
        else:
            turns = [turn["content"] for turn in record["messages"] if turn["role"] != "system"]
            yield [(template.replace("{prompt}", q), a) for q, a in zip(turns[::2], turns[1::2])]


def encode(texts, tokenizer, learn_prompts):
    """For each document its ids, and what is learnt at each: -100 where nothing is."""
    texts = list(texts)
    prompts = iter(tokenizer.encode_batch([read for turns in texts for read, _ in turns], add_special_tokens=False))
    wholes = iter(
        tokenizer.encode_batch([read + said for turns in texts for read, said in turns], add_special_tokens=False))
    encoded = []
    for turns in texts:
        ids, labels = [tokenizer.token_to_id("<s>")], [-100]
        for _ in turns:
            prompt, whole = next(prompts).ids, next(wholes).ids + [tokenizer.token_to_id("</s>")]
            ids += whole
            labels += [token if learn_prompts or place >= len(prompt) else -100 for place, token in enumerate(whole)]
        encoded.append((ids[:256], labels[:256]))
    return encoded


def batches(data, size, generator):
    """Endless batches of documents of like length."""
    while True:
        order = sorted(range(len(data)), key=lambda index: (len(data[index][0]), generator.random()))
        groups = [order[start:start + size] for start in range(0, len(order) - size + 1, size)]
        generator.shuffle(groups)
        for group in groups:
            length = max(len(data[index][0]) for index in group)
            pad = lambda row, value: row + [value] * (length - len(row))
            yield (torch.tensor([pad(data[index][0], 0) for index in group]),
                   torch.tensor([pad(data[index][1], -100) for index in group]))


def train(model, data, steps, rate, seed, save, until):
    """AdamW with a short warm-up and a linear fall of the rate over the last two fifths."""
    generator = random.Random(seed)
    source = batches(data, 32, generator)
    decayed = [p for name, p in model.named_parameters() if p.dim() >= 2 and "A_log" not in name]
    other = [p for name, p in model.named_parameters() if p.dim() < 2 or "A_log" in name]
    optimizer = torch.optim.AdamW(
        [dict(params=decayed, weight_decay=0.05), dict(params=other, weight_decay=0.0)], lr=rate, betas=(0.9, 0.98))
    began = time.time()
    model.train()
    average = None
    for step in range(1, steps + 1):
        # The rate falls by the clock where the minutes end before the steps do.
        done = max(step / steps, (time.time() - began) / max(1, until - began))
        if done > 1:
            break
        factor = min(step / max(1, steps // 20), 1.0) * min(1.0, max(0.02, (1 - done) / 0.4))
        for group in optimizer.param_groups:
            group["lr"] = rate * factor
        ids, labels = next(source)
        loss = model(input_ids=ids, labels=labels, use_cache=False).loss
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        average = loss.item() if average is None else 0.95 * average + 0.05 * loss.item()
        if step % 100 == 0 or step == steps:
            print(f"step {step} loss {average:.3f} after {time.time() - began:.0f} s", flush=True)
            save()
    save()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("--steps", type=int, default=2000)
    parser.add_argument("--tune", type=int, default=410)
    parser.add_argument("--minutes", type=float, default=30, help="of the first part; tuning has a fifth of it")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=5)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(arguments.seed)
    folder = arguments.folder
    tokenizer = Tokenizer.from_file(os.path.join(folder, "two", "tokenizer.json"))
    template = open(os.path.join(folder, "two.template"), encoding="utf-8").read().rstrip("\n")
    configuration = transformers.Mamba2Config(
        vocab_size=tokenizer.get_vocab_size(), hidden_size=128, num_hidden_layers=6, num_heads=8, head_dim=32, expand=2,
        state_size=32, n_groups=1, chunk_size=16, tie_word_embeddings=True, pad_token_id=None, bos_token_id=1,
        eos_token_id=2)
    model = transformers.Mamba2ForCausalLM(configuration)
    with torch.no_grad():
        model.get_input_embeddings().weight.normal_(0, 0.05)
    print(sum(p.numel() for p in model.parameters()), "parameters", flush=True)

    def saver(name):
        def save():
            path = os.path.join(folder, name)
            model.save_pretrained(path)
            for file in ("tokenizer.json", "tokenizer_config.json"):
                shutil.copy(os.path.join(folder, "two", file), path)
        return save

    encoded = encode(documents(os.path.join(folder, "documents-two.jsonl"), template), tokenizer, True)
    print(len(encoded), "documents,", sum(len(ids) for ids, _ in encoded), "tokens", flush=True)
    train(model, encoded, arguments.steps, 3e-3, arguments.seed, saver("mamba-two"),
          time.time() + 60 * arguments.minutes)
    task = encode(documents(os.path.join(folder, "task-a.jsonl"), template), tokenizer, False)
    train(model, task, arguments.tune, 5e-4, arguments.seed, saver("mamba-a-two"),
          time.time() + 12 * arguments.minutes)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Measures training speed of `cmc-bench train` and PyTorch in turns: same model, batch, float32 and threads.

    swift build -c release --product cmc-bench
    python=$(Tests/Scripts/environment --models)
    $python Tests/Scripts/measure_training.py [--threads 2] [--rounds 2]

The model is Llama-shaped, 288 wide, 6 layers, a vocabulary of 32000, 15.2 million parameters; 8 documents of 256 tokens,
all learnt; a step is forward and backward pass, clipping and AdamW. PyTorch runs transformers' model, with its fastest
attention on CPUs. Prints tokens a second of each round (the median of five steps) and the ratio of the medians.
"""

import argparse
import os
import re
import statistics
import subprocess
import time

import torch
import transformers

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BATCH, LENGTH, VOCABULARY, STEPS = 8, 256, 32000, 5


def ours(threads):
    """Tokens a second of cmc-bench."""
    program = os.path.join(ROOT, ".build", "release", "cmc-bench")
    output = subprocess.run(
        [program, "train", "--threads", str(threads), "--steps", str(STEPS)], check=True, capture_output=True, text=True
    ).stdout
    return float(re.search(r"(\d+) tokens/s", output).group(1))


def pytorch(threads):
    """Tokens a second of PyTorch."""
    torch.set_num_threads(threads)
    configuration = transformers.LlamaConfig(
        vocab_size=VOCABULARY,
        hidden_size=288,
        intermediate_size=768,
        num_hidden_layers=6,
        num_attention_heads=6,
        num_key_value_heads=6,
        tie_word_embeddings=True,
        attn_implementation="sdpa",
    )
    model = transformers.LlamaForCausalLM(configuration).train()
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3, betas=(0.9, 0.95), weight_decay=0.1, fused=True)
    ids = torch.tensor([[(i * 7919 + d * 104729) % VOCABULARY for i in range(LENGTH)] for d in range(BATCH)])
    times = []
    for _ in range(STEPS + 1):
        start = time.perf_counter()
        optimizer.zero_grad()
        logits = model(input_ids=ids).logits[:, :-1]
        loss = torch.nn.functional.cross_entropy(logits.reshape(-1, VOCABULARY), ids[:, 1:].reshape(-1))
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        times.append(time.perf_counter() - start)
    return BATCH * LENGTH / statistics.median(times[1:])


def main():
    """Takes turns."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=2)
    arguments = parser.parse_args()
    own, other = [], []
    for _ in range(arguments.rounds):
        own.append(ours(arguments.threads))
        other.append(pytorch(arguments.threads))
        print(f"cmc {own[-1]:.0f} tokens/s, PyTorch {other[-1]:.0f} tokens/s")
    print(f"ratio {statistics.median(own) / statistics.median(other):.2f}")


if __name__ == "__main__":
    main()

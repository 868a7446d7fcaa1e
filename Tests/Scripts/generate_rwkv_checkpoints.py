#!/usr/bin/env python3
"""Writes small random checkpoints of RWKV-7, and the logits that its originals compute from them in float32.

    python=$(Tests/Scripts/environment --models)
    $python Tests/Scripts/generate_rwkv_checkpoints.py [--check] [NAME ...]

A checkpoint is a folder of Tests/Models/LanguageModelTests/Golden, as those of generate_tiny_checkpoints.py: what
flash-linear-attention's `save_pretrained` writes, `prompts.json`, and `logits-N.npy`. Those of `rwkv7-author` are the
`rwkv` package's, of the same numbers under the names that the author's files have; flash-linear-attention's must differ
from them by no more than 1e-5. `rwkv7-pth` is a file of the author's kind, with all shapes that its writers give, and
the `rwkv` package's logits. With --check the committed files are run again; nothing is written, and the exit status
is 1 where logits differ by more than 1e-5.
"""

import json
import os
import shutil
import sys

from rwkv_originals import RWKV7Config, RWKV7ForCausalLM, author_logits, author_names, load, logits, randomise

import numpy
import torch
import transformers
from generate_tiny_checkpoints import OUTPUT, prompts

COMMON = dict(vocab_size=96, num_hidden_layers=2, bos_token_id=1, eos_token_id=2)
# name: configuration, every option away from its default in one of them
CHECKPOINTS = {
    "rwkv7": RWKV7Config(
        **COMMON, hidden_size=48, head_dim=16, intermediate_size=40, decay_low_rank_dim=9, a_low_rank_dim=7,
        v_low_rank_dim=5, gate_low_rank_dim=11, norm_eps=1e-4),
    # Heads that fill no vector, sizes that the class computes, no norm of embeddings and no biases of norms.
    "rwkv7-plain": RWKV7Config(
        **{**COMMON, "num_hidden_layers": 3}, hidden_size=40, head_dim=None, num_heads=2, hidden_ratio=1.5,
        decay_low_rank_dim=6, a_low_rank_dim=None, v_low_rank_dim=4, gate_low_rank_dim=8, hidden_act="silu",
        norm_first=False, norm_bias=False, norm_eps=1e-3, fuse_norm=False, tie_word_embeddings=True),
    "rwkv7-author": RWKV7Config(
        **COMMON, hidden_size=128, head_dim=64, intermediate_size=96, decay_low_rank_dim=9, a_low_rank_dim=7,
        v_low_rank_dim=5, gate_low_rank_dim=11, fuse_norm=False),
}


def author_state(seed, hidden=40, size=8, inner=56, layers=2, ranks=dict(w=9, a=7, v=5, g=11)):
    """Random tensors under the author's names; the first layer has shares, which nobody reads."""
    generator = torch.Generator().manual_seed(seed)

    def noise(*shape, around=0.0, by=0.3):
        return (around + by * torch.randn(shape, generator=generator)).to(torch.bfloat16)

    def norm(name, length=hidden):
        return {f"{name}.weight": noise(length, around=1.0), f"{name}.bias": noise(length)}

    def matrix(*shape, inputs=1):
        return noise(*shape, by=0.6 / shape[inputs] ** 0.5)

    state = {"emb.weight": noise(96, hidden, by=0.2), "head.weight": matrix(96, hidden), **norm("ln_out")}
    for layer in range(layers):
        block = f"blocks.{layer}."
        for name in (["ln0"] if layer == 0 else []) + ["ln1", "ln2"]:
            state |= norm(block + name)
        for kind in "rwkvag":
            state[f"{block}att.x_{kind}"] = noise(1, 1, hidden, around=0.3, by=0.4)
        for kind, rank in ranks.items():
            if kind != "g":
                state[f"{block}att.{kind}0"] = noise(1, 1, hidden)
            state[f"{block}att.{kind}1"] = matrix(hidden, rank, inputs=0)
            state[f"{block}att.{kind}2"] = matrix(rank, hidden, inputs=0)
        state[f"{block}att.k_k"] = noise(1, 1, hidden, around=1.0)
        state[f"{block}att.k_a"] = noise(1, 1, hidden, around=1.0)
        state[f"{block}att.r_k"] = noise(hidden // size, size)
        for name in ["receptance", "key", "value", "output"]:
            state[f"{block}att.{name}.weight"] = matrix(hidden, hidden)
        state |= norm(f"{block}att.ln_x")
        state[f"{block}ffn.x_k"] = noise(1, 1, hidden, around=0.3, by=0.4)
        state[f"{block}ffn.key.weight"] = matrix(inner, hidden)
        state[f"{block}ffn.value.weight"] = matrix(hidden, inner)
    return state


def computed(name, folder, ids):
    if name == "rwkv7-pth":
        return author_logits(torch.load(os.path.join(folder, "model.pth"), weights_only=True), ids)
    model = load(folder)
    result = logits(model, ids)
    if name != "rwkv7-author":
        return result
    author = author_logits(author_names(model.state_dict()), ids)
    difference = float(numpy.abs(author - result).max())
    print(f"{name}: the originals differ by {difference:.2e}")
    if difference > 1e-5:
        sys.exit(1)
    return author


def write(name, seed):
    folder = os.path.join(OUTPUT, name)
    shutil.rmtree(folder, ignore_errors=True)
    if name == "rwkv7-pth":
        os.makedirs(folder)
        torch.save(author_state(seed), os.path.join(folder, "model.pth"))
    else:
        model = RWKV7ForCausalLM(CHECKPOINTS[name])
        randomise(model, seed)
        model.to(torch.bfloat16).save_pretrained(folder)
    generation = os.path.join(folder, "generation_config.json")
    if os.path.exists(generation):
        os.remove(generation)
    with open(os.path.join(folder, "prompts.json"), "w") as file:
        json.dump(prompts(seed), file)
        file.write("\n")
    for number, ids in enumerate(prompts(seed)):
        numpy.save(os.path.join(folder, f"logits-{number}.npy"), computed(name, folder, ids))


def check(name):
    folder = os.path.join(OUTPUT, name)
    with open(os.path.join(folder, "prompts.json")) as file:
        lists = json.load(file)
    worst = 0.0
    for number, ids in enumerate(lists):
        committed = numpy.load(os.path.join(folder, f"logits-{number}.npy"))
        worst = max(worst, float(numpy.abs(computed(name, folder, ids) - committed).max()))
    print(f"{name}: largest difference {worst:.2e}")
    return worst <= 1e-5


def main():
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    wanted = [name for name in sys.argv[1:] if name != "--check"] or [*CHECKPOINTS, "rwkv7-pth"]
    if "--check" in sys.argv[1:]:
        sys.exit(0 if all([check(name) for name in wanted]) else 1)
    for seed, name in enumerate([*CHECKPOINTS, "rwkv7-pth"]):
        if name in wanted:
            write(name, 70 + seed)


if __name__ == "__main__":
    main()

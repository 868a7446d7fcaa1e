#!/usr/bin/env python3
"""Compares `cmc logits` with flash-linear-attention on random tiny models of RWKV-7 whose config.json says all kinds of
things.

    swift build -c release
    python=$(Tests/Scripts/environment --models)
    $python Tests/Scripts/property_rwkv.py [--count N] [--seed S] [--only CASE]

Sizes are random, members are left out, null, or say what nobody can compute; heads of 64 with the author's ε are held
against the `rwkv` package, too. The logits of cmc are those of the original in float32, or cmc refuses the model with an
error that names the reason. Exit status 1 where a case is neither.
"""

import json
import os
import sys

from rwkv_originals import RWKV7ForCausalLM, author_logits, author_names, logits, randomise

from property_models import Run, ours

import torch
import transformers
from transformers import AutoConfig

# Members beside the sizes, with the values that are drawn for each; the last ones ask for what is not there.
OPTIONS = {
    "norm_first": [True, False, None], "norm_bias": [True, False, None], "fuse_norm": [True, False, None],
    "norm_eps": [1e-5, 1e-3], "tie_word_embeddings": [True, False], "attn_mode": ["chunk", "fused_recurrent"],
    "hidden_act": ["sqrelu", "relu", "silu", "swish", "gelu", "sigmoid", "tanh"],
    "max_position_embeddings": [8, 2048], "use_cache": [True, False], "fuse_cross_entropy": [False],
    "use_l2warp": [True, False], "initializer_range": [0.1], "torch_dtype": ["float16"], "num_heads": [3, 32],
    "attn": [None, None, {"layers": [0], "num_heads": 1}], "dropout": [0.1],
    "value_dim": ["hidden", "hidden", "list", "double"],
}


def configuration(rng):
    size = rng.choice([8, 12, 16, 20, 64])
    heads = rng.choice([1, 2, 3]) if size < 64 else rng.choice([1, 2])
    # Of one layer the class cannot make initial weights.
    hidden, layers = size * heads, rng.choice([2, 3])
    config = {"model_type": "rwkv7", "architectures": ["RWKV7ForCausalLM"], "vocab_size": rng.choice([40, 64, 101]),
              "hidden_size": hidden, "num_hidden_layers": layers, "head_dim": size}
    if rng.random() < 0.25:
        config |= {"head_dim": None, "num_heads": rng.choice([heads, heads, heads, None])}
    style = rng.choice(["size", "size", "ratio", "both", "none"])
    if style in ("size", "both"):
        config["intermediate_size"] = rng.choice([24, 50])
    if style in ("ratio", "both"):
        config["hidden_ratio"] = rng.choice([1.0, 1.7, 3, None])
    for name in ["decay", "gate", "a", "v"]:
        if rng.random() < 0.7:
            config[f"{name}_low_rank_dim"] = rng.choice([3, 5, 8, None])
    for name, values in OPTIONS.items():
        if name not in config and rng.random() < 0.35:
            config[name] = rng.choice(values)
    if "value_dim" in config:
        config["value_dim"] = {"hidden": hidden, "list": [hidden] * layers, "double": 2 * hidden}[config["value_dim"]]
    return config


def original(folder, number):
    """The model as the class loads it from the folder; None where it does not."""
    try:
        model = RWKV7ForCausalLM(AutoConfig.from_pretrained(folder))
        randomise(model, number)
        with open(os.path.join(folder, "config.json")) as file:
            said = file.read()
        model.save_pretrained(folder)
        # As it was said, not as the class writes it.
        with open(os.path.join(folder, "config.json"), "w") as file:
            file.write(said)
        return model
    except Exception as error:
        print(f"{type(error).__name__}: {str(error)[:100]}", file=sys.stderr)
        return None


def main():
    run = Run(__doc__.splitlines()[0], 200)
    transformers.logging.set_verbosity(transformers.logging.CRITICAL)
    transformers.logging.disable_progress_bar()
    torch.set_num_threads(1)
    for number, rng, folder in run.cases():
        config = configuration(rng)
        with open(os.path.join(folder, "config.json"), "w") as file:
            json.dump(config, file)
        model = original(folder, number)
        ids = [rng.randrange(40) for _ in range(rng.choice([1, 5, 20]))]
        try:
            expected = logits(model, ids) if model is not None else None
        except Exception as error:
            print(f"{type(error).__name__}: {str(error)[:100]}", file=sys.stderr)
            expected = None
        if expected is None and not any(name.endswith(".safetensors") for name in os.listdir(folder)):
            run.outcomes["rwkv7", "no such model in the library"] += 1
            continue
        mine, message = ours(folder, ids, folder)
        run.judge(number, "rwkv7", expected, mine, message, json.dumps(config), folder)
        if mine is not None and is_authors(config) and len(ids) > 1:
            author = author_logits(author_names(model.state_dict()), ids)
            run.judge(number, "author", author, mine, message, json.dumps(config), folder)
    return run.finish()


def is_authors(config):
    """Whether the author's package computes the same: it has one ε, one function and a norm of embeddings."""
    return (config.get("head_dim") == 64 and config.get("norm_eps", 1e-5) == 1e-5
            and config.get("hidden_act", "sqrelu") == "sqrelu" and config.get("norm_first", True) is True
            and config.get("norm_bias", True) and not config.get("fuse_norm", True))


if __name__ == "__main__":
    sys.exit(main())

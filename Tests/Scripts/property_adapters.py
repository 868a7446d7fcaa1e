#!/usr/bin/env python3
"""Compares `cmc logits MODEL+ADAPTER` with PEFT on random tiny models and adapters.

    swift build -c release
    python=$(Tests/Scripts/environment --models)
    $python Tests/Scripts/property_adapters.py [--count N] [--seed S] [--only CASE]

An adapter is made by PEFT with random settings (rank and alpha, by pattern too, RS-LoRA, DoRA, biases, whole modules,
embeddings and heads, single tokens, all ways of naming modules, and the starts that change the base: PiSSA, OLoRA and
the others), filled with random numbers as if trained, saved, and loaded onto a fresh base. The logits of cmc are those
of PEFT in float32, or cmc refuses the adapter with an error that names the reason. One case in eight then has its files
damaged, as people's are: what PEFT refuses or leaves out must not be computed. Exit status 1 where a case is neither.
"""

import json
import os
import sys

from property_models import Run, ours, spread, theirs

import peft
import torch
import transformers
from safetensors.torch import load_file, save_file

IDS = 12
LINEAR = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
FUSED = ["c_attn", "c_proj", "c_fc"]


def base(rng, architecture):
    common = {"vocab_size": 48, "tie_word_embeddings": rng.random() < 0.5}
    sizes = {"hidden_size": 16, "intermediate_size": 24, "num_hidden_layers": rng.choice([2, 3, 12]),
             "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": rng.choice([4, 8])}
    match architecture:
        case "llama":
            return transformers.LlamaForCausalLM, transformers.LlamaConfig(
                **common, **sizes, attention_bias=rng.random() < 0.4, mlp_bias=rng.random() < 0.4)
        case "mistral":
            return transformers.MistralForCausalLM, transformers.MistralConfig(**common, **sizes)
        case "qwen2":
            sizes["head_dim"] = 4
            return transformers.Qwen2ForCausalLM, transformers.Qwen2Config(**common, **sizes)
        case "qwen3":
            return transformers.Qwen3ForCausalLM, transformers.Qwen3Config(**common, **sizes)
        case "gemma3":
            return transformers.Gemma3ForCausalLM, transformers.Gemma3TextConfig(**common, **sizes)
        case "gemma3-wrapped":
            return transformers.Gemma3ForConditionalGeneration, transformers.Gemma3Config(
                text_config={**common, **sizes}, mm_tokens_per_image=4, image_token_index=5, boi_token_index=6,
                eoi_token_index=7, tie_word_embeddings=common["tie_word_embeddings"], vision_config={
                    "hidden_size": 8, "intermediate_size": 8, "num_hidden_layers": 1, "num_attention_heads": 1,
                    "image_size": 28, "patch_size": 14})
        case "gpt2":
            return transformers.GPT2LMHeadModel, transformers.GPT2Config(
                **common, n_embd=16, n_layer=rng.choice([2, 3]), n_head=4, n_positions=32)


def settings(rng, architecture, layers):
    isGPT2 = architecture == "gpt2"
    linear = FUSED if isGPT2 else LINEAR
    embedding = "wte" if isGPT2 else "embed_tokens"
    some = rng.sample(linear, rng.randint(1, len(linear)))
    targets = rng.choice([some, some, some, linear, "all-linear", "regex"])
    if targets == "regex":
        layer = r"h\.\d" if isGPT2 else r"layers\.\d"
        targets = rf".*{layer}.*\.({'|'.join(some)})"
    elif isinstance(targets, list):
        if rng.random() < 0.15:
            targets = targets + [embedding]
        if rng.random() < 0.15:
            targets = targets + ["lm_head"]
        if rng.random() < 0.1 and not isGPT2:
            targets = targets + ["self_attn.q_proj"]
    options = {"r": rng.choice([1, 2, 4, 8]), "lora_alpha": rng.choice([1, 4, 8, 16, 3]), "target_modules": targets,
               "task_type": rng.choice(["CAUSAL_LM", "CAUSAL_LM", None]), "use_rslora": rng.random() < 0.25,
               "bias": rng.choice(["none", "none", "none", "all", "lora_only"]),
               "lora_dropout": rng.choice([0.0, 0.1])}
    if rng.random() < 0.3:
        options["rank_pattern"] = {name: rng.choice([1, 3, 5]) for name in rng.sample(linear, 2)}
    if rng.random() < 0.3:
        options["alpha_pattern"] = {name: rng.choice([2, 5, 9]) for name in rng.sample(linear, 2)}
    if rng.random() < 0.1:
        prefix = r"h\.1.*" if isGPT2 else r"layers\.1\..*"
        options["rank_pattern"] = {prefix + linear[0]: 6, linear[0]: 3}
        options["alpha_pattern"] = {"^" + prefix + linear[0]: 6}
    if rng.random() < 0.25:
        names = [embedding, "lm_head", "norm" if not isGPT2 else "ln_f", "input_layernorm" if not isGPT2 else "ln_1"]
        options["modules_to_save"] = rng.sample(names, rng.choice([1, 1, 2]))
    if rng.random() < 0.15:
        options["layers_to_transform"] = rng.choice([0, [0], [1], [0, layers - 1]])
        if rng.random() < 0.5:
            options["layers_pattern"] = "h" if isGPT2 else rng.choice(["layers", ["layers"]])
    if rng.random() < 0.1:
        options["exclude_modules"] = rng.choice([rng.sample(linear, 1), r".*\.0\..*", ["lm_head"]])
    if rng.random() < 0.2:
        options["use_dora"] = True
    start = rng.random()
    if start < 0.3:
        options["init_lora_weights"] = rng.choice(
            ["pissa", "pissa", "olora", "olora", "pissa_niter_4", "gaussian", "orthogonal", "eva", "loftq", "lora_ga", False])
    if rng.random() < 0.1:
        options["lora_bias"] = True
    if rng.random() < 0.1:
        options["fan_in_fan_out"] = rng.random() < 0.5
    if rng.random() < 0.1:
        options["trainable_token_indices"] = rng.choice([[3, 9], [9, 3], [1]]) if rng.random() < 0.7 else {embedding: [2, 8]}
    if rng.random() < 0.05:
        options["ensure_weight_tying"] = True
    if rng.random() < 0.04:
        options["alora_invocation_tokens"] = [9, 10]
    if rng.random() < 0.03:
        options["layer_replication"] = [[0, 2], [1, 2]]
    if rng.random() < 0.03 and not isGPT2:
        options["target_parameters"] = ["q_proj.weight"]
    return options


def other_kind(rng, isGPT2):
    """An adapter that is no LoRA: all that is wanted is its name in the refusal."""
    targets = ["c_attn"] if isGPT2 else ["q_proj", "v_proj"]
    return rng.choice([
        lambda: peft.LoHaConfig(r=2, target_modules=targets), lambda: peft.LoKrConfig(r=2, target_modules=targets),
        lambda: peft.IA3Config(target_modules=targets, feedforward_modules=[]),
        lambda: peft.OFTConfig(oft_block_size=4, target_modules=targets), lambda: peft.VeraConfig(r=2, target_modules=targets),
        lambda: peft.AdaLoraConfig(init_r=4, target_r=2, total_step=10, target_modules=targets),
        lambda: peft.PromptTuningConfig(num_virtual_tokens=2, task_type="CAUSAL_LM"),
    ])()


def train(model, seed):
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if parameter.requires_grad:
                parameter.add_(0.3 * torch.randn(parameter.shape, generator=generator))


def damage(rng, folder):
    """Changes the saved adapter so that its two files disagree, or one of them misses something."""
    path, config_path = os.path.join(folder, "adapter_model.safetensors"), os.path.join(folder, "adapter_config.json")
    state = load_file(path)
    config = json.load(open(config_path))
    how = rng.choice(["rank", "no B", "no A", "empty", "no such module", "one module missing", "type", "stranger"])
    pairs = sorted(name for name in state if ".lora_A." in name)
    if how == "rank":
        config["r"] = config["r"] + 1
    elif how in ("no B", "no A") and pairs:
        name = rng.choice(pairs)
        state.pop(name if how == "no A" else name.replace("lora_A", "lora_B"))
    elif how == "empty":
        state = {}
    elif how == "no such module":
        config["target_modules"] = ["query_key_value"]
    elif how == "one module missing" and pairs:
        name = rng.choice(pairs)
        for other in [other for other in state if other.startswith(name.split(".lora_A.")[0] + ".")]:
            del state[other]
    elif how == "type":
        config["peft_type"] = "LORAX"
    elif how == "stranger":
        config["use_something_new"] = True
    save_file(state, path)
    json.dump(config, open(config_path, "w"))
    return how


def main():
    run = Run(__doc__.splitlines()[0], 300)
    transformers.logging.set_verbosity(transformers.logging.CRITICAL)
    transformers.logging.disable_progress_bar()
    torch.set_num_threads(1)
    names = ["llama", "mistral", "qwen2", "qwen3", "gemma3", "gemma3-wrapped", "gpt2"]
    for number, rng, folder in run.cases():
        architecture = names[number % len(names)]
        cls, config = base(rng, architecture)
        torch.manual_seed(number)
        model = cls(config)
        spread(model, number)
        place, adapter = os.path.join(folder, "base"), os.path.join(folder, "adapter")
        model.save_pretrained(place)
        options = settings(rng, architecture, config.get_text_config().num_hidden_layers)
        about = f"{json.dumps(options)} tied={config.tie_word_embeddings}"
        expected = loaded = None
        try:
            made = peft.LoraConfig(**options) if rng.random() < 0.93 else other_kind(rng, architecture == "gpt2")
            if not isinstance(made, peft.LoraConfig) or isinstance(made, peft.AdaLoraConfig):
                about = type(made).__name__
            wrapped = peft.get_peft_model(model, made)
            train(wrapped, number)
            wrapped.save_pretrained(adapter)
        except Exception as error:
            run.outcomes[architecture, "no such adapter in the library"] += 1
            if run.arguments.only is not None:
                print(about, type(error).__name__, str(error)[:300])
            continue
        how = damage(rng, adapter) if rng.random() < 1 / 8 else None
        about = f"{about} {how or ''}"
        ids = [rng.randrange(8, 48) for _ in range(IDS)]
        try:
            fresh = cls.from_pretrained(place, dtype=torch.float32, attn_implementation="eager")
            loaded = peft.PeftModel.from_pretrained(fresh, adapter).eval()
            expected = theirs(loaded, ids)
        except Exception as error:
            about = f"{about} {type(error).__name__}: {str(error)[:200]}"
        logits, message = ours(f"{place}+{adapter}", ids, folder)
        run.judge(
            number, architecture if how is None else "damaged", expected, logits, message, about, folder, loaded, ids)
    return run.finish()


if __name__ == "__main__":
    sys.exit(main())

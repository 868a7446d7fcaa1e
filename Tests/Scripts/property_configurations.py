#!/usr/bin/env python3
"""Compares `cmc logits` with transformers on random tiny models whose config.json says all kinds of things.

    swift build -c release
    python=$(Tests/Scripts/environment --models)
    $python Tests/Scripts/property_configurations.py [--count N] [--seed S] [--only CASE]

Each case is one of the supported architectures in turn, with random sizes, spellings old and new, keys left out that
have a default, keys that mean nothing, rotary scalings of every type, and files in one or more shards. The logits of
cmc are those of transformers in float32, or cmc refuses the model with an error that names the reason. Exit status 1
where a case is neither.
"""

import copy
import json
import os
import re
import sys

from family_options import FAMILIES, WRAPPED, configuration
from property_models import Run, ours, spread, theirs

import torch
import transformers
from safetensors.torch import save_file

ARCHITECTURES = ["llama", "mistral", "qwen2", "qwen3", "gemma3", "gemma3-wrapped", "gpt2", *FAMILIES]
CLASSES = {
    "llama": "LlamaForCausalLM", "mistral": "MistralForCausalLM", "qwen2": "Qwen2ForCausalLM",
    "qwen3": "Qwen3ForCausalLM", "gemma3": "Gemma3ForCausalLM",
    "gemma3-wrapped": "Gemma3ForConditionalGeneration", "gpt2": "GPT2LMHeadModel",
} | {name: family[0] for name, family in FAMILIES.items()}
TYPES = {"gemma3": "gemma3_text", "gemma3-wrapped": "gemma3"}
IDS = 20


def rotary_scaling(rng, head, context, architecture=""):
    kinds = ["default", "linear", "llama3", "yarn", "dynamic", "longrope", "linear", "llama3", "yarn"]
    kind = rng.choice(kinds + ["proportional"] * 5 if architecture.startswith("gemma4") else kinds)
    factor = rng.choice([2, 4.0, 8.0, 1.5])
    half = head // 2
    scaling = {"rope_type": kind}
    if kind in ("linear", "llama3", "yarn", "dynamic"):
        scaling["factor"] = factor
    if kind == "llama3":
        scaling |= {"low_freq_factor": 1.0, "high_freq_factor": rng.choice([4.0, 2]),
                    "original_max_position_embeddings": rng.choice([8, 16, 64])}
    if kind == "yarn":
        if rng.random() < 0.7:
            scaling["original_max_position_embeddings"] = rng.choice([8, 16, 64, 4096])
        for key, values in [("beta_fast", [32, 8.0, None]), ("beta_slow", [1, 2.0]), ("attention_factor", [1.0, 0.7]),
                            ("mscale", [1.0, 0.707]), ("mscale_all_dim", [1.0, 0.5, 0]), ("truncate", [False, True])]:
            if rng.random() < 0.3:
                scaling[key] = rng.choice(values)
    if kind == "proportional":
        for key, values in [("partial_rotary_factor", [0.25, 0.5, 1.0, 0.3]), ("factor", [2.0, 1.0])]:
            if rng.random() < 0.7:
                scaling[key] = rng.choice(values)
    if kind == "longrope":
        scaling |= {"short_factor": [round(rng.uniform(1, 2), 2) for _ in range(half)],
                    "long_factor": [round(rng.uniform(1, 8), 2) for _ in range(half)],
                    "original_max_position_embeddings": rng.choice([8, 64])}
        if rng.random() < 0.5:
            scaling["factor"] = factor
    if rng.random() < 0.05:
        scaling["partial_rotary_factor"] = rng.choice([0.5, 1.0])
    if rng.random() < 0.3 and kind != "default":
        scaling["type"] = scaling.pop("rope_type")
    return scaling


def add_rotary(rng, config, architecture, head):
    context = config.get("max_position_embeddings", 2048)
    theta = rng.choice([10000.0, 500000.0, 1000000, 100.0])
    isFourth = architecture.startswith("gemma4")
    style = rng.choice(["none", "old", "old", "new", "new", "both"] if not isFourth else ["none", "none", "new", "new", "new", "old"])
    if style == "old" or style == "both":
        if rng.random() < 0.7:
            config["rope_theta"] = theta
        if rng.random() < 0.6:
            config["rope_scaling"] = rotary_scaling(rng, head, context)
        elif rng.random() < 0.3:
            config["rope_scaling"] = None
        if architecture.startswith("gemma3") and rng.random() < 0.5:
            config["rope_local_base_freq"] = rng.choice([10000.0, 500.0])
    if style == "new" or style == "both":
        own = rotary_scaling(rng, head, context, architecture)
        if rng.random() < 0.8:
            own["rope_theta"] = rng.choice([10000.0, 700.0])
        isNested = (architecture.startswith("gemma3") or architecture == "olmo3" or isFourth) if rng.random() < 0.9 else rng.random() < 0.5
        if isNested:
            local = rotary_scaling(rng, head, context, architecture) if rng.random() < 0.3 else {"rope_type": "default"}
            if rng.random() < 0.8:
                local["rope_theta"] = rng.choice([10000.0, 300.0])
            own = {"full_attention": own, "sliding_attention": local}
            if rng.random() < 0.1:
                own.pop(rng.choice(list(own)))
        config["rope_parameters"] = own


def llama_like(rng, architecture):
    isGemma = architecture.startswith("gemma3")
    head = rng.choice([4, 8, 16])
    groups = rng.choice([1, 2, 4])
    keys = rng.choice([1, 2])
    heads = groups * keys
    hidden = heads * head if rng.random() < 0.6 else heads * rng.choice([4, 8, 12])
    config = {
        "vocab_size": rng.choice([40, 64, 101]), "hidden_size": hidden,
        "intermediate_size": rng.choice([24, 48, 50]), "num_hidden_layers": rng.choice([1, 2, 3, 7]),
        "num_attention_heads": heads, "num_key_value_heads": keys, "head_dim": head,
        "max_position_embeddings": rng.choice([64, 2048, 131072]), "rms_norm_eps": rng.choice([1e-5, 1e-6, 1e-2]),
    }
    if rng.random() < 0.9:
        config["hidden_activation" if isGemma else "hidden_act"] = rng.choice(
            ["silu", "silu", "gelu_pytorch_tanh", "gelu_new", "gelu", "relu", "swish", "gelu_fast", "quick_gelu", "mish"]
            if rng.random() < 0.4 else ["gelu_pytorch_tanh" if isGemma else "silu"])
    if isGemma and rng.random() < 0.1:
        config["hidden_act"] = rng.choice(["silu", "gelu"])
    if rng.random() < 0.7:
        config["tie_word_embeddings"] = rng.random() < 0.5
    for key in ["attention_bias", "mlp_bias"]:
        if rng.random() < 0.3:
            config[key] = rng.random() < 0.6
    if architecture != "llama" or rng.random() < 0.2:
        if rng.random() < 0.8:
            config["sliding_window"] = rng.choice([3, 5, 8, None, 4096])
        if rng.random() < 0.5:
            config["use_sliding_window"] = rng.random() < 0.7
        if rng.random() < 0.5:
            config["max_window_layers"] = rng.choice([0, 1, 2, 28])
        if rng.random() < 0.25:
            types = [rng.choice(["full_attention", "sliding_attention"]) for _ in range(config["num_hidden_layers"])]
            if rng.random() < 0.1:
                types[0] = rng.choice(["chunked_attention", "attention"])
            config["layer_types"] = types
    if isGemma:
        if rng.random() < 0.7:
            config["query_pre_attn_scalar"] = rng.choice([256, 16, 8.0, 64])
        if rng.random() < 0.3:
            config["sliding_window_pattern"] = rng.choice([1, 2, 3, 6])
        if rng.random() < 0.15:
            config["final_logit_softcapping"] = rng.choice([30.0, 5.0, None])
        if rng.random() < 0.15:
            config["attn_logit_softcapping"] = rng.choice([50.0, 2.0, None])
        if rng.random() < 0.05:
            config["use_bidirectional_attention"] = rng.choice([True, False])
    add_rotary(rng, config, architecture, head)
    # Keys left out have the library's own values, where those make no large model.
    for key, chance in [("num_key_value_heads", 0.2), ("head_dim", 0.25), ("rms_norm_eps", 0.15),
                        ("max_position_embeddings", 0.15), ("intermediate_size", 0.03), ("num_hidden_layers", 0.02),
                        ("num_attention_heads", 0.05), ("vocab_size", 0.02)]:
        if rng.random() < chance:
            del config[key]
            if key == "num_attention_heads" and architecture != "gemma3":
                config["hidden_size"] = 64
    if "vocab_size" not in config or "intermediate_size" not in config:
        config["num_hidden_layers"] = 1
    for key in ["head_dim", "num_key_value_heads"]:
        if key in config and rng.random() < 0.03:
            config[key] = None
    return config


def gpt2(rng):
    heads = rng.choice([1, 2, 4])
    config = {"vocab_size": rng.choice([40, 64, 101]), "n_embd": heads * rng.choice([4, 8, 5]),
              "n_layer": rng.choice([1, 2, 3]), "n_head": heads, "n_positions": rng.choice([20, 32, 64])}
    if rng.random() < 0.3:
        config["n_inner"] = rng.choice([None, 24, 50])
    if rng.random() < 0.6:
        config["activation_function"] = rng.choice(["gelu_new", "gelu_new", "gelu", "relu", "gelu_pytorch_tanh", "tanh"])
    if rng.random() < 0.5:
        config["layer_norm_epsilon"] = rng.choice([1e-5, 1e-3])
    for key, chance in [("scale_attn_weights", 0.3), ("scale_attn_by_inverse_layer_idx", 0.15),
                        ("reorder_and_upcast_attn", 0.15), ("add_cross_attention", 0.05), ("tie_word_embeddings", 0.3)]:
        if rng.random() < chance:
            config[key] = rng.random() < 0.5
    # The other names that transformers has for four of these keys.
    for old, new in [("n_embd", "hidden_size"), ("n_layer", "num_hidden_layers"), ("n_head", "num_attention_heads"),
                     ("n_positions", "max_position_embeddings")]:
        if rng.random() < 0.08:
            config[new] = config[old]
            if rng.random() < 0.5:
                del config[old]
    for key in ["n_layer", "n_positions"]:
        if key in config and rng.random() < 0.03:
            del config[key]
    return config


SUPERFLUOUS = [
    ("torch_dtype", ["float32"]), ("use_cache", [True, False]), ("pretraining_tp", [1, 2]), ("my_own_key", [1, {"a": []}]),
    ("attention_dropout", [0.0, 0.1]), ("initializer_range", [0.02]), ("bos_token_id", [1]), ("eos_token_id", [2, [1, 2]]),
    ("pad_token_id", [None, 0]), ("transformers_version", ["4.1.0"]), ("_name_or_path", ["x"]), ("auto_map", [{}]),
    ("rope_interleaved", [False]), ("id2label", [{"0": "a"}]), ("temperature", [0.5]), ("output_attentions", [False]),
    ("logits_to_keep", [1]), ("is_decoder", [True]), ("partial_rotary_factor", [1.0, 0.5]), ("embd_pdrop", [0.1]),
    ("per_layer_config", [None]), ("original_max_position_embeddings", [8, 32]), ("qk_layernorm", [True]),
    ("logit_scale", [0.5]), ("chunk_size_feed_forward", [0]), ("n_ctx", [16]), ("summary_type", ["cls_index"]),
    ("head_dim", [8]), ("is_encoder_decoder", [False]), ("quantization_config", [None]), ("return_dict", [True]),
    ("max_window_layers", [1]), ("use_sliding_window", [True]), ("scale_attn_weights", [True]),
    ("per_layer_config", [{"0": {"sliding_window": 4}}]), ("attn_implementation", ["eager"]), ("tie_encoder_decoder", [True]),
]


def save(rng, model, folder, architecture):
    """Writes the weights as people's files have them: tied heads or not, one shard or several, with or without an index."""
    tied = model.get_output_embeddings().weight.data_ptr() == model.get_input_embeddings().weight.data_ptr()
    state = {name: tensor.detach().clone() for name, tensor in model.state_dict().items()}
    head = next((name for name in state if name.endswith("lm_head.weight")), None)
    said = []
    if head and tied:
        if rng.random() < 0.75:
            del state[head]
        elif rng.random() < 0.5:
            state[head] = torch.randn(state[head].shape) * 0.3
            said.append("separate head")
        else:
            state[head] = state[head].clone()
            said.append("equal head")
    elif head and rng.random() < 0.05:
        del state[head]
        said.append("no head")
    if architecture == "gpt2" and rng.random() < 0.3:
        state = {name.removeprefix("transformer."): tensor for name, tensor in state.items()}
        said.append("bare names")
    if architecture == "gpt_neox" and rng.random() < 0.5:
        state = {name.replace("lm_head", "embed_out"): tensor for name, tensor in state.items()}
        said.append("older name of the head")
    if architecture == "gemma3-wrapped":
        state = {name: tensor for name, tensor in state.items() if "vision" not in name and "projector" not in name} \
            if rng.random() < 0.3 else state
        if rng.random() < 0.5:
            said.append("names of the hub")
            state = {re.sub(r"^model.language_model.", "language_model.model.", re.sub(
                r"^lm_head", "language_model.lm_head", re.sub(r"^model.(vision_tower|multi_modal)", r"\1", name))): tensor
                for name, tensor in state.items()}
    layout = rng.choice(["one", "one", "one", "shards", "both"])
    names = list(state)
    if layout == "one" or layout == "both":
        save_file(state, os.path.join(folder, "model.safetensors"), metadata={"format": "pt"})
    if layout != "one":
        said.append(layout)
        half = len(names) // 2
        weight_map = {}
        for index, part in enumerate([names[:half], names[half:]], 1):
            file = f"model-{index:05}-of-00002.safetensors"
            values = {name: state[name] for name in part}
            if layout == "both":
                values = {name: tensor * 0.5 + 0.1 for name, tensor in values.items()}
            if not (layout == "both" and rng.random() < 0.3):
                save_file(values, os.path.join(folder, file), metadata={"format": "pt"})
            weight_map |= {name: file for name in part}
        with open(os.path.join(folder, "model.safetensors.index.json"), "w") as file:
            json.dump({"metadata": {"total_size": 1}, "weight_map": weight_map}, file)
    return said


def build(rng, number, folder):
    architecture = ARCHITECTURES[number % len(ARCHITECTURES)]
    if architecture in FAMILIES:
        text = configuration(rng, architecture, add_rotary)
    else:
        text = gpt2(rng) if architecture == "gpt2" else llama_like(rng, architecture)
    for key, values in rng.sample(SUPERFLUOUS, rng.choice([0, 1, 3, 6])):
        text.setdefault(key, copy.deepcopy(rng.choice(values)))
    config = text
    if architecture == "gemma3-wrapped":
        config = {"text_config": text, "vision_config": {
            "hidden_size": 8, "intermediate_size": 8, "num_hidden_layers": 1, "num_attention_heads": 1, "image_size": 28,
            "patch_size": 14}, "mm_tokens_per_image": 4, "image_token_index": 5}
        if "vocab_size" in text:
            config |= {"boi_token_index": 6, "eoi_token_index": 7}
        text["model_type"] = "gemma3_text"
        if rng.random() < 0.3:
            config["tie_word_embeddings"] = rng.random() < 0.5
    if architecture in WRAPPED:
        # A place of a picture is among the ids, and padding stands for it.
        text["model_type"] = f"{architecture}_text"
        if rng.random() < 0.8:
            text["pad_token_id"] = rng.choice([0, 3])
        config = {"text_config": text, "image_token_id": rng.choice([12, 20, None]), "tie_word_embeddings": rng.random() < 0.5}
    if rng.random() < 0.9:
        config["architectures"] = [CLASSES[architecture]]
    config["model_type"] = TYPES.get(architecture, architecture)
    with open(os.path.join(folder, "config.json"), "w") as file:
        json.dump(config, file)
    return architecture, config


def reference(rng, number, folder, architecture, config):
    """The model as transformers loads it from the folder; None with the reason where it does not."""
    try:
        # As people load it: the type of the configuration chooses the class, whatever "architectures" says.
        cls = transformers.AutoModelForCausalLM
        made = cls.from_config(transformers.AutoConfig.from_pretrained(folder))
    except Exception as error:
        return None, [f"{type(error).__name__}: {str(error)[:100]}"]
    spread(made, number)
    said = save(rng, made, folder, architecture)
    try:
        # Experts one by one: the products of several at once need sizes that are multiples of four.
        model = cls.from_pretrained(
            folder, dtype=torch.float32, attn_implementation="eager", experts_implementation="eager")
    except Exception as error:
        return None, said + [f"{type(error).__name__}: {str(error)[:100]}"]
    return model.eval(), said


def main():
    run = Run(__doc__.splitlines()[0], 300 * len(ARCHITECTURES))
    transformers.logging.set_verbosity(transformers.logging.CRITICAL)
    transformers.logging.disable_progress_bar()
    torch.set_num_threads(1)
    for number, rng, folder in run.cases():
        architecture, config = build(rng, number, folder)
        model, said = reference(rng, number, folder, architecture, config)
        about = f"{' '.join(said)} {json.dumps(config)}"
        if not os.listdir(folder) or not any(name.startswith("model") for name in os.listdir(folder)):
            run.outcomes[architecture, "no such model in the library"] += 1
            if run.arguments.only is not None:
                print(about)
            continue
        limit = 40
        ids = [rng.randrange(8, limit) for _ in range(IDS)]
        try:
            expected = theirs(model, ids) if model is not None else None
        except Exception as error:
            expected, about = None, f"{error} {about}"
        logits, message = ours(folder, ids, folder)
        run.judge(number, architecture, expected, logits, message, about, folder, model, ids)
    return run.finish()


if __name__ == "__main__":
    sys.exit(main())

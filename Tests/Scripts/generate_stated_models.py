#!/usr/bin/env python3
"""Writes, or with --check compares, tiny models and adapters whose files say things twice, leave things out or say
seldom things, with the logits that transformers and PEFT compute with them.

    python=$(Tests/Scripts/environment --models)
    $python Tests/Scripts/generate_stated_models.py [--check]

A folder for each case: the model's files (or `base` and `adapter`) and expected.json with ids, logits of the last
position, and the versions. Beside them fields.json: the fields that the libraries' own classes have. Exit status 1
where --check finds another value.
"""

import dataclasses
import importlib.metadata
import inspect
import json
import os
import shutil
import sys
import tempfile

from property_models import spread, theirs
from rwkv_originals import RWKV7Config

import gguf
import numpy
import peft
import torch
import transformers
from safetensors.torch import load_file, save_file

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
GOLDEN = os.path.join(ROOT, "Tests", "Models", "LanguageModelTests", "Golden", "stated")
IDS = [3, 17, 9, 22, 31, 8, 3, 40, 11, 12]
VERSIONS = {name: importlib.metadata.version(name) for name in ["transformers", "peft", "torch", "gguf", "flash-linear-attention"]}
LLAMA = {"architectures": ["LlamaForCausalLM"], "model_type": "llama", "vocab_size": 48, "hidden_size": 16,
         "intermediate_size": 12, "num_hidden_layers": 2, "num_attention_heads": 4, "num_key_value_heads": 2,
         "head_dim": 4, "max_position_embeddings": 64}
MISTRAL = LLAMA | {"architectures": ["MistralForCausalLM"], "model_type": "mistral", "num_hidden_layers": 1}
GEMMA = LLAMA | {"architectures": ["Gemma3ForCausalLM"], "model_type": "gemma3_text", "num_hidden_layers": 1}
GPT2 = {"architectures": ["GPT2LMHeadModel"], "model_type": "gpt2", "vocab_size": 48, "n_embd": 8, "n_layer": 1,
        "n_head": 2, "n_positions": 32}


# Heads with enough pairs for a ramp.
WIDE = LLAMA | {"head_dim": 16, "num_hidden_layers": 1}


def without(config, *keys):
    return {key: value for key, value in config.items() if key not in keys}


def separate(state):
    state["lm_head.weight"] = state["lm_head.weight"].flip(0).contiguous()


def drop_head(state):
    state.pop("lm_head.weight")


def drop_embedding(state):
    for name in ["model.embed_tokens.weight", "transformer.wte.weight"]:
        state.pop(name, None)


MODELS = {
    "rope-scaling-beside-parameters": (LLAMA | {
        "rope_parameters": {"rope_type": "default", "rope_theta": 10000.0},
        "rope_scaling": {"type": "linear", "factor": 4.0}}, None),
    "gemma-rope-scaling-beside-parameters": (GEMMA | {"tie_word_embeddings": True, "sliding_window_pattern": 1,
        "rope_parameters": {"full_attention": {"rope_type": "default", "rope_theta": 100.0}},
        "rope_scaling": {"rope_type": "linear", "factor": 8.0}}, drop_head),
    "separate-head-beside-tie": (LLAMA | {"tie_word_embeddings": True}, separate),
    "single-file-beside-index": (LLAMA, "index"),
    "single-file-beside-dead-index": (LLAMA, "dead index"),
    "mistral-key-value-heads-left-out": (
        without(MISTRAL, "num_key_value_heads") | {"num_attention_heads": 16, "head_dim": 2, "hidden_size": 8}, None),
    "mistral-layer-types": (
        MISTRAL | {"sliding_window": 3, "num_hidden_layers": 1, "layer_types": ["full_attention"]}, None),
    "gemma-heads-left-out": (
        without(GEMMA, "num_attention_heads", "num_key_value_heads", "head_dim") | {"hidden_size": 8}, drop_head),
    "gemma-hidden-act": (GEMMA | {"hidden_act": "silu"}, drop_head),
    "mistral-mlp-bias": (MISTRAL | {"mlp_bias": True, "attention_bias": True}, None),
    "gpt2-two-names-of-a-size": (GPT2 | {"num_attention_heads": 4, "n_head": 2}, drop_head),
    "llama3-original-context-outside": (LLAMA | {"original_max_position_embeddings": 8, "rope_parameters": {
        "rope_type": "llama3", "factor": 4.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
        "original_max_position_embeddings": 32, "rope_theta": 10000.0}}, None),
    "tie-under-the-name-of-the-head": (LLAMA | {"tie_word_embeddings": True}, drop_embedding),
    "gemma-tie-under-the-name-of-the-head": (GEMMA, drop_embedding),
    "gpt2-tie-under-the-name-of-the-head": (GPT2, drop_embedding),
    "yarn": (WIDE | {"rope_parameters": {"rope_type": "yarn", "rope_theta": 10000.0, "factor": 4.0,
                                         "original_max_position_embeddings": 16}}, None),
    "yarn-with-everything": (WIDE | {"rope_theta": 500.0, "rope_scaling": {
        "type": "yarn", "factor": 2.5, "original_max_position_embeddings": 32, "beta_fast": 8.0, "beta_slow": 2.0, "mscale": 0.7,
        "mscale_all_dim": 1.2, "truncate": False}}, None),
    "yarn-with-an-attention-factor": (WIDE | {"original_max_position_embeddings": 20, "rope_scaling": {
        "rope_type": "yarn", "factor": None, "original_max_position_embeddings": 32, "attention_factor": 0.6}}, None),
    "gemma-yarn": (GEMMA | {"head_dim": 16, "sliding_window_pattern": 1, "rope_parameters": {
        "full_attention": {"rope_type": "yarn", "factor": 4.0, "original_max_position_embeddings": 16, "rope_theta": 1000.0},
        "sliding_attention": {"rope_type": "default", "rope_theta": 100.0}}}, drop_head),
    "dynamic": (WIDE | {"rope_scaling": {"rope_type": "dynamic", "factor": 4.0}}, None),
    "longrope": (WIDE | {"rope_scaling": {
        "rope_type": "longrope", "short_factor": [1.0, 1.1, 1.2, 1.5, 1.7, 2.0, 2.5, 3.0], "long_factor": [4.0] * 8,
        "original_max_position_embeddings": 16}}, None),
    # The class of a model follows from that of its configuration.
    "type-beside-class": (MISTRAL | {"architectures": ["LlamaForCausalLM"], "sliding_window": 3}, None),
    # Of a text that is longer than the original context.
    "longrope-long": (WIDE | {"rope_scaling": {
        "rope_type": "longrope", "short_factor": [1.0, 1.1, 1.2, 1.5, 1.7, 2.0, 2.5, 3.0],
        "long_factor": [3.0, 5.0, 1.5, 8.0, 2.0, 4.0, 6.0, 2.5], "original_max_position_embeddings": 6}}, None),
    "gemma-longrope": (GEMMA | {"num_hidden_layers": 2, "sliding_window_pattern": 2, "sliding_window": 5, "rope_parameters": {
        "full_attention": {"rope_type": "longrope", "short_factor": [1.0, 3.0], "long_factor": [4.0, 1.5],
                           "original_max_position_embeddings": 6, "rope_theta": 1000.0},
        "sliding_attention": {"rope_type": "longrope", "short_factor": [1.5, 2.0], "long_factor": [1.0, 5.0],
                              "original_max_position_embeddings": 8, "rope_theta": 100.0}}}, None),
}
LINEAR = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
ADAPTERS = {
    "patterns": ("llama", {"r": 4, "lora_alpha": 8, "target_modules": LINEAR, "use_rslora": True,
                           "rank_pattern": {r"layers\.1.*q_proj": 3, "q_proj": 2}, "alpha_pattern": {"o_proj": 3}}),
    "biases": ("llama-biased", {"r": 2, "target_modules": ["q_proj", "down_proj"], "bias": "all"}),
    "lora-bias": ("llama-biased", {"r": 2, "target_modules": ["q_proj", "down_proj"], "lora_bias": True}),
    "modules-to-save": ("llama", {"r": 2, "target_modules": ["v_proj"], "modules_to_save": ["embed_tokens", "lm_head", "norm"]}),
    "embeddings": ("llama", {"r": 2, "target_modules": ["v_proj", "embed_tokens", "lm_head"]}),
    "embeddings-tied": ("llama-tied", {"r": 2, "target_modules": ["v_proj", "embed_tokens"]}),
    "tokens": ("llama-tied", {"r": 2, "target_modules": ["v_proj"], "trainable_token_indices": [40, 3]}),
    "dora": ("llama", {"r": 2, "target_modules": LINEAR + ["embed_tokens"], "use_dora": True}),
    "pissa": ("llama", {"r": 2, "target_modules": LINEAR, "init_lora_weights": "pissa"}),
    "olora": ("llama", {"r": 2, "target_modules": LINEAR, "init_lora_weights": "olora", "use_rslora": True}),
    "layers": ("llama", {"r": 2, "target_modules": ["q_proj", "v_proj"], "layers_to_transform": [1], "layers_pattern": "layers"}),
    "pattern-of-modules": ("llama", {"r": 2, "target_modules": r".*\.0\..*(q_proj|up_proj)", "exclude_modules": ["up_proj"]}),
    "gpt2-pissa-dora": ("gpt2", {"r": 2, "target_modules": ["c_attn", "c_fc"], "init_lora_weights": "pissa", "use_dora": True}),
    "gpt2-biases": ("gpt2", {"r": 2, "target_modules": ["c_attn", "c_proj"], "bias": "all"}),
    # As PEFT writes it after a vocabulary resize.
    "modules-to-save-with-copies": ("llama", {"r": 2, "target_modules": ["v_proj"], "modules_to_save": ["embed_tokens", "lm_head"]}),
}
WITH_EMBEDDINGS = {"modules-to-save-with-copies"}
BASES = {"llama": LLAMA, "llama-biased": LLAMA | {"attention_bias": True, "mlp_bias": True},
         "llama-tied": LLAMA | {"tie_word_embeddings": True}, "gpt2": GPT2}


def made(config, folder, seed):
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "config.json"), "w") as file:
        json.dump(config, file, indent=1)
    torch.manual_seed(seed)
    model = transformers.AutoModelForCausalLM.from_config(transformers.AutoConfig.from_pretrained(folder))
    cls = type(model)
    spread(model, seed)
    # Half precision holds what is written, so that the files are small.
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(parameter.half().float())
    return cls, model


def expected(model, folder):
    logits = theirs(model.eval(), IDS)[-1]
    with open(os.path.join(folder, "expected.json"), "w") as file:
        json.dump({"versions": VERSIONS, "ids": IDS, "logits": [round(float(x), 5) for x in logits]}, file)


def write_model(name, folder, seed):
    config, change = MODELS[name]
    cls, model = made(config, folder, seed)
    state = {key: tensor.detach().clone().half() for key, tensor in model.state_dict().items()}
    if callable(change):
        change(state)
    save_file(state, os.path.join(folder, "model.safetensors"), metadata={"format": "pt"})
    if change in ("index", "dead index"):
        shard = "model-00001-of-00001.safetensors"
        if change == "index":
            save_file({key: tensor * 0.5 for key, tensor in state.items()}, os.path.join(folder, shard))
        with open(os.path.join(folder, "model.safetensors.index.json"), "w") as file:
            json.dump({"metadata": {}, "weight_map": {key: shard for key in state}}, file)
    expected(cls.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager"), folder)


def write_adapter(name, folder, seed):
    base, options = ADAPTERS[name]
    place, adapter = os.path.join(os.path.dirname(folder), f"base-{base}"), os.path.join(folder, "adapter")
    cls, model = made(BASES[base], place, 7)
    state = {key: tensor.detach().clone().half() for key, tensor in model.state_dict().items()}
    if BASES[base].get("tie_word_embeddings", base == "gpt2"):
        drop_head(state)
    save_file(state, os.path.join(place, "model.safetensors"), metadata={"format": "pt"})
    wrapped = peft.get_peft_model(model, peft.LoraConfig(**options))
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for parameter in wrapped.parameters():
            if parameter.requires_grad:
                parameter.add_(0.3 * torch.randn(parameter.shape, generator=generator))
    wrapped.save_pretrained(adapter, save_embedding_layers=name in WITH_EMBEDDINGS or "auto")
    path = os.path.join(adapter, "adapter_model.safetensors")
    save_file({key: tensor.half() for key, tensor in load_file(path).items()}, path, metadata={"format": "pt"})
    config_path = os.path.join(adapter, "adapter_config.json")
    config = json.load(open(config_path)) | {"base_model_name_or_path": "base"}
    for key in ["target_modules", "exclude_modules"]:
        if isinstance(config[key], list):
            config[key] = sorted(config[key])
    json.dump(config, open(config_path, "w"), indent=1, sort_keys=True)
    for other in os.listdir(adapter):
        if not other.startswith("adapter_"):
            os.remove(os.path.join(adapter, other))
    fresh = cls.from_pretrained(place, dtype=torch.float32, attn_implementation="eager")
    expected(peft.PeftModel.from_pretrained(fresh, adapter), folder)


def fields():
    def names(cls):
        return sorted(field.name for field in dataclasses.fields(cls))

    classes = {"llama": transformers.LlamaConfig, "mistral": transformers.MistralConfig, "qwen2": transformers.Qwen2Config,
               "qwen3": transformers.Qwen3Config, "gemma3_text": transformers.Gemma3TextConfig,
               "gemma3": transformers.Gemma3Config, "gpt2": transformers.GPT2Config, "gemma": transformers.GemmaConfig,
               "seed_oss": transformers.SeedOssConfig, "granite": transformers.GraniteConfig,
               "arcee": transformers.ArceeConfig, "olmo2": transformers.Olmo2Config, "gemma2": transformers.Gemma2Config,
               "exaone4": transformers.Exaone4Config, "smollm3": transformers.SmolLM3Config,
               "starcoder2": transformers.Starcoder2Config, "stablelm": transformers.StableLmConfig,
               "phi3": transformers.Phi3Config, "gpt_neox": transformers.GPTNeoXConfig, "cohere": transformers.CohereConfig,
               "glm4": transformers.Glm4Config, "helium": transformers.HeliumConfig,
               "ministral3": transformers.Ministral3Config, "opt": transformers.OPTConfig,
               "mixtral": transformers.MixtralConfig, "qwen2_moe": transformers.Qwen2MoeConfig,
               "qwen3_moe": transformers.Qwen3MoeConfig, "olmoe": transformers.OlmoeConfig,
               "granitemoe": transformers.GraniteMoeConfig,
               "granitemoeshared": transformers.GraniteMoeSharedConfig, "gpt_oss": transformers.GptOssConfig,
               "mistral3": transformers.Mistral3Config,
               "deepseek_v2": transformers.DeepseekV2Config, "deepseek_v3": transformers.DeepseekV3Config,
               "olmo3": transformers.Olmo3Config,
               "mamba": transformers.MambaConfig, "mamba2": transformers.Mamba2Config,
               "granitemoehybrid": transformers.GraniteMoeHybridConfig,
               "gemma4_text": transformers.Gemma4TextConfig, "gemma4": transformers.Gemma4Config,
               "gemma4_unified_text": transformers.Gemma4UnifiedTextConfig,
               "gemma4_unified": transformers.Gemma4UnifiedConfig}
    generation = transformers.GenerationConfig()
    keys = [value for part in [gguf.Keys.LLM, gguf.Keys.Attention, gguf.Keys.Rope] for name, value in vars(part).items()
            if not name.startswith("_") and isinstance(value, str)]
    packing = {"fp8": transformers.FineGrainedFP8Config, "gptq": transformers.GPTQConfig, "awq": transformers.AwqConfig,
               "compressed-tensors": transformers.CompressedTensorsConfig}
    # flash-linear-attention's class has the members of transformers' own beside these.
    inherited = set(names(transformers.PreTrainedConfig))
    own = set(inspect.signature(RWKV7Config.__init__).parameters) - {"self", "kwargs"}
    return {
        "versions": VERSIONS,
        "config.json": {name: names(cls) for name, cls in classes.items()} | {"rwkv7": sorted(inherited | own)},
        "quantization_config": {
            name: sorted(set(inspect.signature(cls.__init__).parameters) - {"self", "kwargs"})
            for name, cls in packing.items()},
        "generation_config.json": sorted(set(generation.to_dict()) | set(vars(generation))),
        "adapter_config.json": names(peft.LoraConfig),
        "gguf": sorted(key.removeprefix("{arch}.") for key in keys if "{dense}" not in key),
    }


def same(kept, new):
    a, b = json.load(open(kept)), json.load(open(new))
    if "logits" not in a:
        return a == b
    return numpy.allclose(a["logits"], b["logits"], rtol=1e-4, atol=1e-4)


def main():
    check = "--check" in sys.argv[1:]
    transformers.logging.set_verbosity(transformers.logging.CRITICAL)
    target = tempfile.mkdtemp() if check else GOLDEN
    if not check:
        shutil.rmtree(GOLDEN, ignore_errors=True)
    for seed, name in enumerate(MODELS):
        write_model(name, os.path.join(target, "models", name), seed + 1)
    for seed, name in enumerate(ADAPTERS):
        write_adapter(name, os.path.join(target, "adapters", name), seed + 101)
    with open(os.path.join(target, "fields.json"), "w") as file:
        json.dump(fields(), file, indent=1)
    if not check:
        return 0
    wrong = []
    for folder, _, names in os.walk(target):
        for name in names:
            new = os.path.join(folder, name)
            kept = os.path.join(GOLDEN, os.path.relpath(new, target))
            if name in ("expected.json", "fields.json") and not (os.path.exists(kept) and same(kept, new)):
                wrong.append(os.path.relpath(new, target))
    print("\n".join(f"{name}: not as committed" for name in wrong) or f"{len(MODELS)} models, {len(ADAPTERS)} adapters")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""Writes small random checkpoints with transformers, and the logits that transformers computes from them in float32.

    python=$(Tests/Scripts/environment --models)
    $python Tests/Scripts/generate_tiny_checkpoints.py [--check] [NAME ...]

A checkpoint is a folder of Tests/Models/LanguageModelTests/Golden: what `save_pretrained` writes, `prompts.json` with lists of
ids, and `logits-N.npy` (positions × vocabulary) for prompt N. Every weight is drawn anew, norms and biases too, since
their initial ones and zeros would hide a part that is left out. With --check the models are loaded from the committed
files and run again; nothing is written, and the exit status is 1 where logits differ by more than 1e-5.
"""

import collections
import json
import math
import os
import shutil
import sys

import numpy
import torch
import transformers
from safetensors.torch import load_file, save_file

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
OUTPUT = os.path.join(ROOT, "Tests", "Models", "LanguageModelTests", "Golden")

COMMON = dict(
    vocab_size=96,
    hidden_size=48,
    intermediate_size=64,
    num_hidden_layers=2,
    num_attention_heads=4,
    num_key_value_heads=2,
    max_position_embeddings=128,
    pad_token_id=None,
    bos_token_id=1,
    eos_token_id=2,
)
LLAMA3 = dict(
    rope_type="llama3",
    rope_theta=10000.0,
    factor=8.0,
    low_freq_factor=1.0,
    high_freq_factor=4.0,
    original_max_position_embeddings=32,
)

# Of families that share most of their parts with those above, every option away from its default.
SMALL = {**COMMON, "hidden_size": 32, "intermediate_size": 40}

GEMMA4 = {**SMALL, "num_hidden_layers": 5, "head_dim": 16, "sliding_window": 6}

# Of models with states in place of attention.
STATES = dict(vocab_size=96, hidden_size=32, num_hidden_layers=2, pad_token_id=None, bos_token_id=1, eos_token_id=2)

# name: (configuration, type the weights are saved in, largest size of a file)
CHECKPOINTS = {
    "llama": (transformers.LlamaConfig(**COMMON, rope_parameters=LLAMA3), torch.float32, None),
    "llama-linear": (
        transformers.LlamaConfig(
            **{**COMMON, "num_hidden_layers": 1, "num_key_value_heads": 1},
            attention_bias=True,
            mlp_bias=True,
            tie_word_embeddings=True,
            rope_parameters=dict(rope_type="linear", rope_theta=10000.0, factor=4.0),
        ),
        torch.float16,
        None,
    ),
    "mistral": (transformers.MistralConfig(**COMMON, head_dim=16, sliding_window=7), torch.float16, None),
    "qwen2": (
        transformers.Qwen2Config(
            **COMMON, use_sliding_window=True, sliding_window=6, max_window_layers=1
        ),
        torch.bfloat16,
        "30KB",
    ),
    "qwen3": (
        transformers.Qwen3Config(**COMMON, head_dim=16, tie_word_embeddings=True),
        torch.bfloat16,
        None,
    ),
    "gemma3": (
        transformers.Gemma3TextConfig(
            **{**COMMON, "num_hidden_layers": 3, "num_key_value_heads": 1},
            head_dim=16,
            query_pre_attn_scalar=24,
            sliding_window=6,
            layer_types=["sliding_attention", "full_attention", "sliding_attention"],
            rope_parameters=dict(
                full_attention=dict(rope_type="linear", rope_theta=1000000.0, factor=8.0),
                sliding_attention=dict(rope_type="default", rope_theta=10000.0),
            ),
        ),
        torch.bfloat16,
        None,
    ),
    "gpt2": (
        transformers.GPT2Config(
            vocab_size=96, n_positions=64, n_embd=48, n_layer=2, n_head=4, bos_token_id=1, eos_token_id=1
        ),
        torch.float16,
        None,
    ),
    "gemma": (
        transformers.GemmaConfig(
            **{**SMALL, "num_key_value_heads": 1}, head_dim=16, attention_bias=True, rms_norm_eps=1e-4),
        torch.bfloat16,
        None,
    ),
    "seed_oss": (
        transformers.SeedOssConfig(
            **SMALL, head_dim=16, attention_bias=True, attention_out_bias=True, mlp_bias=True),
        torch.bfloat16,
        None,
    ),
    "granite": (
        transformers.GraniteConfig(
            **SMALL, embedding_multiplier=3.0, logits_scaling=1.7, residual_multiplier=0.4,
            attention_multiplier=0.2, attention_bias=True, mlp_bias=True, tie_word_embeddings=True),
        torch.bfloat16,
        None,
    ),
    "arcee": (
        transformers.ArceeConfig(**SMALL, attention_bias=True, mlp_bias=True),
        torch.bfloat16,
        None,
    ),
    "olmo2": (
        transformers.Olmo2Config(**SMALL, attention_bias=True),
        torch.bfloat16,
        None,
    ),
    "gemma2": (
        transformers.Gemma2Config(
            **{**SMALL, "num_key_value_heads": 1, "num_hidden_layers": 3}, head_dim=16, query_pre_attn_scalar=24,
            sliding_window=6, final_logit_softcapping=5.0, attn_logit_softcapping=2.0, attention_bias=True),
        torch.bfloat16,
        None,
    ),
    "exaone4": (
        transformers.Exaone4Config(
            **SMALL, head_dim=16, sliding_window=6, layer_types=["sliding_attention", "full_attention"]),
        torch.bfloat16,
        None,
    ),
    "smollm3": (
        transformers.SmolLM3Config(
            **{**SMALL, "num_hidden_layers": 3}, no_rope_layers=[1, 0, 1], use_sliding_window=True, sliding_window=6,
            layer_types=["full_attention", "sliding_attention", "sliding_attention"], attention_bias=True,
            mlp_bias=True, tie_word_embeddings=False),
        torch.bfloat16,
        None,
    ),
    "starcoder2": (
        transformers.Starcoder2Config(**SMALL, sliding_window=7, tie_word_embeddings=False),
        torch.bfloat16,
        None,
    ),
    "stablelm": (
        transformers.StableLmConfig(
            **SMALL, use_qkv_bias=True,
            rope_parameters=dict(rope_type="default", rope_theta=10000.0, partial_rotary_factor=0.5)),
        torch.bfloat16,
        None,
    ),
    "stablelm-parallel": (
        transformers.StableLmConfig(**SMALL, qk_layernorm=True, use_parallel_residual=True),
        torch.bfloat16,
        None,
    ),
    "phi3": (
        transformers.Phi3Config(
            **SMALL, sliding_window=7, original_max_position_embeddings=64,
            rope_parameters=dict(
                rope_type="longrope", rope_theta=10000.0, partial_rotary_factor=0.5, short_factor=[1.1, 1.7],
                long_factor=[2.0, 4.0])),
        torch.bfloat16,
        None,
    ),
    "gpt_neox": (
        transformers.GPTNeoXConfig(
            **{name: value for name, value in SMALL.items() if name != "num_key_value_heads"},
            rope_parameters=dict(rope_type="default", rope_theta=5000.0, partial_rotary_factor=0.5)),
        torch.bfloat16,
        None,
    ),
    "gpt_neox-sequential": (
        transformers.GPTNeoXConfig(
            **{name: value for name, value in SMALL.items() if name != "num_key_value_heads"},
            use_parallel_residual=False, attention_bias=False, hidden_act="relu"),
        torch.bfloat16,
        None,
    ),
    "cohere": (
        transformers.CohereConfig(**SMALL, logit_scale=0.3, attention_bias=True, use_qk_norm=True),
        torch.bfloat16,
        None,
    ),
    "glm4": (
        transformers.Glm4Config(**SMALL, head_dim=16, attention_bias=True),
        torch.bfloat16,
        None,
    ),
    "helium": (
        transformers.HeliumConfig(**SMALL, head_dim=8, attention_bias=True, mlp_bias=True),
        torch.bfloat16,
        None,
    ),
    "ministral3": (
        transformers.Ministral3Config(
            **SMALL, head_dim=16, sliding_window=20,
            rope_parameters=dict(
                rope_type="yarn", rope_theta=10000.0, factor=4.0, original_max_position_embeddings=8, beta_fast=32.0,
                beta_slow=1.0, mscale=1.0, mscale_all_dim=1.0, llama_4_scaling_beta=0.3)),
        torch.bfloat16,
        None,
    ),
    "opt": (
        transformers.OPTConfig(
            vocab_size=96, hidden_size=32, num_hidden_layers=2, ffn_dim=40, num_attention_heads=4,
            max_position_embeddings=64, word_embed_proj_dim=32, pad_token_id=None, bos_token_id=1, eos_token_id=2),
        torch.bfloat16,
        None,
    ),
    "mixtral": (
        transformers.MixtralConfig(**SMALL, head_dim=16, num_local_experts=5, num_experts_per_tok=2, sliding_window=7),
        torch.bfloat16,
        None,
    ),
    "qwen2_moe": (
        transformers.Qwen2MoeConfig(
            **{**SMALL, "num_hidden_layers": 3}, num_experts=6, num_experts_per_tok=3, moe_intermediate_size=16,
            shared_expert_intermediate_size=24, norm_topk_prob=True, mlp_only_layers=[1], use_sliding_window=True,
            sliding_window=6, max_window_layers=2),
        torch.bfloat16,
        "40KB",
    ),
    "qwen3_moe": (
        transformers.Qwen3MoeConfig(
            **{**SMALL, "num_hidden_layers": 3}, head_dim=16, num_experts=8, num_experts_per_tok=3,
            moe_intermediate_size=16, decoder_sparse_step=2, attention_bias=True, use_sliding_window=True,
            sliding_window=9, hidden_act="gelu"),
        torch.bfloat16,
        None,
    ),
    "olmoe": (
        transformers.OlmoeConfig(
            **SMALL, num_experts=4, num_experts_per_tok=2, attention_bias=True, clip_qkv=0.9),
        torch.bfloat16,
        None,
    ),
    "granitemoe": (
        transformers.GraniteMoeConfig(
            **SMALL, num_local_experts=4, num_experts_per_tok=2, embedding_multiplier=3.0, logits_scaling=1.7,
            residual_multiplier=0.4, attention_multiplier=0.2, attention_bias=True, tie_word_embeddings=True),
        torch.bfloat16,
        None,
    ),
    "granitemoeshared": (
        transformers.GraniteMoeSharedConfig(
            **SMALL, num_local_experts=4, num_experts_per_tok=1, shared_intermediate_size=24, embedding_multiplier=2.0,
            logits_scaling=1.3, residual_multiplier=0.6, attention_multiplier=0.3),
        torch.bfloat16,
        None,
    ),
    "qwen2_moe-plain": (
        transformers.Qwen2MoeConfig(
            **SMALL, num_experts=4, num_experts_per_tok=2, moe_intermediate_size=16,
            shared_expert_intermediate_size=24),
        torch.bfloat16,
        None,
    ),
    "gpt_oss": (
        transformers.GptOssConfig(
            **SMALL, head_dim=16, num_local_experts=4, num_experts_per_tok=2, sliding_window=6, swiglu_alpha=1.5,
            swiglu_limit=1.1, rope_parameters=dict(
                rope_type="yarn", rope_theta=10000.0, factor=4.0, beta_fast=32.0, beta_slow=1.0, truncate=False,
                original_max_position_embeddings=16)),
        torch.bfloat16,
        None,
    ),
    "gpt_oss-mxfp4": (
        transformers.GptOssConfig(
            **{**SMALL, "hidden_size": 64, "intermediate_size": 32}, head_dim=16, num_local_experts=3,
            num_experts_per_tok=2, attention_bias=True),
        torch.bfloat16,
        None,
    ),
    "mistral3": (
        transformers.Mistral3Config(
            text_config=transformers.Ministral3Config(
                **SMALL, head_dim=16, rope_parameters=dict(
                    rope_type="yarn", rope_theta=10000.0, factor=4.0, original_max_position_embeddings=8,
                    beta_fast=32.0, beta_slow=1.0, mscale=1.0, mscale_all_dim=1.0, llama_4_scaling_beta=0.2)).to_dict(),
            vision_config=dict(
                model_type="pixtral", hidden_size=8, intermediate_size=8, num_hidden_layers=1, num_attention_heads=1,
                image_size=28, patch_size=14, head_dim=8),
            tie_word_embeddings=False, image_token_index=5),
        torch.bfloat16,
        None,
    ),
    "deepseek_v2": (
        transformers.DeepseekV2Config(
            **{**SMALL, "num_key_value_heads": 4}, q_lora_rank=None, kv_lora_rank=12, qk_rope_head_dim=4,
            qk_nope_head_dim=8, v_head_dim=6, n_routed_experts=6, num_experts_per_tok=2, n_shared_experts=2,
            moe_intermediate_size=16, first_k_dense_replace=1, routed_scaling_factor=1.7,
            topk_method="group_limited_greedy", n_group=3, topk_group=2),
        torch.bfloat16,
        None,
    ),
    "deepseek_v3": (
        transformers.DeepseekV3Config(
            **{**SMALL, "num_key_value_heads": 4}, q_lora_rank=20, kv_lora_rank=12, qk_rope_head_dim=4,
            qk_nope_head_dim=8, v_head_dim=8, n_routed_experts=8, num_experts_per_tok=3, n_shared_experts=1,
            moe_intermediate_size=16, first_k_dense_replace=1, routed_scaling_factor=1.3, n_group=4, topk_group=2,
            attention_bias=True, num_mtp_layers=0, rope_parameters=dict(
                rope_type="yarn", rope_theta=10000.0, factor=4.0, original_max_position_embeddings=16, beta_fast=32.0,
                beta_slow=1.0, mscale=0.5, mscale_all_dim=0.8)),
        torch.bfloat16,
        None,
    ),
    "olmo3": (
        transformers.Olmo3Config(
            **{**SMALL, "num_hidden_layers": 3}, attention_bias=True, sliding_window=6, rms_norm_eps=1e-4,
            layer_types=["sliding_attention", "full_attention", "sliding_attention"],
            rope_parameters=dict(
                full_attention=dict(
                    rope_type="yarn", rope_theta=20000.0, factor=4.0, original_max_position_embeddings=8,
                    attention_factor=1.3, beta_fast=16.0, beta_slow=2.0),
                sliding_attention=dict(rope_type="linear", rope_theta=700.0, factor=2.0))),
        torch.bfloat16,
        None,
    ),
    "mamba": (
        transformers.MambaConfig(
            **STATES, state_size=12, expand=3, conv_kernel=3, use_bias=True, hidden_act="gelu_pytorch_tanh",
            time_step_rank=5, layer_norm_epsilon=1e-4, tie_word_embeddings=False),
        torch.bfloat16,
        None,
    ),
    "mamba-plain": (
        transformers.MambaConfig(**STATES, state_size=8, use_conv_bias=False),
        torch.bfloat16,
        None,
    ),
    "mamba2": (
        transformers.Mamba2Config(
            **STATES, num_heads=12, head_dim=8, expand=3, state_size=12, n_groups=2, conv_kernel=3, use_bias=True,
            use_conv_bias=False, hidden_act="gelu", chunk_size=8, layer_norm_epsilon=1e-4, tie_word_embeddings=True),
        torch.bfloat16,
        None,
    ),
    "mamba2-plain": (
        transformers.Mamba2Config(**STATES, num_heads=8, head_dim=8, state_size=16, n_groups=1),
        torch.bfloat16,
        "20KB",
    ),
    "granitemoehybrid": (
        transformers.GraniteMoeHybridConfig(
            **{**SMALL, "num_hidden_layers": 3}, layer_types=["linear_attention", "full_attention", "linear_attention"],
            mamba_n_heads=8, mamba_d_head=12, mamba_expand=3, mamba_n_groups=2, mamba_d_state=12, mamba_d_conv=3,
            mamba_proj_bias=True, mamba_conv_bias=False, mamba_chunk_size=8, num_local_experts=4, num_experts_per_tok=2,
            shared_intermediate_size=24, embedding_multiplier=2.0, logits_scaling=1.3, residual_multiplier=0.6,
            attention_multiplier=0.3, attention_bias=True, tie_word_embeddings=True),
        torch.bfloat16,
        None,
    ),
    "granitemoehybrid-dense": (
        transformers.GraniteMoeHybridConfig(
            **SMALL, layer_types=["full_attention", "linear_attention"], mamba_n_heads=4, mamba_d_head="auto",
            mamba_n_groups=1, mamba_d_state=8, num_local_experts=0, shared_intermediate_size=24,
            position_embedding_type="rope"),
        torch.bfloat16,
        None,
    ),
    "gemma4": (
        transformers.Gemma4TextConfig(
            **GEMMA4, layer_types=["sliding_attention", "sliding_attention", "full_attention", "sliding_attention",
                                   "full_attention"],
            num_kv_shared_layers=2, use_double_wide_mlp=True, attention_k_eq_v=True, global_head_dim=24,
            num_global_key_value_heads=1, attention_bias=True, final_logit_softcapping=4.0,
            hidden_size_per_layer_input=8, vocab_size_per_layer_input=100, enable_moe_block=True, num_experts=5,
            top_k_experts=2, moe_intermediate_size=12, rms_norm_eps=1e-3, tie_word_embeddings=False),
        torch.bfloat16,
        None,
    ),
    "gemma4-wrapped": (
        transformers.Gemma4Config(
            text_config=transformers.Gemma4TextConfig(
                **{**GEMMA4, "num_hidden_layers": 3, "pad_token_id": 7},
                layer_types=["sliding_attention", "sliding_attention", "full_attention"], global_head_dim=32,
                hidden_size_per_layer_input=8, vocab_size_per_layer_input=96, rms_norm_eps=1e-3,
                final_logit_softcapping=3.0).to_dict(),
            image_token_id=5, video_token_id=11, audio_token_id=23),
        torch.bfloat16,
        None,
    ),
    "gemma4_unified": (
        transformers.Gemma4UnifiedConfig(
            text_config=transformers.Gemma4UnifiedTextConfig(
                **{**GEMMA4, "num_hidden_layers": 3, "pad_token_id": 0}, num_kv_shared_layers=1, attention_k_eq_v=True,
                layer_types=["full_attention", "sliding_attention", "full_attention"], global_head_dim=20,
                hidden_activation="silu", final_logit_softcapping=3.0, rms_norm_eps=1e-3,
                rope_parameters=dict(
                    full_attention=dict(
                        rope_type="proportional", rope_theta=50000.0, partial_rotary_factor=0.5, factor=2.0),
                    sliding_attention=dict(rope_type="linear", rope_theta=700.0, factor=2.0))).to_dict(),
            image_token_id=5),
        torch.bfloat16,
        None,
    ),
}
# Whose experts are packed afterwards, as OpenAI's files have them.
PACKED = {"gpt_oss-mxfp4"}

# Of some checkpoints the same tensors as torch.save writes them: in this many files, in the format before 1.6 or not.
PICKLED = {
    "pytorch": ("arcee", 1, False),
    "pytorch-old": ("gpt_neox-sequential", 1, True),
    "pytorch-shards": ("olmo2", 2, False),
}


def randomise(model, seed):
    """Matrices keep the size of what goes through them; norms vary around their neutral value."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, buffer in sorted(model.named_buffers()):
            if name.endswith("e_score_correction_bias"):
                buffer.copy_(torch.randn(buffer.shape, generator=generator) * 0.3)
            if name.endswith("layer_scalar"):
                buffer.copy_(1 + torch.randn(buffer.shape, generator=generator) * 0.3)
        for name, parameter in sorted(model.named_parameters()):
            noise = torch.randn(parameter.shape, generator=generator)
            if parameter.dim() >= 2:
                embeds = any(part in name for part in ("embed_", "embeddings", "wte", "wpe"))
                # States are products of products: with larger weights float32 itself does not hold five digits.
                size = 0.6 if any(part in name for part in ("mixer.", "mamba.")) else 1.3
                parameter.copy_(noise * (0.5 if embeds else size / math.sqrt(parameter.shape[-1])))
            else:
                is_norm = name.endswith(("weight", ".D", "scale"))
                neutral = 1.0 if is_norm and float(parameter.mean()) == 1.0 else 0.0
                parameter.copy_(neutral + noise * 0.3)


def automatic(model_type):
    """The class that finds a model's: another one for those that also see."""
    if model_type in ("mistral3",):
        return transformers.AutoModelForImageTextToText
    return transformers.AutoModelForCausalLM


def logits_of(folder, ids):
    """What transformers computes in float32 from the files of a folder."""
    kind = transformers.AutoConfig.from_pretrained(folder).model_type
    model = automatic(kind).from_pretrained(folder, dtype=torch.float32, attn_implementation="eager")
    with torch.no_grad():
        return model.eval()(torch.tensor([ids])).logits[0].float().numpy()


def prompts(seed):
    generator = torch.Generator().manual_seed(seed + 1000)
    return [torch.randint(0, 96, (length,), generator=generator).tolist() for length in (29, 5)]


def pack(folder, seed):
    """Random blocks of MXFP4 in place of the experts' matrices; transformers widens them on a CPU."""
    generator = torch.Generator().manual_seed(seed + 2000)
    path = os.path.join(folder, "model.safetensors")
    state = load_file(path)
    for name in [name for name in state if name.endswith(("gate_up_proj", "down_proj"))]:
        experts, columns, rows = state.pop(name).shape
        shape = (experts, rows, columns // 32)
        state[name + "_blocks"] = torch.randint(0, 256, (*shape, 16), generator=generator).to(torch.uint8)
        state[name + "_scales"] = torch.randint(122, 125, shape, generator=generator).to(torch.uint8)
    save_file(state, path, metadata={"format": "pt"})
    path = os.path.join(folder, "config.json")
    with open(path) as file:
        config = json.load(file)
    config["quantization_config"] = {"quant_method": "mxfp4", "modules_to_not_convert": [
        "model.layers.*.self_attn", "model.layers.*.mlp.router", "model.embed_tokens", "lm_head"]}
    with open(path, "w") as file:
        json.dump(config, file, indent=2, sort_keys=True)
        file.write("\n")


def write(name, seed):
    configuration, kind, shard = CHECKPOINTS[name]
    folder = os.path.join(OUTPUT, name)
    shutil.rmtree(folder, ignore_errors=True)
    model = automatic(configuration.model_type).from_config(configuration)
    randomise(model, seed)
    model.to(kind).save_pretrained(folder, **({"max_shard_size": shard} if shard else {}))
    if name in PACKED:
        pack(folder, seed)
    generation = os.path.join(folder, "generation_config.json")
    if os.path.exists(generation):
        os.remove(generation)
    with open(os.path.join(folder, "prompts.json"), "w") as file:
        json.dump(prompts(seed), file)
        file.write("\n")
    for number, ids in enumerate(prompts(seed)):
        numpy.save(os.path.join(folder, f"logits-{number}.npy"), logits_of(folder, ids))


def write_pickled(name):
    base, count, is_old = PICKLED[name]
    folder, source = os.path.join(OUTPUT, name), os.path.join(OUTPUT, base)
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    for file in os.listdir(source):
        if not file.endswith(".safetensors"):
            shutil.copy(os.path.join(source, file), folder)
    state = load_file(os.path.join(source, "model.safetensors"))
    # As a model has it: with versions of its modules, and here one tensor whose elements do not lie in order.
    state = collections.OrderedDict(sorted(state.items()))
    state._metadata = collections.OrderedDict({"": {"version": 1}})
    matrix = next(key for key, tensor in state.items() if tensor.dim() == 2)
    state[matrix] = state[matrix].t().contiguous().t()
    if count == 1:
        torch.save(
            state, os.path.join(folder, "pytorch_model.bin"), _use_new_zipfile_serialization=not is_old)
        return
    keys = list(state)
    places = {}
    for number in range(count):
        file = f"pytorch_model-{number + 1:05}-of-{count:05}.bin"
        part = keys[number * len(keys) // count:(number + 1) * len(keys) // count]
        torch.save({key: state[key] for key in part}, os.path.join(folder, file))
        places |= {key: file for key in part}
    with open(os.path.join(folder, "pytorch_model.bin.index.json"), "w") as file:
        json.dump({"metadata": {}, "weight_map": places}, file, indent=1)


def check(name):
    folder = os.path.join(OUTPUT, name)
    with open(os.path.join(folder, "prompts.json")) as file:
        lists = json.load(file)
    worst = 0.0
    for number, ids in enumerate(lists):
        committed = numpy.load(os.path.join(folder, f"logits-{number}.npy"))
        worst = max(worst, float(numpy.abs(logits_of(folder, ids) - committed).max()))
    print(f"{name}: largest difference {worst:.2e}")
    return worst <= 1e-5


def main():
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    wanted = [name for name in sys.argv[1:] if name != "--check"] or [*CHECKPOINTS, *PICKLED]
    if "--check" in sys.argv[1:]:
        sys.exit(0 if all([check(name) for name in wanted]) else 1)
    for seed, name in enumerate(CHECKPOINTS):
        if name in wanted:
            write(name, seed)
    for name in PICKLED:
        if name in wanted:
            write_pickled(name)


if __name__ == "__main__":
    main()

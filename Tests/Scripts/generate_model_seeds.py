#!/usr/bin/env python3
"""Writes the small model files that FuzzModel starts from, with the gguf package: Tests/Fuzzers/Seeds/FuzzModel.

    python=$(Tests/Scripts/environment)
    $python Tests/Scripts/generate_model_seeds.py

A GGUF file of floating-point weights, one with a weight of every quantised type, a safetensors file with its
configuration before it (a NUL between), and a checkpoint of llama2.c; each of a few kilobytes.
"""

import json
import os
import struct

import gguf
import numpy

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
OUTPUT = os.path.join(ROOT, "Tests", "Fuzzers", "Seeds", "FuzzModel")
WIDTH, VOCABULARY = 32, 8
RANDOM = numpy.random.default_rng(1)
Q = gguf.GGMLQuantizationType


def weights(rows, columns):
    return RANDOM.normal(0, 0.3, (rows, columns)).astype(numpy.float32)


def write_gguf(name, types, inner):
    writer = gguf.GGUFWriter(os.path.join(OUTPUT, name), "llama")
    writer.add_block_count(1)
    writer.add_context_length(16)
    writer.add_embedding_length(WIDTH)
    writer.add_feed_forward_length(inner)
    writer.add_head_count(2)
    writer.add_head_count_kv(1)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_freq_base(10000.0)
    writer.add_vocab_size(VOCABULARY)
    shapes = {
        "token_embd": (VOCABULARY, WIDTH), "blk.0.attn_q": (WIDTH, WIDTH), "blk.0.attn_k": (WIDTH // 2, WIDTH),
        "blk.0.attn_v": (WIDTH // 2, WIDTH), "blk.0.attn_output": (WIDTH, WIDTH), "blk.0.ffn_gate": (inner, WIDTH),
        "blk.0.ffn_up": (inner, WIDTH), "blk.0.ffn_down": (WIDTH, inner),
    }
    for (tensor, shape), kind in zip(shapes.items(), types):
        writer.add_tensor(f"{tensor}.weight", gguf.quantize(weights(*shape), kind), raw_dtype=kind)
    for norm in ["output_norm", "blk.0.attn_norm", "blk.0.ffn_norm"]:
        writer.add_tensor(f"{norm}.weight", numpy.ones(WIDTH, numpy.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def write_safetensors(name):
    size = 16
    configuration = dict(
        model_type="llama", vocab_size=VOCABULARY, hidden_size=size, intermediate_size=size, num_hidden_layers=1,
        num_attention_heads=2, num_key_value_heads=1, max_position_embeddings=16, rms_norm_eps=1e-5,
        rope_theta=10000.0, hidden_act="silu", tie_word_embeddings=True,
    )
    layer = "model.layers.0."
    shapes = {
        "model.embed_tokens.weight": (VOCABULARY, size), "model.norm.weight": (size,),
        layer + "input_layernorm.weight": (size,), layer + "post_attention_layernorm.weight": (size,),
        layer + "self_attn.q_proj.weight": (size, size), layer + "self_attn.k_proj.weight": (size // 2, size),
        layer + "self_attn.v_proj.weight": (size // 2, size), layer + "self_attn.o_proj.weight": (size, size),
        layer + "mlp.gate_proj.weight": (size, size), layer + "mlp.up_proj.weight": (size, size),
        layer + "mlp.down_proj.weight": (size, size),
    }
    header, data = {}, b""
    for tensor, shape in shapes.items():
        part = RANDOM.normal(0, 0.3, shape).astype(numpy.float16).tobytes()
        header[tensor] = dict(dtype="F16", shape=shape, data_offsets=[len(data), len(data) + len(part)])
        data += part
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(os.path.join(OUTPUT, name), "wb") as file:
        file.write(json.dumps(configuration, separators=(",", ":")).encode() + b"\0")
        file.write(struct.pack("<Q", len(text)) + text + data)


def write_llama2c(name):
    size, layers, heads, context = 16, 1, 2, 8
    count = VOCABULARY * size + 3 * size + 4 * size * size + 3 * size * size + context * size // heads
    with open(os.path.join(OUTPUT, name), "wb") as file:
        file.write(struct.pack("<7i", size, size, layers, heads, heads, VOCABULARY, context))
        file.write(RANDOM.normal(0, 0.3, count).astype(numpy.float32).tobytes())


def main():
    os.makedirs(OUTPUT, exist_ok=True)
    write_gguf("gguf-floats", [Q.F16, Q.F32, Q.F16, Q.BF16, Q.F16, Q.BF16, Q.F16, Q.F16], WIDTH)
    write_gguf("gguf-blocks", [Q.Q8_0, Q.Q4_0, Q.Q4_1, Q.Q5_0, Q.Q5_1, Q.Q8_0, Q.Q4_0, Q.Q8_0], 64)
    write_safetensors("safetensors")
    write_llama2c("llama2c")


if __name__ == "__main__":
    main()

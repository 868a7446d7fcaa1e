#!/usr/bin/env python3
"""Writes a GGUF file of random weights in the shape of a model that people run, to measure speed and memory with.

    python=$(Tests/Scripts/environment --models)
    $python -m pip install gguf
    $python Tests/Scripts/make_random_gguf.py llama-1b Q4_K_M FILE

Shapes: llama-1b (Llama 3.2 1B), llama-8b (Llama 3 8B; 4.9 GB as Q4_K_M), olmoe (OLMoE-1B-7B: 64 experts, 8 of them chosen for
a token). Types: Q4_K_M (Q6_K for the head and for values and down projections of half the layers, as llama.cpp mixes them) and
Q8_0. The numbers are drawn, but of a trained model's size, so that nothing overflows or vanishes on the way.
"""

import argparse
import dataclasses

import gguf
import numpy


@dataclasses.dataclass
class Shape:
    """The sizes of a model."""

    architecture: str
    layers: int
    hidden: int
    inner: int
    heads: int
    key_heads: int
    vocabulary: int
    context: int
    base: float
    tied: bool
    experts: int = 0
    chosen: int = 0


SHAPES = {
    "llama-1b": Shape("llama", 16, 2048, 8192, 32, 8, 128256, 8192, 500000.0, True),
    "llama-8b": Shape("llama", 32, 4096, 14336, 32, 8, 128256, 8192, 500000.0, False),
    "olmoe": Shape("olmoe", 16, 2048, 1024, 16, 16, 50304, 4096, 10000.0, False, 64, 8),
}
# Bytes of a block, and where its scales lie with what they are for weights of deviation 0.02.
BLOCKS = {"Q4_K": (144, {0: 1.4e-4, 2: 1.05e-3}), "Q6_K": (210, {208: 1.5e-5}), "Q8_0": (34, {0: 2.7e-4})}


class Writer:
    """A file of random tensors."""

    def __init__(self, path, shape, kind):
        self.shape, self.kind = shape, kind
        self.random = numpy.random.default_rng(18)
        self.writer = gguf.GGUFWriter(path, shape.architecture)

    def header(self):
        shape, writer = self.shape, self.writer
        writer.add_name("random")
        writer.add_block_count(shape.layers)
        writer.add_context_length(shape.context)
        writer.add_embedding_length(shape.hidden)
        writer.add_feed_forward_length(shape.inner)
        writer.add_head_count(shape.heads)
        writer.add_head_count_kv(shape.key_heads)
        writer.add_rope_dimension_count(shape.hidden // shape.heads)
        writer.add_rope_freq_base(shape.base)
        writer.add_layer_norm_rms_eps(1e-5)
        writer.add_vocab_size(shape.vocabulary)
        if shape.experts:
            writer.add_expert_count(shape.experts)
            writer.add_expert_used_count(shape.chosen)
        names = ["<unk>", "<s>", "</s>", *[f"<0x{byte:02X}>" for byte in range(256)]]
        names += [f"t{index}" for index in range(len(names), shape.vocabulary)]
        kinds = [gguf.TokenType.UNKNOWN, gguf.TokenType.CONTROL, gguf.TokenType.CONTROL, *[gguf.TokenType.BYTE] * 256]
        kinds += [gguf.TokenType.NORMAL] * (shape.vocabulary - len(kinds))
        writer.add_tokenizer_model("llama")
        writer.add_tokenizer_pre("default")
        writer.add_token_list(names)
        writer.add_token_scores([-float(index) for index in range(shape.vocabulary)])
        writer.add_token_types(kinds)
        writer.add_bos_token_id(1)
        writer.add_eos_token_id(2)

    def matrix(self, name, *dimensions, six=False):
        """Rows of random blocks."""
        kind = self.kind if self.kind == "Q8_0" else "Q6_K" if six else "Q4_K"
        size, scales = BLOCKS[kind]
        type_ = gguf.GGMLQuantizationType[kind]
        count = int(numpy.prod(dimensions)) // gguf.GGML_QUANT_SIZES[type_][0]
        blocks = numpy.frombuffer(self.random.bytes(count * size), numpy.uint8).reshape(count, size).copy()
        for place, scale in scales.items():
            halves = (scale * (1 + 0.2 * self.random.standard_normal(count))).astype("<f2")
            blocks[:, place : place + 2] = halves.view(numpy.uint8).reshape(-1, 2)
        self.writer.add_tensor(f"{name}.weight", blocks.reshape(*dimensions[:-1], -1), raw_dtype=type_)

    def norm(self, name, size=0):
        values = 1 + 0.1 * self.random.standard_normal(size or self.shape.hidden)
        self.writer.add_tensor(f"{name}.weight", values.astype("<f4"))

    def tensors(self):
        shape = self.shape
        keys = shape.hidden // shape.heads * shape.key_heads
        self.matrix("token_embd", shape.vocabulary, shape.hidden, six=shape.tied)
        self.norm("output_norm")
        if not shape.tied:
            self.matrix("output", shape.vocabulary, shape.hidden, six=True)
        for layer in range(shape.layers):
            eighth = shape.layers // 8
            six = layer < eighth or layer >= 7 * shape.layers // 8 or (layer - eighth) % 3 == 2
            block = f"blk.{layer}."
            self.norm(block + "attn_norm")
            self.norm(block + "ffn_norm")
            if shape.architecture == "olmoe":
                self.norm(block + "attn_q_norm")
                self.norm(block + "attn_k_norm", keys)
            self.matrix(block + "attn_q", shape.hidden, shape.hidden)
            self.matrix(block + "attn_k", keys, shape.hidden)
            self.matrix(block + "attn_v", keys, shape.hidden, six=six)
            self.matrix(block + "attn_output", shape.hidden, shape.hidden)
            if shape.experts:
                router = 0.02 * self.random.standard_normal((shape.experts, shape.hidden))
                self.writer.add_tensor(block + "ffn_gate_inp.weight", router.astype("<f4"))
            kind, first = ("_exps", [shape.experts]) if shape.experts else ("", [])
            self.matrix(f"{block}ffn_gate{kind}", *first, shape.inner, shape.hidden)
            self.matrix(f"{block}ffn_up{kind}", *first, shape.inner, shape.hidden)
            self.matrix(f"{block}ffn_down{kind}", *first, shape.hidden, shape.inner, six=six)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shape", choices=SHAPES)
    parser.add_argument("type", choices=["Q4_K_M", "Q8_0"])
    parser.add_argument("file")
    arguments = parser.parse_args()
    writer = Writer(arguments.file, SHAPES[arguments.shape], arguments.type)
    writer.header()
    writer.tensors()
    writer.writer.write_header_to_file()
    writer.writer.write_kv_data_to_file()
    writer.writer.write_tensors_to_file()
    writer.writer.close()


if __name__ == "__main__":
    main()

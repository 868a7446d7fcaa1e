#!/usr/bin/env python3
"""Asks llama.cpp what it makes of GGUF files that say little, or that lack tokens.

    python=$(Tests/Scripts/environment --models)
    $python Tests/Scripts/generate_gguf_goldens.py            # write Golden/gguf.json
    $python Tests/Scripts/generate_gguf_goldens.py --check    # exit status 1 where it would change

Each case is a vocabulary, the entries beside it, and texts; the answers are the ids without special tokens, with those
around a text, and with those in it, and the tokens at which generation stops. A process of its own asks, for llama.cpp
ends the process at some files; a case of that kind is an error here.
"""

import argparse
import importlib.metadata
import json
import multiprocessing
import os
import sys
import tempfile

import gguf
import llama_cpp

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PATH = os.path.join(ROOT, "Tests", "Tokenizers", "TokenizationTests", "Golden", "gguf.json")
NORMAL, UNKNOWN, CONTROL, USER, UNUSED, BYTE = 1, 2, 3, 4, 5, 6


def alphabet():
    """GPT-2's character of each byte."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = iter(range(256, 512))
    return [chr(byte if byte in plain else next(others)) for byte in range(256)]


ALPHABET = alphabet()
SPECIALS = [("<unk>", UNKNOWN), ("<s>", CONTROL), ("</s>", CONTROL)]
BYTES = [(character, NORMAL) for character in ALPHABET]
BYTE_PIECES = [(f"<0x{byte:02X}>", BYTE) for byte in range(256)]
MERGES = ["a b", "Ġ ab", "Ġ Ġ"]
IDS = {"bos_token_id": 1, "eos_token_id": 2}
# Texts in which the cuts of different models lie at different places.
PROBES = ["x  1\tAb", "it'\u017f a'S", "b\u3000A\u2028c", "fooBar\u00c9n", "e\u0301A\u3002\u4e00", "12345,6", "\r\n  \n y",
          "$x+=1``", "\u01c5\u02b0\u00aa\u2167\u00b2", "'RE'll d"]
CUTS = """default gpt-2 llama-bpe qwen2 qwen35 deepseek-llm deepseek-coder deepseek-v3 falcon starcoder command-r smollm tekken
gpt-4o llama4 olmo mpt stablelm2 refact chatglm-bpe jais dbrx exaone minerva-7b trillion pixtral hunyuan glm4 lfm2 megrez
codeshell granite-docling mellum2 a.x-4.0 midm-2.0 exaone4 roberta-bpe grok-2 minimax-m2 solar-open smaug-bpe llama3 llama-v3
deepseek-r1-qwen phi-2 jina-v1-en jina-v2-code falcon-h1 falcon3 hunyuan-dense hy_v4 kormo f2llmv2 joyai-llm modern-bert
talkie kanana2 jina-v5-nano glm5""".split()


def spelled(text):
    return "".join(ALPHABET[byte] for byte in text.encode())


def probes():
    """A vocabulary that makes one token of every stretch of a probe, whatever the cuts leave."""
    pieces, merges = {}, {}
    for text in PROBES:
        for character in text:
            piece = spelled(character)
            for end in range(1, len(piece)):
                merges[f"{piece[:end]} {piece[end]}"] = pieces[piece[:end + 1]] = True
        for length in range(2, len(text) + 1):
            for start in range(len(text) - length + 1):
                for cut in range(start + 1, start + length):
                    left, right = spelled(text[start:cut]), spelled(text[cut:start + length])
                    merges[f"{left} {right}"] = pieces[left + right] = True
    known = {piece for piece, _ in BYTES}
    return {"model": "gpt2", "tokens": SPECIALS + BYTES + [(piece, NORMAL) for piece in pieces if piece not in known],
            "merges": list(merges)}


def without(tokens, *pieces):
    return [token for token in tokens if token[0] not in pieces]


def scored(model, tokens, last=()):
    """Pieces of SentencePiece's kind behind special tokens and bytes."""
    pieces = [("\u2581", -5), ("a", -5), ("b", -5), ("ab", -1), ("\u2581ab", -0.5), ("\u2581\u2581", -2), *last]
    return {"model": model, "tokens": tokens + [(piece, NORMAL) for piece, _ in pieces],
            "scores": [0] * len(tokens) + [score for _, score in pieces]}


TEXTS = [("ab ba", NORMAL), ("<|im_end|>", NORMAL), ("</s>", NORMAL), ("<|endoftext|>", USER), ("<fim_prefix>", NORMAL),
         ("<fim_pad>", USER), ("<|file_sep|>", NORMAL), ("<reponame>", CONTROL), ("<|end|>", CONTROL), ("[EOS]", UNUSED),
         ("<|eot_id|>", CONTROL), ("<eos>", NORMAL), ("<PRE>", CONTROL), ("<|tool|>", USER)]
HARMONY = [("<|start|>", CONTROL), ("<|channel|>", CONTROL), ("<|message|>", NORMAL), ("<|return|>", CONTROL), ("<|call|>", CONTROL),
           ("<|end|>", CONTROL), ("<|endoftext|>", CONTROL)]
SOLAR = [("<|flush|>", CONTROL), ("<|calls|>", CONTROL), ("<|end|>", CONTROL)]
TOOLS = [("</s>", CONTROL), ("<|tool_response>", USER), ("<turn|>", CONTROL)]
ROWS = SPECIALS + BYTES + [("ab", NORMAL), ("Ġab", NORMAL), ("ĠĠ", NORMAL)]
BARE = [("<pad>", CONTROL), ("<unk>", UNKNOWN), ("x", NORMAL), ("[X]", USER), ("gone", UNUSED), ("<0x41", NORMAL), ("c", NORMAL)]
GEMMA = [("<bos>", CONTROL), *BYTE_PIECES, ("\u2581", NORMAL), ("\n", NORMAL), ("\n\n", NORMAL), ("\n\n\n", NORMAL), ("a", NORMAL),
         ("b", NORMAL), ("ab", NORMAL), ("A", NORMAL), ("bc", NORMAL), ("\u2581ab", NORMAL), ("\u2581\u2581", NORMAL)]
GEMMA_MERGES = ["a b", "b c", "\u2581 ab", "\n \n", "\u2581 \u2581", "\u00e9 a", "c d"]
VOCABULARIES = {
    "bytes": {"model": "gpt2", "tokens": ROWS, "merges": MERGES},
    "bytes, the first of two merges": {"model": "gpt2", "tokens": ROWS + [("bc", NORMAL)], "merges": [*MERGES, "b c", "a b"]},
    "bytes without a and the space": {
        "model": "gpt2", "tokens": without(ROWS, "a", "Ġ"), "merges": [*MERGES, "b c", "bc d", "Ã ©", "Ġab b", "c c"]},
    "bytes, a special word": {"model": "gpt2", "tokens": ROWS + [("hello", CONTROL), ("Ġhello", NORMAL)], "merges": MERGES},
    "probes": probes(),
    "texts": {"model": "gpt2", "tokens": without(ROWS, "</s>") + TEXTS, "merges": [*MERGES, "< /", "</ s", "</s >"]},
    "texts of gpt-oss": {"model": "gpt2", "tokens": without(ROWS, "</s>") + HARMONY, "merges": MERGES},
    "texts of solar": {"model": "gpt2", "tokens": without(ROWS, "</s>") + SOLAR, "merges": MERGES},
    "texts of tools": {"model": "gpt2", "tokens": without(ROWS, "</s>") + TOOLS, "merges": MERGES},
    "pieces": scored("llama", SPECIALS + BYTE_PIECES, [("gone", -3), ("go", -9), ("ne", -9)]),
    "pieces, an end in the text": scored(
        "llama", [("<unk>", UNKNOWN), ("<s>", CONTROL), ("</s>", USER), ("<|end|>", CONTROL), ("<|endoftext|>", CONTROL),
                  *BYTE_PIECES],
        [("</", -4), ("s>", -4)]),
    "unigram": scored("t5", SPECIALS + BYTE_PIECES),
    "unigram, its own ids": scored("t5", BARE + BYTE_PIECES, [("[X", -1), ("gone!", -1)]),
    "gemma": {"model": "gemma4", "tokens": GEMMA, "merges": GEMMA_MERGES},
    "gemma without a byte": {"model": "gemma4", "tokens": without(GEMMA, "<0xC3>", "<0x63>"), "merges": GEMMA_MERGES},
    "gemma by its cuts": {
        "model": "gpt2", "merges": GEMMA_MERGES,
        "tokens": [("<unk>", UNKNOWN), ("<s>", CONTROL), *without(GEMMA, "<bos>", *[piece for piece, _ in BYTE_PIECES])]},
}
BYTE_INPUTS = ["ab", " ab", "xab", "aab  1", "\u00e9", ""]
PIECE_INPUTS = ["ab", " ", "a  b", "ab  ", "\u00e9", "gone", " \u2581b ", ""]
TEXT_INPUTS = ["a" + text + "b" for text, _ in TEXTS] + [
    "a</s>b", "a<s>b", "<unk>", "<|start|>x<|message|>", "a<|end|>b", "<|channel|>", "a<|call|>b<|return|>", "<|tool_response>", "<turn|>"]
GEMMA_INPUTS = ["ab", "Aab\ufeffc", "\n\n\n\n", "a\n\nb", "\u00e9a", "abcd", "  ab c", "A\u00e9cd"]


def cases():
    for cut in ["llama-bpe", "qwen2", "tekken", "lfm2", "midm-2.0", "falcon-h1", "falcon3", "gpt-2", "glm4", "pixtral"]:
        yield f"no flags, {cut}", "bytes", {**IDS, "pre": cut}, BYTE_INPUTS
    yield "no beginning, tekken", "bytes", {**IDS, "pre": "tekken", "add_bos_token": False}, BYTE_INPUTS
    yield "both flags, no ids", "bytes", {"pre": "gpt-2", "add_bos_token": True, "add_eos_token": True}, BYTE_INPUTS
    yield "the first of two merges", "bytes, the first of two merges", {**IDS, "pre": "gpt-2"}, ["abc", "bc"]
    for cut in ["gpt-2", "llama-bpe"]:
        yield f"missing bytes, {cut}", "bytes without a and the space", {**IDS, "pre": cut}, [
            *BYTE_INPUTS, "bcd", "abcd", "a\u00e9\u00e8", " abb", "ccc", " ", "a a b"]
        yield f"a special word, {cut}", "bytes, a special word", {**IDS, "pre": cut}, ["hello", "say hello", "hello hello"]
    for cut in CUTS:
        yield f"cuts of {cut}", "probes", {**IDS, "pre": cut}, PROBES
    yield "texts", "texts", {**IDS, "eos_token_id": 1, "pre": "gpt-2"}, TEXT_INPUTS
    yield "texts, gaps by their keys", "texts", {
        **IDS, "eos_token_id": 1, "pre": "gpt-2", "fim_pre_token_id": 5, "fim_pad_token_id": 6, "fim_sep_token_id": 7,
        "eot_token_id": 8}, TEXT_INPUTS
    for kind in ["gpt-oss", "solar", "tools"]:
        yield f"texts of {kind}", f"texts of {kind}", {**IDS, "eos_token_id": 1, "pre": "gpt-2"}, TEXT_INPUTS
    yield "pieces, nothing said", "pieces", {}, PIECE_INPUTS
    yield "pieces, an end asked for", "pieces", {"add_eos_token": True}, PIECE_INPUTS
    yield "pieces, no space before", "pieces", {"add_space_prefix": False}, PIECE_INPUTS
    yield "pieces, extra spaces", "pieces", {"remove_extra_whitespaces": True}, PIECE_INPUTS
    yield "an end in the text", "pieces, an end in the text", {**IDS, "eos_token_id": 3}, ["a</s>b", "</s>", "s>"]
    yield "white space behind tokens", "pieces, an end in the text", {**IDS, "name": "Phi-3-mini"}, [
        "a<|end|> \n b", "<s> a", "</s>\t a", "<|end|>\u00a0b"]
    for removes in [None, False, True]:
        for prefix in [None, False, True]:
            entries = {key: value for key, value in {
                "remove_extra_whitespaces": removes, "add_space_prefix": prefix}.items() if value is not None}
            yield f"unigram {entries}", "unigram", {**IDS, "unknown_token_id": 0, **entries}, PIECE_INPUTS
    yield "unigram, its own ids", "unigram, its own ids", {}, [*PIECE_INPUTS, "a[X]b", "gone!", "\u00e9\u00e8a", "<0x41>"]
    for name in ["gemma", "gemma without a byte", "gemma by its cuts"]:
        for flag in [None, False]:
            entries = {"bos_token_id": 0, **({} if flag is None else {"add_bos_token": flag})}
            if name == "gemma by its cuts":
                entries["pre"] = "gemma4"
            yield f"{name} {flag}", name, entries, GEMMA_INPUTS


def key(name):
    return "general.name" if name == "name" else f"tokenizer.ggml.{name}"


def write(path, vocabulary, entries):
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_context_length(64)
    writer.add_embedding_length(8)
    writer.add_block_count(1)
    writer.add_feed_forward_length(8)
    writer.add_head_count(1)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_tokenizer_model(vocabulary["model"])
    writer.add_token_list([piece for piece, _ in vocabulary["tokens"]])
    writer.add_token_types([kind for _, kind in vocabulary["tokens"]])
    if "scores" in vocabulary:
        writer.add_token_scores([float(score) for score in vocabulary["scores"]])
    if "merges" in vocabulary:
        writer.add_token_merges(vocabulary["merges"])
    for name, value in entries.items():
        add = {bool: writer.add_bool, int: writer.add_uint32, str: writer.add_string}[type(value)]
        add(key(name), value)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def ask(path, inputs, tokens, answers):
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    parameters = llama_cpp.llama_model_default_params()
    parameters.vocab_only = True
    model = llama_cpp.llama_model_load_from_file(path.encode(), parameters)
    vocabulary = llama_cpp.llama_model_get_vocab(model)

    def ids(text, special, parsed):
        buffer = (llama_cpp.llama_token * 300)()
        data = text.encode()
        return list(buffer[:llama_cpp.llama_tokenize(vocabulary, data, len(data), buffer, 300, special, parsed)])

    answers.put({
        "plain": [ids(text, False, False) for text in inputs],
        "special": [ids(text, True, False) for text in inputs],
        "parsed": [ids(text, False, True) for text in inputs],
        "ends": [token for token in range(tokens) if llama_cpp.llama_vocab_is_eog(vocabulary, token)],
    })


def rows():
    context = multiprocessing.get_context("fork")
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "model.gguf")
        for name, vocabulary, entries, inputs in cases():
            write(path, VOCABULARIES[vocabulary], entries)
            answers = context.Queue()
            process = context.Process(
                target=ask, args=(path, inputs, len(VOCABULARIES[vocabulary]["tokens"]), answers))
            process.start()
            process.join(60)
            if process.exitcode != 0:
                sys.exit(f"{name}: llama.cpp ends with status {process.exitcode}")
            yield {"name": name, "vocabulary": vocabulary,
                   "entries": {key(one): value for one, value in entries.items()}, "inputs": inputs, **answers.get()}


def compact(value):
    return json.dumps(value, separators=(",", ":"))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing; exit status 1 where something would change")
    arguments = parser.parse_args()
    os.environ["GGML_NO_BACKTRACE"] = "1"
    head = {"library": "llama_cpp_python " + importlib.metadata.version("llama_cpp_python"),
            "script": "Tests/Scripts/generate_gguf_goldens.py"}
    vocabularies = ",\n".join(f"{compact(name)}:{compact(value)}" for name, value in VOCABULARIES.items())
    listed = [compact(row) for row in rows()]
    text = compact(head)[:-1] + ',"vocabularies":{\n' + vocabularies + '\n},"cases":[\n' + ",\n".join(listed) + "\n]}\n"
    if arguments.check:
        with open(PATH, encoding="ascii") as source:
            same = source.read() == text
        print("gguf.json: " + ("as written" if same else "llama.cpp gives something else now"))
        return 0 if same else 1
    with open(PATH, "w", encoding="ascii") as output:
        output.write(text)
    print(f"gguf.json: {len(listed)} cases, {len(text)} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())

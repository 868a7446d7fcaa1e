#!/usr/bin/env python3
"""Runs the example of every known difference against its library: it must still differ, and as the list says.

    swift build -c release
    python=$(Tests/Scripts/environment --models)
    Tests/Scripts/environment --transport
    $python Tests/Scripts/compare_differences.py

The list is `cmc formats differences`. An entry whose library has come to agree is to be taken off it: exit status 1.
Llama-2's tokenizer and the demonstration's models are used. --check changes nothing; it is what this script does.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import warnings

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["TOKENIZERS_PARALLELISM"] = "false"
warnings.filterwarnings("ignore")
import numpy
from tokenizers import AddedToken, Tokenizer, decoders, models
from transformers import AutoTokenizer, GenerationConfig
from transformers.utils import logging

logging.set_verbosity(logging.CRITICAL)
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
CMC = os.path.join(ROOT, ".build", "release", "cmc")
LLAMA = os.path.join(ROOT, "Vocabs", "real", "llama-2", "tokenizer.json")
DEMO = os.path.join(ROOT, "Vocabs", "demo", "models")
EXAMPLES = {}


def difference(name):
    def keep(function):
        EXAMPLES[name] = function
        return function
    return keep


def cmc(*arguments):
    done = subprocess.run([CMC, *arguments], capture_output=True, text=True)
    return done.stdout if done.returncode == 0 else f"exit status {done.returncode}: {done.stderr}"


def ids(folder, text, *options):
    return [int(word) for word in cmc("tokenize", folder, text, "--ids", "--quiet", *options).split()]


def write(folder, **files):
    for name, content in files.items():
        with open(os.path.join(folder, name.replace("__", ".")), "w", encoding="utf-8") as output:
            json.dump(content, output)


@difference("class-pipeline")
def class_pipeline(folder):
    shutil.copy(LLAMA, folder)
    write(folder, tokenizer_config__json={"tokenizer_class": "LlamaTokenizer"})
    text = " Hello"
    theirs = AutoTokenizer.from_pretrained(folder)(text, add_special_tokens=False).input_ids
    library = Tokenizer.from_file(LLAMA).encode(text, add_special_tokens=False).ids
    return theirs, ids(folder, text), library


@difference("end-tokens")
def end_tokens(folder):
    model = os.path.join(DEMO, "base-two")
    for name in os.listdir(model):
        shutil.copy(os.path.join(model, name), folder)
    with open(os.path.join(folder, "config.json"), encoding="utf-8") as source:
        config = json.load(source)
    write(folder, generation_config__json={}, config__json={**config, "eos_token_id": 305})
    theirs = GenerationConfig.from_pretrained(folder).eos_token_id
    said = subprocess.run([CMC, "generate", "--user", folder, "--prompt", "a", "--max-tokens", "1"], capture_output=True,
                          text=True).stderr
    return theirs, 305 if "[305]" in said or "end-tokens" in said else said, 305


def llama_cpp_vocabulary(path):
    """llama.cpp's module and the vocabulary of a file, which stays in memory."""
    import llama_cpp
    parameters = llama_cpp.llama_model_default_params()
    parameters.vocab_only = True
    return llama_cpp, llama_cpp.llama_model_get_vocab(llama_cpp.llama_model_load_from_file(path.encode(), parameters))


@difference("gguf-default-end")
def gguf_default_end(folder):
    import gguf
    source = gguf.GGUFReader(os.path.join(ROOT, "Vocabs", "real", "gguf", "ggml-vocab-gpt-2.gguf"))
    path = os.path.join(folder, "model.gguf")
    writer = gguf.GGUFWriter(path, "gpt2")
    for name, field in source.fields.items():
        if name.startswith("GGUF.") or name in ("general.architecture", "tokenizer.ggml.eos_token_id"):
            continue
        kind = field.types[0]
        sub = field.types[-1] if kind == gguf.GGUFValueType.ARRAY else None
        writer.add_key_value(name, field.contents(), kind, sub_type=sub)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    library, vocabulary = llama_cpp_vocabulary(path)
    theirs = library.llama_vocab_is_eog(vocabulary, 11)
    roles = json.loads(cmc("inspect", path, "--json"))["roles"]
    return theirs, any(role["id"] == 11 and role["role"] in ("eos", "end-of-turn") for role in roles), False


@difference("gguf-wordpiece")
def gguf_wordpiece(folder):
    from original_tokenizers import load
    path = os.path.join(ROOT, "Vocabs", "real", "gguf", "ggml-vocab-bert-bge.gguf")
    library, vocabulary = llama_cpp_vocabulary(path)
    text = "\uc758"
    data = text.encode()
    buffer = (library.llama_token * 16)()
    theirs = list(buffer[:library.llama_tokenize(vocabulary, data, len(data), buffer, 16, False, False)])
    return theirs, ids(path, text), load("bert-bge").encode(text)


@difference("gguf-window")
def gguf_window(folder):
    """That llama.cpp reads no window is known from its source: what is shown is that the note comes."""
    import gguf
    import re
    source = gguf.GGUFReader(os.path.join(ROOT, "Vocabs", "real", "smollm2-135m", "SmolLM2-135M-Instruct.Q4_1.gguf"))
    path = os.path.join(folder, "model.gguf")
    writer = gguf.GGUFWriter(path, "llama")
    for name, field in source.fields.items():
        if name.startswith("GGUF.") or name == "general.architecture":
            continue
        kind = field.types[0]
        sub = field.types[-1] if kind == gguf.GGUFValueType.ARRAY else None
        writer.add_key_value(name, field.contents(), kind, sub_type=sub)
    writer.add_sliding_window(4)
    for tensor in source.tensors:
        writer.add_tensor(tensor.name, tensor.data, raw_dtype=tensor.tensor_type)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    said = subprocess.run([CMC, "logits", path, "--ids", "1,2,3", "-o", os.path.join(folder, "o.npy")], capture_output=True,
                          text=True).stderr
    return "not read", "carried out" if "gguf-window" in said else said, "carried out"


@difference("ids-without-token")
def ids_without_token(folder):
    theirs = Tokenizer.from_file(LLAMA).decode([15043, 999999])
    ours = cmc("tokenize", LLAMA, "15043 999999", "--decode")
    return theirs, ours.split(":")[0], "exit status 1"


@difference("library-failures")
def library_failures(folder):
    tokenizer = Tokenizer(models.WordLevel({"a": 0, "b": 1, "ab": 2}, unk_token="a"))
    tokenizer.decoder = decoders.Strip("a", 1, 1)
    tokenizer.save(os.path.join(folder, "tokenizer.json"))
    try:
        theirs = tokenizer.decode([0])
    except BaseException as error:
        theirs = type(error).__name__
    return theirs, cmc("tokenize", folder, "0", "--decode").split(":")[0], "exit status 1"


@difference("clean-up")
def clean_up(folder):
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "hello", ",", "world"]
    Tokenizer(models.WordLevel({word: number for number, word in enumerate(words)}, unk_token="[UNK]")).save(
        os.path.join(folder, "tokenizer.json"))
    write(folder, tokenizer_config__json={"tokenizer_class": "PreTrainedTokenizerFast", "clean_up_tokenization_spaces": True})
    tokenizer = AutoTokenizer.from_pretrained(folder)
    theirs = tokenizer.decode([4, 5, 6])
    library = tokenizer.decode([4, 5, 6], clean_up_tokenization_spaces=False)
    return theirs, cmc("tokenize", folder, "4 5 6", "--decode", "--quiet").rstrip("\n"), library


@difference("split-special-tokens")
def split_special_tokens(folder):
    shutil.copy(LLAMA, folder)
    write(folder, tokenizer_config__json={"tokenizer_class": "PreTrainedTokenizerFast"})
    tokenizer = AutoTokenizer.from_pretrained(folder)
    theirs = tokenizer("</s>", add_special_tokens=False).input_ids
    return theirs, ids(folder, "</s>"), tokenizer("</s>", add_special_tokens=False, split_special_tokens=True).input_ids


@difference("two-spellings")
def two_spellings(folder):
    """With the second statement alone the library decodes as this project does with both."""
    tokenizer, once = Tokenizer.from_file(LLAMA), Tokenizer.from_file(LLAMA)
    tokenizer.add_tokens([AddedToken("<new>", normalized=True)])
    for one in (tokenizer, once):
        one.add_tokens([AddedToken("<new>", special=True, normalized=False)])
    shutil.copy(LLAMA, folder)
    new = {"__type": "AddedToken", "content": "<new>", "normalized": True, "special": True}
    write(folder, tokenizer_config__json={"tokenizer_class": "PreTrainedTokenizerFast", "sep_token": new, "pad_token": "<new>"})
    numbers = [15043, 32000, 15043]
    show = lambda one: one.decode(numbers, skip_special_tokens=False)
    ours = cmc("tokenize", folder, " ".join(map(str, numbers)), "--decode", "--special", "--quiet").rstrip("\n")
    return show(tokenizer), ours, show(once)


def cloud(folder, name, points):
    path = os.path.join(folder, name)
    numpy.save(path, points)
    return path


def sinkhorn(folder, one, other):
    paths = [cloud(folder, "a.npy", one), cloud(folder, "b.npy", other)]
    text = cmc("sinkhorn", *paths, "--schedule", "geomloss", "--json")
    return json.loads(text)["value"] if text.startswith("{") else text


def geomloss(one, other):
    import geomloss
    import torch
    loss = geomloss.SamplesLoss("sinkhorn", p=2, blur=0.01, debias=True, backend="tensorized")
    return float(loss(torch.from_numpy(one), torch.from_numpy(other)))


@difference("sinkhorn-of-a-point")
def sinkhorn_of_a_point(folder):
    points = numpy.ones((3, 2))
    try:
        theirs = geomloss(points, points.copy())
    except Exception as error:
        theirs = type(error).__name__
    return theirs, sinkhorn(folder, points, points), 0.0


@difference("sinkhorn-precision")
def sinkhorn_precision(folder):
    rng = numpy.random.default_rng(1)
    one, other = (rng.normal(size=(20, 3)) + 1000 for _ in range(2))
    single = [points.astype(numpy.float32) for points in (one, other)]
    ours = sinkhorn(folder, *single)
    exact = geomloss(*[points.astype(numpy.float64) for points in single])
    close = isinstance(ours, float) and abs(ours - exact) <= 1e-6 * abs(exact)
    theirs = geomloss(*single)
    return f"{theirs:.6f}", f"{exact:.6f}" if close else ours, f"{exact:.6f}"


@difference("reference-steps")
def reference_steps(folder):
    """The paper's scripts are not here; that the option changes what is compared is held by the tests of similarity."""
    text = cmc("similarity", "--help")
    return "from the second token", "from the first" if "--compat" in text else text, "from the first"


def main():
    status = 0
    listed = [one["name"] for one in json.loads(cmc("formats", "differences", "--json"))["differences"]]
    for name in listed:
        with tempfile.TemporaryDirectory() as folder:
            theirs, ours, wanted = EXAMPLES[name](folder)
        fault = "no longer differs" if theirs == ours else None if ours == wanted else f"gives {ours!r}, not {wanted!r}"
        status |= fault is not None
        print(f"{name}: there {theirs!r}, here {ours!r}" + (f"  FAULT: {fault}" if fault else ""))
    print(f"{len(listed)} differences, {'faults' if status else 'all as listed'}")
    return status


if __name__ == "__main__":
    sys.exit(main())

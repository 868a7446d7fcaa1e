#!/usr/bin/env python3
"""Compares models that `cmc train` wrote with what transformers and PEFT make of the same folders.

    swift build -c release --product cmc
    python=$(Tests/Scripts/environment --models)
    $python Tests/Scripts/compare_training.py [--check]

Trains a model from the golden one of Tests/Method/TrainingTests, an adapter, a merged adapter and a delta model for a few steps
each, loads the folders with transformers (the adapter with PEFT), the GGUF file with llama.cpp, and compares the logits
of a list of ids. Prints the largest difference of each; the exit status is 1 where one is above 1e-3, so --check changes
nothing.
"""

import json
import os
import subprocess
import sys
import tempfile

import llama_cpp
import numpy
import peft
import torch
import transformers

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
CMC = os.environ.get("CMC", os.path.join(ROOT, ".build", "release", "cmc"))
GOLDEN = os.path.join(ROOT, "Tests", "Method", "TrainingTests", "Golden", "pytorch")
IDS = [1, 5, 17, 90, 3, 44, 44, 8]
TOLERANCE = 1e-3


def run(*arguments):
    """Runs cmc in the current folder."""
    subprocess.run([CMC, *arguments], check=True, stdout=subprocess.DEVNULL)


def write_tokenizer(path):
    """A tokenizer of single bytes for the golden model's 96 ids."""
    vocabulary = {"<unk>": 0, "<s>": 1, "</s>": 2}
    for byte in range(0x20, 0x20 + 93):
        character = chr(byte) if byte != 0x20 else "\u0120"
        vocabulary[character] = len(vocabulary)
    special = [
        dict(id=i, content=t, single_word=False, lstrip=False, rstrip=False, normalized=False, special=True)
        for i, t in enumerate(["<unk>", "<s>", "</s>"])
    ]
    tokenizer = dict(
        version="1.0",
        truncation=None,
        padding=None,
        added_tokens=special,
        normalizer=None,
        pre_tokenizer=dict(type="ByteLevel", add_prefix_space=False, trim_offsets=True, use_regex=True),
        post_processor=None,
        decoder=dict(type="ByteLevel", add_prefix_space=False, trim_offsets=True, use_regex=True),
        model=dict(type="BPE", vocab=vocabulary, merges=[], unk_token=None),
    )
    os.makedirs(path)
    with open(os.path.join(path, "tokenizer.json"), "w", encoding="utf-8") as file:
        json.dump(tokenizer, file)
    with open(os.path.join(path, "tokenizer_config.json"), "w", encoding="utf-8") as file:
        json.dump(dict(bos_token="<s>", eos_token="</s>", unk_token="<unk>"), file)


def main():
    """Trains and compares."""
    torch.set_num_threads(1)
    failed = False
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        write_tokenizer("tokenizer")
        with open("data.jsonl", "w", encoding="utf-8") as file:
            for index in range(40):
                record = dict(prompt=f"what is {index}?", response=f"{index} is {index % 7}.")
                file.write(json.dumps(record) + "\n")
        common = ["--data", "data.jsonl", "--steps", "8", "--batch", "8", "--learning-rate", "1e-2"]
        base = ["--from", GOLDEN, "--tokenizer", "tokenizer"]
        run("train", "full", *base, *common, "--gguf", "-o", "full")
        run("train", "full", *base, *common, "--dtype", "bfloat16", "-o", "bfloat16")
        run("train", "full", "--shape", "32x2x4x48", "--tokenizer", "tokenizer", *common, "-o", "new")
        run("train", "lora", *base, *common, "-o", "lora")
        run("train", "lora", *base, *common, "--merge", "-o", "merged")
        template = ["--template", GOLDEN, "--template-tokenizer", "tokenizer"]
        run("train", "delta", *template, "--from", GOLDEN, *common, "-o", "delta")
        ids = ",".join(str(i) for i in IDS)
        for name in ["full", "bfloat16", "new", "merged", "delta", "lora"]:
            path = f"{GOLDEN}+lora" if name == "lora" else name
            run("logits", path, "--ids", ids, "-o", f"{name}.npy")
            source = GOLDEN if name == "lora" else name
            model = transformers.AutoModelForCausalLM.from_pretrained(source, dtype=torch.float32)
            if name == "lora":
                model = peft.PeftModel.from_pretrained(model, "lora")
            else:
                transformers.AutoTokenizer.from_pretrained(name)
            model.eval()
            with torch.no_grad():
                wanted = model(input_ids=torch.tensor([IDS])).logits[0].numpy()
            worst = float(numpy.abs(numpy.load(f"{name}.npy") - wanted).max())
            failed = failed or worst > TOLERANCE
            print(f"{name:9} largest difference of a logit {worst:.1e}")
        run("logits", "full/model.gguf", "--ids", ids, "-o", "gguf.npy")
        model = llama_cpp.Llama("full/model.gguf", logits_all=True, verbose=False, n_ctx=64)
        model.eval(IDS)
        worst = float(numpy.abs(numpy.load("gguf.npy") - model.scores[: len(IDS)]).max())
        tokens = model.tokenize(b"what is 7?", add_bos=False)
        own = subprocess.run([CMC, "tokenize", "full", "what is 7?", "--json"], check=True, capture_output=True)
        failed = failed or worst > TOLERANCE or tokens != json.loads(own.stdout)["ids"]
        print(f"{'gguf':9} largest difference of a logit {worst:.1e}, ids {tokens}")
        os.chdir(ROOT)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Holds folders with a tokenizer.json and random files beside it against transformers: equal, or refused by name.

    swift build -c release --product cmc-bench
    python=$(Tests/Scripts/environment --models)
    $python Tests/Scripts/property_folders.py                      # 3 000 of them
    $python Tests/Scripts/property_folders.py --count 500 --seed 7
    $python Tests/Scripts/property_folders.py --seed 7 --only 123  # one case, in full

Each case is a small tokenizer.json with files as people's folders have them: `tokenizer_config.json` that adds a
beginning or an end or asks for none, that names special tokens of the vocabulary and others, lists added tokens with
flags of their own, new ids and gaps; `special_tokens_map.json`; `added_tokens.json`; all of them agreeing or not.
transformers reads the folder with `AutoTokenizer`; ids and decoded texts are compared as in `property_tokenizers.py`.
The exit status is 1 where something is silently different.
"""

import argparse
import importlib.metadata
import json
import os
import random
import shutil
import sys
import tempfile
import warnings

os.environ["TOKENIZERS_PARALLELISM"] = "false"
os.environ["HF_HUB_OFFLINE"] = "1"
warnings.filterwarnings("ignore")
import property_tokenizers as pipelines
from property_tokenizers import attempt, chance
from transformers import AutoTokenizer
from transformers.utils import logging

logging.set_verbosity(logging.CRITICAL)

TEXTS = ["", "a", "hello the", " hi<s>there</s> <pad>x", "<|user|> hello<|end|>\n", "a<new>b <new> c", "[MASK] [UNK]\u00e9",
         "state<tool> of <tool>art", "<extra>a <extra> b<extra>"]
NAMES = ["bos_token", "eos_token", "unk_token", "pad_token", "sep_token", "cls_token", "mask_token"]


def base(rng):
    """A tokenizer.json whose pipeline is ordinary: what is random lies beside it."""
    names = ["<s>", "</s>", "<unk>", "<pad>"][:rng.randint(2, 4)]
    letters = sorted(set("abcdehilnorstux"))
    byte_level = chance(rng, 0.6)
    pieces = (pipelines.BYTE_CHARACTERS if byte_level else ["\u2581"] + letters) + ["he", "th"]
    inside = chance(rng, 0.4)
    vocab = {piece: number for number, piece in enumerate((names if inside else []) + pieces)}
    tokens, next_id = [], len(vocab)
    for name in names + (["<|user|>", "<|end|>"] if chance(rng, 0.5) else []):
        number = vocab.get(name, next_id)
        next_id = max(next_id, number + 1)
        tokens.append({"id": number, "content": name, "single_word": False, "lstrip": chance(rng, 0.1),
                       "rstrip": chance(rng, 0.1), "normalized": False, "special": chance(rng, 0.9)})
    ids = {token["content"]: token["id"] for token in tokens}
    template = lambda *parts: [{"SpecialToken": {"id": part, "type_id": 0}} if part in ids else
                               {"Sequence": {"id": part, "type_id": 0}} for part in parts]
    single = rng.choice([("A",), ("<s>", "A"), ("<s>", "A", "</s>"), ("A", "</s>")])
    processor = {"type": "TemplateProcessing", "single": template(*single), "pair": template(*single, "B"),
                 "special_tokens": {name: {"id": name, "ids": [ids[name]], "tokens": [name]} for name in ("<s>", "</s>")}}
    level = {"type": "ByteLevel", "add_prefix_space": chance(rng, 0.2), "trim_offsets": True, "use_regex": True}
    return {
        "version": "1.0", "truncation": None, "padding": None, "added_tokens": tokens,
        "normalizer": rng.choice([None, None, None, {"type": "Lowercase"}, {"type": "NFC"}]) if byte_level else
        {"type": "Sequence", "normalizers": [{"type": "Prepend", "prepend": "\u2581"},
                                             {"type": "Replace", "pattern": {"String": " "}, "content": "\u2581"}]},
        "pre_tokenizer": level if byte_level else None,
        "post_processor": rng.choice([None, processor, processor, processor, level,
                                      {"type": "Sequence", "processors": [level, processor]}]),
        "decoder": level if byte_level else {"type": "Sequence", "decoders": [
            {"type": "Replace", "pattern": {"String": "\u2581"}, "content": " "}, {"type": "Fuse"},
            {"type": "Strip", "content": " ", "start": 1, "stop": 0}]},
        "model": {"type": "BPE", "dropout": None, "unk_token": "<unk>" if "<unk>" in vocab else None,
                  "continuing_subword_prefix": None, "end_of_word_suffix": None, "fuse_unk": chance(rng, 0.5),
                  "byte_fallback": False, "ignore_merges": False, "vocab": vocab, "merges": [["h", "e"], ["t", "h"]]},
    }


def spelt(rng, content):
    """A token as text or as an object, as both are found."""
    if chance(rng, 0.6):
        return content
    token = {"content": content, "lstrip": chance(rng, 0.2), "normalized": chance(rng, 0.3), "rstrip": chance(rng, 0.2),
             "single_word": chance(rng, 0.2)}
    if chance(rng, 0.5):
        token["__type"] = "AddedToken"
    if chance(rng, 0.3):
        token["special"] = chance(rng, 0.8)
    return token


def names(rng, known):
    """Special tokens by name: of the vocabulary for the most part."""
    stated = {}
    for name in NAMES:
        if chance(rng, 0.3):
            content = rng.choice(known * 3 + ["<new>", "[MASK]", "[UNK]", "he"])
            stated[name] = rng.choice([None, ""]) if chance(rng, 0.06) else spelt(rng, content)
    for name in ("additional_special_tokens", "extra_special_tokens"):
        if chance(rng, 0.15):
            stated[name] = [spelt(rng, content) for content in
                            rng.sample(sorted(set(known + ["<tool>", "<extra>", "<new>"])), rng.randint(0, 2))]
    return stated


def beside(rng, file):
    """The files beside a tokenizer.json, by name."""
    tokens = file["added_tokens"]
    known = [token["content"] for token in tokens]
    last = max(list(file["model"]["vocab"].values()) + [token["id"] for token in tokens])
    config = names(rng, known) if chance(rng, 0.9) else {}
    for name in ("add_bos_token", "add_eos_token"):
        if chance(rng, 0.3):
            config[name] = rng.choice([True, True, False, False, None])
    if chance(rng, 0.5):
        listed = {}
        for token in tokens:
            if chance(rng, 0.8):
                entry = {key: value for key, value in token.items() if key != "id"}
                if chance(rng, 0.15):
                    key = rng.choice(["single_word", "lstrip", "rstrip", "normalized", "special"])
                    entry[key] = not entry[key]
                listed[str(token["id"])] = entry
        for content in ("<new>", "<tool>", "<extra>"):
            if chance(rng, 0.2):
                last += 1 if chance(rng, 0.85) else 2
                listed[str(last)] = {
                    "content": content, "lstrip": chance(rng, 0.3), "normalized": chance(rng, 0.3),
                    "rstrip": chance(rng, 0.3), "single_word": chance(rng, 0.3), "special": chance(rng, 0.6)}
        config["added_tokens_decoder"] = listed
    if chance(rng, 0.6):
        config["tokenizer_class"] = rng.choice(["PreTrainedTokenizerFast", "PreTrainedTokenizerFast", "TokenizersBackend"])
    for name, values in (("model_max_length", [512, 1000000000000000019884624838656]), ("padding_side", ["left", "right"]),
                         ("clean_up_tokenization_spaces", [True, False]), ("add_prefix_space", [True, False]),
                         ("legacy", [True, False]), ("use_fast", [True, False])):
        if chance(rng, 0.15):
            config[name] = rng.choice(values)
    files = {"tokenizer_config.json": config}
    if chance(rng, 0.3):
        files["special_tokens_map.json"] = names(rng, known)
    if chance(rng, 0.2):
        made = {}
        for content in ("<new>", "<tool>", "<extra>"):
            if chance(rng, 0.4):
                last += 1
                made[content] = last
        if chance(rng, 0.3):
            made[known[0]] = tokens[0]["id"]
        files["added_tokens.json"] = made
    return files


def has_two_spellings(files):
    """Whether a new token is named twice with other flags, a known difference (`cmc formats differences`: two-spellings)."""
    forms = {}
    for stated in (files["tokenizer_config.json"], files.get("special_tokens_map.json", {})):
        for value in [*(stated.get(name) for name in NAMES), *stated.get("additional_special_tokens", []),
                      *stated.get("extra_special_tokens", [])]:
            if value:
                content = value["content"] if isinstance(value, dict) else value
                forms.setdefault(content, set()).add(isinstance(value, dict) and value.get("normalized", False))
    known = {token["content"] for token in files["tokenizer.json"]["added_tokens"]}
    return any(len(kinds) > 1 for content, kinds in forms.items() if content not in known)


def of_transformers(folder, rng, texts=TEXTS):
    """The library's answers, or None where it refuses the folder."""
    try:
        tokenizer = AutoTokenizer.from_pretrained(folder)
    except KeyboardInterrupt:
        raise
    except BaseException:
        return None
    ids = lambda text, **options: attempt(lambda: list(tokenizer(text, **options).input_ids))
    answer = {"plain": [ids(text, add_special_tokens=False) for text in texts], "special": [ids(text) for text in texts],
              "literal": [ids(text, add_special_tokens=False, split_special_tokens=True) for text in texts]}
    numbers = list(range(len(tokenizer)))
    lists = [ids for ids in answer["special"] if isinstance(ids, list)][:6]
    lists += [[rng.choice(numbers) for _ in range(5)], [rng.choice(numbers[-8:]) for _ in range(6)]]
    answer["ids"] = lists
    for name, skip in (("decoded", True), ("shown", False)):
        answer[name] = [attempt(lambda: [tokenizer.decode(one, skip_special_tokens=skip, clean_up_tokenization_spaces=False)])
                        for one in lists]
    return answer


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=3_000)
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--only", type=int, help="one case, in full")
    parser.add_argument("--bench", default=os.path.join(pipelines.ROOT, ".build", "release", "cmc-bench"))
    parser.add_argument("--failures", help="a folder for failing cases (default: one is made where there are any)")
    arguments = parser.parse_args()
    run = pipelines.Run(
        arguments.failures or os.path.join(tempfile.gettempdir(), f"property_folders-{arguments.seed}"), arguments.bench)
    numbers = range(arguments.count) if arguments.only is None else [arguments.only]
    batch = []
    with tempfile.TemporaryDirectory() as place:
        for number in numbers:
            rng = random.Random(f"{arguments.seed}/{number}")
            file = base(rng)
            files = {"tokenizer.json": file, **beside(rng, file)}
            if has_two_spellings(files):
                run.counts["a token with two spellings, left out"] += 1
                continue
            folder = os.path.join(place, str(number))
            os.makedirs(folder)
            for name, content in files.items():
                with open(os.path.join(folder, name), "w", encoding="utf-8") as output:
                    json.dump(content, output)
            expected = of_transformers(folder, rng)
            if expected is None:
                run.counts["refused by the library"] += 1
                shutil.rmtree(folder)
            else:
                batch.append((number, files, expected, folder))
        answers = pipelines.ask(arguments.bench, [
            {"path": folder, "texts": TEXTS, "ids": expected["ids"]} for _, _, expected, folder in batch])
    for (number, files, expected, _), answer in zip(batch, answers):
        run.compare(number, {**files["tokenizer.json"], "beside": {key: files[key] for key in files if key != "tokenizer.json"}},
                    TEXTS, expected, answer)
        if arguments.only is not None:
            print(json.dumps(files, indent=1, ensure_ascii=False)[:20000])
            for name in ("plain", "special", "literal", "decoded", "shown"):
                for key, wanted, found in zip(
                        expected["ids"] if name in ("decoded", "shown") else TEXTS, expected[name], answer.get(name, [])):
                    same = wanted in (found, [found])
                    print("  " if same else "! ", name, repr(key), wanted, *([] if same else [found]))
            print({key: value for key, value in answer.items() if key in ("error", "parts", "crash")})
    print(f"transformers {importlib.metadata.version('transformers')}, seed {arguments.seed}, cases {len(numbers)}")
    return run.show()


if __name__ == "__main__":
    sys.exit(main())

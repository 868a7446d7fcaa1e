#!/usr/bin/env python3
"""Asks transformers about small folders: a tokenizer.json with files beside it that add to it, or disagree,
and files of other formats with the class that is taken for them.

    python=$(Tests/Scripts/environment --models)
    $python Tests/Scripts/generate_folder_goldens.py            # write Golden/folders.json
    $python Tests/Scripts/generate_folder_goldens.py --check    # exit status 1 where it would change

One case a kind of statement, and cases kept from `property_folders.py`. FolderGoldenTests asks the same.
"""

import argparse
import base64
import importlib.metadata
import json
import os
import random
import sys
import tempfile

from sentencepiece import sentencepiece_model_pb2 as proto

import folder_class_cases
from property_folders import TEXTS, base, beside, of_transformers
from property_tokenizers import ROOT

PATH = os.path.join(ROOT, "Tests", "Tokenizers", "TokenizationTests", "Golden", "folders.json")
KEPT = [(2026, 737), (2026, 135), (2026, 470), (2026, 414), (2026, 661), (2026, 331),
        (1, 556), (1, 799), (2, 341)]


def token(content, special=False, **flags):
    return {"content": content, "lstrip": False, "normalized": not special, "rstrip": False, "single_word": False,
            "special": special, **flags}


def config(**values):
    return {"tokenizer_config.json": {"tokenizer_class": "PreTrainedTokenizerFast", **values}}


def listed(**tokens):
    return {key.lstrip("_"): value for key, value in tokens.items()}


KINDS = {
    "a named token that is new": config(pad_token="<pad>"),
    "two names for one new token": config(pad_token="<new>", sep_token="<new>"),
    "a name for an ordinary piece": config(mask_token="he"),
    "a name of a model's own": config(image_token="<tool>"),
    "special tokens by name": config(extra_special_tokens={"tool_token": "<tool>"}),
    "an added token in the place of a piece": config(added_tokens_decoder=listed(_5=token("<new>"))),
    "added tokens behind a gap": config(added_tokens_decoder=listed(_30=token("<new>"), _20=token("<tool>", True))),
    "an added token with other flags": config(added_tokens_decoder=listed(
        _0=token("<s>", True, rstrip=True, lstrip=True), _1=token("</s>"))),
    "added tokens with flags of their own": config(added_tokens_decoder=listed(
        _20=token("<new>", lstrip=True, rstrip=True, single_word=True), _21=token("<extra>", True, rstrip=True))),
    "a list without special tokens": config(additional_special_tokens=["<tool>", "<extra>"]),
    "a list of objects": config(extra_special_tokens=[{"__type": "AddedToken", **token("<tool>", lstrip=True)}]),
    "two lists": config(extra_special_tokens=["<tool>"], additional_special_tokens=["<extra>"]),
    "an older file adds": {**config(pad_token="<new>"), "added_tokens.json": {"<new>": 21, "<tool>": 20}},
    "an older file beside a list": {**config(added_tokens_decoder=listed(_20=token("<new>"))),
                                    "added_tokens.json": {"<tool>": 21}},
    "an older file names an id that is taken": {**config(), "added_tokens.json": {"<tool>": 1, "<new>": 5}},
    "an older map names other tokens": {**config(eos_token="</s>"), "special_tokens_map.json": {
        "eos_token": "<new>", "additional_special_tokens": ["<tool>"]}},
    "an older map beside a list": {**config(added_tokens_decoder=listed(_20=token("<new>"))),
                                   "special_tokens_map.json": {"eos_token": "<tool>"}},
    "special tokens of a model's own": config(model_specific_special_tokens={"image_token": "<tool>"}),
    "a beginning that tokenizer.json does not add": config(bos_token="<s>", add_bos_token=True, add_eos_token=True),
}


def plain():
    """A tokenizer.json of 19 ids; <s> and </s> are added tokens."""
    pieces = ["<s>", "</s>", "\u2581", *"abdehilnorstu", "he", "th"]
    return {
        "version": "1.0", "truncation": None, "padding": None,
        "added_tokens": [{"id": number, **token(name, True)} for number, name in enumerate(["<s>", "</s>"])],
        "normalizer": {"type": "Sequence", "normalizers": [
            {"type": "Prepend", "prepend": "\u2581"}, {"type": "Replace", "pattern": {"String": " "}, "content": "\u2581"}]},
        "pre_tokenizer": None, "post_processor": None,
        "decoder": {"type": "Sequence", "decoders": [
            {"type": "Replace", "pattern": {"String": "\u2581"}, "content": " "}, {"type": "Fuse"},
            {"type": "Strip", "content": " ", "start": 1, "stop": 0}]},
        "model": {"type": "BPE", "vocab": {piece: number for number, piece in enumerate(pieces)},
                  "merges": [["h", "e"], ["t", "h"]]},
    }


WORDS = "".join(line + "\n" for line in [
    "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *"abdehilnorstuxé<>|", "hello", "there", "the", "##e", "##s", "state"])


def bert(**values):
    return {"vocab.txt": WORDS, "tokenizer_config.json": {"tokenizer_class": "BertTokenizer", **values}}


# Beside a vocab.txt the same files say the same. Only encoding is asked: how its pieces are joined is not theirs to say.
WORD_KINDS = {
    "vocab.txt: an older file adds": {**bert(), "added_tokens.json": {"<new>": 29, "<tool>": 28}},
    "vocab.txt: a named token that is new": bert(pad_token="<pad>", additional_special_tokens=["<tool>", "<extra>"]),
    "vocab.txt: added tokens with flags": bert(added_tokens_decoder=listed(
        _28=token("<new>", lstrip=True, rstrip=True, single_word=True), _29=token("<extra>", True, rstrip=True))),
    "vocab.txt: an older map names other tokens": {**bert(), "special_tokens_map.json": {
        "pad_token": "<pad>", "additional_special_tokens": ["<tool>"]}},
}


MARKED = [*WORDS.split("\n")[:-1], "<unk>", "<pad>", "<cls>", "<sep>", "<mask>"]
WORD_KINDS |= {
    "vocab.txt: another unknown token": {**bert(unk_token="<unk>"), "vocab.txt": "\n".join(MARKED) + "\n"},
    "vocab.txt: other marks": {
        **bert(**{f"{name}_token": f"<{name}>" for name in ("unk", "pad", "cls", "sep", "mask")}),
        "vocab.txt": "\n".join(MARKED) + "\n"},
    "vocab.txt: no padding": {**bert(pad_token=None), "vocab.txt": "[PAD]\n" + WORDS + "[\n]\npad\n"},
    "vocab.txt: the map has another unknown token": {
        **bert(unk_token="[UNK]"), "special_tokens_map.json": {"unk_token": "<unk>"}, "vocab.txt": "\n".join(MARKED) + "\n"},
    "vocab.txt: marks that are new": bert(cls_token="<new>", sep_token="<extra>"),
    "vocab.txt: words that come again": {**bert(), "vocab.txt": WORDS + "hello\n[UNK]\nthe\nhello\n"},
}


def sentence_piece():
    """A SentencePiece BPE model of 301 pieces, as Llama's are made, with a user-defined one."""
    model = proto.ModelProto()
    model.trainer_spec.model_type = proto.TrainerSpec.BPE
    model.trainer_spec.byte_fallback = True
    model.normalizer_spec.remove_extra_whitespaces = False
    model.normalizer_spec.name = "identity"
    kinds = proto.ModelProto.SentencePiece
    pieces = [("<unk>", kinds.UNKNOWN), ("<s>", kinds.CONTROL), ("</s>", kinds.CONTROL)]
    pieces += [("<0x%02X>" % byte, kinds.BYTE) for byte in range(256)]
    pieces += [("<tool>", kinds.USER_DEFINED), ("\u2581\u2581", kinds.USER_DEFINED)]
    pieces += [(text, kinds.NORMAL) for text in [
        "he", "th", "\u2581t", "re", "\u2581the", "ll", "hell", "hello", "\u2581hello", "\u2581hi", "hi", "at", "\u2581o",
        *"\u2581abdehilnorstux<>|[]/"]]
    model.trainer_spec.vocab_size = len(pieces)
    for number, (text, kind) in enumerate(pieces):
        model.pieces.add(piece=text, type=kind, score=0.0 if kind != kinds.NORMAL else 259.0 - number)
    return {"tokenizer.model": {"base64": base64.b64encode(model.SerializeToString()).decode()}}


def llama(**values):
    return {**sentence_piece(), "tokenizer_config.json": {"tokenizer_class": "LlamaTokenizer", **values}}


GEMMA = {"tokenizer_class": "GemmaTokenizer", "bos_token": "<s>", "eos_token": "</s>", "pad_token": "<unk>", "mask_token": "<unk>"}
# What transformers' classes make of a model that has no tokenizer.json. Here, too, only encoding is asked.
MODEL_KINDS = {
    "tokenizer.model: Llama": llama(),
    "tokenizer.model: Llama, a beginning": llama(add_bos_token=True),
    "tokenizer.model: Llama, both ends": llama(add_bos_token=True, add_eos_token=True, tokenizer_class="LlamaTokenizerFast"),
    "tokenizer.model: Llama, an end": llama(add_bos_token=False, add_eos_token=True),
    "tokenizer.model: Llama, no space": llama(add_bos_token=True, add_prefix_space=False),
    "tokenizer.model: Llama, legacy": llama(add_bos_token=True, legacy=True),
    "tokenizer.model: Llama, another beginning": llama(add_bos_token=True, bos_token="</s>"),
    "tokenizer.model: Llama, no beginning to add": llama(add_bos_token=True, bos_token=None),
    "tokenizer.model: Llama, added tokens": llama(add_bos_token=True, pad_token="<pad>", additional_special_tokens=["<extra>", "state"]),
    "tokenizer.model: Llama, a list in the map": {
        **llama(add_bos_token=True), "special_tokens_map.json": {"additional_special_tokens": ["<extra>", "<new>"]}},
    "tokenizer.model: Llama, a newer list in the map": {
        **llama(add_bos_token=True), "special_tokens_map.json": {"extra_special_tokens": ["<extra>", "<new>"]}},
    "tokenizer.model: Llama, no list": llama(add_bos_token=True, additional_special_tokens=[]),
    "tokenizer.model: Gemma": {**sentence_piece(), "tokenizer_config.json": GEMMA},
    "tokenizer.model: Gemma, both ends": {**sentence_piece(), "tokenizer_config.json": {**GEMMA, "add_bos_token": True, "add_eos_token": True}},
}


def gemma(**values):
    return {**sentence_piece(), "tokenizer_config.json": {**GEMMA, **values}}


def piece(content="he", **flags):
    """An added token that is a piece of the model, which stays one where the token does not match."""
    return {"added_tokens_decoder": listed(_268=token(content, **flags))}


END = "<|im_end|>"
# Pieces that are made added tokens, and roles that are given to other tokens; what is left of the model's own then.
ROLE_KINDS = {
    "tokenizer.model: Llama, a piece as a single word": llama(**piece(special=True, single_word=True)),
    "tokenizer.model: Llama, a piece as an ordinary single word": llama(**piece(single_word=True)),
    "tokenizer.model: Llama, a piece with blanks": llama(**piece("re", special=True, lstrip=True, rstrip=True)),
    "tokenizer.model: Llama, a piece as a mark": llama(**piece(special=True, normalized=True)),
    "tokenizer.model: Llama, a byte as a mark": llama(**piece("<0xC3>", special=True)),
    "tokenizer.model: Llama, a piece for a beginning": llama(bos_token="he", add_bos_token=True),
    "tokenizer.model: Llama, a piece in a list": llama(additional_special_tokens=["th"]),
    "tokenizer.model: Gemma, a piece as a single word": gemma(**piece(special=True, single_word=True)),
    "tokenizer.model: Llama, another end": llama(eos_token=END),
    "tokenizer.model: Llama, another end in an older list": llama(eos_token=END, additional_special_tokens=[END]),
    "tokenizer.model: Llama, another end by name": llama(eos_token=END, extra_special_tokens={"im_end_token": END}),
    "tokenizer.model: Llama, another end in an older list and by name": llama(
        eos_token=END, additional_special_tokens=[END, "<extra>"], extra_special_tokens={"im_end_token": END}),
    "tokenizer.model: Llama, another end in both lists": llama(
        eos_token=END, additional_special_tokens=["<extra>"], extra_special_tokens=[END]),
    "tokenizer.model: Llama, an empty list by name": llama(
        eos_token=END, additional_special_tokens=["<extra>"], extra_special_tokens={}),
    "tokenizer.model: Llama, a newer list of nothing": llama(eos_token=END, extra_special_tokens=None),
    "tokenizer.model: Llama, an older list of nothing": llama(eos_token=END, additional_special_tokens=None),
    "tokenizer.model: Llama, another unknown token": llama(unk_token="<U>"),
    "tokenizer.model: Llama, no unknown token": llama(unk_token=None),
    "tokenizer.model: Llama, the unknown token in a list": llama(unk_token="<U>", additional_special_tokens=["<unk>"]),
    "tokenizer.model: Llama, other roles": llama(unk_token="<U>", bos_token="<B>", eos_token="<E>"),
    "tokenizer.model: Gemma, another unknown token": gemma(unk_token="<U>", pad_token="<P>", mask_token="<M>"),
}
ROLE_TEXTS = [*TEXTS, "he hex the he,he", "a<unk>b</s>c<s>d<U>", f"a{END}b <B>c<E> <extra>d", "\u00e3 <0xC3>\u00e9 there re t", "art th that"]


def cases():
    for name, files in ROLE_KINDS.items():
        yield name, files, random.Random(name)
    for name, files in folder_class_cases.CASES.items():
        yield name, files, random.Random(name)
    for name, files in MODEL_KINDS.items():
        yield name, files, random.Random(name)
    for name, files in WORD_KINDS.items():
        yield name, files, random.Random(name)
    for name, files in KINDS.items():
        yield name, {"tokenizer.json": plain(), **files}, random.Random(name)
    for seed, number in KEPT:
        rng = random.Random(f"{seed}/{number}")
        file = base(rng)
        yield f"kept: seed {seed}, case {number}", {"tokenizer.json": file, **beside(rng, file)}, rng


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing; exit status 1 where something would change")
    arguments = parser.parse_args()
    rows = []
    for name, files, rng in cases():
        with tempfile.TemporaryDirectory() as folder:
            for file, content in files.items():
                if isinstance(content, dict) and "base64" in content:
                    with open(os.path.join(folder, file), "wb") as output:
                        output.write(base64.b64decode(content["base64"]))
                    continue
                with open(os.path.join(folder, file), "w", encoding="utf-8") as output:
                    output.write(content if isinstance(content, str) else json.dumps(content))
            texts = folder_class_cases.TEXTS if name in folder_class_cases.CASES else ROLE_TEXTS if name in ROLE_KINDS else TEXTS
            answer = of_transformers(folder, rng, texts)
        if answer is None:
            raise SystemExit(f"{name}: the library refuses the folder")
        if "tokenizer.json" not in files:
            answer |= {"ids": [], "decoded": [], "shown": []}
        rows.append({"name": name, "texts": texts, **answer, "files": files})
    head = {"library": f"transformers {importlib.metadata.version('transformers')}",
            "script": "Tests/Scripts/generate_folder_goldens.py"}
    body = ",\n".join(json.dumps(row, separators=(",", ":")) for row in rows)
    text = json.dumps(head, separators=(",", ":"))[:-1] + ',"cases":[\n' + body + "\n]}\n"
    if arguments.check:
        with open(PATH, encoding="ascii") as source:
            same = source.read() == text
        print("folders.json: " + ("as written" if same else "the library gives something else now"))
        return 0 if same else 1
    with open(PATH, "w", encoding="ascii") as output:
        output.write(text)
    print(f"folders.json: {len(rows)} cases, {len(text)} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())

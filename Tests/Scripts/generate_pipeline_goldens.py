#!/usr/bin/env python3
"""Runs every normaliser, pre-tokeniser, model, post-processor and decoder of the tokenizers library by itself.

    python=$(Tests/Scripts/environment)
    $python Tests/Scripts/generate_pipeline_goldens.py            # write Golden/pipelines.json
    $python Tests/Scripts/generate_pipeline_goldens.py --check    # exit status 1 where it would change

Each case is a small tokenizer.json put together from a model and steps, and what the library makes of the same texts:
ids without and with special tokens, where each token stands (bytes of the text), and the ids decoded. Only this script
writes the file; PipelineGoldenTests builds the same tokenizer.json files and compares.
"""

import argparse
import json
import os
import sys

import tokenizers
from tokenizers import Tokenizer

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
GOLDEN = os.path.join(ROOT, "Tests", "Tokenizers", "TokenizationTests", "Golden", "pipelines.json")

TEXTS = [
    "",
    " ",
    "Hello, world!",
    "  two  spaces  ",
    "don't stop, it's we'll they'RE",
    "abc123def 4567 89 0",
    "\ttab\nnew line\r\nreturn\u00a0no-break\u3000wide",
    "Caf\u00e9 CAFE\u0301 na\u00efve \u00c5ngstr\u00f6m \u212b",
    "\ufb01ne \u00bd \u2460 \uff21\uff22\uff23 \u00b2",
    "\u0130stanbul \u00df STRASSE \u03a3\u03bf\u03c6\u03cc\u03c2",
    "\u4e2d\u6587\u6d4b\u8bd5 and \u65e5\u672c\u8a9e",
    "\u0928\u092e\u0938\u094d\u0924\u0947 \u0e2a\u0e27\u0e31\u0e2a\u0e14\u0e35",
    "\U0001f600 ok \U0001f468\u200d\U0001f469\u200d\U0001f467!",
    "a.b,c;d:e-f_g/h\\i|j(k)[l]{m}",
    "\u00ab quoted \u00bb \u2014 dash \u2026 \u00a1hola!",
    "x\u0000y\u0001z\u200b\ufeffw\u00adv",
    "<s>marked</s> [CLS] not [SEP]",
    "\u2581already\u2581marked \u2581",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "##ing ing##ed",
    "1,234.56 $9.99 50% \u20ac3",
    "\u0645\u0631\u062d\u0628\u0627 \u05e9\u05dc\u05d5\u05dd",
    "\u1112\u1161\u11ab\uae00 \u0041\u030a\u0323",
    "mixedCASE snake_case kebab-case",
    "trailing newline\n",
    "\n\n\n",
]

BYTE_TABLE = tokenizers.pre_tokenizers.ByteLevel.alphabet()


def bpe(vocab, merges, **options):
    model = {
        "type": "BPE", "dropout": None, "unk_token": None, "continuing_subword_prefix": None,
        "end_of_word_suffix": None, "fuse_unk": False, "byte_fallback": False, "ignore_merges": False,
    }
    model.update(options)
    pieces = list(dict.fromkeys(vocab))
    for left, right in merges:
        prefix = options.get("continuing_subword_prefix") or ""
        joined = left + right[len(prefix):]
        if joined not in pieces:
            pieces.append(joined)
    model["vocab"] = {piece: number for number, piece in enumerate(pieces)}
    model["merges"] = [list(merge) for merge in merges]
    return model


LATIN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 .,'!?-_"
WIDE = LATIN + "\u2581\u00e9\u00e8\u00ef\u00f6\u0301\u030a\u4e2d\u6587\u03c3\u03c2\u03bf\u00df\U0001f600"
MERGES = [("l", "l"), ("e", "ll"), ("o", ","), ("a", "a"), ("aa", "aa"), ("t", "h"), (" ", " "), ("1", "2"),
          ("12", "3"), ("o", "r"), ("'", "s"), ("i", "n"), ("in", "g"), ("\u2581", "\u2581"), (" ", "w"), ("d", "!")]
BYTES = [f"<0x{number:02X}>" for number in range(256)]

MODELS = {
    # One unknown token for each word: the boundaries of words stand in the offsets.
    "words": {"type": "WordLevel", "vocab": {"[UNK]": 0, "Hello": 1, "world": 2, "ok": 3}, "unk_token": "[UNK]"},
    "characters": bpe(["<unk>"] + list(WIDE), MERGES, unk_token="<unk>"),
    "fused": bpe(["<unk>"] + list(WIDE), MERGES, unk_token="<unk>", fuse_unk=True),
    "fallback": bpe(["<unk>"] + BYTES + list(WIDE), MERGES, unk_token="<unk>", byte_fallback=True, fuse_unk=True),
    "no unknown": bpe(list(LATIN), MERGES[:12]),
    "bytes": bpe(sorted(BYTE_TABLE), [("l", "l"), ("e", "ll"), ("\u0120", "w"), ("\u0120", "\u0120"), ("a", "a"),
                                      ("aa", "aa"), ("\u00c3", "\u00a9"), ("\u010a", "\u010a"), ("1", "2"), ("i", "n")]),
    "ignore merges": bpe(sorted(BYTE_TABLE) + ["Hello", "\u0120world", "aaaaaa"],
                         [("l", "l"), ("H", "e")], ignore_merges=True),
    "subwords": bpe(["[UNK]"] + list(LATIN) + ["##" + c for c in LATIN],
                    [("h", "##e"), ("i", "##n"), ("##i", "##n"), ("##in", "##g")],
                    unk_token="[UNK]", continuing_subword_prefix="##"),
    "suffix": bpe(["[UNK]"] + list(LATIN) + [c + "</w>" for c in LATIN],
                  [("i", "n"), ("in", "g</w>"), ("l", "d</w>")], unk_token="[UNK]", end_of_word_suffix="</w>"),
    "word pieces": {
        "type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##", "max_input_chars_per_word": 40,
        "vocab": {piece: number for number, piece in enumerate(
            ["[UNK]", "[CLS]", "[SEP]"] + list(LATIN) + ["##" + c for c in LATIN] + ["hell", "##o", "world", "##ing",
             "caf", "##\u00e9", "\u4e2d", "\u6587", "ang", "##str", "stop", "!", "two", "##ces"])},
    },
    "unigram": {
        "type": "Unigram", "unk_id": 0, "byte_fallback": False,
        "vocab": [["<unk>", 0.0]] + [[c, -8.0 - number / 16] for number, c in enumerate(WIDE)]
        + [["\u2581Hello", -4.5], ["ll", -6.0], ["\u2581w", -5.0], ["orld", -5.5], ["aa", -7.0], ["aaa", -7.25],
           ["ing", -5.25], ["12", -6.5], ["\u2581\u2581", -6.0]],
    },
    "unigram with bytes": {
        "type": "Unigram", "unk_id": 0, "byte_fallback": True,
        "vocab": [["<unk>", 0.0]] + [[piece, -20.0] for piece in BYTES] + [[c, -8.0] for c in LATIN + "\u2581"]
        + [["\u2581Hello", -4.5], ["ll", -6.0], ["aa", -7.0]],
    },
}

BYTE_LEVEL = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": False, "use_regex": True}
SPLIT = {"type": "WhitespaceSplit"}
GPT = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"


def split(pattern, behavior, invert=False, kind="Regex"):
    return {"type": "Split", "pattern": {kind: pattern}, "behavior": behavior, "invert": invert}


def metaspace(scheme, splits=True):
    return {"type": "Metaspace", "replacement": "\u2581", "prepend_scheme": scheme, "split": splits}


def sequence(kind, *steps):
    return {"type": "Sequence", kind: list(steps)}


def bert_normalizer(clean=True, chinese=True, accents=None, lower=True):
    return {"type": "BertNormalizer", "clean_text": clean, "handle_chinese_chars": chinese, "strip_accents": accents,
            "lowercase": lower}


def token(number, content, special=False, **options):
    entry = {"id": number, "content": content, "single_word": False, "lstrip": False, "rstrip": False,
             "normalized": not special, "special": special}
    entry.update(options)
    return entry


def template(*single):
    items = [{"Sequence": {"id": "A", "type_id": 0}} if name == "$A" else {"SpecialToken": {"id": name, "type_id": 0}}
             for name in single]
    return {"type": "TemplateProcessing", "single": items, "pair": items + [{"Sequence": {"id": "B", "type_id": 1}}],
            "special_tokens": {"[CLS]": {"id": "[CLS]", "ids": [1], "tokens": ["[CLS]"]},
                               "[SEP]": {"id": "[SEP]", "ids": [2], "tokens": ["[SEP]"]}}}


def cases():
    normal = {
        "NFC": {"type": "NFC"}, "NFD": {"type": "NFD"}, "NFKC": {"type": "NFKC"}, "NFKD": {"type": "NFKD"},
        "Lowercase": {"type": "Lowercase"}, "StripAccents": {"type": "StripAccents"}, "Nmt": {"type": "Nmt"},
        "NFD and StripAccents": sequence("normalizers", {"type": "NFD"}, {"type": "StripAccents"}),
        "Replace text": {"type": "Replace", "pattern": {"String": " "}, "content": "\u2581"},
        "Replace expression": {"type": "Replace", "pattern": {"Regex": r"\s{2,}|[A-Z]"}, "content": "_"},
        "Replace by nothing": {"type": "Replace", "pattern": {"Regex": r"[aeiou]+"}, "content": ""},
        "Prepend": {"type": "Prepend", "prepend": "\u2581"},
        "Strip": {"type": "Strip", "strip_left": True, "strip_right": True},
        "Strip left": {"type": "Strip", "strip_left": True, "strip_right": False},
        "Strip right": {"type": "Strip", "strip_left": False, "strip_right": True},
        "Bert": bert_normalizer(), "Bert cased": bert_normalizer(lower=False),
        "Bert accents kept": bert_normalizer(accents=False), "Bert not clean": bert_normalizer(clean=False, chinese=False),
        "Prepend and Replace": sequence("normalizers", {"type": "Prepend", "prepend": "\u2581"},
                                        {"type": "Replace", "pattern": {"String": " "}, "content": "\u2581"}),
    }
    for name, step in normal.items():
        yield f"normalizer {name}", "fallback", {"normalizer": step}, []
        yield f"normalizer {name}, characters", "characters", {"normalizer": step}, []
    before = {
        "ByteLevel": BYTE_LEVEL, "ByteLevel with space": {**BYTE_LEVEL, "add_prefix_space": True},
        "ByteLevel without expression": {**BYTE_LEVEL, "use_regex": False},
    }
    for name, step in before.items():
        for model in ("bytes", "ignore merges"):
            yield f"pre_tokenizer {name}, {model}", model, {"pre_tokenizer": step, "decoder": BYTE_LEVEL}, []
    before = {
        "Whitespace": {"type": "Whitespace"}, "WhitespaceSplit": SPLIT, "Bert": {"type": "BertPreTokenizer"},
        "Digits": {"type": "Digits", "individual_digits": False},
        "Digits apart": {"type": "Digits", "individual_digits": True},
        "CharDelimiterSplit": {"type": "CharDelimiterSplit", "delimiter": "-"},
        "Metaspace always": metaspace("always"), "Metaspace never": metaspace("never"), "Metaspace first": metaspace("first"),
        "Metaspace whole": metaspace("always", False),
        "Digits and Whitespace": sequence("pretokenizers", {"type": "Digits", "individual_digits": True}, SPLIT),
        "Split GPT": split(GPT, "Isolated"), "Split GPT removed, inverted": split(GPT, "Removed", True),
        "Split text": split("o", "Isolated", kind="String"),
    }
    for behavior in ("Removed", "Isolated", "MergedWithPrevious", "MergedWithNext", "Contiguous"):
        before[f"Punctuation {behavior}"] = {"type": "Punctuation", "behavior": behavior}
        before[f"Split {behavior}"] = split(r"\s|\d", behavior)
        before[f"Split {behavior}, inverted"] = split(r"\w+", behavior, True)
    for name, step in before.items():
        yield f"pre_tokenizer {name}", "words", {"pre_tokenizer": step}, []
        yield f"pre_tokenizer {name}, fused", "fused", {"pre_tokenizer": step}, []
    for model in MODELS:
        step = {"pre_tokenizer": BYTE_LEVEL} if model in ("bytes", "ignore merges") else {"pre_tokenizer": metaspace("always")}
        yield f"model {model}", model, step, []
        if model not in ("bytes", "ignore merges"):
            yield f"model {model}, no steps", model, {}, []
            yield f"model {model}, split", model, {"pre_tokenizer": SPLIT}, []
    decoders = {
        "ByteLevel": ("bytes", BYTE_LEVEL), "Metaspace": ("unigram", metaspace("always")),
        "Metaspace never": ("unigram", metaspace("never")),
        "WordPiece": ("word pieces", {"type": "WordPiece", "prefix": "##", "cleanup": True}),
        "WordPiece as it is": ("word pieces", {"type": "WordPiece", "prefix": "##", "cleanup": False}),
        "BPEDecoder": ("suffix", {"type": "BPEDecoder", "suffix": "</w>"}),
        "ByteFallback": ("fallback", {"type": "ByteFallback"}),
        "Fuse": ("characters", {"type": "Fuse"}),
        "Llama": ("fallback", sequence(
            "decoders", {"type": "Replace", "pattern": {"String": "\u2581"}, "content": " "}, {"type": "ByteFallback"},
            {"type": "Fuse"}, {"type": "Strip", "content": " ", "start": 1, "stop": 0})),
        "none": ("word pieces", None),
    }
    for name, (model, step) in decoders.items():
        pre = BYTE_LEVEL if model == "bytes" else metaspace("always") if model == "unigram" else SPLIT
        parts = {"pre_tokenizer": pre}
        if name == "Llama":
            parts = {"normalizer": normal["Prepend and Replace"]}
        if step is not None:
            parts["decoder"] = step
        yield f"decoder {name}", model, parts, []
    marks = [token(1, "[CLS]", True), token(2, "[SEP]", True)]
    processors = {
        "Template": template("[CLS]", "$A", "[SEP]"), "Template in front": template("[CLS]", "$A"),
        "Template behind": template("$A", "[SEP]", "[SEP]"),
        "Bert": {"type": "BertProcessing", "sep": ["[SEP]", 2], "cls": ["[CLS]", 1]},
        "Roberta": {"type": "RobertaProcessing", "sep": ["[SEP]", 2], "cls": ["[CLS]", 1], "trim_offsets": False,
                    "add_prefix_space": False},
        "ByteLevel": BYTE_LEVEL,
        "Sequence": sequence("processors", BYTE_LEVEL, template("[CLS]", "$A", "[SEP]")),
    }
    for name, step in processors.items():
        yield (f"post_processor {name}", "word pieces",
               {"normalizer": bert_normalizer(), "pre_tokenizer": {"type": "BertPreTokenizer"}, "post_processor": step,
                "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": True}}, marks)
    count = len(MODELS["fallback"]["vocab"])
    for name, options in {
        "plain": {}, "lstrip": {"lstrip": True}, "rstrip": {"rstrip": True}, "both": {"lstrip": True, "rstrip": True},
        "single word": {"single_word": True}, "not normalized": {"normalized": False},
    }.items():
        added = [token(count, "ok", **options), token(count + 1, "a\u0301", **options), token(count + 2, "ing", **options)]
        for label, parts in (("", {}), (", NFC", {"normalizer": {"type": "NFC"}}),
                             (", lowercase and split", {"normalizer": {"type": "Lowercase"}, "pre_tokenizer": SPLIT})):
            yield f"added {name}{label}", "fallback", parts, added


def run(model, parts, added, with_offsets):
    document = {"version": "1.0", "truncation": None, "padding": None, "added_tokens": added, "normalizer": None,
                "pre_tokenizer": None, "post_processor": None, "decoder": None, "model": model}
    document.update(parts)
    tokenizer = Tokenizer.from_str(json.dumps(document))
    # Special tokens are plain text where nobody asks for them, as in `cmc tokenize`.
    tokenizer.encode_special_tokens = True
    rows = []
    for text in TEXTS:
        try:
            plain = tokenizer.encode(text, add_special_tokens=False)
        except Exception as error:  # the library itself gives up: nothing to compare
            rows.append({"error": str(error)})
            continue
        places = [0]
        for character in text:
            places.append(places[-1] + len(character.encode()))
        row = {"ids": plain.ids}
        if with_offsets:
            row["offsets"] = [[places[a], places[b]] for a, b in plain.offsets]
        special = tokenizer.encode(text).ids
        if special != plain.ids:
            row["special"] = special
        try:
            row["decoded"] = tokenizer.decode(plain.ids, skip_special_tokens=False)
        except BaseException as error:  # a panic of the library is no Exception; then nothing is compared
            if type(error).__name__ != "PanicException":
                raise
        rows.append(row)
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing; exit status 1 where it would change")
    arguments = parser.parse_args()
    golden = {
        "library": f"tokenizers {tokenizers.__version__}", "script": "Tests/Scripts/generate_pipeline_goldens.py",
        "models": MODELS, "texts": TEXTS,
        "cases": [{"name": name, "model": model, "parts": parts, "added": added,
                   "rows": run(MODELS[model], parts, added, model in ("words", "fused"))}
                  for name, model, parts, added in cases()],
    }
    body = [json.dumps(case, ensure_ascii=True, separators=(",", ":")) for case in golden["cases"]]
    head = json.dumps({**golden, "cases": []}, ensure_ascii=True, separators=(",", ":"))
    text = head[: -len("[]}")] + "[\n" + ",\n".join(body) + "\n]}\n"
    json.loads(text)
    if arguments.check:
        with open(GOLDEN, encoding="ascii") as file:
            same = file.read() == text
        print("pipelines.json: " + ("as written" if same else "the library gives something else now"))
        return 0 if same else 1
    with open(GOLDEN, "w", encoding="ascii") as file:
        file.write(text)
    print(f"{len(golden['cases'])} cases × {len(TEXTS)} texts, {len(text)} bytes")
    return 0


sys.exit(main())

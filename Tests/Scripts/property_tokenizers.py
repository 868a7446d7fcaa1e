#!/usr/bin/env python3
"""Holds small random tokenizer.json pipelines against the tokenizers library: equal, or refused by name.

    swift build -c release --product cmc-bench
    python=$(Tests/Scripts/environment)
    $python Tests/Scripts/property_tokenizers.py                      # 20 000 of them
    $python Tests/Scripts/property_tokenizers.py --count 500 --seed 7
    $python Tests/Scripts/property_tokenizers.py --seed 7 --only 123  # one case, in full

Each case is a tokenizer.json of random components with random options, rare ones included, and texts with joiners,
combining marks, byte runs, ideographs, added tokens inside words and characters without a token. Compared are the ids
without and with the tokens around a text and with special tokens as text, and the texts that those ids and random
ones decode to, without and with special tokens. `cmc-bench tokenizers` answers for this project, and says where
encoding or decoding in parts differs from the whole. A case where the library refuses the file is not counted. The
smallest failing text of each kind of difference is kept in a folder with its tokenizer.json. The exit status is 1
where something is silently different.
"""

import argparse
import collections
import importlib.metadata
import json
import os
import pickle
import random
import re
import resource
import subprocess
import sys
import tempfile

os.environ["TOKENIZERS_PARALLELISM"] = "false"
from tokenizers import Tokenizer, pre_tokenizers

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BYTE_CHARACTERS = sorted(pre_tokenizers.ByteLevel.alphabet())
BYTE_PIECES = [f"<0x{number:02X}>" for number in range(256)]
LETTERS = list("abcdehilnorstABS")
MARKS = ["\u0301", "\u0308", "\u030a", "\u0323", "\u093c", "\u0e33", "\u20dd", "\u0345"]
JOINERS = ["\u200c", "\u200d", "\u200b", "\u2060", "\ufeff", "\u00ad", "\ufe0f"]
SPACES = [" ", " ", " ", " ", "\n", "\t", "\r", "\u00a0", "\u3000", "\u2028", "\u0085", "\u180e", "\u001c"]
WIDE = ["\u00e9", "\u00df", "\u0130", "\u212b", "\ufb01", "\u00bd", "\u00b2", "\u203f", "\u2160", "\u0645", "\u06cc",
        "\u062e", "\u4e2d", "\u6587", "\u5b57", "\u65e5", "\u3042", "\u30a2", "\uac00", "\u1112", "\u1161", "\u11ab",
        "\u0928", "\u092e", "\u094d", "\u0e2a", "\u0e27", "\u03a3", "\u03c3", "\u03c2", "\u0416", "\U0001f600",
        "\U0001f468", "\U0001f469", "\U0001f1e9", "\U0001f3fd", "\u2581", "\u0120", "\u010a", "\u00c4", "\ufffd",
        "\U0002a700", "\u0660", "\uff11", "\u0000", "\u0001", "\u007f", "\u01c5", "\u1e9e"]
PUNCTUATION = list(".,!?'-_/\\()[]{}<>|#@$+=~^`\"&*:;%") + ["\u00ab", "\u2014", "\u2026", "\u3002", "\u00bf", "\u20ac"]
DIGITS = list("0123456789")
WORDS = ["hello", "the", "don't", "I'm", "we've", "it's", "abc123", "n't", "##ing", "<0x41>", "<unk>", "[UNK]", "</w>",
         "state-of", "COVID", "caf\u00e9", "cafe\u0301", "a\u0308b", "x\u200dy", "\u0645\u06cc\u200c\u062e", "1,234.5",
         "\U0001f468\u200d\U0001f469", "hi</w>", "\u2581hi", "  ", "\n\n", "...", " do not", " 'm", "Stra\u00dfe"]
ALL = LETTERS + MARKS + JOINERS + SPACES + WIDE + PUNCTUATION + DIGITS


def chance(rng, share):
    return rng.random() < share


def texts(rng, tokens, pieces):
    result = ["", rng.choice([" ", "\n", "a", "\u4e2d"])]
    for _ in range(rng.randint(4, 7)):
        text = ""
        for _ in range(rng.choice([1, 2, 3, 5, 8, 13])):
            kind = rng.random()
            if kind < 0.25:
                text += rng.choice(WORDS)
            elif kind < 0.40:
                text += " "
            elif kind < 0.55:
                text += "".join(rng.choice(LETTERS) for _ in range(rng.randint(1, 5)))
            elif kind < 0.75:
                text += rng.choice(ALL)
            elif kind < 0.80:
                text += rng.choice(ALL) * rng.randint(2, 4)
            elif kind < 0.90 and tokens:
                token = rng.choice(tokens)["content"]
                text += rng.choice([token, token.lower(), token.upper(), " " + token, token + " ", token[:-1]])
            elif pieces:
                text += rng.choice(pieces)
        result.append(text)
    return [text for text in result if not any(0xD800 <= ord(c) < 0xE000 for c in text)]


def pattern(rng):
    if chance(rng, 0.5):
        return {"String": rng.choice([" ", "\u2581", "a", "e", "ll", "-", ".", "  ", "\u4e2d", "\u0301", "\u200d", "ab",
                                      "\n", "\u0120", "", "1"])}
    return {"Regex": rng.choice([
        r"\s+", r"\s", r"\d", r"\d{1,3}", r"\w+", r"\w+|[^\w\s]+", r"[aeiou]+", r"[A-Z]", r"\p{L}+", r"\p{N}", r"\p{P}",
        r"[^\s\p{L}\p{N}]+", r" ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+", r"(?i:'s|'t|'re|'ve|'m|'ll|'d)", r"a|b",
        r"[\r\n]+", r"\p{M}", r"\p{Han}", r"[\p{L}\p{M}]+", r"\S+", r"^a", r"a$", r"(?<=a)b", r".", r"\b", r"x*", r"\W",
        r"\D+", r"[[:punct:]]", r"\p{Lu}\p{Ll}*", r"[\u4e00-\u9fff]" if False else r"[\x{4e00}-\x{9fff}]", r"\h", r"\R", r"\X"])}


def normalizer(rng, depth=0):
    kind = rng.choice(["NFC", "NFD", "NFKC", "NFKD", "Lowercase", "StripAccents", "Nmt", "ByteLevel", "Replace", "Replace",
                       "Prepend", "Prepend", "Strip", "BertNormalizer", "BertNormalizer", "Sequence", "Sequence", "Llama"])
    if kind == "Llama":
        return {"type": "Sequence", "normalizers": [
            {"type": "Prepend", "prepend": "\u2581"},
            {"type": "Replace", "pattern": {"String": " "}, "content": "\u2581"}]}
    if kind == "Sequence":
        if depth > 1:
            return {"type": "NFC"}
        return {"type": "Sequence", "normalizers": [normalizer(rng, depth + 1) for _ in range(rng.randint(0, 3))]}
    if kind == "Replace":
        return {"type": kind, "pattern": pattern(rng),
                "content": rng.choice(["\u2581", " ", "", "_", "b", "\u00e9", "aa", "$1", "\\0"])}
    if kind == "Prepend":
        return {"type": kind, "prepend": rng.choice(["\u2581", " ", "a", "<s>", "\u0301", ""])}
    if kind == "Strip":
        return {"type": kind, "strip_left": chance(rng, 0.6), "strip_right": chance(rng, 0.6)}
    if kind == "BertNormalizer":
        return {"type": kind, "clean_text": chance(rng, 0.6), "handle_chinese_chars": chance(rng, 0.6),
                "strip_accents": rng.choice([None, True, False]), "lowercase": chance(rng, 0.6)}
    return {"type": kind}


BEHAVIORS = ["Removed", "Isolated", "MergedWithPrevious", "MergedWithNext", "Contiguous"]


def pre_tokenizer(rng, depth=0):
    kind = rng.choice(["BertPreTokenizer", "ByteLevel", "ByteLevel", "CharDelimiterSplit", "Metaspace", "Metaspace",
                       "Whitespace", "WhitespaceSplit", "Sequence", "Sequence", "Split", "Split", "Split", "Punctuation",
                       "Digits", "UnicodeScripts", "FixedLength"])
    if kind == "Sequence":
        if depth > 1:
            return {"type": "Whitespace"}
        return {"type": kind, "pretokenizers": [pre_tokenizer(rng, depth + 1) for _ in range(rng.randint(0, 3))]}
    if kind == "ByteLevel":
        return byte_level(rng)
    if kind == "CharDelimiterSplit":
        return {"type": kind, "delimiter": rng.choice(["-", " ", "a", "\u4e2d", "\u2581"])}
    if kind == "Metaspace":
        return metaspace(rng)
    if kind == "Split":
        return {"type": kind, "pattern": pattern(rng), "behavior": rng.choice(BEHAVIORS), "invert": chance(rng, 0.3)}
    if kind == "Punctuation":
        return {"type": kind, "behavior": rng.choice(BEHAVIORS)}
    if kind == "Digits":
        return {"type": kind, "individual_digits": chance(rng, 0.5)}
    if kind == "FixedLength":
        return {"type": kind, "length": rng.choice([1, 2, 3, 5])}
    return {"type": kind}


def byte_level(rng):
    return {"type": "ByteLevel", "add_prefix_space": chance(rng, 0.5), "trim_offsets": chance(rng, 0.5),
            "use_regex": chance(rng, 0.7)}


def metaspace(rng):
    value = {"type": "Metaspace", "replacement": rng.choice(["\u2581"] * 5 + ["_", "a"]),
             "prepend_scheme": rng.choice(["always", "never", "first"]), "split": chance(rng, 0.6)}
    if chance(rng, 0.1):
        del value["split"]
    return value


def decoder(rng, depth=0):
    kind = rng.choice(["none", "none", "BPEDecoder", "ByteLevel", "ByteLevel", "WordPiece", "WordPiece", "Metaspace",
                       "Metaspace", "CTC", "Sequence", "Sequence", "Llama", "Llama", "Replace", "Fuse", "Strip",
                       "ByteFallback"])
    if kind == "none":
        return None if depth == 0 else {"type": "Fuse"}
    if kind == "Llama":
        return {"type": "Sequence", "decoders": [
            {"type": "Replace", "pattern": {"String": "\u2581"}, "content": " "}, {"type": "ByteFallback"}, {"type": "Fuse"},
            {"type": "Strip", "content": " ", "start": 1, "stop": 0}][:rng.choice([3, 4, 4])]}
    if kind == "Sequence":
        if depth > 1:
            return {"type": "Fuse"}
        return {"type": kind, "decoders": [decoder(rng, depth + 1) for _ in range(rng.randint(0, 4))]}
    if kind == "BPEDecoder":
        return {"type": kind, "suffix": rng.choice(["</w>", "</w>", "e", ""])}
    if kind == "ByteLevel":
        return byte_level(rng)
    if kind == "WordPiece":
        return {"type": kind, "prefix": rng.choice(["##", "##", "@@", ""]), "cleanup": chance(rng, 0.5)}
    if kind == "Metaspace":
        return metaspace(rng)
    if kind == "CTC":
        return {"type": kind, "pad_token": rng.choice(["<pad>", "a"]), "word_delimiter_token": rng.choice(["|", "e", " "]),
                "cleanup": chance(rng, 0.5)}
    if kind == "Replace":
        return {"type": kind, "pattern": pattern(rng), "content": rng.choice([" ", "", "_", "b"])}
    if kind == "Strip":
        return {"type": kind, "content": rng.choice([" ", " ", "a", "\u2581", "_"]), "start": rng.choice([0, 1, 1, 2]),
                "stop": rng.choice([0, 0, 1, 2])}
    return {"type": kind}


def bpe(rng, byte_level_text):
    prefix = rng.choice([None] * 8 + ["##", "", "@"])
    suffix = rng.choice([None] * 8 + ["</w>", "", "e"])
    if byte_level_text:
        base = BYTE_CHARACTERS if chance(rng, 0.8) else rng.sample(BYTE_CHARACTERS, 200)
    else:
        base = LETTERS + rng.sample(ALL, rng.randint(20, len(ALL)))
    base = list(dict.fromkeys(base))
    pieces = list(base)
    if prefix:
        pieces += [prefix + c for c in base if chance(rng, 0.8)]
    if suffix:
        pieces += [piece + suffix for piece in list(pieces) if chance(rng, 0.6)]
    pieces = list(dict.fromkeys(pieces))
    present, merges = set(pieces), []
    favoured = [c for c in pieces if c[:1] in "abehlnorstuid \u2581\u0120' .,0123</\u00c3\u00e4" or c.startswith(prefix or "\0")]
    for _ in range(rng.randint(0, 30)):
        pool = favoured or pieces
        left, right = rng.choice(pool), rng.choice(pool)
        if prefix and not right.startswith(prefix):
            continue
        result = left + right[len(prefix or ""):]
        if [left, right] in merges:
            continue
        if result not in present:
            present.add(result)
            pieces.append(result)
        favoured.append(result)
        merges.append([left, right])
    byte_fallback = chance(rng, 0.35)
    special = []
    if byte_fallback or chance(rng, 0.1):
        special = BYTE_PIECES if chance(rng, 0.6) else rng.sample(BYTE_PIECES, rng.choice([0, 10, 128, 255]))
    unknown = rng.choice([None, None, "<unk>", "<unk>", "<unk>", "a", "nowhere"])
    if unknown == "<unk>":
        special = ["<unk>"] + list(special)
    pieces = list(dict.fromkeys(list(special) + pieces))
    for extra in ("hello", "the", "\u0120the", "\u2581hi", "don't"):
        if chance(rng, 0.3) and extra not in pieces:
            pieces.append(extra)
    model = {"type": "BPE", "dropout": rng.choice([None] * 30 + [0.0]), "unk_token": unknown,
             "continuing_subword_prefix": prefix, "end_of_word_suffix": suffix, "fuse_unk": chance(rng, 0.4),
             "byte_fallback": byte_fallback, "ignore_merges": chance(rng, 0.25),
             "vocab": {piece: number for number, piece in enumerate(pieces)},
             "merges": merges if chance(rng, 0.7) or any(" " in part for merge in merges for part in merge)
             else [" ".join(merge) for merge in merges]}
    return model, pieces


def spelled(byte_level_text, word):
    if not byte_level_text:
        return word
    table = {}
    free = 256
    for byte in range(256):
        if 0x21 <= byte <= 0x7E or 0xA1 <= byte <= 0xAC or 0xAE <= byte <= 0xFF:
            table[byte] = chr(byte)
        else:
            table[byte] = chr(free)
            free += 1
    return "".join(table[byte] for byte in word.encode())


def unigram(rng, byte_level_text):
    pieces = [] if chance(rng, 0.1) else ["<unk>"]
    byte_fallback = chance(rng, 0.4)
    if byte_fallback:
        pieces += BYTE_PIECES if chance(rng, 0.6) else rng.sample(BYTE_PIECES, rng.choice([0, 1, 100, 255]))
    base = list(dict.fromkeys(LETTERS + rng.sample(ALL, rng.randint(10, len(ALL)))))
    words = base + ["".join(rng.choice(LETTERS + ["\u2581", " "]) for _ in range(rng.randint(2, 4))) for _ in range(40)]
    words += ["\u2581hello", "\u2581the", "\u2581", "ll", "he", "\u2581\u2581"]
    pieces += [spelled(byte_level_text, word) for word in dict.fromkeys(words)]
    if not chance(rng, 0.05):
        pieces = list(dict.fromkeys(pieces))
    grid = chance(rng, 0.2)
    vocab = [[piece, 0.0 if piece == "<unk>" else -float(rng.randint(1, 6)) if grid else -rng.uniform(0.5, 15)]
             for piece in pieces]
    unknown = rng.choice([0, 0, 0, 0, 0, 0, 1, None]) if vocab else None
    return {"type": "Unigram", "unk_id": unknown, "vocab": vocab, "byte_fallback": byte_fallback}, pieces


def word_piece(rng, byte_level_text):
    prefix = rng.choice(["##"] * 5 + ["@@", ""])
    base = list(dict.fromkeys(LETTERS + rng.sample(ALL, rng.randint(20, len(ALL)))))
    words = base + ["".join(rng.choice(LETTERS) for _ in range(rng.randint(2, 4))) for _ in range(30)]
    words += ["hello", "the", "don", "ing", "n't"]
    words = [spelled(byte_level_text, word) for word in dict.fromkeys(words)]
    unknown = rng.choice(["[UNK]", "[UNK]", "[UNK]", "[UNK]", "a", "nowhere"])
    pieces = ["[UNK]"] + words + [prefix + word for word in words if chance(rng, 0.7)]
    pieces = list(dict.fromkeys(pieces))
    model = {"type": "WordPiece", "unk_token": unknown, "continuing_subword_prefix": prefix,
             "max_input_chars_per_word": rng.choice([100, 100, 100, 3, 8]),
             "vocab": {piece: number for number, piece in enumerate(pieces)}}
    return model, pieces


def word_level(rng, byte_level_text):
    words = LETTERS + WORDS + rng.sample(ALL, rng.randint(5, 60))
    words = [spelled(byte_level_text, word) for word in dict.fromkeys(words)]
    unknown = rng.choice(["[UNK]", "[UNK]", "[UNK]", "[UNK]", "a", "nowhere"])
    pieces = list(dict.fromkeys(["[UNK]"] + words))
    return {"type": "WordLevel", "unk_token": unknown, "vocab": {p: n for n, p in enumerate(pieces)}}, pieces


def added_tokens(rng, pieces):
    count = rng.choice([0, 0, 1, 2, 3, 5])
    contents = ["<s>", "</s>", "<tool>", "COVID", "hi", "a", "the", "<|x|>", "\u06cc", "\u4e2d", "e\u0301", " sp", "sp ",
                "\n\n", "[MASK]", "Str", "\u00e9", "\u2581t", "ab", "abc", "<0x41>", "<unk>", "[UNK]", "l l", "\u0645\u06cc",
                "'", "\u00b2", "\U0001f600", "<pad>", "\uff21", "don't", "12", "  ", "_x_"]
    next_id = len(pieces)
    tokens, used = [], set()
    for content in rng.sample(contents, count):
        if content in pieces and chance(rng, 0.9):
            number = pieces.index(content)
        else:
            number = next_id
            next_id += 1 if chance(rng, 0.9) else 3
        if number in used:
            continue
        used.add(number)
        special = chance(rng, 0.4)
        normalized = not special if chance(rng, 0.7) else special
        tokens.append({"id": number, "content": content, "single_word": chance(rng, 0.3), "lstrip": chance(rng, 0.3),
                       "rstrip": chance(rng, 0.3), "normalized": normalized, "special": special})
    if chance(rng, 0.05) and tokens and pieces:
        rng.choice(tokens)["id"] = rng.randrange(len(pieces))
    if chance(rng, 0.03) and tokens:
        tokens.append(dict(rng.choice(tokens), single_word=chance(rng, 0.5)))
    return tokens


def post_processor(rng, tokens, pieces, depth=0):
    kind = rng.choice(["none", "none", "TemplateProcessing", "TemplateProcessing", "BertProcessing", "RobertaProcessing",
                       "ByteLevel", "Sequence"])
    marks = [(token["content"], token["id"]) for token in tokens] + [(piece, n) for n, piece in enumerate(pieces[:3])]
    if kind == "none" or not marks:
        return None if depth == 0 else byte_level(rng)
    if kind == "Sequence":
        if depth > 0:
            return byte_level(rng)
        return {"type": kind,
                "processors": [post_processor(rng, tokens, pieces, 1) for _ in range(rng.randint(0, 3))]}
    if kind == "ByteLevel":
        return byte_level(rng)
    if kind == "TemplateProcessing":
        names = rng.sample(marks, min(len(marks), 2))
        several = {names[0][0]: [names[0][1], names[-1][1]]} if chance(rng, 0.15) else {}

        def item(name):
            return {"SpecialToken": {"id": name, "type_id": rng.choice([0, 1])}}

        def side():
            return [item(rng.choice(names)[0]) for _ in range(rng.choice([0, 0, 1, 1, 2]))]

        text = [{"Sequence": {"id": rng.choice(["A"] * 15 + ["B"]), "type_id": 0}}] * rng.choice([1] * 15 + [2, 0])
        single = side() + text + side()
        pair = [{"Sequence": {"id": "A", "type_id": 0}}] + side() + [{"Sequence": {"id": "B", "type_id": 1}}]
        # The library asks for each special token of both templates.
        return {"type": kind, "single": single, "pair": pair, "special_tokens": {
            name: {"id": name, "ids": several.get(name, [number]), "tokens": [name] * len(several.get(name, [number]))}
            for name, number in names}}
    sep, cls = rng.choice(marks), rng.choice(marks)
    value = {"type": kind, "sep": list(sep), "cls": list(cls)}
    if kind == "RobertaProcessing":
        value.update(trim_offsets=chance(rng, 0.5), add_prefix_space=chance(rng, 0.5))
    return value


def case(seed, number):
    rng = random.Random(f"{seed}/{number}")
    pre = None if chance(rng, 0.25) else pre_tokenizer(rng)
    normal = None if chance(rng, 0.4) else normalizer(rng)
    is_byte_level = '"ByteLevel"' in json.dumps([pre, normal])
    make = rng.choice([bpe, bpe, bpe, unigram, unigram, word_piece, word_level])
    model, pieces = make(rng, is_byte_level and chance(rng, 0.95))
    tokens = added_tokens(rng, pieces)
    file = {"version": "1.0", "truncation": None, "padding": None, "added_tokens": tokens, "normalizer": normal,
            "pre_tokenizer": pre, "post_processor": post_processor(rng, tokens, pieces), "decoder": decoder(rng),
            "model": model}
    if is_byte_level and chance(rng, 0.5):
        file["decoder"] = byte_level(rng)
    if chance(rng, 0.02):
        file["truncation"] = {"direction": rng.choice(["Left", "Right"]), "max_length": rng.choice([3, 8, 512]),
                              "strategy": "LongestFirst", "stride": 0}
    if chance(rng, 0.02):
        file["padding"] = {"strategy": rng.choice(["BatchLongest", {"Fixed": 12}]), "direction": rng.choice(["Left", "Right"]),
                           "pad_to_multiple_of": rng.choice([None, 8]), "pad_id": 0, "pad_type_id": 0, "pad_token": "a"}
    numbers = [number for number in range(len(pieces))] + [token["id"] for token in tokens]
    # Byte tokens rarely come up by chance and often matter.
    runs = [number for number, piece in enumerate(pieces) if piece in BYTE_PIECES] or numbers
    lists = [[rng.choice(numbers) for _ in range(rng.randint(0, 8))] for _ in range(2)]
    lists.append([rng.choice(rng.choice([runs, numbers])) for _ in range(rng.randint(0, 8))])
    return file, texts(rng, tokens, [p for p in pieces if p not in BYTE_PIECES]), lists


def attempt(body):
    try:
        return body()
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # a panic of a Rust library is no Exception
        return f"{type(error).__name__}: {error}"


def of_library(file, strings, lists):
    """The library's answers, or None where it refuses the file."""
    try:
        tokenizer = Tokenizer.from_str(json.dumps(file))
    except KeyboardInterrupt:
        raise
    except BaseException:
        return None
    # The transformers library takes both off before each call.
    tokenizer.no_truncation()
    tokenizer.no_padding()
    answer = {"plain": [attempt(lambda: tokenizer.encode(text, add_special_tokens=False).ids) for text in strings],
              "special": [attempt(lambda: tokenizer.encode(text).ids) for text in strings]}
    tokenizer.encode_special_tokens = True
    answer["literal"] = [attempt(lambda: tokenizer.encode(text, add_special_tokens=False).ids) for text in strings]
    ids = [ids for ids in answer["special"] if isinstance(ids, list)][:6] + lists
    answer["ids"] = ids
    for name, skip in (("decoded", True), ("shown", False)):
        answer[name] = [attempt(lambda: [tokenizer.decode(one, skip_special_tokens=skip)]) for one in ids]
    return answer


def apart(seed, numbers):
    """The cases with the library's answers, made in a process of its own: the library can ask for all memory, never
    come back, or end it."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
        # Some files send it round in circles.
        resource.setrlimit(resource.RLIMIT_CPU, (30, 30))
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        made = []
        for number in numbers:
            file, strings, lists = case(seed, number)
            made.append((number, file, strings, of_library(file, strings, lists)))
        with os.fdopen(writing, "wb") as output:
            pickle.dump(made, output)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as source:
        data = source.read()
    _, status = os.waitpid(child, 0)
    if status == 0 and data:
        return pickle.loads(data)
    if len(numbers) == 1:
        return [(numbers[0], None, None, None)]
    middle = len(numbers) // 2
    return apart(seed, numbers[:middle]) + apart(seed, numbers[middle:])


def refusal(message):
    """A refusal without what is particular to the case."""
    message = re.sub(r"/\S*?\.json", "F", message)
    message = re.sub(r"(?<= has the )(.*?),.*", r"\1", message, flags=re.S)
    return re.sub(r"\"[^\"]*\"|\d+", "…", message)[:110]


def kinds(file):
    def walk(value):
        if isinstance(value, dict):
            if "type" in value and value["type"] != "Sequence":
                yield value["type"]
            for one in value.values():
                yield from walk(one)
        elif isinstance(value, list):
            for one in value:
                yield from walk(one)

    return {stage: sorted(set(walk(file[stage]))) for stage in ("normalizer", "pre_tokenizer", "post_processor", "decoder")}


def ask(bench, requests):
    lines = "\n".join(json.dumps(request) for request in requests) + "\n"
    done = subprocess.run([bench, "tokenizers"], input=lines, stdout=subprocess.PIPE, text=True)
    answers = [json.loads(line) for line in done.stdout.split("\n") if line.strip()]
    if done.returncode == 0 and len(answers) == len(requests):
        return answers
    if len(requests) == 1:
        return [{"crash": f"exit status {done.returncode}"}]
    return [answer for request in requests for answer in ask(bench, [request])]


class Run:
    def __init__(self, folder, bench):
        self.folder, self.bench = folder, bench
        self.counts = collections.Counter()
        self.refused = collections.Counter()
        self.different = collections.Counter()
        self.smallest = {}

    def differs(self, number, file, kind, detail):
        self.different[kind] += 1
        size = len(json.dumps(detail)) + len(json.dumps([file[k] for k in file if k != "model"]))
        if kind in self.smallest and self.smallest[kind][0] <= size:
            return
        self.smallest[kind] = (size, number)
        if self.folder:
            os.makedirs(self.folder, exist_ok=True)
            name = re.sub(r"[^A-Za-z0-9]+", "-", kind)[:100]
            with open(os.path.join(self.folder, name + ".json"), "w", encoding="utf-8") as output:
                json.dump({"case": number, "kind": kind, **detail, "tokenizer": file}, output)

    def compare(self, number, file, strings, expected, ours):
        if "crash" in ours:
            return self.differs(number, file, "crash", ours)
        if "error" in ours:
            self.counts["refused by name"] += 1
            self.refused[refusal(ours["error"])] += 1
            return
        before, refused, equal = self.different.total(), 0, 0
        model = file["model"]["type"]
        for name in ("plain", "special", "literal"):
            for text, wanted, found in zip(strings, expected[name], ours[name]):
                if isinstance(wanted, str) and wanted.startswith("PanicException"):
                    self.counts["answers at which the library fails"] += 1
                elif isinstance(found, str):
                    refused += 1
                    self.refused["text: " + refusal(found)] += isinstance(wanted, list)
                elif wanted == found:
                    equal += 1
                else:
                    self.differs(number, file, f"{name} {model} {json.dumps(kinds(file))}",
                                 {"text": text, "wanted": wanted, "found": found})
        for name in ("decoded", "shown"):
            for ids, wanted, found in zip(expected["ids"], expected[name], ours[name]):
                if isinstance(wanted, str) and wanted.startswith("PanicException"):
                    self.counts["answers at which the library fails"] += 1
                elif isinstance(found, list):
                    refused += 1
                    self.refused["ids: " + refusal(found[0])] += isinstance(wanted, list)
                elif wanted == [found]:
                    equal += 1
                else:
                    self.differs(number, file, f"{name} {model} {kinds(file)['decoder']}",
                                 {"ids": ids, "wanted": wanted, "found": found})
        for part in ours["parts"]:
            self.differs(number, file, f"in parts {model} {json.dumps(kinds(file))}", {"part": part})
        self.counts["answers equal"] += equal
        if self.different.total() > before:
            self.counts["different"] += 1
        elif refused:
            self.counts["equal, but for answers refused by name"] += 1
        else:
            self.counts["equal"] += 1

    def show(self):
        """Prints the counts; 1 where something is different."""
        for counter, title in ((self.counts, None), (self.refused, "refused:"), (self.different, "DIFFERENT:")):
            if title and counter:
                print(title)
            for name, count in counter.most_common(60):
                smallest = f"  (case {self.smallest[name][1]})" if counter is self.different else ""
                if count:
                    print(f"  {count:8} {name}{smallest}")
        if self.different:
            print(f"the smallest of each kind: {self.folder}")
        return 1 if self.different else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--first", type=int, default=0, help="the number of the first case")
    parser.add_argument("--only", type=int, help="one case, in full")
    parser.add_argument("--bench", default=os.path.join(ROOT, ".build", "release", "cmc-bench"))
    parser.add_argument("--failures", help="a folder for failing cases (default: one is made where there are any)")
    arguments = parser.parse_args()
    folder = arguments.failures or os.path.join(tempfile.gettempdir(), f"property_tokenizers-{arguments.seed}")
    run = Run(folder, arguments.bench)
    numbers = range(arguments.first, arguments.first + arguments.count)
    if arguments.only is not None:
        numbers = [arguments.only]
    with tempfile.TemporaryDirectory() as place:
        for start in range(0, len(numbers), 250):
            batch = []
            for number, file, strings, expected in apart(arguments.seed, list(numbers[start:start + 250])):
                if file is None:
                    run.counts["the library ends its process"] += 1
                    continue
                if expected is None:
                    run.counts["refused by the library"] += 1
                    continue
                path = os.path.join(place, str(number), "tokenizer.json")
                os.makedirs(os.path.dirname(path), exist_ok=True)
                with open(path, "w", encoding="utf-8") as output:
                    json.dump(file, output)
                batch.append((number, file, strings, expected, path))
            answers = ask(arguments.bench, [
                {"path": path, "texts": strings, "ids": expected["ids"]} for _, _, strings, expected, path in batch])
            for (number, file, strings, expected, path), answer in zip(batch, answers):
                run.compare(number, file, strings, expected, answer)
                os.remove(path)
                if arguments.only is not None:
                    print(json.dumps(file)[:20000])
                    for name in ("plain", "special", "literal", "decoded", "shown"):
                        for key, wanted, found in zip(
                                expected["ids"] if name in ("decoded", "shown") else strings, expected[name], answer.get(name, [])):
                            print(name, repr(key), wanted, found)
                    print({key: value for key, value in answer.items() if key in ("error", "parts", "crash")})
    print(f"tokenizers {importlib.metadata.version('tokenizers')}, seed {arguments.seed}, cases {len(numbers)}")
    return run.show()


if __name__ == "__main__":
    sys.exit(main())

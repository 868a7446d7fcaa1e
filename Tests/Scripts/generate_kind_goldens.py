#!/usr/bin/env python3
"""Asks the original libraries about one small tokenizer for each kind of fault that was found in use or by property runs.

    python=$(Tests/Scripts/environment)
    $python Tests/Scripts/generate_kind_goldens.py            # write Golden/kinds.json, kinds_sentencepiece.json, kinds_tiktoken.json
    $python Tests/Scripts/generate_kind_goldens.py --check    # exit status 1 where they would change

An answer is a list of ids or a text in a list, or the library's error as a text. KindGoldenTests asks the same.
"""

import argparse
import base64
import importlib.metadata
import io
import json
import os
import sys
import tempfile
from random import Random

import sentencepiece
import tiktoken
from sentencepiece import sentencepiece_model_pb2 as proto

from tiktoken.load import load_tiktoken_bpe

from property_tokenizers import BYTE_PIECES, ROOT, case, of_library

FOLDER = os.path.join(ROOT, "Tests", "Tokenizers", "TokenizationTests", "Golden")
WORDS = list("abcdehilnorstvCOVID ") + ["\u2581", "\u0301", "\u00e9", "\n", "</w>", "##s"]


def token(number, content, special=False, **options):
    entry = {"id": number, "content": content, "single_word": False, "lstrip": False, "rstrip": False,
             "normalized": not special, "special": special}
    return {**entry, **options}


def word_level(*more, unk="[UNK]"):
    return {"type": "WordLevel", "vocab": {piece: n for n, piece in enumerate(["[UNK]", *WORDS, *more])}, "unk_token": unk}


def bpe(*more, merges=(), **options):
    pieces = list(dict.fromkeys([*more, *WORDS]))
    return {"type": "BPE", "unk_token": None, "vocab": {p: n for n, p in enumerate(pieces)}, "merges": list(merges), **options}


def unigram(*pieces, unk=0, **options):
    return {"type": "Unigram", "unk_id": unk, "vocab": [["<unk>", 0.0], *([p, s] for p, s in pieces)], **options}


LETTERS = [(c, -4.0) for c in "abcdehilnorst \u2581"]
PREPEND = {"type": "Sequence", "normalizers": [
    {"type": "Prepend", "prepend": "\u2581"}, {"type": "Replace", "pattern": {"String": " "}, "content": "\u2581"}]}
BYTES = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}


def sequence(*decoders):
    return {"type": "Sequence", "decoders": list(decoders)}


def cases():
    """Name, the parts that are not null, texts."""
    covid = ["the COVID wave", "preCOVID", "covid", "COVID", "a Covid-19"]
    for name, normalizer in {
        "Prepend": PREPEND, "Lowercase": {"type": "Lowercase"}, "NFD": {"type": "NFD"}, "NFKC": {"type": "NFKC"},
        "BertNormalizer": {"type": "BertNormalizer", "clean_text": True, "handle_chinese_chars": True,
                           "strip_accents": None, "lowercase": True},
    }.items():
        model = bpe("<unk>", unk_token="<unk>")
        first = len(model["vocab"])
        yield (f"added tokens under {name}", {
            "normalizer": normalizer, "model": model,
            "added_tokens": [token(first, "COVID"), token(first + 1, "<Tool>"), token(first + 2, "Caf\u00e9")]},
            [*covid, "a<tool>b <Tool>", "caf\u00e9 Cafe\u0301 CAF\u00c9"])
    whole = word_level("Hello", ",", "y", "'", "all", "!")
    yield ("no decoder joins by blanks", {"model": whole, "pre_tokenizer": {"type": "Whitespace"}}, ["Hello,y'all!"])
    yield ("a decoder of no steps joins", {
        "model": whole, "pre_tokenizer": {"type": "Whitespace"}, "decoder": sequence()}, ["Hello,y'all!"])
    yield ("single words and what Rust takes for a word", {
        "model": bpe("<unk>", unk_token="<unk>"),
        "added_tokens": [token(26, "\u0645\u06cc", single_word=True), token(27, "ab", single_word=True)]},
        ["\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", "\u0645\u06cc \u062e", "ab\u200dc", "ab\u00b2", "ab\u00bd",
         "ab\u203f", "ab_", "ab.", "ab\u0301", "\u24d0ab", "ab\u2160"])
    yield ("byte fallback over a run, all or nothing", {
        "model": unigram(("<0x0A>", -5.0), ("<0xC3>", -5.0), *LETTERS, byte_fallback=True)}, ["\u00e9\n", "a\n", "\n\u00c3"])
    yield ("byte fallback with all bytes", {
        "model": unigram(*((p, -9.0) for p in BYTE_PIECES), *LETTERS, byte_fallback=True),
        "decoder": sequence({"type": "ByteFallback"}, {"type": "Fuse"})}, ["\u00e9\n", "a\u4e2d\u6587b", "<0x41>", "<unk>"])
    yield ("Unigram without unk_id", {"model": unigram(*LETTERS, unk=None)}, ["abc", "ab!", ""])
    yield ("Unigram of double precision", {
        "model": unigram(*LETTERS, ("ll", -5.123456789012345), ("l", -3.1234567890123457))}, ["lll", "llll", "helllo"])
    yield ("a run of unknown characters that is a piece", {"model": unigram(*LETTERS, ("!?", -90.0))}, ["!?", "a!?b", "!?!"])
    for name, model in {"WordLevel": word_level("a", unk="nowhere"), "BPE": bpe(unk_token="nowhere"),
                        "WordPiece": {"type": "WordPiece", "unk_token": "nowhere", "vocab": {"a": 0, "##b": 1},
                                      "continuing_subword_prefix": "##", "max_input_chars_per_word": 5}}.items():
        yield (f"{name} without its unknown token", {"model": model}, ["a", "ab", "?", ""])
    yield ("an unknown token that is a character", {"model": bpe("a", unk_token="a", fuse_unk=True)}, ["a??b", "??a?", "a?"])
    yield ("an id that the vocabulary has", {
        "model": bpe("<unk>"), "added_tokens": [token(2, "new"), token(40, "later", True)]}, ["new a later"])
    yield ("white space taken before the next token", {
        "model": bpe(), "added_tokens": [token(26, "\n\n", True, lstrip=True, rstrip=True), token(27, " t", True)]},
        ["a\n\n \n\nb", "\n\n tt", "a \n\n t"])
    latin = bpe(*sorted({chr(c) for c in [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x144)]}))
    count = len(latin["vocab"])
    yield ("added tokens among bytes", {
        "model": latin, "pre_tokenizer": BYTES, "decoder": BYTES,
        "added_tokens": [token(count, "\u4e2d"), token(count + 1, "gr\u00fcn"), token(count + 2, "<s>", True)]},
        ["gr\u00fcn \u4e2d<s>", "\u00e9\u00e9 \u00c3"])
    yield ("bytes before Unigram", {
        "model": unigram(*LETTERS, ("\u0120", -4.0), ("\u00c3\u00a9", -4.0), ("\u0120the", -3.0)), "pre_tokenizer": BYTES,
        "decoder": BYTES}, ["a the \u00e9", "\u00e9 the"])
    yield ("ByteLevel as a normalizer", {
        "model": latin, "normalizer": {"type": "ByteLevel"}, "decoder": BYTES,
        "pre_tokenizer": {"type": "Split", "pattern": {"Regex": "\u0120?[a-z]+"}, "behavior": "Isolated", "invert": False},
        "added_tokens": [token(count, "\u00e9t\u00e9")]}, ["un \u00e9t\u00e9", "\u00e9 a"])
    yield ("a split between characters", {
        "model": bpe("ab"), "pre_tokenizer": {"type": "Split", "pattern": {"Regex": "(?=b)"}, "behavior": "Isolated",
                                              "invert": False}}, ["abab", "b", "bb"])
    yield ("FixedLength", {"model": word_level("ab", "ca"), "pre_tokenizer": {"type": "FixedLength", "length": 2}},
           ["abcab", "a", "\u0301ab"])
    yield ("special tokens by their entry alone", {
        "model": word_level(), "added_tokens": [token(3, "c", True)], "pre_tokenizer": {"type": "Whitespace"},
        "decoder": {"type": "Fuse"}}, ["a c ?", "[UNK] c"])
    decoders = {
        "CTC": {"type": "CTC", "pad_token": "a", "word_delimiter_token": "s", "cleanup": True},
        "Strip before joining": {"type": "Strip", "content": "a", "start": 1, "stop": 1},
        "Strip behind joining": sequence({"type": "Fuse"}, {"type": "Strip", "content": "a", "start": 2, "stop": 1}),
        "Replace by expression": sequence({"type": "Fuse"}, {"type": "Replace", "pattern": {"Regex": "a+|t"}, "content": "_"}),
        "WordPiece": {"type": "WordPiece", "prefix": "##", "cleanup": True},
        "BPEDecoder": {"type": "BPEDecoder", "suffix": "</w>"},
        "Metaspace": {"type": "Metaspace", "replacement": "\u2581", "prepend_scheme": "always", "split": True},
    }
    for name, step in decoders.items():
        yield (f"decoder {name}", {
            "model": bpe("</w>", "##s"), "decoder": step, "pre_tokenizer": {"type": "WhitespaceSplit"}},
            ["a abba a", "aast ta a", "\u2581a\u2581 \u2581\u2581", "a n't do not"])


KEPT = [(1, 1912), (1, 238), (1, 1448), (2, 1166), (2, 614), (2, 2368), (2, 2743), (9101, 297), (9101, 845), (9101, 2182),
        (9102, 1364), (9102, 3316), (9102, 3441), (9103, 422), (9104, 1918),
        (9105, 674), (9105, 730)]


def spm(corpus, edit=None, rules=None, **options):
    output = io.BytesIO()
    if rules:
        with tempfile.NamedTemporaryFile("w", suffix=".tsv") as file:
            file.write(rules)
            file.flush()
            return spm(corpus, edit, normalization_rule_name="own", normalization_rule_tsv=file.name, **options)
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(corpus), model_writer=output, minloglevel=4, num_threads=1, hard_vocab_limit=False,
        **{"normalization_rule_name": "identity", "vocab_size": 60, **options})
    model = proto.ModelProto()
    model.ParseFromString(output.getvalue())
    # The name of a file that is gone.
    model.normalizer_spec.ClearField("normalization_rule_tsv")
    if edit:
        edit(model)
    return model.SerializeToString()


def unused_pair_of_a_control(model):
    """A pair that is unused, one half of which is no piece: taken apart, that half is unknown text."""
    pair = next(piece for piece in model.pieces if piece.type == KINDS.NORMAL and piece.piece.isascii()
                and len(piece.piece) == 2)
    pair.type = KINDS.UNUSED
    next(piece for piece in model.pieces if piece.piece == pair.piece[1]).type = KINDS.CONTROL


def unused(model):
    model.pieces[len(model.pieces) - 3].type = proto.ModelProto.SentencePiece.UNUSED


CORPUS = ["hello world of words", "the world says hello", "a test of the best", "hello hello world"] * 3
MODELS = {
    "suffix with a map": {"treat_whitespace_as_suffix": True, "model_type": "word", "rules": "1\t\n"},
    "suffix with a map, spaces kept": {"treat_whitespace_as_suffix": True, "model_type": "word", "rules": "1\t\n",
                                       "remove_extra_whitespaces": False},
    "suffix": {"treat_whitespace_as_suffix": True, "model_type": "unigram"},
    "suffix bpe": {"treat_whitespace_as_suffix": True, "model_type": "bpe"},
    "suffix, spaces kept": {"treat_whitespace_as_suffix": True, "remove_extra_whitespaces": False},
    "word": {"model_type": "word"}, "char": {"model_type": "char"},
    "char with symbols": {"model_type": "char", "user_defined_symbols": ["<x>", "he"]},
    "surface": {"unk_surface": "?"}, "surface by default": {},
    "bytes": {"byte_fallback": True, "vocab_size": 320, "model_type": "bpe"},
    "word with bytes": {"byte_fallback": True, "vocab_size": 320, "model_type": "word"},
    "symbols kept from the map": {"normalization_rule_name": "identity", "user_defined_symbols": ["the w"]},
    "unused": {"model_type": "char", "edit": unused},
    "an unused pair of a control piece": {"model_type": "bpe", "byte_fallback": True, "vocab_size": 340,
                                          "edit": unused_pair_of_a_control},
    "char without required characters": {"model_type": "char", "required_chars": "\u00ff\u0153"},
    "control as a word": {"edit": lambda model: control_as_a_word(model)},
}
SPM_TEXTS = ["hello world", " hello  world ", "a\u00e9b", "\u4e2d\u6587 hello", "\u2581", "", " ", "hello\u2581", "<x>he", "the world", " \x01", "\x01 ", "\x01"]


def first(model, kind, count=1):
    """The first pieces of a type."""
    return [piece for piece in model.pieces if piece.type == kind][:count]


def bytes_without_fallback(model):
    model.trainer_spec.byte_fallback = False


def byte_missing(model):
    model.pieces.remove(first(model, KINDS.BYTE)[0])


def fallback_without_bytes(model):
    model.trainer_spec.byte_fallback = True


def byte_of_another_type(model):
    first(model, KINDS.BYTE)[0].type = KINDS.NORMAL


def byte_in_lower_case(model):
    piece = first(model, KINDS.BYTE, 0x4B)[-1]
    assert piece.piece == "<0x4A>"
    piece.piece = "<0x4a>"


def byte_twice(model):
    one, other = first(model, KINDS.BYTE, 2)
    other.piece = one.piece


def equal_pieces(model):
    one, other = first(model, KINDS.NORMAL, 2)
    other.piece = one.piece


def control_as_a_word(model):
    first(model, KINDS.CONTROL)[0].piece = first(model, KINDS.NORMAL)[0].piece


def control_as_a_word_of_bpe(model):
    control_as_a_word(model)
    model.trainer_spec.model_type = proto.TrainerSpec.BPE


def two_unknown(model):
    first(model, KINDS.CONTROL)[0].type = KINDS.UNKNOWN


def nul(model):
    first(model, KINDS.NORMAL)[0].piece = "a\0b"


def empty(model):
    first(model, KINDS.NORMAL)[0].piece = ""


KINDS = proto.ModelProto.SentencePiece
WITH_BYTES = {"byte_fallback": True, "vocab_size": 320, "model_type": "bpe"}
# What the library does not load.
REFUSED = {
    edit.__name__.replace("_", " "): {**(WITH_BYTES if "byte" in edit.__name__ and edit is not fallback_without_bytes else {}), "edit": edit}
    for edit in (bytes_without_fallback, byte_missing, fallback_without_bytes, byte_of_another_type, byte_in_lower_case,
                 byte_twice, equal_pieces, control_as_a_word_of_bpe, two_unknown, nul, empty)
}


def sentencepiece_cases():
    for name, options in REFUSED.items():
        model = spm(CORPUS, **options)
        try:
            sentencepiece.SentencePieceProcessor().LoadFromSerializedProto(model)
        except RuntimeError as error:
            yield {"name": name, "model": base64.b64encode(model).decode(), "refused": str(error)}
        else:
            raise SystemExit(f"{name}: the library loads it")
    for name, options in MODELS.items():
        model = spm(CORPUS, **options)
        processor = sentencepiece.SentencePieceProcessor(model_proto=model)
        ids = [processor.encode(text) for text in SPM_TEXTS]
        every = list(range(len(processor)))
        lists = [*ids, every[:30], every[-12:], [every[-1], 0, 0, every[-2]], [5, 4, 3]]
        yield {"name": name, "model": base64.b64encode(model).decode(), "texts": SPM_TEXTS, "encoded": ids,
               "ids": lists, "decoded": [processor.decode(one) if one else "" for one in lists]}


def rank(token, number):
    return f"{base64.b64encode(token).decode() if token else '='} {number}"


# A file of ranks with its special tokens; of several tokens without bytes Python keeps the last.
RANKS = {
    "a token of nothing": [*(rank(bytes([n]), n) for n in range(256)), "= 256", rank(b"ab", 257)],
    "a token of nothing, inside": [*(rank(bytes([n]), n) for n in range(200)), "= 200",
                                   *(rank(bytes([n]), n + 1) for n in range(200, 256)), rank(b"ab", 257), rank(b"abc", 258)],
    "a token of nothing at the end": [*(rank(bytes([n]), n) for n in range(256)), rank(b"ab", 256), "== 257"],
    "several tokens of nothing": [*(rank(bytes([n]), n) for n in range(256)), "= 256", rank(b"ab", 257), "=== 258"],
}
PATTERN = r"\w+|\W"
TEXTS = ["", "ab abc", "abcab b", "\u00e9\u0000"]


def without(*missing):
    """Ranks of all bytes but some, and of words that are made of those too."""
    return [*(rank(bytes([n]), n) for n in range(256) if bytes([n]) not in missing),
            rank(b"ab", 256), rank(b"bc", 257), rank(b"abc", 258)]


def drawn_ranks(seed):
    """Ranks of words of three letters, one of which has none itself, and texts that merge in few and in many steps."""
    random = Random(seed)
    words = [first + second for first in "abc" for second in "abc"]
    words += ["".join(random.choice("abc") for _ in range(random.randint(3, 5))) for _ in range(40)]
    words = list(dict.fromkeys(words))
    random.shuffle(words)
    lines = [rank(bytes([n]), n) for n in range(256) if n != ord("c")]
    lines += [rank(word.encode(), 256 + place) for place, word in enumerate(words)]
    return lines, ["".join(random.choice("aabbc") for _ in range(random.randint(1, 90))) for _ in range(40)]


def rank_cases():
    """Name, lines, texts."""
    for name, lines in RANKS.items():
        yield name, lines, TEXTS
    for missing in (b"A",), (b"a",), (b"b",), (b"A", b"a"), (b"\xc3",):
        yield ("no rank of " + ", ".join(map(repr, missing)), without(*missing),
               ["Aab", "ab", "A", "abA", "xbcA", "abcA", "aab", "ba", "abc x", "\u00e9", "x" * 60 + "abcA" + "ab" * 20])
    for seed in range(6):
        yield (f"a letter without a rank, {seed}", *drawn_ranks(seed))


def encoded(encoding, text):
    """The ids, or the library's error; a word that ends without a token is a panic in Rust."""
    try:
        return encoding.encode(text)
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        return str(error)


def tiktoken_cases():
    for name, lines, texts in rank_cases():
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "ranks.tiktoken")
            with open(path, "w", encoding="ascii") as output:
                output.write("\n".join(lines) + "\n")
            encoding = tiktoken.Encoding(name, pat_str=PATTERN, mergeable_ranks=load_tiktoken_bpe(path), special_tokens={})
        lists = [[97, 98], [256], [200, 97], [97, 257, 98], [258, 98], [257, 257], [259]]
        decoded = []
        for ids in lists:
            try:
                # The bytes: what becomes of bytes that are no text is another question.
                decoded.append([base64.b64encode(encoding.decode_bytes(ids)).decode()])
            except KeyError as error:
                decoded.append(str(error))
        yield {"name": name, "file": "\n".join(lines) + "\n", "pattern": PATTERN, "texts": texts,
               "encoded": [encoded(encoding, text) for text in texts], "ids": lists, "decoded": decoded}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing; exit status 1 where something would change")
    arguments = parser.parse_args()
    entries = []
    for name, parts, texts in cases():
        file = {"version": "1.0", "truncation": None, "padding": None, "added_tokens": [], "normalizer": None,
                "pre_tokenizer": None, "post_processor": None, "decoder": None, **parts}
        entries.append((name, file, texts, [[1, 2, 3], [3, 3, 1, 1, 2]]))
    entries += [(f"kept: seed {seed}, case {number}", *case(seed, number)) for seed, number in KEPT]
    rows = []
    for name, file, texts, lists in entries:
        answer = of_library(file, texts, lists)
        if answer is None:
            raise SystemExit(f"{name}: the library refuses the file")
        rows.append({"name": name, "texts": texts, **answer, "tokenizer": file})
    status = 0
    for file, library, cases_ in (("kinds.json", "tokenizers", rows),
                                  ("kinds_sentencepiece.json", "sentencepiece", list(sentencepiece_cases())),
                                  ("kinds_tiktoken.json", "tiktoken", list(tiktoken_cases()))):
        head = {"library": f"{library} {importlib.metadata.version(library)}", "script": "Tests/Scripts/generate_kind_goldens.py"}
        body = ",\n".join(json.dumps(row, separators=(",", ":")) for row in cases_)
        text = json.dumps(head, separators=(",", ":"))[:-1] + ',"cases":[\n' + body + "\n]}\n"
        path = os.path.join(FOLDER, file)
        if arguments.check:
            with open(path, encoding="ascii") as source:
                same = source.read() == text
            print(f"{file}: " + ("as written" if same else "the library gives something else now"))
            status |= not same
        else:
            with open(path, "w", encoding="ascii") as output:
                output.write(text)
            print(f"{file}: {len(cases_)} cases, {len(text)} bytes")
    return status


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""Asks tiktoken and mistral_common what becomes of text that a split pattern does not match.

    python=$(Tests/Scripts/environment --models)
    $python Tests/Scripts/generate_split_goldens.py            # write Golden/splits.json
    $python Tests/Scripts/generate_split_goldens.py --check    # exit status 1 where it would change

Every byte is a token, and so are a few pairs. An answer is a list of ids, or the library's error as a text.
"""

import argparse
import base64
import importlib.metadata
import json
import os
import sys
import tempfile

import tiktoken
from mistral_common.tokens.tokenizers.tekken import Tekkenizer

from property_tokenizers import ROOT

PATH = os.path.join(ROOT, "Tests", "Tokenizers", "TokenizationTests", "Golden", "splits.json")
TOKENS = [*(bytes([number]) for number in range(256)), b"ab", b" b", "\u00e9".encode(), b"abab"]
SPECIALS = 22
CASES = {
    "letters alone": (r"\p{L}+", ["ab, \u00e9b 12", "", "12 3", "a\u0301b"]),
    "lines without their ends": (r"[^\r\n]+", ["ab\r\nab b", "\n\n", "ab\n"]),
    "words with a space before": (r" ?\w+", ["ab  b, ab", " . b", "b\tb"]),
    "everything": (r"\w+|\W", ["ab, \u00e9b 12", "ab\r\n"]),
    "an empty match at the end of another": (r"(?=b)|[\s\S]", ["abc", "ab ab", "a"]),
    "an empty match elsewhere": (r"(?=b)|[\s\S]", ["bbc", " ab", "aab"]),
    "nothing or a letter": (r"x*|[\s\S]", ["abx", "x", "xx"]),
    "the end": (r"$|\w", ["ab", "a b", "a "]),
    "a group of numbers": (r"\p{N}{1,2}|\p{L}", ["12345ab-6", "-"]),
}


def attempt(encode):
    try:
        return list(encode())
    except BaseException as error:  # a panic of the library is no Exception
        if isinstance(error, (KeyboardInterrupt, SystemExit)):
            raise
        return f"{type(error).__name__}: {error}"[:200]


def tekken(pattern):
    vocab = [{"rank": number, "token_bytes": base64.b64encode(token).decode(), "token_str": None}
             for number, token in enumerate(TOKENS)]
    return {"config": {"pattern": pattern, "num_vocab_tokens": len(TOKENS), "default_vocab_size": len(TOKENS) + SPECIALS,
                       "default_num_special_tokens": SPECIALS, "version": "v3"}, "vocab": vocab}


def rows():
    for name, (pattern, texts) in CASES.items():
        ranks = {token: number for number, token in enumerate(TOKENS)}
        encoding = tiktoken.Encoding(name, pat_str=pattern, mergeable_ranks=ranks, special_tokens={})
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "tekken.json")
            with open(path, "w", encoding="ascii") as output:
                json.dump(tekken(pattern), output)
            mistral = Tekkenizer.from_file(path)
        yield {"name": name, "pattern": pattern, "texts": texts,
               "tiktoken": [attempt(lambda: encoding.encode(text, disallowed_special=())) for text in texts],
               "tekken": [attempt(lambda: mistral.encode(text, bos=False, eos=False)) for text in texts]}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing; exit status 1 where something would change")
    arguments = parser.parse_args()
    head = {"library": ", ".join(f"{name} {importlib.metadata.version(name)}" for name in ("tiktoken", "mistral_common")),
            "script": "Tests/Scripts/generate_split_goldens.py",
            "tokens": [base64.b64encode(token).decode() for token in TOKENS[256:]], "specials": SPECIALS}
    body = ",\n".join(json.dumps(row, separators=(",", ":")) for row in rows())
    text = json.dumps(head, separators=(",", ":"))[:-1] + ',"cases":[\n' + body + "\n]}\n"
    if arguments.check:
        with open(PATH, encoding="ascii") as source:
            same = source.read() == text
        print("splits.json: " + ("as written" if same else "the library gives something else now"))
        return 0 if same else 1
    with open(PATH, "w", encoding="ascii") as output:
        output.write(text)
    print(f"splits.json: {len(CASES)} cases, {len(text)} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())

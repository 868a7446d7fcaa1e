#!/usr/bin/env python3
"""Asks the tokenizers library how the demonstration vocabularies encode and decode some texts.

    python=$(Tests/Scripts/environment)
    $python Tests/Scripts/compare_demo_texts.py            # write Tests/Tool/CommandsTests/Golden/demo_texts.json
    $python Tests/Scripts/compare_demo_texts.py --check    # exit status 1 where it would change

A text is given as hexadecimal bytes, for some are no UTF-8; those are read as Python's errors='replace' does. For each
and each vocabulary: `ids` with special tokens as plain text, `special` with them parsed and with the tokens that the
tokenizer puts around a text, and what `ids` decode to.
Only this script writes the file; the tests of `cmc tokenize`, `coverage` and `explain --text` read it.
"""

import argparse
import json
import os
import sys

import tokenizers

from compare_vocabularies import ROOT

GOLDEN = os.path.join(ROOT, "Tests", "Tool", "CommandsTests", "Golden", "demo_texts.json")
TEXTS = [
    b"Hello world",
    b"  two spaces,\ttab and  more   spaces ",
    "Ελληνικά και Русский текст".encode(),
    "日本語のテキスト、漢字とカタカナ".encode(),
    "हिन्दी में पाठ".encode(),
    "نص عربي، مع فاصلة".encode(),
    "emoji 👍🏽 and ▁ and \u00a0".encode(),
    b"<s>user<|end|> and <|im_end|> written out</s>",
    b"for (int i = 0; i < 10; ++i) { x[i] += 1; }",
    b"bad \xff\xfe bytes \xe6\xbc and \xf0\x9f\x91 end",
    b"the harbour lay quiet in the evening light",
    b"x",
]


def ask(name):
    tokenizer = tokenizers.Tokenizer.from_file(os.path.join(ROOT, "Vocabs", "demo", name, "tokenizer.json"))
    answers = []
    for text in (data.decode("utf-8", errors="replace") for data in TEXTS):
        tokenizer.encode_special_tokens = True
        plain = tokenizer.encode(text, add_special_tokens=False)
        tokenizer.encode_special_tokens = False
        answers.append(
            {
                "ids": plain.ids,
                "special": tokenizer.encode(text, add_special_tokens=True).ids,
                "decoded": tokenizer.decode(plain.ids, skip_special_tokens=True),
            }
        )
    return answers


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing; exit status 1 where it would change")
    arguments = parser.parse_args()
    library = f"tokenizers {tokenizers.__version__}"
    columns = {"texts": [text.hex() for text in TEXTS], "harbor": ask("harbor"), "meadow": ask("meadow")}
    rows = [f'"library": {json.dumps(library)}']
    for name, column in columns.items():
        rows.append(f'"{name}": [\n' + ",\n".join(json.dumps(value) for value in column) + "\n]")
    written = "{\n" + ",\n".join(rows) + "\n}\n"
    if arguments.check:
        with open(GOLDEN) as file:
            if file.read() != written:
                sys.exit(f"{GOLDEN} is not what {library} gives")
        return
    os.makedirs(os.path.dirname(GOLDEN), exist_ok=True)
    with open(GOLDEN, "w") as file:
        file.write(written)


if __name__ == "__main__":
    main()

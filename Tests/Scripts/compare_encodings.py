#!/usr/bin/env python3
"""Asks the original libraries how they encode the mixed texts, and writes or checks the golden digests.

    Vocabs/fetch && swift build -c release
    python=$(Tests/Scripts/environment --models)
    $python Tests/Scripts/compare_encodings.py              # write Golden/encoding_digests.json
    $python Tests/Scripts/compare_encodings.py --check      # exit status 1 where it would change
    $python Tests/Scripts/compare_encodings.py --dump llama-2 /tmp/llama-2.ids

The texts are those of `cmc-bench corpus`, made anew, or a file that it wrote.

The file of texts holds, for each, its length in four bytes and its bytes; bytes that are no UTF-8 are replaced as
Python's errors='replace' does. A digest is SHA-256 over one line for each text: its ids in decimal, a blank between.
Only this script writes the digests; EncodingDigestTests makes the same texts and compares.
"""

import argparse
import hashlib
import importlib.metadata
import json
import os
import struct
import subprocess
import sys
import tempfile
import time

import original_tokenizers
from compare_vocabularies import ROOT

GOLDEN = os.path.join(ROOT, "Tests", "Tokenizers", "TokenizationTests", "Golden", "encoding_digests.json")


def records(data):
    place = 0
    while place < len(data):
        (count,) = struct.unpack_from("<I", data, place)
        yield data[place + 4 : place + 4 + count]
        place += 4 + count


def lines(original, texts):
    for number, text in enumerate(texts):
        try:
            yield " ".join(map(str, original.encode(text))) + "\n"
        except Exception as error:  # the library's fault must be seen, with the text that shows it
            raise SystemExit(f"{original.library} fails on text {number} ({len(text)} characters): {error}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", nargs="?", help="what `cmc-bench corpus` wrote (default: it is run)")
    parser.add_argument("--bin", default=os.path.join(ROOT, ".build", "release"), help="where cmc-bench is")
    parser.add_argument("--seed", type=int, default=2024, help="the seed the texts were made with")
    parser.add_argument("--check", action="store_true", help="write nothing; exit status 1 where something differs")
    parser.add_argument("--only", nargs="+", metavar="NAME", help="keep the digests of all others")
    parser.add_argument("--dump", nargs=2, metavar=("NAME", "FILE"), help="write the lines of one tokenizer")
    parser.add_argument("--round-trip", action="store_true", help="count the texts that decode to themselves")
    arguments = parser.parse_args()

    with tempfile.TemporaryDirectory() as folder:
        path = arguments.corpus or os.path.join(folder, "corpus")
        if not arguments.corpus:
            bench = os.path.join(arguments.bin, "cmc-bench")
            subprocess.run([bench, "corpus", path, "--seed", str(arguments.seed)], check=True, cwd=ROOT)
        with open(path, "rb") as file:
            data = file.read()
    texts = [record.decode("utf-8", errors="replace") for record in records(data)]
    if arguments.dump:
        name, out = arguments.dump
        with open(out, "w", encoding="ascii") as file:
            file.writelines(lines(original_tokenizers.load(name), texts))
        return 0

    old = open(GOLDEN, encoding="utf-8").read() if os.path.exists(GOLDEN) else None
    entries = json.loads(old)["encodings"] if old and arguments.only else {}
    for name in arguments.only or original_tokenizers.NAMES:
        original = original_tokenizers.load(name)
        digest, count, start = hashlib.sha256(), 0, time.time()
        for line in lines(original, texts):
            digest.update(line.encode())
            count += len(line.split())
        entries[name] = {
            "library": f"{original.library} {importlib.metadata.version(original.library)}",
            "file": original.file,
            "ids": count,
            "sha256": digest.hexdigest(),
        }
        note = ""
        if arguments.round_trip:
            same = sum(original.decode(original.encode(text)) == text for text in texts)
            note = f"  {same} of {len(texts)} texts decode to themselves"
        print(f"{name:20}{count:10} ids  {time.time() - start:6.1f} s{note}", flush=True)
    corpus = {
        "seed": arguments.seed,
        "records": len(texts),
        "bytes": sum(len(record) for record in records(data)),
        "sha256": hashlib.sha256(data).hexdigest(),
    }
    golden = {"written_by": "Tests/Scripts/compare_encodings.py", "corpus": corpus, "encodings": entries}
    text = json.dumps(golden, indent=2) + "\n"
    same = old == text
    print(f"{GOLDEN[len(ROOT) + 1:]} {'is up to date' if same else 'differs' if arguments.check else 'written'}")
    if not same and not arguments.check:
        os.makedirs(os.path.dirname(GOLDEN), exist_ok=True)
        with open(GOLDEN, "w", encoding="utf-8") as output:
            output.write(text)
    return 1 if arguments.check and not same else 0


if __name__ == "__main__":
    sys.exit(main())

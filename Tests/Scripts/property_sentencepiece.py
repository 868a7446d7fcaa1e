#!/usr/bin/env python3
"""Holds SentencePiece models trained with random options against the sentencepiece library: equal, or refused by name.

    swift build -c release --product cmc-bench
    python=$(Tests/Scripts/environment)
    $python Tests/Scripts/property_sentencepiece.py                   # 3 000 of them
    $python Tests/Scripts/property_sentencepiece.py --count 500 --seed 7
    $python Tests/Scripts/property_sentencepiece.py --seed 7 --only 123

Each case is a model trained on a tiny corpus with random options of the trainer, of which some are then edited as
files in circulation are: pieces made unused, a byte piece taken away, scores made equal. Compared are the ids of texts
and the texts of ids. `cmc-bench tokenizers` answers for this project. The exit status is 1 where something is silently
different; the smallest failing text of each kind is kept in a folder with its model.
"""

import argparse
import collections
import importlib.metadata
import io
import json
import math
import os
import random
import re
import shutil
import sys
import tempfile

import sentencepiece
from sentencepiece import sentencepiece_model_pb2 as proto

from property_tokenizers import ALL, BYTE_PIECES, ROOT, WORDS, ask, chance, refusal

CORPUS = """the quick brown fox jumps over the lazy dog
the state of the art is not the state of things
hello world, hello there; it's a test of 123 and 4567
Caf\u00e9 na\u00efve \u00c5ngstr\u00f6m \ufb01ne \u00bd \uff21\uff22\uff23
\u4e2d\u6587 \u6d4b\u8bd5 \u65e5\u672c\u8a9e \u306e \u30c6\u30b9\u30c8
\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645 \u0928\u092e\u0938\u094d\u0924\u0947 \u0e2a\u0e27\u0e31\u0e2a\u0e14\u0e35
\U0001f600 smile \U0001f468\u200d\U0001f469 family
in the beginning there was the word and the word was with them
aaa aaaa aaaaa bbb bb abab abab""".split("\n")
SYMBOLS = ["<sep>", "<cls>", "<tool>", "hello", "ab", "the q", "\u4e2d\u6587", "e", "\u2581x", "\U0001f600", " t", "..", "1"]


def options(rng):
    chosen = {
        "model_type": rng.choice(["unigram", "unigram", "unigram", "bpe", "bpe", "bpe", "word", "char"]),
        "vocab_size": rng.choice([100, 120, 140, 200, 300]),
        "hard_vocab_limit": False,
        "add_dummy_prefix": chance(rng, 0.7), "remove_extra_whitespaces": chance(rng, 0.6),
        "treat_whitespace_as_suffix": chance(rng, 0.25), "byte_fallback": chance(rng, 0.3),
        "split_by_unicode_script": chance(rng, 0.7), "split_by_number": chance(rng, 0.7),
        "split_by_whitespace": chance(rng, 0.8), "split_digits": chance(rng, 0.3),
        "allow_whitespace_only_pieces": chance(rng, 0.3),
        "normalization_rule_name": rng.choice(["nmt_nfkc", "nfkc", "nmt_nfkc_cf", "nfkc_cf", "identity", "identity"]),
        "character_coverage": rng.choice([1.0, 0.9995, 0.98]),
        "max_sentencepiece_length": rng.choice([2, 4, 16, 16]),
        "num_threads": 1, "minloglevel": 4, "seed_sentencepiece_size": 2000, "num_sub_iterations": 1,
    }
    if chance(rng, 0.4):
        chosen["user_defined_symbols"] = rng.sample(SYMBOLS, rng.randint(1, 4))
    if chance(rng, 0.3):
        chosen["control_symbols"] = rng.sample([s for s in SYMBOLS if s not in chosen.get("user_defined_symbols", [])], 2)
    if chance(rng, 0.3):
        chosen["unk_surface"] = rng.choice(["?", " ", "\u2047", " UNK ", "\u2581"])
    if chance(rng, 0.4):
        order = rng.sample(range(4), 4)
        chosen.update(unk_id=order[0], bos_id=rng.choice([order[1], -1]), eos_id=rng.choice([order[2], -1]),
                      pad_id=rng.choice([order[3], -1]))
    if chance(rng, 0.2):
        chosen.update(unk_piece="[UNK]", bos_piece="<bos>")
    if chance(rng, 0.15):
        chosen["required_chars"] = "qz\u00e9"
    # All bytes, and the characters of the corpus.
    chosen["vocab_size"] = chosen["vocab_size"] + (260 if chosen["byte_fallback"] else 0)
    return chosen


def edited(rng, model):
    """The model with what the trainer cannot be asked for."""
    spec = proto.ModelProto()
    spec.ParseFromString(model)
    kinds = proto.ModelProto.SentencePiece
    normal = [piece for piece in spec.pieces if piece.type == kinds.NORMAL]
    if chance(rng, 0.5) and normal:
        for piece in rng.sample(normal, min(len(normal), rng.randint(1, 6))):
            piece.type = rng.choice([kinds.UNUSED, kinds.UNUSED, kinds.USER_DEFINED, kinds.CONTROL])
    if chance(rng, 0.2):
        for piece in normal:
            piece.score = float(round(piece.score / 3)) if math.isfinite(piece.score) else 0.0
    if chance(rng, 0.2):
        spec.normalizer_spec.escape_whitespaces = False
    if chance(rng, 0.2):
        spec.normalizer_spec.add_dummy_prefix = not spec.normalizer_spec.add_dummy_prefix
    if chance(rng, 0.2):
        spec.trainer_spec.treat_whitespace_as_suffix = not spec.trainer_spec.treat_whitespace_as_suffix
    if chance(rng, 0.1):
        spec.trainer_spec.byte_fallback = not spec.trainer_spec.byte_fallback
    if chance(rng, 0.1):
        spec.denormalizer_spec.precompiled_charsmap = spec.normalizer_spec.precompiled_charsmap
    if chance(rng, 0.1):
        del spec.pieces[rng.randrange(len(spec.pieces))]
    return spec.SerializeToString()


def texts(rng, processor):
    result = ["", " ", "a"]
    pieces = [processor.id_to_piece(number) for number in range(len(processor))]
    pieces = [piece for piece in pieces if piece not in BYTE_PIECES]
    for _ in range(8):
        text = ""
        for _ in range(rng.choice([1, 2, 4, 8])):
            kind = rng.random()
            if kind < 0.3:
                text += rng.choice(rng.choice(CORPUS).split(" "))
            elif kind < 0.5:
                text += rng.choice([" ", " ", "  ", "\u2581", "\t", "\n", "\u3000"])
            elif kind < 0.65:
                text += rng.choice(pieces)
            elif kind < 0.75:
                text += rng.choice(SYMBOLS)
            elif kind < 0.85:
                text += rng.choice(WORDS)
            else:
                text += rng.choice(ALL)
        result.append(text)
    return result


def case(seed, number):
    """The model, the texts and lists of ids, or None where the trainer refuses the options."""
    rng = random.Random(f"{seed}/{number}")
    chosen = options(rng)
    corpus = rng.sample(CORPUS, rng.randint(4, len(CORPUS))) * 2
    output = io.BytesIO()
    try:
        sentencepiece.SentencePieceTrainer.train(sentence_iterator=iter(corpus), model_writer=output, **chosen)
    except Exception:
        return None
    model = output.getvalue()
    if chance(rng, 0.35):
        model = edited(rng, model)
    processor = sentencepiece.SentencePieceProcessor()
    try:
        processor.LoadFromSerializedProto(model)
    except Exception:
        return None
    strings = texts(rng, processor)
    everything = range(len(processor))
    runs = [number for number in everything if processor.is_byte(number)] or everything
    lists = [[rng.choice(everything) for _ in range(rng.randint(0, 8))] for _ in range(3)]
    lists.append([rng.choice(rng.choice([runs, everything])) for _ in range(rng.randint(1, 8))])
    return chosen, model, processor, strings, lists


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=3_000)
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--only", type=int, help="one case, in full")
    parser.add_argument("--bench", default=os.path.join(ROOT, ".build", "release", "cmc-bench"))
    parser.add_argument("--failures", help="a folder for failing cases (default: one is made where there are any)")
    arguments = parser.parse_args()
    folder = arguments.failures or os.path.join(tempfile.gettempdir(), f"property_sentencepiece-{arguments.seed}")
    numbers = range(arguments.count) if arguments.only is None else [arguments.only]
    counts, refused, different, smallest = (collections.Counter(), collections.Counter(), collections.Counter(), {})
    with tempfile.TemporaryDirectory() as place:
        for start in range(0, len(numbers), 100):
            batch = []
            for number in numbers[start:start + 100]:
                made = case(arguments.seed, number)
                if made is None:
                    counts["refused by the library"] += 1
                    continue
                chosen, model, processor, strings, lists = made
                path = os.path.join(place, str(number), "tokenizer.model")
                os.makedirs(os.path.dirname(path), exist_ok=True)
                with open(path, "wb") as output:
                    output.write(model)
                encoded = [processor.encode(text) for text in strings]
                lists = encoded + lists
                decoded = [processor.decode(ids) if ids else "" for ids in lists]
                batch.append((number, chosen, path, strings, encoded, lists, decoded))
            answers = ask(arguments.bench, [{"path": b[2], "texts": b[3], "ids": b[5]} for b in batch])
            for (number, chosen, path, strings, encoded, lists, decoded), answer in zip(batch, answers):
                found = []
                if "crash" in answer:
                    found.append(("crash", answer))
                elif "error" in answer:
                    counts["refused by name"] += 1
                    refused[refusal(answer["error"])] += 1
                else:
                    for text, wanted, got in zip(strings, encoded, answer["literal"]):
                        if isinstance(got, str):
                            refused["text: " + refusal(got)] += 1
                        elif wanted != got:
                            found.append(("encoded", {"text": text, "wanted": wanted, "found": got}))
                    for ids, wanted, got in zip(lists, decoded, answer["decoded"]):
                        if isinstance(got, list):
                            refused["ids: " + refusal(got[0])] += 1
                        elif wanted != got:
                            found.append(("decoded", {"ids": ids, "wanted": wanted, "found": got}))
                    found += [("in parts", {"part": part}) for part in answer["parts"]]
                    counts["different" if found else "equal"] += 1
                    counts["answers equal"] += len(strings) + len(lists) - len(found)
                for kind, detail in found:
                    kind = f"{kind} {chosen['model_type']}"
                    different[kind] += 1
                    size = len(json.dumps(detail))
                    if kind not in smallest or size < smallest[kind][0]:
                        smallest[kind] = (size, number)
                        os.makedirs(folder, exist_ok=True)
                        shutil.copy(path, os.path.join(folder, f"{kind}.model"))
                        with open(os.path.join(folder, f"{kind}.json"), "w", encoding="utf-8") as output:
                            json.dump({"case": number, "options": chosen, **detail}, output)
                if arguments.only is not None:
                    print(chosen)
                    print(answer.get("error"))
                    for kind, detail in found:
                        print(kind, detail)
                os.remove(path)
    print(f"sentencepiece {importlib.metadata.version('sentencepiece')}, seed {arguments.seed}, cases {len(numbers)}")
    for counter, title in ((counts, None), (refused, "refused:"), (different, "DIFFERENT:")):
        if title and counter:
            print(title)
        for name, count in counter.most_common(60):
            print(f"  {count:8} {name}" + (f"  (case {smallest[name][1]})" if counter is different else ""))
    if different:
        print(f"the smallest of each kind: {folder}")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())

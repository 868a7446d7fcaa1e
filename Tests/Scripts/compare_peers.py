#!/usr/bin/env python3
"""Files that `cmc align -o` writes for other projects are such as those projects' own code can use.

    Vocabs/fetch
    swift build -c release
    python=$(Tests/Scripts/environment --models)
    $python Tests/Scripts/compare_peers.py [--check] [--code FOLDER]

What each project's loader does with its file is restated here; the sources are
    FuseLLM   github.com/fanqiwan/FuseAI 7d9a307, FuseLLM/src/utils/others.py: transform_step_logits
    DSKD      github.com/songmzhang/DSKD 077337a, code/distiller.py, code/criterions/min_edit_dis_kld.py
    TokAlign  github.com/ZNLP/TokAlign 3ef5bc9, src/convert.py: trans2switch
    tokenkit  github.com/bminixhofer/tokenkit bcacdef, scripts/cross_tokenizer_distill.py, tokenkit/training/losses.py
With --code the lines themselves are taken out of these repositories (clones in FOLDER/FuseAI, DSKD, TokAlign and tokenkit)
and run on the same files. Pairs: the demonstration's two vocabularies, both ways, and Llama-2 with DeepSeek, both ways.

Exit status 1 where a file cannot be used, or gives another token than the map. --check changes nothing; nothing is written.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import warnings

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["TOKENIZERS_PARALLELISM"] = "false"
warnings.filterwarnings("ignore")
import numpy
import torch
import transformers

transformers.utils.logging.set_verbosity_error()
transformers.utils.logging.disable_progress_bar()
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import peers_code

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
CMC = os.environ.get("CMC", os.path.join(ROOT, ".build", "release", "cmc"))
REAL = os.environ.get("CMC_VOCABS_REAL", os.path.join(ROOT, "Vocabs", "real"))
DEMO = os.path.join(ROOT, "Vocabs", "demo", "models")
PAIRS = [
    (os.path.join(DEMO, "base-one"), os.path.join(DEMO, "base-two")),
    (os.path.join(REAL, "deepseek"), os.path.join(REAL, "llama-2")),
]
TEXTS = ["Ann lives in the house.", "Where is the mark of Ann? 東京 naïve"]


class Pair:
    """Two tokenizers with the map between them, and the files of every project."""

    def __init__(self, source, target, folder):
        self.name = f"{os.path.basename(source)} → {os.path.basename(target)}"
        self.folder, self.places = folder, (source, target)
        self.source, self.target = (tokenizer(place) for place in self.places)
        self.map = os.path.join(folder, "map.json")
        self.align("json", self.map)
        with open(self.map, encoding="utf-8") as file:
            self.ids = json.load(file)["ids"]

    def align(self, format, path, *options):
        done = cmc("align", *self.places, "--format", format, "-o", path, *options)
        assert done.returncode == 0, done.stderr
        return path

    def file(self, format):
        return self.align(format, os.path.join(self.folder, format), "--fill", "nearest")


def tokenizer(place):
    """The tokenizer as the class that these projects know their tables by: one with ▁ or one with Ġ."""
    result = transformers.PreTrainedTokenizerFast(tokenizer_file=os.path.join(place, "tokenizer.json"))
    result.mark = max("▁Ġ", key=lambda mark: sum(piece.startswith(mark) for piece in result.get_vocab()))
    result.__class__ = {"▁": transformers.LlamaTokenizerFast, "Ġ": transformers.GPTNeoXTokenizerFast}[result.mark]
    return result


def cmc(*arguments):
    return subprocess.run([CMC, *arguments, "--quiet"], capture_output=True, text=True, errors="replace")


def fusellm(pair):
    """Each token of the source is looked up under its piece with the target's mark; what is found is a piece of the target."""
    refused = cmc("map", "convert", pair.map, "--format", "fusellm", "-o", os.path.join(pair.folder, "no"))
    assert refused.returncode == 1 and "give the tokenizer with --source" in refused.stderr, refused.stderr
    if any(pair.ids[token] < 0 for token in pair.source.get_vocab().values()):
        refused = cmc("align", *pair.places, "--format", "fusellm", "-o", os.path.join(pair.folder, "no"))
        assert refused.returncode == 1 and "--fill" in refused.stderr, refused.stderr
    path = pair.file("fusellm")
    with open(path, encoding="utf-8") as file:
        mapping = json.load(file)
    base, found = pair.target.get_vocab(), {}
    for piece, token in sorted(pair.source.get_vocab().items(), key=lambda item: item[1]):
        # Of two tokens under one name the last one counts.
        found[piece.replace(pair.source.mark, pair.target.mark)] = token
    for name, token in found.items():
        target = base[mapping[name]]
        assert pair.ids[token] in (target, -1), (name, target, pair.ids[token])
    assert len(mapping) == len(found), "names that no token is looked up by"
    return path, f"{len(mapping)} names"


def dskd(pair):
    """The values are a vector by the teacher's ids; turned round, they choose the student's columns."""
    path = pair.file("dskd")
    with open(path, encoding="utf-8") as file:
        mapping = json.load(file)
    vector = torch.LongTensor(list(mapping.values()))
    assert [int(token) for token in mapping] == list(range(len(vector))), "ids that are not in order"
    assert len(vector) > max(pair.source.get_vocab().values())
    same(pair, vector.tolist())
    return path, f"{len(vector)} ids onto {len(set(mapping.values()))}"


def tokalign(pair):
    """Row i of the new embeddings is the old model's row at the value of the key "i"."""
    path = pair.file("tokalign")
    with open(path, encoding="utf-8") as file:
        mapping = json.load(file)
    same(pair, [mapping[f"{row}"] for row in range(len(mapping))])
    assert len(mapping) >= len(pair.source)
    return path, f"{len(mapping)} rows"


def tokenkit(pair):
    """The vector chooses the teacher's columns and is padded to the new model's width; of the distances there is a mean."""
    path = pair.file("tokenkit")
    mapping = numpy.load(os.path.join(path, "mined_mapping.npy"))
    with open(os.path.join(path, "mined_distances.json"), encoding="utf-8") as file:
        distances = json.load(file)
    same(pair, mapping.tolist())
    assert mapping.ndim == 1 and len(mapping) >= len(pair.source) and mapping.dtype == numpy.int32
    missing = [piece for piece in pair.source.get_vocab() if piece not in distances]
    mean = numpy.mean(list(distances.values()))
    assert mean >= 0 and all(isinstance(value, int) and value >= 0 for value in distances.values())
    return path, f"{len(mapping)} ids, mean distance {mean:.3f}, {len(missing)} pieces under another spelling"


def same(pair, found):
    """Whether a file says what the map says, and something that there is where the map says nothing."""
    assert len(found) == len(pair.ids)
    assert all(mine in (-1, other) for mine, other in zip(pair.ids, found))
    assert 0 <= min(found) and max(found) <= max(pair.target.get_vocab().values())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--code", metavar="FOLDER", help="clones of the projects, whose own lines are run")
    arguments = parser.parse_args()
    failed = 0
    for one, other in PAIRS:
        for places in ((one, other), (other, one)):
            with tempfile.TemporaryDirectory() as folder:
                pair = Pair(*places, folder)
                for check in (fusellm, dskd, tokalign, tokenkit):
                    try:
                        path, what = check(pair)
                        if arguments.code:
                            what += "; its own code: " + getattr(peers_code, check.__name__)(arguments.code, pair, path, TEXTS)
                        print(f"{pair.name}: {check.__name__}: {what}", flush=True)
                    except (AssertionError, KeyError, IndexError) as error:
                        failed += 1
                        print(f"{pair.name}: {check.__name__}: FAILED: {type(error).__name__}: {error}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

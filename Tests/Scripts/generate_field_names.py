#!/usr/bin/env python3
"""Lists the fields of the tokenizer formats as the installed libraries define them.

    python=$(Tests/Scripts/environment)
    $python Tests/Scripts/generate_field_names.py            # write Golden/field_names.json
    $python Tests/Scripts/generate_field_names.py --check    # exit status 1 where a library has other fields now

FieldTablesTests fails at a name without a row in the table of its format.
"""

import argparse
import importlib.metadata
import json
import os
import sys

import gguf
import mistral_common.tokens.tokenizers.tekken as tekken
from sentencepiece import sentencepiece_model_pb2 as proto
from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
GOLDEN = os.path.join(ROOT, "Tests", "Tokenizers", "TokenizerFormatsTests", "Golden", "field_names.json")
# What a component cannot be made without.
ARGUMENTS = {
    "Replace": ("a", "b"), "Prepend": ("a",), "Precompiled": None, "CharDelimiterSplit": ("a",),
    "BertProcessing": (("a", 1), ("b", 2)), "RobertaProcessing": (("a", 1), ("b", 2)),
    "TemplateProcessing": ("$A",), "Strip": (), "FixedLength": (5,),
}


def serialised(stage, module, base):
    """The fields of each component, from what the library writes of it."""
    found = {}
    for name in dir(module):
        kind = getattr(module, name)
        if not isinstance(kind, type) or not issubclass(kind, base) or kind is base:
            continue
        arguments = ARGUMENTS.get(name, ())
        if stage == "pre_tokenizer" and name == "Split":
            arguments = ("a", "isolated")
        if name == "Sequence":
            arguments = ([],)
        if arguments is None:
            found[f"{stage}: {name}"] = ["type", "precompiled_charsmap"]
            continue
        try:
            component = kind(*arguments)
        except TypeError:
            component = kind([]) if stage == "post_processor" else kind("a")
        tokenizer = Tokenizer(models.WordLevel({"a": 0}, "a"))
        setattr(tokenizer, stage, component)
        written = json.loads(tokenizer.to_str())[stage]
        found[f"{stage}: {written['type']}"] = list(written)
    return found


def tokenizer_json():
    sections = {}
    for stage, module, base in (
        ("normalizer", normalizers, normalizers.Normalizer), ("pre_tokenizer", pre_tokenizers, pre_tokenizers.PreTokenizer),
        ("post_processor", processors, processors.PostProcessor), ("decoder", decoders, decoders.Decoder),
    ):
        sections.update(serialised(stage, module, base))
    for model in (models.BPE({"a": 0}, []), models.Unigram([("a", 0.0)], 0, True), models.WordPiece({"a": 0}),
                  models.WordLevel({"a": 0}, "a")):
        tokenizer = Tokenizer(model)
        tokenizer.add_tokens([AddedToken("b")])
        written = json.loads(tokenizer.to_str())
        sections[f"model: {written['model']['type']}"] = list(written["model"])
        sections[""] = list(written)
        sections["added_tokens"] = list(written["added_tokens"][0])
    return sections


def protobuf():
    return {section: [field.name for field in message.DESCRIPTOR.fields] for section, message in (
        ("", proto.ModelProto), ("pieces", proto.ModelProto.SentencePiece), ("trainer_spec", proto.TrainerSpec),
        ("normalizer_spec", proto.NormalizerSpec))}


def gguf_keys():
    keys = gguf.constants.Keys.Tokenizer
    return {"": sorted(value for name, value in vars(keys).items() if not name.startswith("_"))}


def mistral():
    return {section: list(kind.__annotations__) for section, kind in (
        ("", tekken.ModelData), ("config", tekken.TekkenConfig), ("vocab", tekken.TokenInfo),
        ("special_tokens", tekken.SpecialTokenInfo))}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing; exit status 1 where it would change")
    arguments = parser.parse_args()
    formats = {
        "tokenizer.json": ("tokenizers", tokenizer_json()), "sentencepiece": ("sentencepiece", protobuf()),
        "gguf-tokenizer": ("gguf", gguf_keys()), "tekken.json": ("mistral-common", mistral()),
    }
    golden = {"script": "Tests/Scripts/generate_field_names.py", "formats": {
        name: {"library": f"{library} {importlib.metadata.version(library)}", "sections": sections}
        for name, (library, sections) in formats.items()}}
    text = json.dumps(golden, indent=1, sort_keys=True) + "\n"
    if arguments.check:
        with open(GOLDEN, encoding="ascii") as file:
            same = file.read() == text
        print("field_names.json: " + ("as written" if same else "a library has other fields now"))
        return 0 if same else 1
    with open(GOLDEN, "w", encoding="ascii") as file:
        file.write(text)
    print(f"field_names.json: {sum(len(f) for _, s in formats.values() for f in s.values())} names")
    return 0


if __name__ == "__main__":
    sys.exit(main())

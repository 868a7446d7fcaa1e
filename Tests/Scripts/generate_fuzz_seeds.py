#!/usr/bin/env python3
"""Writes whole, small, valid files as the fuzzers' first inputs: Tests/Fuzzers/Seeds.

Tokenizers are trained by the original libraries on a few sentences, one for each algorithm and with each kind of
normalizer, splitter and decoder; the map in the own format is written by the program that CMC names.

    $(Tests/Scripts/environment --models) Tests/Scripts/generate_fuzz_seeds.py
"""

import base64
import io
import json
import os
import struct
import subprocess
import tempfile
from pathlib import Path

import sentencepiece
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

SEEDS = Path(__file__).resolve().parents[1] / "Fuzzers" / "Seeds"
TEXT = ["the boat sails to the harbour", "a boat, two boats; 12 boats!", "the crew's café is near", "日本 の 船"]


def write(target: str, name: str, content: bytes | str) -> None:
    """Writes one input."""
    folder = SEEDS / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)


def small(tokenizer: Tokenizer) -> str:
    """A tokenizer.json without blanks."""
    return json.dumps(json.loads(tokenizer.to_str()), ensure_ascii=False, separators=(",", ":"))


def tokenizers() -> dict[str, str]:
    """A tokenizer.json for each algorithm."""
    made = {}
    special = [AddedToken("<s>", special=True), AddedToken("</s>", special=True, rstrip=True), AddedToken("<unk>")]

    bpe = Tokenizer(models.BPE(byte_fallback=True, unk_token="<unk>", fuse_unk=True))
    bpe.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    bpe.decoder = decoders.Sequence(
        [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)])
    bpe.train_from_iterator(TEXT, trainers.BpeTrainer(vocab_size=60, special_tokens=special))
    bpe.post_processor = processors.TemplateProcessing(
        single="<s> $A", pair="<s> $A <s>:1 $B:1", special_tokens=[("<s>", 0)])
    made["bpe-fallback"] = small(bpe)

    level = Tokenizer(models.BPE())
    level.normalizer = normalizers.NFC()
    level.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(r"\p{N}{1,3}| ?\p{L}+|\s+(?!\S)"), "isolated"),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    level.decoder = decoders.ByteLevel()
    level.post_processor = processors.ByteLevel(trim_offsets=False)
    level.train_from_iterator(TEXT, trainers.BpeTrainer(vocab_size=60, special_tokens=special))
    made["bpe-byte-level"] = small(level)

    unigram = Tokenizer(models.Unigram())
    unigram.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Strip(), normalizers.Lowercase()])
    unigram.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="first")
    unigram.decoder = decoders.Metaspace(prepend_scheme="first")
    unigram.train_from_iterator(
        TEXT, trainers.UnigramTrainer(vocab_size=50, unk_token="<unk>", special_tokens=special))
    made["unigram"] = small(unigram)

    wordpiece = Tokenizer(models.WordPiece(unk_token="[UNK]", max_input_chars_per_word=20))
    wordpiece.normalizer = normalizers.BertNormalizer()
    wordpiece.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    wordpiece.decoder = decoders.WordPiece()
    wordpiece.train_from_iterator(
        TEXT, trainers.WordPieceTrainer(vocab_size=60, special_tokens=["[UNK]", "[CLS]", "[SEP]", "[MASK]"]))
    wordpiece.post_processor = processors.BertProcessing(("[SEP]", 2), ("[CLS]", 1))
    made["wordpiece"] = small(wordpiece)

    words = Tokenizer(models.WordLevel(unk_token="<unk>"))
    words.normalizer = normalizers.Sequence([normalizers.NFD(), normalizers.StripAccents(), normalizers.Nmt()])
    words.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Punctuation("contiguous"), pre_tokenizers.Digits(True),
        pre_tokenizers.UnicodeScripts()])
    words.decoder = decoders.CTC()
    words.train_from_iterator(TEXT, trainers.WordLevelTrainer(special_tokens=special))
    words.post_processor = processors.RobertaProcessing(("</s>", 1), ("<s>", 0))
    words.enable_truncation(8)
    words.enable_padding(pad_token="<s>")
    made["wordlevel"] = small(words)
    return made


def sentencepiece_model(kind: str, **options: object) -> bytes:
    """A trained SentencePiece model."""
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(TEXT * 20), model_writer=model, model_type=kind, minloglevel=2,
        normalization_rule_name="identity", hard_vocab_limit=False, **options)
    return model.getvalue()


def main() -> None:
    """Writes all."""
    for name, text in tokenizers().items():
        write("FuzzTokenizerJSON", name, text)
        write("FuzzBrokenTokenizer", "whole-" + name, text + "\0the boats sail, 12 <s>")
    write("FuzzSentencePiece", "unigram", sentencepiece_model("unigram", vocab_size=50))
    write("FuzzSentencePiece", "bpe-fallback", sentencepiece_model(
        "bpe", vocab_size=320, byte_fallback=True, user_defined_symbols=["<sep>"], control_symbols=["<pad>"]))
    write("FuzzSentencePiece", "char", sentencepiece_model("char", vocab_size=40, add_dummy_prefix=False))

    ranks = [bytes([byte]) for byte in range(256)] + [b"th", b"the", b" the", b"bo", b"at"]
    write("FuzzTiktoken", "whole", "".join(f"{base64.b64encode(piece).decode()} {rank}\n" for rank, piece in enumerate(ranks)))
    write("FuzzTekken", "whole", json.dumps({
        "config": {"pattern": r"[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+|\s+", "num_vocab_tokens": 261,
                   "default_vocab_size": 265, "default_num_special_tokens": 4, "version": "v3"},
        "vocab": [{"rank": rank, "token_bytes": base64.b64encode(piece).decode(),
                   "token_str": piece.decode(errors="replace")} for rank, piece in enumerate(ranks)],
        "special_tokens": [{"rank": 0, "token_str": "<unk>", "is_control": True},
                           {"rank": 1, "token_str": "<s>", "is_control": True}]}, separators=(",", ":")))
    write("FuzzRWKV", "whole", "".join(
        f"{index} {piece!r} {len(piece.encode() if isinstance(piece, str) else piece)}\n"
        for index, piece in enumerate(["a", "the", " boat", "é", b"\xff", "'", "\n"], 1)))
    write("FuzzVocabText", "whole", "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nthe\nboat\n##s\n##ing\n!\n")

    header = json.dumps({
        "__metadata__": {"format": "pt"},
        "a": {"dtype": "F32", "shape": [2, 2], "data_offsets": [0, 16]},
        "b": {"dtype": "BF16", "shape": [4], "data_offsets": [16, 24]},
        "c": {"dtype": "I64", "shape": [], "data_offsets": [24, 32]}}, separators=(",", ":")).encode()
    write("FuzzSafetensors", "whole", struct.pack("<Q", len(header)) + header + bytes(range(32)))

    program = os.environ.get("CMC", ".build/release/cmc")
    with tempfile.TemporaryDirectory() as folder:
        pair = []
        for name in ("wordpiece", "wordlevel"):
            pair.append(f"{folder}/{name}.json")
            Path(pair[-1]).write_bytes((SEEDS / "FuzzTokenizerJSON" / name).read_bytes())
        own = subprocess.run([program, "align", *pair, "-o", "-", "-q"], check=True, capture_output=True).stdout
    write("FuzzTokenMap", "own", b"\xff" + json.dumps(json.loads(own), ensure_ascii=False, separators=(",", ":")).encode())
    write("FuzzTokenMap", "object", b"\xff" + b'{"0":1,"1":2,"2":0}')
    write("FuzzTokenMap", "lists", b"\xff" + b'{"0":[1,2],"3":[0]}')
    write("FuzzTokenMap", "pieces", b"\xff" + b'{"a":"b","ab":"a"}')

    write("FuzzOverrides", "whole", (
        "version: 1\nentries:\n"
        "  - source: {piece: \"<|im_end|>\"}\n    target: {role: eos}\n"
        "  - source: {glob: \"<|reserved_*|>\"}\n    target: null\n"
        "  - source: {byte: 0x0A}\n    target: [{id: 3}, {piece: b}]\n"))

    templates = {
        "loop": "{% for m in messages %}<|{{ m['role'] }}|>{{ m.content | trim }}{{ eos_token }}{% endfor %}",
        "first": "{% if messages[0].role == 'system' %}{% set s = messages[0].content %}{% set rest = messages[1:] %}"
                 "{% else %}{% set s = '' %}{% set rest = messages %}{% endif %}{{ bos_token + s }}",
        "macro": "{% macro f(x, y='z') -%}[{{ x ~ y }}]{%- endmacro %}{{ f('a') }}{{ f(y='b', x=1) }}",
        "namespace": "{% set n = namespace(i=0) %}{% for m in messages if m.role != 'x' %}{% set n.i = n.i + 1 %}"
                     "{{ loop.index0 }}{% endfor %}{{ n.i }}",
        "filters": "{{ messages | selectattr('role', 'equalto', 'user') | map(attribute='content') | join(', ') | upper }}"
                   "{{ [3, 1, 2] | sort | tojson }}{{ {'a': 1} | items | list | length }}",
        "raise": "{% if messages | length > 9 %}{{ raise_exception('too many') }}{% endif %}"
                 "{{ messages[-1].content.split(',')[0].strip().replace('a', 'b').title() }}{{ 7 // 2 % 3 ** 2 }}",
        "dates": "{{ strftime_now('%Y-%m-%d') }}{{ '%s' | format('a') if tools is defined else 'none' }}",
    }
    for name, text in templates.items():
        write("FuzzChatTemplate", name, text)


if __name__ == "__main__":
    main()

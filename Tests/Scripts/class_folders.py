"""Small tokenizer folders for `generate_class_pipelines.py`: probes with steps that no class has."""

import base64
import functools
import io

ROLES = ["bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token"]
LANGUAGES = ["en_XX", "eng_Latn", "__eng__", "__fra__", "fr_XX", "fra_Latn", "__deu__", "<|startoftranscript|>", "<|notimestamps|>",
             "<|translate|>", "<|transcribe|>", "[QUESTION]", "."]


@functools.cache
def charsmap():
    """A character map of SentencePiece with one rule, the letter q to k."""
    import os
    import tempfile

    import sentencepiece
    from sentencepiece import sentencepiece_model_pb2 as proto

    with tempfile.TemporaryDirectory() as folder:
        rules = os.path.join(folder, "rules.tsv")
        with open(rules, "w", encoding="utf-8") as out:
            out.write("71\t6B\n")
        model = io.BytesIO()
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter(["hello world hello word quick"] * 4), model_writer=model, vocab_size=24, hard_vocab_limit=False,
            model_type="unigram", normalization_rule_tsv=rules, minloglevel=3)
        parsed = proto.ModelProto()
        parsed.ParseFromString(model.getvalue())
        return base64.b64encode(parsed.normalizer_spec.precompiled_charsmap).decode()


def probe(kind, turn=0, flags=True, mapped=False, unknown=(3, 0.0), bare=False):
    """A tokenizer.json that is like no class's, and the texts of its special tokens."""
    names = {role: f"<{role}{turn}>" for role in ROLES}
    first = [f"<filler{turn}{number}>" for number in range(9)] + list(names.values())
    first.remove(names["unk_token"])
    first.insert(unknown[0], names["unk_token"])
    if turn:
        first = [*first[:unknown[0] + 1], "<moved>", *first[unknown[0] + 1:]]
    letters = ["a", "b", "ab", *LANGUAGES, "</s>", "<s>", "<pad>", "<unk>", "[CLS]", "[SEP]", "[PAD]", "[MASK]"]
    pieces = [*first, *letters, *(f"<more{number}>" for number in range(100)), f"<mark{turn}>"]
    normalizer = {"type": "Prepend", "prepend": "\u00a7"}
    if mapped:
        normalizer = {"type": "Sequence", "normalizers": [
            normalizer, {"type": "Precompiled", "precompiled_charsmap": charsmap()}]}
    model = {"type": kind}
    if kind == "Unigram":
        model |= {"unk_id": 11 if not turn else 12, "byte_fallback": flags,
                  "vocab": [[piece, unknown[1] if piece == names["unk_token"] else -2.0] for piece in pieces]}
    else:
        model |= {"unk_token": "<filler00>" if not turn else "<filler10>",
                  "vocab": {piece: number for number, piece in enumerate(pieces)}}
    if kind == "BPE":
        model |= {"dropout": None, "fuse_unk": flags, "byte_fallback": flags, "ignore_merges": flags,
                  "continuing_subword_prefix": "" if flags else None, "end_of_word_suffix": "" if flags else None,
                  "merges": [["a", "b"]]}
    if kind == "WordPiece":
        model |= {"continuing_subword_prefix": "##" if flags else "@@", "max_input_chars_per_word": 50 if flags else 60}
    mark = len(pieces) - 1
    tokenizer = {
        "version": "1.0", "truncation": None, "padding": None,
        "added_tokens": [
            {"id": pieces.index(text), "content": text, "single_word": False, "lstrip": False, "rstrip": False,
             "normalized": False, "special": True} for text in [*names.values(), pieces[-1]]],
        "normalizer": normalizer, "pre_tokenizer": {"type": "CharDelimiterSplit", "delimiter": "\u00a4"},
        "post_processor": {"type": "TemplateProcessing",
                           "single": [{"SpecialToken": {"id": "m", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}],
                           "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 0}}],
                           "special_tokens": {"m": {"id": "m", "ids": [mark], "tokens": [pieces[-1]]}}},
        "decoder": None, "model": model,
    }
    if bare:
        tokenizer["post_processor"] = None
    tokenizer["added_tokens"].sort(key=lambda token: token["id"])
    return tokenizer, dict(names)



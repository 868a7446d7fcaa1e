"""Folders without a tokenizer.json whose class decides: `vocab.txt`, and `vocab.json` with `merges.txt`.

For `generate_folder_goldens.py`: a name, the files, and texts of their own.
"""

TEXTS = ["", "hello the", "Hello THE h\u00e9llo he\u0301", " a<s>b</s> <mask> x ", "don't we'll 123 x1", "[CLS] a [MASK] <unk>",
         "<|endoftext|>a  b\n\n c\t", "he\u3000he \u4e2d a\u00a0b"]


def byte_characters():
    """GPT-2's character for each byte."""
    kept = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    rest = iter(range(0x100, 0x200))
    return {byte: chr(byte) if byte in kept else chr(next(rest)) for byte in range(256)}


# Bytes of the texts alone, so that the files stay small.
LETTERS = [byte_characters()[byte] for byte in sorted({byte for text in TEXTS for byte in text.encode()} | set(b"HELTC"))]
MERGES = [("h", "e"), ("l", "l"), ("he", "ll"), ("hell", "o"), ("\u0120", "h"), ("\u0120", "a"), ("1", "2"), ("\u0120", "\u0120"),
          ("\u00c3", "\u00a9"), ("'", "ll"), ("'", "l")]
MARKS = ["<s>", "</s>", "<pad>", "<unk>", "<mask>"]


def merges(kind, marks=(), behind=(), **values):
    pieces = [*marks, "<|endoftext|>", *LETTERS, *(left + right for left, right in MERGES), *behind]
    config = {"tokenizer_config.json": {"tokenizer_class": kind, **values}} if kind else {}
    return {"vocab.json": {piece: number for number, piece in enumerate(dict.fromkeys(pieces))},
            "merges.txt": "#version: 0.2\n" + "".join(f"{left} {right}\n" for left, right in MERGES), **config}


WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "hello", "Hello", "the", "THE", "he", "##llo", "a", "b", "x", "##1", "\u4e2d",
         "don", "'", "t", "1", "##2", "##3", "h\u00e9llo"]


def words(kind=None, lines=None, **values):
    config = {"tokenizer_config.json": {**({"tokenizer_class": kind} if kind else {}), **values}} if kind or values else {}
    return {"vocab.txt": "".join(f"{word}\n" for word in (WORDS if lines is None else lines)), **config}


def without(*left_out):
    return [word for word in WORDS if word not in left_out]


def model_type(kind, files):
    return {**files, "config.json": {"model_type": kind}}


FLAGS = {"lstrip": False, "normalized": False, "rstrip": False, "single_word": False, "special": True}
CASES = {
    "merges: GPT2": merges("GPT2Tokenizer", MARKS),
    "merges: GPT2, a space before": merges("GPT2Tokenizer", add_prefix_space=True),
    "merges: GPT2, both ends": merges("GPT2TokenizerFast", add_bos_token=True, add_eos_token=True, bos_token="<s>"),
    "merges: GPT2, no beginning to add": merges("GPT2Tokenizer", add_bos_token=True, bos_token=None),
    "merges: GPT2, a piece for a mark": merges("GPT2Tokenizer", add_bos_token=True, bos_token="he"),
    "merges: GPT2, an older file adds": {
        **merges("GPT2Tokenizer", pad_token="<pad>"), "added_tokens.json": {"<mask>": 99, "<pad>": 98}},
    "merges: GPT2, lists": {
        **merges("GPT2Tokenizer", additional_special_tokens=["<mask>", "</s>"], add_eos_token=True),
        "special_tokens_map.json": {"eos_token": "<s>", "unk_token": "<unk>"}},
    "merges: GPT2, an older list in the map": {
        **merges("GPT2Tokenizer"), "special_tokens_map.json": {"additional_special_tokens": ["<s>", "<mask>"]}},
    "merges: CodeGen": merges("CodeGenTokenizer", MARKS, add_bos_token=True),
    "merges: RoBERTa": merges("RobertaTokenizer", MARKS),
    "merges: RoBERTa, marks that are new": merges("RobertaTokenizerFast", add_prefix_space=True),
    "merges: RoBERTa, other marks": merges("RobertaTokenizer", MARKS, cls_token="<unk>", pad_token=None, add_bos_token=True),
    "merges: RoBERTa, a mask with flags": merges(
        "RobertaTokenizer", MARKS, mask_token={"__type": "AddedToken", "content": "<mask>", **FLAGS, "lstrip": True}),
    "merges: RoBERTa, an older file has its marks": {
        **merges("RobertaTokenizer", MARKS[:4]), "added_tokens.json": {"<mask>": len(MERGES) + len(LETTERS) + 5}},
    "merges: RoBERTa, listed": merges("RobertaTokenizer", MARKS, added_tokens_decoder={
        "1": {"content": "</s>", **FLAGS, "rstrip": True}, "4": {"content": "<mask>", **FLAGS, "lstrip": True}}),
    "merges: BART": merges("BartTokenizer", MARKS),
    "merges: Longformer": merges("LongformerTokenizer", MARKS),
    "merges: Blenderbot": merges("BlenderbotTokenizer", MARKS, add_eos_token=True),
    "merges: Blenderbot, another mask": merges("BlenderbotTokenizer", mask_token="<|endoftext|>", add_prefix_space=False),
    "merges: DeBERTa": merges("DebertaTokenizer", ["[CLS]", "[SEP]"]),
    "merges: Qwen2": merges("Qwen2Tokenizer", eos_token="<|im_end|>", additional_special_tokens=["<s>"]),
    "merges: Qwen2, a beginning it has not": merges("Qwen2Tokenizer", add_bos_token=True, add_eos_token=True),
    "merges: GPT-NeoX": merges("GPTNeoXTokenizer", MARKS),
    "merges: GPT-NeoX, a beginning and a space": merges("GPTNeoXTokenizer", add_bos_token=True, add_prefix_space=True),
    "merges: Cohere": merges("CohereTokenizer", ["<BOS_TOKEN>"], add_bos_token=True),
    "merges: type gpt2": model_type("gpt2", merges(None, MARKS)),
    "merges: type roberta": model_type("roberta", merges(None, MARKS)),
    "merges: type qwen3": model_type("qwen3", merges(None)),
    "merges: type opt with settings": model_type("opt", {
        **merges(None, MARKS), "tokenizer_config.json": {"add_bos_token": True, "bos_token": "</s>"}}),
    "merges: type bart, class GPT2": model_type("bart", merges("GPT2Tokenizer", MARKS)),
    "words: BERT, capitals": words("BertTokenizer"),
    "words: BERT, cased": words("BertTokenizer", do_lower_case=False),
    "words: BERT, settings": words("BertTokenizerFast", do_lower_case=False, strip_accents=True, tokenize_chinese_chars=False),
    "words: BERT without a beginning": words("BertTokenizer", without("[CLS]")),
    "words: BERT without marks": words("BertTokenizer", without("[CLS]", "[SEP]", "[PAD]", "[MASK]")),
    "words: BERT without an unknown token": words("BertTokenizer", without("[UNK]")),
    "words: BERT with an unknown token that is new": words("BertTokenizer", unk_token="<unk>"),
    "words: BERT, a word for a mark": words("BertTokenizer", bos_token="a", mask_token="the"),
    "words: BERT, an empty line and a new mark": words("BertTokenizer", [*WORDS[:9], "", *WORDS[9:], ""], pad_token="<pad>"),
    "words: BERT, white space in words": words("BertTokenizer", [
        *without("[UNK]", "the", "hello", "x"), "the \t", "hello\u3000\u0085", " lead", "in side", "t\tab", "f\x0cf", "n\0l", "x\x0b\r",
        "[UNK]\u00a0"]),
    "words: BERT, white space first": words("BertTokenizer", ["a b", "c d", *WORDS, "e f"]),
    "words: BERT, a byte order mark": words("BertTokenizer", ["\ufeff[PAD]", *WORDS[1:]]),
    "words: BERT, an older file has a mark": {
        **words("BertTokenizer", without("[MASK]")), "added_tokens.json": {"[MASK]": len(WORDS) - 1}},
    "words: DistilBERT": words("DistilBertTokenizer"),
    "words: ConvBERT": words("ConvBertTokenizer"),
    "words: ELECTRA, cased": words("ElectraTokenizer", do_lower_case=False),
    "words: MobileBERT": words("MobileBertTokenizer"),
    "words: SqueezeBERT": words("SqueezeBertTokenizer"),
    "words: LXMERT": words("LxmertTokenizer"),
    "words: LayoutLM": words("LayoutLMTokenizer"),
    "words: MPNet": words("MPNetTokenizer", ["<s>", "<pad>", "</s>", "[UNK]", *without("[UNK]"), "<mask>"]),
    "words: MPNet over BERT's words": words("MPNetTokenizer"),
    "words: Funnel": words("FunnelTokenizer", ["<pad>", "<unk>", "<cls>", "<sep>", "<mask>", *WORDS], clean_text=False),
    "words: type bert": model_type("bert", words()),
    "words: type bert with settings": model_type("bert", words(do_lower_case=False)),
    "words: type mpnet": model_type("mpnet", words(lines=["<s>", "</s>", *WORDS])),
    "words: type convbert": model_type("convbert", words()),
}

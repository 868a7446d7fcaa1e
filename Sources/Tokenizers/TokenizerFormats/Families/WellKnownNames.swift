internal import CMCVocabulary

/// The pieces that special tokens with a role commonly have, the most telling first.
enum WellKnownNames {
  /// The pieces of a role.
  static func pieces(of role: TokenRole) -> [String] {
    switch role {
    case .bos:
      ["<s>", "<bos>", "<|begin_of_text|>", "<|startoftext|>", "<｜begin▁of▁sentence｜>", "<BOS_TOKEN>"]
    case .eos:
      ["</s>", "<eos>", "<|end_of_text|>", "<|endoftext|>", "<｜end▁of▁sentence｜>", "<EOS_TOKEN>", "<EOT>"]
    case .endOfTurn:
      [
        "<|im_end|>", "<|eot_id|>", "<|eot|>", "<end_of_turn>", "<turn|>", "<|end|>", "<|END_OF_TURN_TOKEN|>",
        "<|end_of_turn|>",
      ]
    case .pad: ["<pad>", "[PAD]", "<PAD>", "<|pad|>", "<｜▁pad▁｜>", "<|padding|>"]
    case .unk: ["<unk>", "[UNK]", "<UNK>", "<|unk|>"]
    case .mask: ["[MASK]", "<mask>", "<MASK_TOKEN>"]
    case .cls: ["[CLS]", "<cls>", "<CLS>"]
    case .sep: ["[SEP]", "<sep>", "<SEP>"]
    }
  }
}

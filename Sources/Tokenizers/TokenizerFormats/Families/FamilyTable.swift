internal import CMCVocabulary

/// The families and their digests.
///
/// To add one: `KnownFamilies.family(of:)` is nil for it, so print `vocabulary.textFingerprint(below: limit)` with the
/// limit one more than its highest ordinary token, and write both here. `KnownFamiliesTests` holds the files.
enum FamilyTable {
  /// Every family, in the order of their names.
  static let families: [KnownFamily] = [
    KnownFamily(
      "aquila", below: 100_000,
      "314a89898bdc4003dfbd63582309894833072d43b5a48427776921ea67c4c898",
      [(.bos, "<|startofpiece|>"), (.eos, "</s>")]),
    KnownFamily(
      "baichuan", below: 64_000,
      "26d81b7fca667f6a7c580b6f8419a3fb2eb2c9ad002767c0006b9ce262f31ab9"),
    KnownFamily(
      "bert-uncased", below: 30_522,
      "e2e486cdc497889c8e04ecfc93d54ec0bcf53c23d8d708ba6e2a2d790fae06bd"),
    KnownFamily(
      "cl100k", below: 100_256,
      "70a4d0be84dfab6336e40cfc2604cf397ffef5a245845efff56bf83003784d58", endOfText),
    KnownFamily(
      "claude-legacy", below: 65_000,
      "2b768406b6016040027900a1635041256663ca8429e394c29f8e05738f3966e0", [(.bos, "<SOS>"), (.eos, "<EOT>")]),
    KnownFamily(
      "command-r", below: 255_029,
      "0f56414132eaafe9374f5b6dbb74cb8e49377a3bfe1383e8c9d472749c027791",
      [(.bos, "<BOS_TOKEN>"), (.eos, "<|END_OF_TURN_TOKEN|>")]),
    KnownFamily(
      "deepseek", below: 128_000,
      "a6a66f4ee109294706aeada235718fa845adea96c2ca3fa31c5b176d33c04716"),
    KnownFamily(
      "deepseek-coder", below: 32_022,
      "3cd18d1e119543fefce2c60d30d37becac3a1e5529bcb8b80ea8b13e98bb5f59"),
    KnownFamily(
      "deepseek-llm", below: 100_015,
      "ca4264a27845cb6bb5459a5dc9d165b4c30735e3a1d74d902ea30611c8e874b3"),
    KnownFamily(
      "falcon", below: 65_024,
      "0cef5512e61c92e497bb8086a798c47274d4841efcfc3e106fa130c95d93750e", endOfText),
    KnownFamily(
      "gemma-3", below: 256_001,
      "1769fe8229cc62f887023517c56bd0f40f305b335afa41655948e9edc22519ba"),
    KnownFamily(
      "gemma-4", below: 262_144,
      "2c52fb69d668fc5aa582d9f98bf749472ca5e53677e15e4045e927272922565a"),
    KnownFamily(
      "gpt-2", below: 50_256,
      "3e494abe57043ea102623f8a56937f9e8c91d72e4d208b0d73cadd5915cffef6", endOfTextAndUnknown),
    KnownFamily(
      "gpt-neox", below: 50_277,
      "65415454df8a33dfe01c27979a18a3b2156b1e4670143a4482c32daded47cffd", endOfTextAndUnknown),
    KnownFamily(
      "jurassic-2", below: 262_144,
      "c44a17926492fb80415d9100f2c9a998dcc206e5b558f8bea195113d206d993d"),
    KnownFamily(
      "llama-2", below: 32_000,
      "1980aae6f96072d4bdcbdaf88c6f9aa435c56183340a5c019305dc13a25426b5"),
    KnownFamily(
      "llama-3", below: 128_000,
      "998adb3c5e2cb18ac2b226c16b8a02947884710956274d82b8fdab8eb29ba7a7", llama3),
    KnownFamily(
      "llama-4", below: 200_000,
      "0a5a9d13020d0b145e7f7b4873446f1a8907d8754106ef186733691218544b07", llama4),
    KnownFamily(
      "mistral-7b-v0.1", below: 32_000,
      "9567fc1df30f0e8f997b4c17473f2df8fab32641e689b73c56bbdcc40e0a93c1"),
    KnownFamily(
      "mistral-v2", below: 32_768,
      "4aeb816336626c5862bd1a3071e98f537aeaff38cc4d3cb40c42b7ca9cb0a494"),
    KnownFamily(
      "mistral-v3", below: 32_768,
      "3c7b3a483c48708f86cba96faccab7ea685799eeec2ffddf01e983d88a4ca747"),
    KnownFamily(
      "mistral-v7", below: 32_768,
      "84070906ffea666bc7467dcebd0c5c845846be185ac41c89f7e13277a292cbd6"),
    KnownFamily(
      "o200k", below: 199_998,
      "c88ffc8e095e82347755e765482f7bfa75dc013cfa5b5d8a1cb044e1e58f7e9e", endOfText),
    KnownFamily(
      "p50k", below: 50_281,
      "574a98278a8fab163830bf6dc7ce5be39a35b9bb1d0a6074fea206d945ff64ec", endOfText),
    KnownFamily(
      "phi-3", below: 32_000,
      "13a30169f4a262d3cf1e9e3fcbe672ca3547cc5c407a6a8492bbf7b1eb716079",
      [(.eos, "<|endoftext|>"), (.pad, "<|endoftext|>")]),
    KnownFamily(
      "qwen", below: 151_643,
      "85bc7214da1a60567126d2adf8c06d31a2160f3783c9ea93dd12b39a37830a73", qwen),
    KnownFamily(
      "qwen3.6", below: 248_044,
      "6c920ab418ebe8ffcba874a13478d604c576c46939eab6e4a4b7890aa2426511", qwen),
    KnownFamily(
      "refact", below: 49_152,
      "7af3a465ea5b8805e29aef515093f8cad12aced915826191f9d60d9c35dd9607", endOfTextAndUnknown),
    KnownFamily(
      "rwkv-world", below: 65_530,
      "89ab40cdb5150741dfaa4cf41cd5198ad293a6ee8293b18a65d6ddf1364d8483"),
    KnownFamily(
      "smollm2", below: 49_152,
      "8a5171088b62eaf00e0cdd82682d6dfee3127dfdf0d80913dac6b66f04f9841e",
      [(.bos, "<|im_start|>"), (.eos, "<|im_end|>"), (.pad, "<|im_end|>"), (.unk, "<|endoftext|>")]),
    KnownFamily(
      "starcoder2", below: 49_152,
      "72066767f15fcfba716a9713e7ca727486793bf01e7e6f43e04cf5a3c4b8d95b", endOfTextAndUnknown),
    KnownFamily(
      "stories260k", below: 512,
      "9f46d8dc7639b7beee73f62880d9ca2cf96484139e80e41cd24b23707885b386"),
    KnownFamily(
      "tekken", below: 131_072,
      "56c97f5502e436273d828974c3fe9762143ebd0d22f507c03160ab9558dab7ee"),
    KnownFamily(
      "xlm-roberta", below: 250_001,
      "1d946c3e67c8508f45cfc74547fd7d9762013ad27e2d623e20d87244f90046a5"),
  ]

  /// One token that begins and ends texts.
  private static let endOfText: [(role: TokenRole, piece: String)] = [
    (.bos, "<|endoftext|>"), (.eos, "<|endoftext|>"),
  ]

  /// One token for everything, as GPT-2 has it.
  private static let endOfTextAndUnknown = endOfText + [(.unk, "<|endoftext|>")]

  private static let llama3: [(role: TokenRole, piece: String)] = [
    (.bos, "<|begin_of_text|>"), (.eos, "<|end_of_text|>"), (.eos, "<|eom_id|>"), (.eos, "<|eot_id|>"),
    (.pad, "<|finetune_right_pad_id|>"),
  ]

  private static let llama4: [(role: TokenRole, piece: String)] = [
    (.bos, "<|begin_of_text|>"), (.eos, "<|end_of_text|>"), (.eos, "<|eom|>"), (.eos, "<|eot|>"),
    (.pad, "<|finetune_right_pad|>"),
  ]

  private static let qwen: [(role: TokenRole, piece: String)] = [
    (.eos, "<|endoftext|>"), (.eos, "<|im_end|>"), (.pad, "<|endoftext|>"),
  ]
}

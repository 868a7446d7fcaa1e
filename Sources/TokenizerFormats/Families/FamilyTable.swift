internal import Vocabulary

/// The families and their digests.
///
/// To add one: `KnownFamilies.family(of:)` is nil for it, so print `vocabulary.textFingerprint(below: limit)` with the
/// limit one more than its highest ordinary token, and write both here. `KnownFamiliesTests` holds the files.
enum FamilyTable {
  /// Every family, in the order of their names.
  static let families: [KnownFamily] = [
    KnownFamily(
      "cl100k", below: 100_256, "70a4d0be84dfab6336e40cfc2604cf397ffef5a245845efff56bf83003784d58", endOfText),
    KnownFamily(
      "jurassic-2", below: 262_144, "c44a17926492fb80415d9100f2c9a998dcc206e5b558f8bea195113d206d993d"),
    KnownFamily(
      "llama-3", below: 128_000, "998adb3c5e2cb18ac2b226c16b8a02947884710956274d82b8fdab8eb29ba7a7",
      [
        (.bos, "<|begin_of_text|>"), (.eos, "<|end_of_text|>"), (.eos, "<|eom_id|>"), (.eos, "<|eot_id|>"),
        (.pad, "<|finetune_right_pad_id|>"),
      ]),
    KnownFamily(
      "llama-4", below: 200_000, "0a5a9d13020d0b145e7f7b4873446f1a8907d8754106ef186733691218544b07",
      [
        (.bos, "<|begin_of_text|>"), (.eos, "<|end_of_text|>"), (.eos, "<|eom|>"), (.eos, "<|eot|>"),
        (.pad, "<|finetune_right_pad|>"),
      ]),
    KnownFamily(
      "mistral-7b-v0.1", below: 32_000, "9567fc1df30f0e8f997b4c17473f2df8fab32641e689b73c56bbdcc40e0a93c1"),
    KnownFamily(
      "mistral-v2", below: 32_768, "4aeb816336626c5862bd1a3071e98f537aeaff38cc4d3cb40c42b7ca9cb0a494"),
    KnownFamily(
      "mistral-v3", below: 32_768, "3c7b3a483c48708f86cba96faccab7ea685799eeec2ffddf01e983d88a4ca747"),
    KnownFamily(
      "mistral-v7", below: 32_768, "84070906ffea666bc7467dcebd0c5c845846be185ac41c89f7e13277a292cbd6"),
    KnownFamily(
      "o200k", below: 199_998, "c88ffc8e095e82347755e765482f7bfa75dc013cfa5b5d8a1cb044e1e58f7e9e", endOfText),
    KnownFamily(
      "p50k", below: 50_281, "574a98278a8fab163830bf6dc7ce5be39a35b9bb1d0a6074fea206d945ff64ec", endOfText),
    KnownFamily(
      "qwen", below: 151_643, "85bc7214da1a60567126d2adf8c06d31a2160f3783c9ea93dd12b39a37830a73", qwen),
    KnownFamily(
      "qwen3.6", below: 248_044, "6c920ab418ebe8ffcba874a13478d604c576c46939eab6e4a4b7890aa2426511", qwen),
  ]

  /// One token that begins and ends texts.
  private static let endOfText: [(role: TokenRole, piece: String)] = [
    (.bos, "<|endoftext|>"), (.eos, "<|endoftext|>"),
  ]

  private static let qwen: [(role: TokenRole, piece: String)] = [
    (.eos, "<|endoftext|>"), (.eos, "<|im_end|>"), (.pad, "<|endoftext|>"),
  ]
}

/// The special tokens of Tekken files that do not list them: those of versions 3 and 7.
///
/// Source: the list of deprecated special tokens in mistral-common 1.13.
enum TekkenSpecials {
  static let names = [
    "<unk>", "<s>", "</s>", "[INST]", "[/INST]", "[AVAILABLE_TOOLS]", "[/AVAILABLE_TOOLS]", "[TOOL_RESULTS]",
    "[/TOOL_RESULTS]", "[TOOL_CALLS]", "[IMG]", "<pad>", "[IMG_BREAK]", "[IMG_END]", "[PREFIX]", "[MIDDLE]",
    "[SUFFIX]", "[SYSTEM_PROMPT]", "[/SYSTEM_PROMPT]", "[TOOL_CONTENT]",
  ]

  /// What a special id without a name of its own is called.
  static func filler(_ id: Int) -> String { "<SPECIAL_\(id)>" }
}

package import CMCFieldTables

extension FieldTable {
  /// The members of a token map in the project's own JSON.
  ///
  /// Every version of this program has written these and no others.
  package static let tokenMap = FieldTable(
    "token-map.json", definedBy: "cmc: token maps of version 1", unlisted: .refused,
    sections: [
      FieldSection(
        "",
        [
          .carriedOut("version", "1; another one is refused"),
          .harmless("tool", "the program that wrote it; errors name it"),
          .carriedOut("source", "the vocabulary of the rows"),
          .carriedOut("target", "the vocabulary of the ids"),
          .carriedOut("ids", "the target of each source id, -1 for none; of several the first"),
          .carriedOut("method", "what decided each entry"),
          .carriedOut(
            "distance", "0 of exact, role and override, -1 where it is not known or there is no target"),
          .carriedOut(
            "sequences", "the entries with several targets, by source id; left out where there are none"),
          .carriedOut("overrides", "the override files that took part; left out where there are none"),
        ]),
      FieldSection(
        TokenMapSection.side,
        [
          .harmless("name", "for people"),
          .carriedOut("tokens", "how many ids have a token; null where it is not known"),
          .carriedOut("max_id", "the highest id that has a token; null where it is not known"),
          .carriedOut("logits_width", "how many logits the model gives; null where it is not known"),
          .carriedOut("fingerprint", "binds the map to the vocabulary; without it only sizes are compared"),
          .carriedOut("kinds", "a letter an id: t, f, b, s, and - for none"),
          .carriedOut("pieces", "the tokens in their visible form, null where an id has none"),
        ]),
      FieldSection(
        TokenMapSection.sequence,
        [
          .carriedOut("ids", "the targets; the first is the entry's id"),
          .carriedOut("weights", "one a target, which add up to 1"),
          .carriedOut("combine", "mean or max"),
        ]),
      FieldSection(
        TokenMapSection.override,
        [
          .carriedOut("name", "the file"), .carriedOut("sha256", "the digest of its bytes"),
        ]),
    ])

  /// The tensors and texts of a token map in safetensors.
  package static let tokenMapTensors = FieldTable(
    "token-map.safetensors", definedBy: "cmc: token maps as tensors", unlisted: .refused,
    sections: [
      FieldSection(
        TokenMapSection.tensors,
        [
          .carriedOut("user_to_delta", "the target of each source id, -1 for none; of several the first"),
          .carriedOut("match", "1 where the target stands for the whole token"),
          .carriedOut("distance", "0 of a match, -1 where it is not known or there is no target"),
          .carriedOut("indices", "the targets of each source id, filled up with -1; with `weights` alone"),
          .carriedOut("weights", "one a target, which add up to 1, filled up with 0; with `indices` alone"),
        ]),
      FieldSection(
        TokenMapSection.metadata,
        [.harmless("format", "what wrote it: libraries of tensors put pt or np there")]
          + ["source", "target"].flatMap { name -> [FieldRow] in
            [
              .harmless("\(name)_name", "for people"),
              .carriedOut("\(name)_tokens", "how many ids have a token"),
              .carriedOut("\(name)_max_id", "the highest id that has a token"),
              .carriedOut("\(name)_logits_width", "how many logits the model gives"),
              .carriedOut("\(name)_fingerprint", "binds the map to the vocabulary"),
            ]
          }
          + [.carriedOut("combine", "mean or max, of all entries with several targets; mean where left out")]
      ),
    ])
}

/// The kinds of object in token maps, as the tables name them.
enum TokenMapSection {
  /// `source` and `target`.
  static let side = "source and target"
  /// An entry with several targets.
  static let sequence = "sequences.{id}"
  /// An override file.
  static let override = "overrides[n]"
  /// The tensors by name.
  static let tensors = "tensors"
  /// The texts about the file.
  static let metadata = "__metadata__"
}

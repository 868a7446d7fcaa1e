import CMCHashing
import CMCPrimitives
public import CMCVocabulary

/// The override files that come with this library, for pairs of families that its rules cannot know about.
///
/// They are part of the program, not looked for on a disk, so that a pair has one map wherever the program lies.
package enum ShippedOverrides {
  /// All of them, ordered by name, which is the order they are applied in; each is named `default:` and its file.
  ///
  /// They are read once a process, when first asked for.
  ///
  /// - Throws: ``FileError`` around an ``OverrideError`` where a file is not sound, which tests rule out.
  package static func all() throws -> [OverrideFile] { try parsed.get() }

  /// Those whose `source` and `target` both name this pair by family or fingerprint, ordered by name; none for a
  /// vocabulary and itself, where every token is its own counterpart.
  ///
  /// - Throws: As ``all()``.
  package static func files(
    for source: TokenizerDescription, _ target: TokenizerDescription
  ) throws -> [OverrideFile] {
    if source.vocabulary.fingerprint == target.vocabulary.fingerprint { return [] }
    return try all().filter { file in
      guard let from = file.source, let to = file.target else { return false }
      return matches(from, source) && matches(to, target)
    }
  }

  /// The files of `Shipped`; a test compares the list with the folder.
  private static let contents: [(name: String, bytes: [UInt8])] = [
    ("chatml-to-gemma-3.yaml", PackageResources.chatml_to_gemma_3_yaml),
    ("chatml-to-llama-3.yaml", PackageResources.chatml_to_llama_3_yaml),
    ("fim-cl100k-to-starcoder.yaml", PackageResources.fim_cl100k_to_starcoder_yaml),
    ("fim-starcoder-to-cl100k.yaml", PackageResources.fim_starcoder_to_cl100k_yaml),
    ("gemma-3-to-chatml.yaml", PackageResources.gemma_3_to_chatml_yaml),
    ("gemma-3-to-llama-3.yaml", PackageResources.gemma_3_to_llama_3_yaml),
    ("llama-3-to-chatml.yaml", PackageResources.llama_3_to_chatml_yaml),
    ("llama-3-to-gemma-3.yaml", PackageResources.llama_3_to_gemma_3_yaml),
  ]

  private static let parsed = Result {
    try contents.map { file in
      let name = "default:" + file.name
      return try withFile(name) { try OverrideReader.read(file.bytes, name: name) }
    }
  }

  private static func matches(_ side: OverrideSide, _ description: TokenizerDescription) -> Bool {
    if let fingerprint = side.fingerprint {
      return fingerprint.count >= 12
        && description.vocabulary.fingerprint.hex.hasPrefix(fingerprint.lowercased())
    }
    return description.family.map { side.names.contains($0) } ?? false
  }
}

extension ResolvedOverrides {
  /// The files that come with this library for a pair, held against it; ``none`` where there are none.
  ///
  /// - Throws: As ``ShippedOverrides/all()`` and ``add(_:source:target:)``: a file of a family may name a token that
  ///   this member of it does not have.
  public static func shipped(
    for source: TokenizerDescription, _ target: TokenizerDescription
  ) throws -> ResolvedOverrides {
    var resolved = ResolvedOverrides.none
    for file in try ShippedOverrides.files(for: source, target) {
      try resolved.add(file, source: source, target: target)
    }
    return resolved
  }
}

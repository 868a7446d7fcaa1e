internal import CMCAlignment
internal import CMCHashing
internal import CMCPrimitives
internal import CMCVocabulary

/// The override files that come with the tool, chosen by the families or fingerprints of a pair.
enum DefaultOverrides {
  /// Those of `overrides/*.yaml` whose `source` and `target` both name this pair, in the order of their names.
  static func files(for source: TokenizerDescription, _ target: TokenizerDescription) throws -> [OverrideFile]
  {
    guard let folder = SharedData.folder("overrides") else { return [] }
    return try namesInFolder(folder).filter { $0.hasSuffix(".yaml") }.compactMap { name in
      let path = "\(folder)/\(name)"
      let bytes = try readFile(path, limit: OverrideReader.sizeLimit)
      let file = try withFile(path) { try OverrideReader.read(bytes, name: "default:\(name)") }
      return file.source.map { matches($0, source) } == true
        && file.target.map { matches($0, target) } == true ? file : nil
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

internal import CMCGGUF
internal import CMCModelFiles
internal import CMCPrimitives

/// Puts the files of a tokenizer beside a model.
package enum TokenizerFiles {
  /// The files of a tokenizer in the folders of models, beside its own.
  private static let companions = [
    "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json",
    "chat_template.jinja", "chat_template.json", "tokenizer.model", "vocab.json", "merges.txt",
  ]

  /// Whether a tokenizer is that of a GGUF file, which transformers does not load.
  ///
  /// - Throws: `FileError`, `ModelLocationError`.
  package static func isGGUF(_ argument: String) throws -> Bool {
    try MappedFile(path: try ModelLocation.resolve(argument).path)
      .withUnsafeBytes { $0.starts(with: Array("GGUF".utf8)) }
  }

  /// Copies what belongs to a tokenizer; of a GGUF file its metadata alone, as `tokenizer.gguf`.
  ///
  /// - Parameters:
  ///   - argument: The tokenizer as the user named it.
  ///   - folder: Where the files go.
  /// - Throws: `FileError`, `ModelLocationError`.
  package static func copy(_ argument: String, to folder: String) throws {
    let location = try ModelLocation.resolve(argument)
    let mapped = try MappedFile(path: location.path)
    if mapped.withUnsafeBytes({ $0.starts(with: Array("GGUF".utf8)) }) {
      try mapped.withUnsafeBytes { bytes in
        let header = try withFile(location.path) { try GGUFHeader(bytes) }
        var entries = GGUFEntries()
        entries.copy(header, from: bytes) { _ in true }
        let stream = try GGUFStream(path: folder + "/tokenizer.gguf", metadata: entries, tensors: [])
        try stream.finish()
      }
      return
    }
    var names = [lastName(location.path)]
    if location.ownsDirectory { names += companions.filter { location.sibling($0) != nil && $0 != names[0] } }
    for name in names {
      let path = name == names[0] ? location.path : location.sibling(name) ?? name
      let target = folder + "/" + name
      if sameFile(path, target) { continue }
      try AtomicFile.write(try readFile(path), to: target)
    }
  }

  private static func lastName(_ path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? path
  }

  private static func sameFile(_ a: String, _ b: String) -> Bool { a == b }
}

internal import CMCFastJSON
internal import CMCFieldTables

extension ModelArchitecture {
  /// The kinds of files that the family is read from.
  package var containers: [String] {
    ["safetensors"] + (gguf == nil ? [] : ["GGUF"]) + (self == .llama ? ["llama2.c"] : [])
      + (self == .rwkv7 ? ["its author's .pth"] : [])
  }

  /// The members of its `config.json` that say more than a size, and are carried out.
  package var options: [String] {
    let sizes = Set(
      FieldRow.llamaLike.map(\.name) + self.sizes.names.hidden + self.sizes.names.inner
        + self.sizes.names.layers + self.sizes.names.heads + self.sizes.names.context)
    return fields.filter { $0.treatment == .carriedOut && !sizes.contains($0.name) }.map(\.name)
  }

  /// The configuration of a `config.json` that says the family and nothing else: the defaults of transformers' class.
  ///
  /// - Throws: ``LanguageModelError``, `JSONError`.
  package func defaults() throws -> ModelConfiguration {
    var notes: [String] = []
    let text = "{\"model_type\": \"\(modelTypes[0])\"}"
    return try HuggingFaceConfiguration.read(try JSONDocument(Array(text.utf8)).root, notes: &notes)
  }
}

internal import CMCLanguageModel
internal import CMCLinearAlgebra
internal import CMCPrimitives
internal import CMCSafetensors

/// Writes a network as a folder of the hub's layout: `config.json` and `model.safetensors`.
package enum ModelFolder {
  /// Writes both files.
  ///
  /// - Parameters:
  ///   - network: The model; adapters are not in it unless merged before.
  ///   - tokens: The special tokens for `config.json`.
  ///   - encoding: How weights are stored.
  ///   - folder: The folder; made where it is missing.
  /// - Throws: `FileError`, or ``TrainingError/unwritable(_:format:)`` for what `config.json` cannot say.
  package static func write(
    _ network: Network, tokens: SpecialTokens, encoding: FloatEncoding, to folder: String
  ) throws {
    try makeDirectory(folder)
    // What config.json cannot say is found before gigabytes are written; the file itself comes last, so that a folder that
    // has it is whole.
    let json = try configuration(network.shape, tokens: tokens, encoding: encoding)
    try writeWeights(network, encoding: encoding, to: folder + "/model.safetensors")
    try AtomicFile.write(json, to: folder + "/config.json")
  }

  private static func writeWeights(_ network: Network, encoding: FloatEncoding, to path: String) throws {
    let naming = TensorNaming.huggingFace(network.shape.configuration.architecture, prefix: "model.")
    let type: ElementType =
      switch encoding {
      case .float32: .float32
      case .float16: .float16
      case .bfloat16: .bfloat16
      }
    let entries = network.layout.entries.map { entry in
      (entry, naming.name(entry.role, layer: entry.layer, isBias: entry.isBias))
    }.sorted { $0.1 < $1.1 }
    let stream = try SafetensorsStream(
      path: path,
      tensors: entries.map { entry, name in
        .init(name, type, shape: entry.isMatrix ? [entry.rows, entry.columns] : [entry.count])
      }, metadata: [("format", "pt")])
    for (entry, _) in entries {
      var values = Array(
        UnsafeBufferPointer(start: network.values.start + entry.offset, count: entry.count))
      // Of the family, not of the file the model came from: a GGUF file's norms are whole.
      let offset = network.shape.configuration.architecture.hubNormOffset
      if entry.isNorm, offset != 0 {
        for index in values.indices { values[index] -= offset }
      }
      let bytes = values.withUnsafeBufferPointer { encoding.bytes($0) }
      try bytes.withUnsafeBytes { try stream.append($0) }
    }
    try stream.finish()
  }
}

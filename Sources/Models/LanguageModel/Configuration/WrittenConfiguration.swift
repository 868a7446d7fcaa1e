internal import CMCFastJSON
internal import CMCGGUF
internal import CMCLinearAlgebra

/// What files that training writes are read back as: they are held against the model before they count as written.
package enum WrittenConfiguration {
  /// What a `config.json` says.
  ///
  /// - Throws: ``LanguageModelError``, `FieldError`, `JSONError`.
  package static func ofHub(_ json: [UInt8]) throws -> ModelConfiguration {
    var notes: [String] = []
    return try HuggingFaceConfiguration.read(try JSONDocument(json).root, notes: &notes)
  }

  /// What the header of a GGUF file says, its tensors included.
  ///
  /// - Throws: ``LanguageModelError``, `GGUFError`, `FieldError`.
  package static func ofGGUF(_ header: [UInt8]) throws -> ModelConfiguration {
    try header.withUnsafeBytes { bytes in
      let header = try GGUFHeader(bytes)
      var shapes: [String: [Int]] = [:]
      for tensor in header.tensors { shapes[tensor.name] = tensor.shape }
      var notes: [String] = []
      return try GGUFConfiguration.read(
        header, bytes, tensors: shapes, rotary: GGUFRotaryTensors(divisors: nil, short: nil, long: nil),
        notes: &notes)
    }
  }
}

extension ModelConfiguration {
  /// The configuration as a `config.json` that says all of it is read: halves, and norms as the hub stores them.
  ///
  /// - Parameter rows: The rows of the embeddings, which the file says.
  package func asInHub(rows: Int) -> ModelConfiguration {
    var c = normalized(rows: rows, layout: architecture.hubLayout ?? .halves)
    if case .rms(let epsilon, _) = c.normalization {
      c.normalization = .rms(epsilon: epsilon, weightOffset: architecture.hubNormOffset)
    }
    return c
  }

  /// The configuration as the metadata of a GGUF file that say all of it are read: its order of pairs, norms that are
  /// whole, and numbers of single precision.
  ///
  /// - Parameter rows: The rows of the embeddings, which the file says.
  package func asInGGUF(rows: Int) -> ModelConfiguration {
    var c = normalized(rows: rows, layout: architecture.gguf?.layout ?? .halves)
    // Mistral's files are Llama's there.
    c.architecture =
      architecture.gguf.flatMap { ModelArchitecture(gguf: $0.name, hasExperts: false) } ?? architecture
    if case .rms(let epsilon, _) = c.normalization {
      c.normalization = .rms(epsilon: epsilon, weightOffset: 0)
    }
    if case .rotary(let layout, let global, let local) = c.positions {
      c.positions = .rotary(
        layout: layout, global: global.inSinglePrecision, local: local.map(\.inSinglePrecision))
    }
    return c
  }

  /// The same with what no file says of a trained model: how another one had packed or arranged its weights.
  private func normalized(rows: Int, layout: RotaryLayout) -> ModelConfiguration {
    var c = self
    c.vocabularySize = rows
    c.packing = nil
    if case .rotary(_, let global, let local) = c.positions {
      c.positions = .rotary(layout: layout, global: global, local: local)
    }
    return c
  }

  /// What another configuration has otherwise, as `config.json` or people call it; empty where both are one.
  package func differences(from other: ModelConfiguration) -> [String] {
    guard self != other else { return [] }
    let parts: [(name: String, isSame: Bool)] = [
      ("the family", architecture == other.architecture),
      ("vocab_size", vocabularySize == other.vocabularySize),
      ("max_position_embeddings", contextLength == other.contextLength),
      ("hidden_size", hiddenSize == other.hiddenSize), ("num_hidden_layers", layerCount == other.layerCount),
      ("num_attention_heads", headCount == other.headCount),
      ("num_key_value_heads", keyValueHeadCount == other.keyValueHeadCount),
      ("head_dim", headSize == other.headSize),
      ("intermediate_size", feedForwardSize == other.feedForwardSize),
      ("the norms' epsilon", normalization == other.normalization),
      ("how positions are turned (rope_parameters)", positions == other.positions),
      ("the scale of attention (query_pre_attn_scalar)", attentionScale == other.attentionScale),
      ("which layers have a window (sliding_window, layer_types)", windows == other.windows),
      ("norms of queries and keys", queryKeyNorm == other.queryKeyNorm),
      (
        "norms",
        (normsEmbeddings, normsInputs, normsOutputs)
          == (other.normsEmbeddings, other.normsInputs, other.normsOutputs)
      ),
      ("biases", biases == other.biases),
      (
        "the feed-forward part's function (\(architecture.activation.member))",
        feedForward == other.feedForward
      ),
      ("embedding_scale", embeddingScale == other.embeddingScale),
      ("tie_word_embeddings", tiesEmbeddings == other.tiesEmbeddings),
    ]
    let names = parts.filter { !$0.isSame }.map(\.name)
    return names.isEmpty ? ["a part that only some families have"] : names
  }
}

extension RotaryEmbedding {
  /// The same with numbers that GGUF can hold.
  fileprivate var inSinglePrecision: RotaryEmbedding {
    var copy = self
    copy.base = Double(Float(base))
    if case .linear(let factor) = scaling { copy.scaling = .linear(factor: Double(Float(factor))) }
    return copy
  }
}

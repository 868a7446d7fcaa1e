internal import CMCGGUF

extension GGUFConfiguration {
  /// A number of each layer, which a file gives once for all or for each.
  ///
  /// - Throws: ``LanguageModelError``, `GGUFError`.
  func byLayer(_ key: String, _ layerCount: Int, default fallback: Int? = nil) throws -> [Int] {
    guard (1...4096).contains(layerCount) else { return [] }
    guard let array = header["\(name).\(key)"]?.array else {
      return Array(repeating: try integer(key, default: fallback), count: layerCount)
    }
    guard let values = array.int32s(in: file) else {
      throw GGUFError.wrongType(key: "\(name).\(key)", wanted: "whole numbers")
    }
    guard values.count == layerCount else {
      throw LanguageModelError.configuration(
        "\(name).\(key) has \(values.count) numbers, there are \(layerCount) layers")
    }
    return values.map(Int.init)
  }

  /// Brings in what layers do not have alike: heads, keys and values that they share, inputs of their own, scales.
  ///
  /// - Throws: ``LanguageModelError``, `GGUFError`.
  func setLayers(_ c: inout ModelConfiguration) throws {
    let count = c.windows.count
    let keys = try byLayer("attention.head_count_kv", c.layerCount, default: c.headCount)
    let sizes = try byLayer("feed_forward_length", c.layerCount)
    guard keys.count == count, sizes.count == count else { return }
    let size = try integer("attention.key_length_swa", default: c.headSize)
    for key in ["attention.value_length_swa", "rope.dimension_count_swa"] {
      let other = try integer(key, default: size)
      guard other == size else {
        throw LanguageModelError.unsupported("\(name).\(key) of \(other), where heads have \(size)")
      }
    }
    c.headShapes = zip(keys, c.windows).map { keys, window in
      HeadShape(keyValueHeads: keys, size: window == nil ? c.headSize : size)
    }
    c.feedForwardSizes = sizes
    c.keyValueSources = try sources(c)
    c.keyedValues = Set(
      (0..<count).filter { c.keyValueSource($0) == $0 && tensors["blk.\($0).attn_v.weight"] == nil })
    c.scalesLayers = (0..<count).contains { tensors["blk.\($0).layer_output_scale.weight"] != nil }
    let width = try integer("embedding_length_per_layer_input", default: 0)
    if width != 0 { c.perLayerInputs = PerLayerInputs(width: width, rows: c.vocabularySize) }
    // Layers that see everything are turned by the tensor, which llama.cpp wants of them.
    if c.windows.contains(nil), tensors["rope_freqs.weight"] == nil {
      throw LanguageModelError.missingTensor("rope_freqs.weight")
    }
  }

  /// The layers whose keys and values are read.
  private func sources(_ c: ModelConfiguration) throws -> [Int] {
    let shared = try integer("attention.shared_kv_layers", default: 0)
    let sources = try ModelConfiguration.keyValueSources(c.windows, shared: shared)
    // llama.cpp takes the last layer that has its own, or the one before where there is a window, whatever they are.
    let first = c.windows.count - shared
    for (layer, source) in sources.enumerated() where source != layer {
      guard source == first - (c.windows[layer] == nil ? 1 : 2) else {
        throw LanguageModelError.unsupported(
          "\(name).attention.shared_kv_layers of \(shared), by which llama.cpp takes layers of another kind")
      }
    }
    return sources
  }
}

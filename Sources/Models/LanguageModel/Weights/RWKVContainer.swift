internal import CMCLinearAlgebra
internal import CMCPrimitives
internal import CMCSafetensors

/// The tensors of a `.pth` file as RWKV-7's author writes it, under the names that flash-linear-attention gives them.
///
/// There is no configuration: the shapes of the tensors say the sizes, and the rest is as in the author's `rwkv` package.
struct RWKVContainer: TensorContainer {
  let path: String
  let naming = TensorNaming.huggingFace(.rwkv7, prefix: "model.")
  let names: [String]
  private let file: MappedFile
  /// By the names here.
  private let places: [String: HubTensor]

  /// Takes a mapped file.
  ///
  /// - Throws: ``LanguageModelError``, `PyTorchError`.
  init(_ file: MappedFile) throws {
    let tensors = try file.withUnsafeBytes { try HubFormat.pyTorch.tensors(of: $0) }
    guard tensors.contains(where: { $0.name == "blocks.0.att.r_k" }) else {
      throw LanguageModelError.configuration(
        "there is no config.json beside it, and by its tensors it is no file of RWKV-7's author")
    }
    var (places, names): ([String: HubTensor], [String]) = ([:], [])
    // The first layer's shares of its own values are in some files and are read by nobody.
    for tensor in tensors where !["v0", "v1", "v2"].contains(where: { tensor.name == "blocks.0.att.\($0)" }) {
      let name = Self.hubName(tensor.name) ?? tensor.name
      guard places.updateValue(tensor, forKey: name) == nil else {
        throw LanguageModelError.unknownTensor(tensor.name)
      }
      names.append(name)
    }
    path = file.path
    self.file = file
    self.places = places
    self.names = names
  }

  func has(_ name: String) -> Bool { places[name] != nil }

  func tensor(_ name: String) throws -> StoredTensor? {
    guard let tensor = places[name] else { return nil }
    let plain = try HubContainer.plain(tensor.name, file, tensor)
    guard let stored = plain ?? StoredTensor(widening: tensor, name: tensor.name, file: file) else {
      throw LanguageModelError.hubElementType(tensor: tensor.name, found: tensor.elementType.safetensorsName)
    }
    // Products down and up are stored as inputs × outputs, and vectors with two axes before theirs.
    if name.contains("_lora.lora."), name.hasSuffix(".weight"), stored.shape.count == 2 {
      let turned = OwnedStorage(turning: stored)
      return stored.with(shape: stored.shape.reversed(), bytes: turned.bytes, owner: turned)
    }
    guard !tensor.shape.isEmpty, stored.shape.dropLast().allSatisfy({ $0 == 1 }) else { return stored }
    let length = stored.shape[stored.shape.count - 1]
    let shape = name.contains(".attn.x_") ? [1, 1, length] : name.hasSuffix(".r_k") ? stored.shape : [length]
    return stored.with(shape: shape, bytes: stored.bytes, owner: stored.owner)
  }

  /// The configuration that the shapes say.
  ///
  /// - Throws: ``LanguageModelError``, `JSONError`.
  func configuration() throws -> ModelConfiguration {
    var c = try ModelArchitecture.rwkv7.defaults()
    let layers = Set(names.compactMap(Self.layer))
    c.layerCount = (layers.max() ?? 0) &+ 1
    guard layers.count == c.layerCount, c.layerCount <= 4096 else {
      throw LanguageModelError.configuration("its layers are not numbered from 0 without a gap")
    }
    c.windows = Array(repeating: nil, count: c.layerCount)
    let embedding = try shape("model.embeddings.weight", axes: 2)
    (c.vocabularySize, c.hiddenSize) = (embedding[0], embedding[1])
    c.feedForwardSize = try shape("model.layers.0.ffn.key.weight", axes: 2)[0]
    func rank(_ kind: String, _ layer: Int = 0) throws -> Int {
      try shape("model.layers.\(layer).attn.\(kind)_lora.lora.0.weight", axes: 2)[1]
    }
    let state = WKVState(
      width: c.hiddenSize, headSize: try shape("model.layers.0.attn.r_k", axes: 2)[1],
      ranks: WKVState.Ranks(
        decay: try rank("w"), rate: try rank("a"), share: c.layerCount > 1 ? try rank("v", 1) : 1,
        gate: try rank("g")),
      outputEpsilon: 64e-5)
    c.mixers = Array(repeating: .wkv(state), count: c.layerCount)
    return try c.validated()
  }

  /// The shape of a tensor as it is stored.
  private func shape(_ name: String, axes: Int) throws -> [Int] {
    guard let tensor = places[name] else { throw LanguageModelError.missingTensor(name) }
    guard tensor.shape.count == axes else {
      throw LanguageModelError.shape(
        tensor: tensor.name, found: tensor.shape, wanted: Array(repeating: 0, count: axes))
    }
    return tensor.shape
  }

  private static func layer(_ name: String) -> Int? {
    let parts = name.split(separator: ".")
    return parts.count > 3 && parts[1] == "layers" ? Int(parts[2]) : nil
  }

  /// The name here of a tensor of the author's; nil where there is none.
  private static func hubName(_ name: String) -> String? {
    let parts = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard parts[0] == "blocks" else {
      return switch name {
      case "emb.weight": "model.embeddings.weight"
      case "head.weight": "lm_head.weight"
      case "ln_out.weight": "model.norm.weight"
      case "ln_out.bias": "model.norm.bias"
      default: nil
      }
    }
    guard parts.count >= 4 else { return nil }
    let rest = parts[3...].joined(separator: ".")
    let layer = "model.layers.\(parts[1])."
    switch parts[2] {
    case "ln0": return layer + "pre_norm." + rest
    case "ln1": return layer + "attn_norm." + rest
    case "ln2": return layer + "ffn_norm." + rest
    case "ffn": return layer + "ffn." + rest
    case "att": return layer + "attn." + (Self.mixerName(rest) ?? rest)
    default: return nil
    }
  }

  /// The name of a tensor of the mixer; nil where it is the same.
  private static func mixerName(_ name: String) -> String? {
    switch name {
    case "receptance.weight": return "r_proj.weight"
    case "key.weight": return "k_proj.weight"
    case "value.weight": return "v_proj.weight"
    case "output.weight": return "o_proj.weight"
    case "ln_x.weight": return "g_norm.weight"
    case "ln_x.bias": return "g_norm.bias"
    default: break
    }
    guard name.count == 2, let kind = name.first, "wavg".contains(kind) else { return nil }
    return switch name.last {
    case "0": "\(kind)_lora.lora.2.bias"
    case "1": "\(kind)_lora.lora.0.weight"
    case "2": "\(kind)_lora.lora.2.weight"
    default: nil
    }
  }
}

extension StoredTensor {
  /// The same under another shape, with other bytes.
  fileprivate func with(
    shape: [Int], bytes: UnsafeRawBufferPointer, owner: any AnyObject & Sendable
  ) -> StoredTensor {
    StoredTensor(name: name, type: type, shape: shape, bytes: bytes, owner: owner, file: file, offset: offset)
  }
}

internal import CMCFastJSON
package import CMCLanguageModel
internal import CMCPrimitives
internal import CMCSafetensors

/// Writes low-rank additions in the layout of the PEFT library: `adapter_config.json` and `adapter_model.safetensors`.
package enum AdapterFolder {
  /// The model that an adapter belongs to.
  package struct Base {
    /// The name that the user gave it.
    let name: String
    /// What stands before the names of layers in the class that transformers loads it as.
    let prefix: String

    /// A model under the name that the user gave it.
    package init(_ model: LanguageModel, named name: String) {
      self.init(named: name, prefix: model.modulePrefix)
    }

    /// A model that is no part of another one, unless the prefix says so.
    package init(named name: String, prefix: String = "model.") { (self.name, self.prefix) = (name, prefix) }
  }

  /// Writes both files.
  ///
  /// - Parameters:
  ///   - network: A network with adapters.
  ///   - base: What the adapters belong to.
  ///   - folder: The folder; made where it is missing.
  /// - Throws: `FileError`.
  package static func write(_ network: Network, base: Base, to folder: String) throws {
    guard let adapters = network.adapters else { return }
    try makeDirectory(folder)
    let naming = TensorNaming.huggingFace(network.shape.configuration.architecture, prefix: base.prefix)
    let rank = adapters.layout.rank
    var tensors: [(tensor: SafetensorsStream.Tensor, start: Int)] = []
    var modules: [String] = []
    for adapter in adapters.layout.adapters {
      let name = String(naming.name(adapter.role, layer: adapter.layer).dropLast(".weight".count))
      let module = name.split(separator: ".").last.map(String.init) ?? name
      if !modules.contains(module) { modules.append(module) }
      let stem = "base_model.model." + name
      tensors.append((.init(stem + ".lora_A.weight", .float32, shape: [rank, adapter.columns]), adapter.a))
      tensors.append((.init(stem + ".lora_B.weight", .float32, shape: [adapter.rows, rank]), adapter.b))
    }
    tensors.sort { $0.tensor.name < $1.tensor.name }
    let stream = try SafetensorsStream(
      path: folder + "/adapter_model.safetensors", tensors: tensors.map(\.tensor),
      metadata: [("format", "pt")])
    for (tensor, start) in tensors {
      let count = tensor.shape.reduce(1, *)
      try stream.append(
        UnsafeRawBufferPointer(UnsafeBufferPointer(start: adapters.values.start + start, count: count)))
    }
    try stream.finish()
    try AtomicFile.write(
      configuration(adapters.layout, base: base, modules: modules), to: folder + "/adapter_config.json")
  }

  private static func configuration(_ layout: AdapterLayout, base: Base, modules: [String]) -> [UInt8] {
    var json = JSONWriter(.readable)
    json.object { json in
      json.member("peft_type", "LORA")
      json.member("task_type", "CAUSAL_LM")
      json.member("base_model_name_or_path", base.name)
      json.member("r", layout.rank)
      // An integer in PEFT's class, where it is one.
      if let alpha = Int(exactly: layout.alpha) {
        json.member("lora_alpha", alpha)
      } else {
        json.member("lora_alpha", Double("\(layout.alpha)") ?? Double(layout.alpha))
      }
      json.member("lora_dropout", 0.0)
      json.member("bias", "none")
      json.member("fan_in_fan_out", false)
      json.member("inference_mode", true)
      json.key("target_modules")
      if base.prefix == "model." {
        json.array { json in for module in modules { json.value(module) } }
      } else {
        // A part that sees has modules of the same names: the pattern means those of the text part alone.
        let prefix = base.prefix.replacing(".", with: "\\.")
        json.value("\(prefix)layers\\.\\d+\\..*\\.(?:\(modules.joined(separator: "|")))")
      }
    }
    json.endLine()
    return json.bytes
  }
}

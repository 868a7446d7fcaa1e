internal import CMCFastJSON
internal import CMCLanguageModel
internal import CMCPrimitives
internal import CMCSafetensors

/// Writes low-rank additions in the layout of the PEFT library: `adapter_config.json` and `adapter_model.safetensors`.
package enum AdapterFolder {
  /// Writes both files.
  ///
  /// - Parameters:
  ///   - network: A network with adapters.
  ///   - base: What the adapters belong to, as the user named it.
  ///   - folder: The folder; made where it is missing.
  /// - Throws: `FileError`.
  package static func write(_ network: Network, base: String, to folder: String) throws {
    guard let adapters = network.adapters else { return }
    try makeDirectory(folder)
    let naming = TensorNaming.huggingFace(network.shape.configuration.architecture, prefix: "model.")
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

  private static func configuration(_ layout: AdapterLayout, base: String, modules: [String]) -> [UInt8] {
    var json = JSONWriter(.readable)
    json.object { json in
      json.member("peft_type", "LORA")
      json.member("task_type", "CAUSAL_LM")
      json.member("base_model_name_or_path", base)
      json.member("r", layout.rank)
      json.member("lora_alpha", Double(layout.scale * Float(layout.rank)))
      json.member("lora_dropout", 0.0)
      json.member("bias", "none")
      json.member("fan_in_fan_out", false)
      json.member("inference_mode", true)
      json.key("target_modules")
      json.array { json in for module in modules { json.value(module) } }
    }
    json.endLine()
    return json.bytes
  }
}

internal import CMCPrimitives

extension LanguageModel {
  /// The model and the adapter that an argument such as `MODEL+ADAPTER` names; no adapter where a file has that name.
  public static func splitArgument(_ argument: String) -> (model: String, adapter: String?) {
    guard let plus = argument.lastIndex(of: "+"), PathKind(argument) == .missing else {
      return (argument, nil)
    }
    let adapter = String(argument[argument.index(after: plus)...])
    guard PathKind(adapter) == .directory else { return (argument, nil) }
    return (String(argument[..<plus]), adapter)
  }

  /// The model with a LoRA adapter in PEFT's layout worked into its matrices, those that it adapts as float32.
  ///
  /// - Parameter folder: A folder with `adapter_config.json` and `adapter_model.safetensors`.
  /// - Throws: `FileError` naming the file and the tensor or the setting.
  func adding(adapter folder: String) throws -> LanguageModel {
    let settings = try AdapterConfiguration.read(joinPath(folder, "adapter_config.json"))
    let path = joinPath(folder, "adapter_model.safetensors")
    guard PathKind(path) != .missing else { throw Self.missingWeights(folder) }
    let file = try MappedFile(path: path)
    let (merged, isTied) = try withFile(path) {
      var merger = AdapterMerger(
        base: configuration, configuration: settings, tensors: try AdapterTensors(file))
      return try merger.merged(weights)
    }
    var adapted = configuration
    adapted.tiesEmbeddings = isTied
    return LanguageModel(
      name: name + "+" + (folder.split(separator: "/").last.map(String.init) ?? folder), path: self.path,
      configuration: adapted, weights: merged, modulePrefix: modulePrefix, notes: notes)
  }

  private static func missingWeights(_ folder: String) -> FileError {
    let pickle = ["adapter_model.bin", "adapter_model.pt"].first {
      PathKind(joinPath(folder, $0)) != .missing
    }
    return FileError(path: folder, underlying: pickle.map(AdapterError.pickle) ?? AdapterError.noWeights)
  }
}

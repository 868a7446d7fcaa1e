internal import CMCPrimitives

/// Why an adapter is not applied.
enum AdapterError: DescribedError, Equatable {
  /// An adapter of another method.
  case kind(String)
  /// A start of training that changed the base in a way that cannot be repeated.
  case start(String)
  /// A setting that says nothing that can be used.
  case setting(String, reason: String)
  /// No module of the model has a name that is meant.
  case noModule(String)
  /// The file has tensors of a module that the configuration does not mean.
  case notTargeted(module: String)
  /// The configuration means a module of which the file has no tensors.
  case noTensors(module: String)
  /// A setting speaks of a tensor that the file does not have.
  case lacks(setting: String, tensor: String)
  /// One of two matrices that belong together.
  case half(module: String, has: String, lacks: String)
  /// The configuration and the tensors disagree about a rank.
  case rank(module: String, configuration: Int, tensors: Int)
  /// A tensor of another shape than the base's weights have.
  case shape(tensor: String, found: [Int], base: [Int])
  /// A part of an adapted module for which there is no place.
  case part(tensor: String, reason: String)
  /// A tensor of a module that the base has and that nothing is worked into here.
  case unreached(tensor: String)
  /// Two rows of a pickle's kind.
  case pickle(String)
  /// A folder without weights.
  case noWeights

  var description: String {
    switch self {
    case .kind(let name): "peft_type is \(oneLine(name)): only adapters of the kind LORA are applied"
    case .start(let name):
      "init_lora_weights is \(oneLine(name)): it changed the base's weights at the start of training, and PEFT cannot repeat that exactly either"
    case .setting(let key, let reason): "\(key): \(reason)"
    case .noModule(let names): "target_modules is \(oneLine(names)): the model has no such module"
    case .notTargeted(let module):
      "adapter_model.safetensors has tensors for \(oneLine(module)), adapter_config.json does not name it"
    case .noTensors(let module):
      "adapter_config.json names \(oneLine(module)), adapter_model.safetensors has no tensors for it"
    case .lacks(let setting, let tensor):
      "adapter_config.json: \(setting) asks for tensor \(oneLine(tensor)), adapter_model.safetensors does not have it"
    case .half(let module, let has, let lacks): "\(oneLine(module)) has \(has), but no \(lacks)"
    case .rank(let module, let configuration, let tensors):
      "\(oneLine(module)): adapter_config.json says rank \(configuration), the tensors have rank \(tensors)"
    case .shape(let tensor, let found, let base):
      "tensor \(oneLine(tensor)): shape \(found), the base needs \(base)"
    case .part(let tensor, let reason): "tensor \(oneLine(tensor)): \(reason)"
    case .unreached(let tensor):
      "tensor \(oneLine(tensor)): the base has this part, and adapters on it are not carried out"
    case .pickle(let name): "the folder has \(name), a PyTorch pickle, which is not read"
    case .noWeights: "the folder has no adapter_model.safetensors"
    }
  }

  var hint: String? {
    switch self {
    case .kind, .part, .unreached: "merge it into the base with PEFT's merge_and_unload and save that model"
    case .start:
      "save it as plain LoRA: PEFT's save_pretrained with path_initial_model_for_weight_conversion, or merge_and_unload"
    case .pickle: "load it with PEFT and save it again: save_pretrained writes adapter_model.safetensors"
    case .half, .lacks, .noTensors, .noWeights: "the adapter may not be whole: download or save it again"
    case .shape:
      "an adapter belongs to one base; after a vocabulary resize both embeddings and head must be in it"
    default: nil
    }
  }
}

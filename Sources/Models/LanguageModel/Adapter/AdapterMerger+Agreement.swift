/// What the two files of an adapter must agree about: what the configuration names is there, and only that.
extension AdapterMerger {
  /// Whether the file adapts a module.
  ///
  /// - Throws: ``AdapterError`` where it is named and not there, or there and not named.
  mutating func checkNamed(_ module: String, isHead: Bool, isLinear: Bool) throws -> Bool {
    let isNamed = try configuration.targets.contains(module, isHead: isHead, isLinear: isLinear)
    let isAdapted = tensors.isAdapted(module)
    if isNamed { namedModules += 1 }
    if isNamed, !isAdapted { throw AdapterError.noTensors(module: module) }
    // A tied head follows the embeddings without being named.
    if isAdapted, !isNamed, !(isHead && configuration.tiesWeights) {
      throw AdapterError.notTargeted(module: module)
    }
    return isAdapted
  }

  /// Looks at modules that nothing is worked into: tensors of theirs are refused at the end, their lack is here.
  ///
  /// - Throws: ``AdapterError`` where one is named and not there.
  mutating func checkUnreached(_ roles: [TensorRole], _ layer: Int, isLinear: Bool = true) throws {
    for role in roles where base.architecture.tensors.names[role] != nil {
      let module = module(role, layer)
      let isNamed = try configuration.targets.contains(module, isHead: false, isLinear: isLinear)
      if isNamed { namedModules += 1 }
      let isLacking =
        isNamed && !tensors.isAdapted(module) || configuration.saves(module) && !tensors.has(module, .weight)
      if isLacking { throw AdapterError.noTensors(module: module) }
    }
  }

  /// Refuses a tensor that nothing has read.
  ///
  /// - Throws: ``AdapterError/unreached(tensor:)`` for a module that the base has,
  ///   ``LanguageModelError/unknownTensor(_:)`` for another, ``AdapterError/noModule(_:)`` where all are others.
  func checkAllUsed() throws {
    guard let (tensor, module) = tensors.unused else { return }
    if naming.isModule(module) { throw AdapterError.unreached(tensor: tensor) }
    guard namedModules > 0 else { throw AdapterError.noModule(configuration.targets.shown) }
    throw LanguageModelError.unknownTensor(tensor)
  }

  /// Refuses a module that is to be replaced as a whole and is not there as a whole.
  ///
  /// - Parameter hasBias: Whether the base has a bias there.
  /// - Throws: ``AdapterError``.
  mutating func requireSaved(_ module: String, hasBias: Bool = false) throws {
    guard configuration.saves(module) else { return }
    guard tensors.has(module, .weight) else { throw AdapterError.noTensors(module: module) }
    guard !hasBias || tensors.has(module, .bias) else {
      throw AdapterError.lacks(setting: "modules_to_save", tensor: module + ".bias")
    }
    tensors.passCopies(of: module)
  }

  /// Refuses the lack of a bias where all were learned.
  ///
  /// - Throws: ``AdapterError/lacks(setting:tensor:)``.
  func requireBias(_ module: String, hasBias: Bool) throws {
    guard hasBias, configuration.bringsAllBiases, !tensors.has(module, .bias),
      !tensors.has(module, .baseBias)
    else { return }
    throw AdapterError.lacks(setting: "bias", tensor: module + ".bias")
  }

  /// Refuses rows of embeddings that are named and not there, and names of what has none.
  ///
  /// - Throws: ``AdapterError``.
  func requireTokenRows(embedding: String, head: String, isTied: Bool) throws {
    if let other = configuration.otherTokenModule(than: [embedding, head]) {
      throw AdapterError.setting(
        "trainable_token_indices", reason: "\(other) is neither the embeddings nor the head of the model")
    }
    let own = configuration.tokenRows(embedding, isEmbedding: true)
    let others = configuration.tokenRows(head, isEmbedding: false)
    if own != nil { try requireRows(embedding) }
    // PEFT has no rows of a tied head beside the same ones of the embeddings.
    if let others, !(isTied && others == own) { try requireRows(head) }
  }

  /// Whether a tied head has the rows of the embeddings: unless it is given rows that are not the same.
  ///
  /// - Throws: ``AdapterError/setting(_:reason:)`` where they differ and are to be tied all the same, which PEFT refuses.
  func sharesRows(embedding: String, head: String) throws -> Bool {
    guard let others = configuration.tokenRows(head, isEmbedding: false),
      others != configuration.tokenRows(embedding, isEmbedding: true)
    else { return true }
    guard !configuration.tiesWeights else {
      throw AdapterError.setting(
        "trainable_token_indices",
        reason: "has other rows for \(head) than for \(embedding), which ensure_weight_tying makes one")
    }
    return false
  }

  private func requireRows(_ module: String) throws {
    guard !tensors.has(module, .tokenRows) else { return }
    throw AdapterError.lacks(
      setting: "trainable_token_indices",
      tensor: module + "." + AdapterTensors.Part.tokenRows.rawValue)
  }
}

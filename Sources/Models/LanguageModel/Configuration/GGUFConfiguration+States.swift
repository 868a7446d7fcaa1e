internal import CMCGGUF

extension GGUFConfiguration {
  /// A state in every layer, in place of attention.
  ///
  /// - Throws: ``LanguageModelError``, `GGUFError`.
  func setStates(_ form: GGUFForm.States, _ c: inout ModelConfiguration) throws {
    switch form {
    case .channels, .heads: try setSelectiveStates(form, &c)
    case .wkv: try setWKVStates(&c)
    }
  }

  /// A selective state, in place of the feed-forward part, too.
  ///
  /// llama.cpp has SiLU behind the convolution whatever a model says; the converter does not look.
  private func setSelectiveStates(_ form: GGUFForm.States, _ c: inout ModelConfiguration) throws {
    let state = try selectiveState(form, layer: 0)
    c.arrangement = .mixerAlone
    c.mixers = Array(repeating: .selectiveState(state), count: max(0, min(c.layerCount, 4096)))
  }

  /// A selective state, whose biases are those that a layer has.
  private func selectiveState(_ form: GGUFForm.States, layer: Int) throws -> SelectiveState {
    let rank = try integer("ssm.time_step_rank")
    var state = SelectiveState(
      form: .channels(stepRank: rank), inner: try integer("ssm.inner_size"),
      stateSize: try integer("ssm.state_size"), kernel: try integer("ssm.conv_kernel"))
    if form == .heads { state.form = .heads(count: rank, groups: try integer("ssm.group_count", default: 1)) }
    state.convolutionHasBias = tensors["blk.\(layer).ssm_conv1d.bias"] != nil
    state.projectionHasBias = tensors["blk.\(layer).ssm_in.bias"] != nil
    return state
  }

  /// The heads of keys and values of each layer: of Granite 4 those with attention have equal numbers, others none.
  ///
  /// - Throws: ``LanguageModelError``, `GGUFError`.
  func hybridHeads(_ layers: Int) throws -> [Int] {
    let key = "attention.head_count_kv"
    guard (1...4096).contains(layers) else { return [] }
    guard let array = header["\(name).\(key)"]?.array else {
      return Array(repeating: try integer(key), count: layers)
    }
    guard let values = array.int32s(in: file)?.map(Int.init), values.count == layers,
      values.allSatisfy({ $0 >= 0 })
    else {
      throw GGUFError.wrongType(key: "\(name).\(key)", wanted: "a whole number for each layer")
    }
    guard Set(values).subtracting([0]).count <= 1 else {
      throw LanguageModelError.unsupported("\(name).\(key) that differs between layers with attention")
    }
    return values
  }

  /// Attention in layers with heads of keys and values, a state in the others.
  ///
  /// - Throws: ``LanguageModelError``, `GGUFError`.
  func setHybrid(_ c: inout ModelConfiguration) throws {
    let heads = try hybridHeads(c.layerCount)
    let state = try heads.firstIndex(of: 0).map { try selectiveState(.heads, layer: $0) }
    c.mixers = heads.map { heads in
      guard heads == 0, let state else { return .attention }
      return .selectiveState(state)
    }
    c.biases = biases(attention: heads.firstIndex { $0 != 0 } ?? 0)
    // The key says something else in other families' files, and nothing is computed by it there.
    if header["\(name).rope.scaling.finetuned"]?.boolean == false { c.positions = .unmarked }
  }

  /// RWKV-7's state; what its files do not say is as llama.cpp has it.
  private func setWKVStates(_ c: inout ModelConfiguration) throws {
    // llama.cpp takes two where the file does not say, and runs no other number.
    let shifts = try integer("token_shift_count", default: 2)
    guard shifts == 2 else { throw LanguageModelError.unsupported("\(name).token_shift_count \(shifts)") }
    // llama.cpp does not take the embeddings in its place.
    guard tensors["output.weight"] != nil else { throw LanguageModelError.missingTensor("output.weight") }
    let state = WKVState(
      width: c.hiddenSize, headSize: try integer("wkv.head_size"),
      ranks: WKVState.Ranks(
        decay: try integer("attention.decay_lora_rank"), rate: try integer("attention.iclr_lora_rank"),
        share: try integer("attention.value_residual_mix_lora_rank"),
        gate: try integer("attention.gate_lora_rank")),
      outputEpsilon: 64e-5)
    c.feedForwardSize = try integer("feed_forward_length")
    c.feedForward = .plain(.squaredRelu)
    c.normsEmbeddings = true
    c.mixers = Array(repeating: .wkv(state), count: max(0, min(c.layerCount, 4096)))
  }
}

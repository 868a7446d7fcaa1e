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
    let rank = try integer("ssm.time_step_rank")
    var state = SelectiveState(
      form: .channels(stepRank: rank), inner: try integer("ssm.inner_size"),
      stateSize: try integer("ssm.state_size"), kernel: try integer("ssm.conv_kernel"))
    if form == .heads { state.form = .heads(count: rank, groups: try integer("ssm.group_count", default: 1)) }
    state.convolutionHasBias = tensors["blk.0.ssm_conv1d.bias"] != nil
    state.projectionHasBias = tensors["blk.0.ssm_in.bias"] != nil
    c.arrangement = .mixerAlone
    c.mixers = Array(repeating: .selectiveState(state), count: max(0, min(c.layerCount, 4096)))
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

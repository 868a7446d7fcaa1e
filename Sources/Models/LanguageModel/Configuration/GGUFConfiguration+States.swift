extension GGUFConfiguration {
  /// A selective state in every layer, in place of attention and feed-forward part.
  ///
  /// llama.cpp has SiLU behind the convolution whatever a model says; the converter does not look.
  ///
  /// - Throws: ``LanguageModelError``, `GGUFError`.
  func setStates(_ form: GGUFForm.States, _ c: inout ModelConfiguration) throws {
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
}

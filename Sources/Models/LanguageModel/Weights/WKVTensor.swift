/// A tensor of RWKV-7's layers by what it is for, with its name in both kinds of files.
package enum WKVTensor: Hashable, Sendable, CaseIterable {
  /// The four products of the hidden size.
  case receptance, key, value, output
  /// What makes decays, rates, shares of the first layer's values and gates of an input: the product down, the product
  /// up, and what is added.
  case decayDown, decayUp, decayBias, rateDown, rateUp, rateBias
  case shareDown, shareUp, shareBias, gateDown, gateUp
  /// How much of the position before goes into the input of each of them; and all of these in one tensor.
  case receptanceShift, decayShift, keyShift, valueShift, rateShift, gateShift, shifts
  /// What makes κ of a key, how much a rate changes a key, and what a value adds past the state.
  case removalScale, keyScale, bonus
  /// The norm of each head behind the state.
  case normWeight, normBias
  /// How much of the position before goes into the feed-forward part's input.
  case feedForwardShift

  /// The shifts one by one, in the order in which one tensor has them all.
  static let eachShift: [WKVTensor] = [
    .receptanceShift, .decayShift, .keyShift, .valueShift, .rateShift, .gateShift,
  ]

  /// The whole name behind the layer's, as flash-linear-attention has it.
  var hubName: String {
    switch self {
    case .receptance: "attn.r_proj.weight"
    case .key: "attn.k_proj.weight"
    case .value: "attn.v_proj.weight"
    case .output: "attn.o_proj.weight"
    case .decayDown: "attn.w_lora.lora.0.weight"
    case .decayUp: "attn.w_lora.lora.2.weight"
    case .decayBias: "attn.w_lora.lora.2.bias"
    case .rateDown: "attn.a_lora.lora.0.weight"
    case .rateUp: "attn.a_lora.lora.2.weight"
    case .rateBias: "attn.a_lora.lora.2.bias"
    case .shareDown: "attn.v_lora.lora.0.weight"
    case .shareUp: "attn.v_lora.lora.2.weight"
    case .shareBias: "attn.v_lora.lora.2.bias"
    case .gateDown: "attn.g_lora.lora.0.weight"
    case .gateUp: "attn.g_lora.lora.2.weight"
    case .receptanceShift: "attn.x_r"
    case .decayShift: "attn.x_w"
    case .keyShift: "attn.x_k"
    case .valueShift: "attn.x_v"
    case .rateShift: "attn.x_a"
    case .gateShift: "attn.x_g"
    case .shifts: "attn.x_x"
    case .removalScale: "attn.k_k"
    case .keyScale: "attn.k_a"
    case .bonus: "attn.r_k"
    case .normWeight: "attn.g_norm.weight"
    case .normBias: "attn.g_norm.bias"
    case .feedForwardShift: "ffn.x_k"
    }
  }

  /// The whole name behind the layer's, as llama.cpp has it, which knows no shifts one by one.
  var ggufName: String {
    switch self {
    case .receptance: "time_mix_receptance.weight"
    case .key: "time_mix_key.weight"
    case .value: "time_mix_value.weight"
    case .output: "time_mix_output.weight"
    case .decayDown: "time_mix_w1.weight"
    case .decayUp: "time_mix_w2.weight"
    case .decayBias: "time_mix_w0.weight"
    case .rateDown: "time_mix_a1.weight"
    case .rateUp: "time_mix_a2.weight"
    case .rateBias: "time_mix_a0.weight"
    case .shareDown: "time_mix_v1.weight"
    case .shareUp: "time_mix_v2.weight"
    case .shareBias: "time_mix_v0.weight"
    case .gateDown: "time_mix_g1.weight"
    case .gateUp: "time_mix_g2.weight"
    case .receptanceShift, .decayShift, .keyShift, .valueShift, .rateShift, .gateShift, .shifts:
      "time_mix_lerp_fused.weight"
    case .removalScale: "time_mix_k_k.weight"
    case .keyScale: "time_mix_k_a.weight"
    case .bonus: "time_mix_r_k.weight"
    case .normWeight: "time_mix_ln.weight"
    case .normBias: "time_mix_ln.bias"
    case .feedForwardShift: "channel_mix_lerp_k.weight"
    }
  }
}

extension TensorNaming {
  /// The name of a tensor of RWKV-7 in a layer.
  package func name(_ tensor: WKVTensor, layer: Int) -> String {
    switch self {
    case .gguf: "blk.\(layer).\(tensor.ggufName)"
    case .huggingFace(let architecture, let prefix):
      "\(prefix)\(architecture.tensors.layers)\(layer).\(tensor.hubName)"
    }
  }
}

/// A tensor by what it is for; weight and bias of one part share a role.
package enum TensorRole: Hashable, Sendable {
  case tokenEmbedding, positionEmbedding, embeddingNorm, finalNorm, head
  case attentionNorm, query, key, value, fusedQueryKeyValue, attentionOutput, queryNorm, keyNorm
  /// Of latent attention: what the short vectors are made by, their norms, and what is made of the second.
  case queryDown, queryDownNorm, latentQueryUp, latentDown, latentNorm, latentUp
  /// The same apart: what makes a head's keys, with inputs first, and what makes its values.
  case latentKeyUp, latentValueUp
  /// A score of each head that no key has.
  case sinks
  case attentionOutputNorm, feedForwardNorm, gate, up, fusedGateAndUp, down, feedForwardOutputNorm
  /// What chooses experts; a `#` in the name of an expert's tensor stands for its number.
  case router, routerCorrection, expertGate, expertUp, fusedExpertGateAndUp, expertDown
  /// The same with inputs first, or as blocks of MXFP4 and their exponents; biases beside them.
  case turnedGateAndUp, turnedDown, gateAndUpBlocks, gateAndUpScales, downBlocks, downScales
  case gateAndUpBias, downBias
  /// What all positions go through beside the chosen experts, and its gate.
  case sharedGate, sharedUp, fusedSharedGateAndUp, sharedDown, sharedExpertGate
  /// Of experts beside a feed-forward part: what its output, they and what chooses them are normed by; what they weigh.
  case partOutputNorm, routerNorm, expertInputNorm, expertOutputNorm, expertScale
  /// Of inputs beside the state: the table, what is made of embeddings and its norm; a layer's gate, output and norm.
  case perLayerEmbedding, perLayerProjection, perLayerNorm, perLayerGate, perLayerOutput, perLayerOutputNorm
  /// What the state behind a layer is multiplied by.
  case layerScale
  /// Of a selective state: what its input is made by, the convolution, what selects, and what the state is made of.
  case stateInput, stateConvolution, stateSelection, stateStep, stateStepBias, stateDecay, stateSkip
  case stateNorm, stateOutput
}

/// How a container calls the tensors of a model.
package enum TensorNaming: Equatable {
  /// As GGUF does, where a family may call some otherwise.
  case gguf([TensorRole: String])
  /// As models of the hub do; what stands before the names of Llama and its kin depends on the file.
  case huggingFace(ModelArchitecture, prefix: String)

  /// The name of a tensor.
  ///
  /// - Parameters:
  ///   - role: What it is for.
  ///   - layer: The layer, for what belongs to one.
  ///   - isBias: Whether the bias is meant instead of the weight.
  package func name(_ role: TensorRole, layer: Int? = nil, isBias: Bool = false) -> String {
    let ending = isBias ? ".bias" : ".weight"
    switch self {
    case .gguf where [.stateDecay, .stateSkip, .routerNorm, .routerCorrection, .expertScale].contains(role):
      return (layer.map { "blk.\($0)." } ?? "") + ggufName(role)
    case .gguf(let names):
      return (layer.map { "blk.\($0)." } ?? "") + (names[role] ?? ggufName(role)) + ending
    case .huggingFace(let architecture, let prefix):
      // The configuration never asks for what a family does not have.
      let name = architecture.tensors.names[role] ?? "none"
      if role == .head {
        return (prefix.hasPrefix("language_model.") ? "language_model." : "") + name + ending
      }
      return prefix + (layer.map { "\(architecture.tensors.layers)\($0)." } ?? "") + name + ending
    }
  }

  /// The other name that newer files may have for a tensor of a layer, or nil.
  func nameInMemory(_ role: TensorRole, layer: Int) -> String? {
    guard case .huggingFace(let architecture, let prefix) = self else { return nil }
    return architecture.tensors.inMemory[role].map {
      "\(prefix)\(architecture.tensors.layers)\(layer).\($0)"
    }
  }

  /// Whether a module of the hub's classes is one that the family has, whatever part of the forward pass it is.
  func isModule(_ module: String) -> Bool {
    guard case .huggingFace(let architecture, let prefix) = self, module.hasPrefix(prefix) else {
      return false
    }
    let hub = architecture.tensors
    var name = module.dropFirst(prefix.count)
    if name.hasPrefix(hub.layers) {
      name = name.dropFirst(hub.layers.count).drop { $0.isNumber }.dropFirst()
    }
    // The number of an expert is a `#` in the family's names.
    let parts = name.split(separator: ".").map { $0.allSatisfy(\.isNumber) ? "#" : String($0) }
    let own = Array(hub.names.values) + Array(hub.inMemory.values)
    // What a layer has in memory may be a part of a module without a name of its own.
    return own.contains { known in
      known == parts.joined(separator: ".") || known.hasPrefix(parts.joined(separator: ".") + ".")
    }
  }

  /// Names of the hub's files that say nothing the forward pass needs: masks, tables that can be computed, other parts.
  static func isIgnorable(_ name: String) -> Bool {
    if ["vision_tower.", "multi_modal_projector.", "audio_tower."].contains(where: { name.contains($0) }) {
      return true
    }
    if name.contains("embed_vision.") || name.contains("embed_audio.") || name.contains("vision_embedder.") {
      return true
    }
    let masks = [".attn.bias", ".attn.masked_bias", ".attention.bias", ".attention.masked_bias"]
    return masks.contains { name.hasSuffix($0) }
      || name.hasSuffix(".rotary_emb.inv_freq")
      || ["rope_freqs.weight", "rope_factors_short.weight", "rope_factors_long.weight"].contains(name)
  }

  private func ggufName(_ role: TensorRole) -> String {
    switch role {
    case .tokenEmbedding: "token_embd"
    case .positionEmbedding: "position_embd"
    case .embeddingNorm: "token_embd_norm"
    case .finalNorm: "output_norm"
    case .head: "output"
    case .attentionNorm: "attn_norm"
    case .query: "attn_q"
    case .key: "attn_k"
    case .value: "attn_v"
    case .fusedQueryKeyValue: "attn_qkv"
    case .attentionOutput: "attn_output"
    case .queryNorm: "attn_q_norm"
    case .keyNorm: "attn_k_norm"
    case .attentionOutputNorm: "post_attention_norm"
    case .feedForwardNorm: "ffn_norm"
    case .gate: "ffn_gate"
    case .up, .fusedGateAndUp: "ffn_up"
    case .down: "ffn_down"
    case .feedForwardOutputNorm: "post_ffw_norm"
    case .sinks: "attn_sinks"
    case .queryDown: "attn_q_a"
    case .queryDownNorm: "attn_q_a_norm"
    case .latentQueryUp: "attn_q_b"
    case .latentDown: "attn_kv_a_mqa"
    case .latentNorm: "attn_kv_a_norm"
    case .latentUp: "attn_kv_b"
    case .latentKeyUp: "attn_k_b"
    case .latentValueUp: "attn_v_b"
    case .routerCorrection: "exp_probs_b.bias"
    case .router: "ffn_gate_inp"
    case .expertGate: "ffn_gate_exps"
    case .expertUp, .fusedExpertGateAndUp: "ffn_up_exps"
    case .expertDown: "ffn_down_exps"
    case .turnedGateAndUp, .gateAndUpBlocks, .gateAndUpScales, .gateAndUpBias: "ffn_gate_up_exps"
    case .turnedDown, .downBlocks, .downScales, .downBias: "ffn_down_exps"
    case .sharedGate: "ffn_gate_shexp"
    case .sharedUp, .fusedSharedGateAndUp: "ffn_up_shexp"
    case .sharedDown: "ffn_down_shexp"
    case .sharedExpertGate: "ffn_gate_inp_shexp"
    case .partOutputNorm: "post_ffw_norm_1"
    case .routerNorm: "ffn_gate_inp.scale"
    case .expertInputNorm: "pre_ffw_norm_2"
    case .expertOutputNorm: "post_ffw_norm_2"
    case .expertScale: "ffn_down_exps.scale"
    case .perLayerEmbedding: "per_layer_token_embd"
    case .perLayerProjection: "per_layer_model_proj"
    case .perLayerNorm: "per_layer_proj_norm"
    case .perLayerGate: "inp_gate"
    case .perLayerOutput: "proj"
    case .perLayerOutputNorm: "post_norm"
    case .layerScale: "layer_output_scale"
    case .stateInput: "ssm_in"
    case .stateConvolution: "ssm_conv1d"
    case .stateSelection: "ssm_x"
    case .stateStep, .stateStepBias: "ssm_dt"
    case .stateDecay: "ssm_a"
    case .stateSkip: "ssm_d"
    case .stateNorm: "ssm_norm"
    case .stateOutput: "ssm_out"
    }
  }
}

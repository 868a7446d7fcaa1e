/// A tensor by what it is for; weight and bias of one part share a role.
package enum TensorRole: Hashable, Sendable {
  case tokenEmbedding, positionEmbedding, finalNorm, head
  case attentionNorm, query, key, value, fusedQueryKeyValue, attentionOutput, queryNorm, keyNorm
  case attentionOutputNorm, feedForwardNorm, gate, up, down, feedForwardOutputNorm
}

/// How a container calls the tensors of a model.
package enum TensorNaming: Equatable {
  /// As GGUF does.
  case gguf
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
    case .gguf: return (layer.map { "blk.\($0)." } ?? "") + ggufName(role) + ending
    case .huggingFace(.gpt2, let prefix):
      return role == .head
        ? "lm_head" + ending : prefix + (layer.map { "h.\($0)." } ?? "") + gpt2Name(role) + ending
    case .huggingFace(let architecture, let prefix):
      return role == .head
        ? headName(prefix) + ending
        : prefix + (layer.map { "layers.\($0)." } ?? "") + llamaName(role, isGemma: architecture == .gemma3)
          + ending
    }
  }

  /// Names of the hub's files that say nothing the forward pass needs: masks, tables that can be computed, other parts.
  static func isIgnorable(_ name: String) -> Bool {
    if ["vision_tower.", "multi_modal_projector."].contains(where: { name.contains($0) }) { return true }
    return name.hasSuffix(".attn.bias") || name.hasSuffix(".attn.masked_bias")
      || name.hasSuffix(".rotary_emb.inv_freq") || name == "rope_freqs.weight"
  }

  private func headName(_ prefix: String) -> String {
    prefix.hasPrefix("language_model.") ? "language_model.lm_head" : "lm_head"
  }

  private func ggufName(_ role: TensorRole) -> String {
    switch role {
    case .tokenEmbedding: "token_embd"
    case .positionEmbedding: "position_embd"
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
    case .up: "ffn_up"
    case .down: "ffn_down"
    case .feedForwardOutputNorm: "post_ffw_norm"
    }
  }

  private func llamaName(_ role: TensorRole, isGemma: Bool) -> String {
    switch role {
    case .tokenEmbedding: "embed_tokens"
    case .positionEmbedding: "embed_positions"
    case .finalNorm: "norm"
    case .head: "lm_head"
    case .attentionNorm: "input_layernorm"
    case .query: "self_attn.q_proj"
    case .key: "self_attn.k_proj"
    case .value: "self_attn.v_proj"
    case .fusedQueryKeyValue: "self_attn.qkv_proj"
    case .attentionOutput: "self_attn.o_proj"
    case .queryNorm: "self_attn.q_norm"
    case .keyNorm: "self_attn.k_norm"
    case .attentionOutputNorm: "post_attention_layernorm"
    // The same words stand for the norm after attention in Gemma and for the one after the sum in Llama.
    case .feedForwardNorm: isGemma ? "pre_feedforward_layernorm" : "post_attention_layernorm"
    case .gate: "mlp.gate_proj"
    case .up: "mlp.up_proj"
    case .down: "mlp.down_proj"
    case .feedForwardOutputNorm: "post_feedforward_layernorm"
    }
  }

  private func gpt2Name(_ role: TensorRole) -> String {
    switch role {
    case .tokenEmbedding: "wte"
    case .positionEmbedding: "wpe"
    case .finalNorm: "ln_f"
    case .attentionNorm: "ln_1"
    case .fusedQueryKeyValue: "attn.c_attn"
    case .attentionOutput: "attn.c_proj"
    case .feedForwardNorm: "ln_2"
    case .up: "mlp.c_fc"
    case .down: "mlp.c_proj"
    // GPT-2 has none of these; the configuration never asks for them.
    default: "none"
    }
  }
}

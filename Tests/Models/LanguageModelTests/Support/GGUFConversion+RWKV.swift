import CMCFastJSON

/// What llama.cpp's converter makes of flash-linear-attention's folders of RWKV-7.
extension GGUFConversion {
  /// Names behind the layer's, in the order in which they are replaced.
  static let rwkvNames: [(String, String)] =
    [
      ("layers.0.pre_norm", "token_embd_norm"), ("embeddings", "token_embd"), ("ffn_norm", "attn_norm_2"),
      ("attn.r_proj", "time_mix_receptance"), ("attn.k_proj", "time_mix_key"),
      ("attn.v_proj", "time_mix_value"), ("attn.o_proj", "time_mix_output"), ("attn.g_norm", "time_mix_ln"),
      ("attn.x_x", "time_mix_lerp_fused.weight"), ("ffn.x_k", "channel_mix_lerp_k.weight"),
      ("ffn.key", "channel_mix_key"), ("ffn.value", "channel_mix_value"),
    ] + ["k_k", "k_a", "r_k"].map { ("attn.\($0)", "time_mix_\($0).weight") }
    + ["w", "a", "v", "g"].flatMap { kind in
      [
        ("attn.\(kind)_lora.lora.0.weight", "time_mix_\(kind)1.weight"),
        ("attn.\(kind)_lora.lora.2.weight", "time_mix_\(kind)2.weight"),
        ("attn.\(kind)_lora.lora.2.bias", "time_mix_\(kind)0.weight"),
      ]
    }

  /// All shifts of a layer in one tensor, bonuses in a row, and in the first layer rates once more as shares.
  static func rwkv(_ tensors: [Tensor]) -> [Tensor] {
    var result: [Tensor] = []
    var shifts: [String: [Character: [Float]]] = [:]
    for var tensor in tensors {
      if let range = tensor.name.firstRange(of: ".attn.x_"), let kind = tensor.name.last {
        shifts[String(tensor.name[..<range.lowerBound]), default: [:]][kind] = tensor.values
        continue
      }
      if tensor.name.hasSuffix(".r_k") { tensor.shape = [tensor.values.count] }
      if tensor.name.hasPrefix("model.layers.0.attn.a_lora") {
        var share = tensor
        share.name = tensor.name.replacing("a_lora", with: "v_lora")
        result.append(share)
      }
      result.append(tensor)
    }
    for (layer, kinds) in shifts {
      let values = "rwkvag".flatMap { kinds[$0] ?? [] }
      result.append(
        Tensor(name: layer + ".attn.x_x", shape: [6, 1, 1, values.count / 6], values: values))
    }
    return result
  }

  /// The metadata.
  static func rwkvEntries(_ json: JSONValue) -> [(key: String, value: Entry)] {
    func number(_ key: String) -> Entry { .integer(UInt32(json[key]?.int ?? 0)) }
    let entries: [(key: String, value: Entry)] = [
      ("context_length", .integer(1 << 20)), ("embedding_length", number("hidden_size")),
      ("block_count", number("num_hidden_layers")), ("feed_forward_length", number("intermediate_size")),
      ("attention.head_count", .integer(0)), ("wkv.head_size", number("head_dim")),
      ("attention.decay_lora_rank", number("decay_low_rank_dim")),
      ("attention.iclr_lora_rank", number("a_low_rank_dim")),
      ("attention.value_residual_mix_lora_rank", number("v_low_rank_dim")),
      ("attention.gate_lora_rank", number("gate_low_rank_dim")),
      ("attention.layer_norm_epsilon", .number(Float(json["norm_eps"]?.double ?? 0))),
    ]
    return [("general.architecture", .text("rwkv7"))] + entries.map { ("rwkv7." + $0.key, $0.value) }
  }
}

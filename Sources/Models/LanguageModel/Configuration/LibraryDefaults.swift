/// The values that transformers gives to members of a `config.json` that are left out: those of its configuration classes.
///
/// Gemma 3 of 4 billion parameters and more leaves out its heads and its vocabulary, for one.
struct LibraryDefaults {
  /// `vocab_size`.
  let vocabulary: Int
  /// `hidden_size`.
  let hidden: Int
  /// `intermediate_size`.
  let inner: Int
  /// `num_hidden_layers`.
  let layers: Int
  /// `num_attention_heads`.
  let heads: Int
  /// `num_key_value_heads`; nil for as many as query heads.
  let keyValueHeads: Int?
  /// `head_dim`; nil for the hidden size divided by the heads.
  let headSize: Int?
  /// `max_position_embeddings`.
  let context: Int

  /// Those of a family whose layers are like Llama's.
  init(_ architecture: ModelArchitecture) {
    switch architecture {
    case .llama, .gpt2: self.init(32_000, 4096, 11_008, 32, 32, nil, nil, 2048)
    case .mistral: self.init(32_000, 4096, 14_336, 32, 32, 8, nil, 131_072)
    case .qwen2: self.init(151_936, 4096, 22_016, 32, 32, 32, nil, 32_768)
    case .qwen3: self.init(151_936, 4096, 22_016, 32, 32, 32, 128, 32_768)
    case .gemma3: self.init(262_208, 2304, 9216, 26, 8, 4, 256, 131_072)
    }
  }

  private init(
    _ vocabulary: Int, _ hidden: Int, _ inner: Int, _ layers: Int, _ heads: Int, _ keyValueHeads: Int?,
    _ headSize: Int?, _ context: Int
  ) {
    self.vocabulary = vocabulary
    self.hidden = hidden
    self.inner = inner
    self.layers = layers
    self.heads = heads
    self.keyValueHeads = keyValueHeads
    self.headSize = headSize
    self.context = context
  }
}

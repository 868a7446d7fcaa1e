internal import CMCFieldTables

/// A class of models that also see, whose text part is a family of its own, with the configuration inside.
struct ModelWrapper: Sendable {
  /// `model_type` outside.
  let modelType: String
  /// The class that `architectures` names.
  let className: String
  /// The families that the text part may be, by `model_type`; the first where it does not say.
  let textTypes: [String]
  /// What is done with the members outside.
  let fields: [FieldRow]
  /// Brings into the configuration of the text part what is outside.
  var configure: Configure = { _, _, _ in }

  /// Sets a configuration by the members outside and those of the text part.
  typealias Configure =
    @Sendable (inout ModelConfiguration, _ outside: ConfigurationJSON, _ text: ConfigurationJSON) throws ->
    Void

  /// Every one but Gemma 3's, which is told by the same `model_type` as its text part.
  static let all = [
    ModelWrapper(
      modelType: "mistral3", className: "Mistral3ForConditionalGeneration",
      textTypes: ["mistral", "ministral3"],
      fields: [
        .carriedOut("text_config", "the language model, Mistral or Ministral 3: a section of its own"),
        .carriedOut(
          "tie_word_embeddings", "whether embeddings make the logits; this one counts, not text_config's"),
      ]
        + [
          "vision_config", "image_token_index", "image_token_id", "projector_hidden_act",
          "vision_feature_layer",
          "multimodal_projector_bias", "spatial_merge_size",
        ].map { .harmless($0, "pictures are no input") }),
    gemma4("gemma4", "Gemma4ForConditionalGeneration", text: "gemma4_text"),
    gemma4("gemma4_unified", "Gemma4UnifiedForConditionalGeneration", text: "gemma4_unified_text"),
  ]

  /// One of Gemma 4's: where a text has a place of a picture or a sound, and none is given, padding stands.
  private static func gemma4(_ type: String, _ className: String, text: String) -> ModelWrapper {
    let places = [("image_token_id", 258_880), ("video_token_id", 258_884), ("audio_token_id", 258_881)]
    return ModelWrapper(
      modelType: type, className: className, textTypes: [text],
      fields: [
        .carriedOut("text_config", "the language model: a section of its own"),
        .carriedOut(
          "tie_word_embeddings", "whether embeddings make the logits; this one counts, not text_config's"),
      ] + places.map { .carriedOut($0.0, "its place in a text has the embedding of padding") }
        + [
          "vision_config", "audio_config", "boi_token_id", "eoi_token_id", "boa_token_id", "eoa_token_index",
        ].map { .harmless($0, "pictures and sounds are no input") }
    ) { c, outside, text in
      guard !text.isNull("pad_token_id") else {
        throw LanguageModelError.configuration("text_config.pad_token_id is null, which transformers refuses")
      }
      let padding = try text.int("pad_token_id", default: 0)
      for (name, fallback) in places where !outside.isNull(name) {
        let id = try outside.int(name, default: fallback)
        guard (0..<c.vocabularySize).contains(id), id != padding else { continue }
        guard (0..<c.vocabularySize).contains(padding), let id = Int32(exactly: id) else {
          throw LanguageModelError.configuration("text_config.pad_token_id \(padding) is no token")
        }
        c.standIns[id] = Int32(padding)
      }
    }
  }

  /// The one that a configuration names, by everything that says so; `model_type` counts.
  static func stated(className: String?, modelType: String?) -> ModelWrapper? {
    all.first { wrapper in
      modelType.map { $0 == wrapper.modelType } ?? (className == wrapper.className)
    }
  }

  /// The family of the text part.
  ///
  /// - Throws: ``LanguageModelError/architecture(_:)`` for another than the wrapper can have.
  func architecture(_ text: ConfigurationJSON) throws -> ModelArchitecture {
    let type = try text.string("model_type") ?? textTypes[0]
    guard textTypes.contains(type),
      let family = ModelArchitecture.all.first(where: { $0.modelTypes.contains(type) })
    else { throw LanguageModelError.architecture("\(modelType) of \(type)") }
    return family
  }
}

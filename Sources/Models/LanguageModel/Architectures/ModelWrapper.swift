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
        ].map { .harmless($0, "pictures are no input") })
  ]

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

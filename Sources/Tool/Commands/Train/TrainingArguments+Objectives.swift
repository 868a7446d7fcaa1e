internal import CMCLanguageModel
internal import CMCTraining

extension TrainingArguments {
  /// The sets that a run learns from.
  ///
  /// - Parameters:
  ///   - data: The documents.
  ///   - template: What a delta model learns beside.
  ///   - reference: What the model should stay like on the retain set, or for `shift` what it should become.
  func sets(_ data: TrainingData, template: (any RowSource)?, reference: (any RowSource)?) -> [Trainer
    .DocumentSet]
  {
    let learn = Objective(.crossEntropy, template: template)
    let unlearn = Objective(.crossEntropy, weight: -1, template: template)
    switch loss {
    case .crossEntropy: return [.init(data.learnt, learn)]
    case .ascent: return [.init(data.learnt, unlearn)]
    case .difference: return [.init(data.learnt, unlearn), .init(data.retained, learn)]
    case .kl:
      // A delta model is compared with the template alone, whose logits are there already.
      let stay = Objective(.divergence, template: template, reference: template == nil ? reference : nil)
      return [.init(data.learnt, unlearn), .init(data.retained, stay)]
    case .shift: return [.init(data.learnt, Objective(.squaredDistance, reference: reference))]
    }
  }

  /// The model as it was, where the loss asks for it.
  func reference(_ model: LanguageModel?, longest: Int) throws -> FrozenModel? {
    guard loss == .kl else { return nil }
    guard let model else { throw TrainingError.unsupported("a model of first values with --loss kl") }
    return frozen(model, longest: longest)
  }

  /// A model that does not learn.
  func frozen(_ model: LanguageModel, longest: Int) -> FrozenModel {
    FrozenModel(
      model, precision: computing.precision, longest: longest, threads: computing.threadOptions.threads)
  }
}

internal import CMCTraining

/// What is wanted of the data.
public enum TrainingObjective: Sendable, Equatable {
  /// To know the responses.
  case crossEntropy
  /// To forget the responses.
  case ascent
  /// To forget them, and to know those of other files.
  case difference(retained: [String])
  /// To forget them, and to stay as before on other files.
  case divergence(retained: [String])
  /// To add what tuning changed in the template's logits; the template after tuning.
  case shift(tuned: String)

  /// The name, as commands and results have it.
  public var name: String {
    switch self {
    case .crossEntropy: "cross-entropy"
    case .ascent: "ascent"
    case .difference: "difference"
    case .divergence: "kl"
    case .shift: "shift"
    }
  }

  /// The files that are not to be unlearnt.
  var retained: [String] {
    switch self {
    case .difference(let files), .divergence(let files): files
    default: []
    }
  }

  /// The template after tuning.
  var tuned: String? { if case .shift(let tuned) = self { tuned } else { nil } }

  /// The sets that a run learns from.
  ///
  /// - Parameters:
  ///   - template: What a delta model learns beside.
  ///   - reference: What the model should stay like on the retained set, or for `shift` what it should become.
  func sets(
    _ data: TrainingDocuments, template: (any RowSource)?, reference: (any RowSource)?
  ) -> [Trainer.DocumentSet] {
    let learn = Objective(.crossEntropy, template: template)
    let unlearn = Objective(.crossEntropy, weight: -1, template: template)
    switch self {
    case .crossEntropy: return [.init(data.learnt, learn)]
    case .ascent: return [.init(data.learnt, unlearn)]
    case .difference: return [.init(data.learnt, unlearn), .init(data.retained, learn)]
    case .divergence:
      // A delta model is compared with the template alone, whose logits are there already.
      let stay = Objective(.divergence, template: template, reference: template == nil ? reference : nil)
      return [.init(data.learnt, unlearn), .init(data.retained, stay)]
    case .shift: return [.init(data.learnt, Objective(.squaredDistance, reference: reference))]
    }
  }
}

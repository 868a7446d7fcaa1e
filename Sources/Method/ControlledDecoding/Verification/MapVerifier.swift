package import CMCAlignment
package import CMCLanguageModel
package import CMCTokenization
import CMCVocabulary

/// Checks a token map end to end, with the two models it is for.
///
/// What is checked: that α = 0 is the user model alone; that a delta of zeros changes nothing and a constant one only what
/// has no target; that the map says of its entries what their bytes say; that special tokens and roles have a place;
/// that text survives both tokenizers; and how much of either model's probability the map loses on generated text.
package struct MapVerifier {
  /// Both sides of a controlled generation.
  package struct Models {
    /// The user model.
    package var user: any LogitSource
    /// Its tokenizer.
    package var userTokenizer: Tokenizer
    /// The delta model.
    package var delta: any LogitSource
    /// Its tokenizer.
    package var deltaTokenizer: Tokenizer
    /// The map from the user's vocabulary to the delta's.
    package var map: TokenMap

    /// Puts both sides together.
    package init(
      user: any LogitSource, userTokenizer: Tokenizer, delta: any LogitSource, deltaTokenizer: Tokenizer,
      map: TokenMap
    ) {
      self.user = user
      self.userTokenizer = userTokenizer
      self.delta = delta
      self.deltaTokenizer = deltaTokenizer
      self.map = map
    }
  }

  /// What is run.
  package struct Settings: Sendable {
    /// The prompts: tokens of the user model and of the delta model.
    package var prompts: [(user: [Int32], delta: [Int32])] = []
    /// How many tokens are generated for each.
    package var maxTokens = 32
    /// The factor.
    package var alpha: Float = 1
    /// How logits are combined.
    package var mode = ControlMode.baseNormalize
    /// What unmatched tokens get.
    package var policy = UnmatchedPolicy.zero
    /// Texts that should survive both tokenizers.
    package var texts: [String] = []
    /// From where on a figure warns or fails.
    package var thresholds = VerificationThresholds()
    /// How many of the worst tokens are listed.
    package var mismatchCount = 10

    /// 32 tokens a prompt.
    package init() {}
  }

  let models: Models
  let settings: Settings
  let columns: MappedColumns

  /// Prepares a check.
  ///
  /// - Throws: ``ControlError`` where map and models do not belong together.
  package init(_ models: Models, _ settings: Settings) throws(ControlError) {
    self.models = models
    self.settings = settings
    columns = try MappedColumns(
      models.map, userWidth: models.user.logitsWidth, deltaWidth: models.delta.logitsWidth)
  }

  /// Runs all checks.
  ///
  /// - Parameter progress: Called with the number of prompts done; returns whether to go on.
  /// - Throws: What the models throw.
  package func run(progress: (Int) -> Bool = { _ in true }) throws -> VerificationReport {
    var report = VerificationReport()
    checkEntries(&report)
    checkSpecials(&report)
    try checkTexts(&report)
    try checkSelfMap(&report)
    try checkConstants(&report)
    var differing = 0
    var ledger = MassLedger(models, columns)
    for (index, prompt) in settings.prompts.enumerated() {
      guard progress(index) else { break }
      let alone = try generate(prompt, alpha: nil)
      let zero = try generate(prompt, alpha: 0)
      if alone.ids != zero.ids { differing += 1 }
      let result = try generate(prompt, alpha: settings.alpha) { ledger.add(user: $0, delta: $1) }
      for step in result.steps { report.kinds[step.match, default: 0] += 1 }
    }
    report.add(
      "α = 0 is the user model alone", differing == 0 ? .passed : .failed,
      differing == 0
        ? "\(settings.prompts.count) prompts, token for token"
        : "differs on \(differing) of \(settings.prompts.count) prompts"
    )
    ledger.finish(&report, settings)
    return report
  }

  private func generate(
    _ prompt: (user: [Int32], delta: [Int32]), alpha: Float?,
    observe: ((UnsafeBufferPointer<Float>, [Float]) -> Void)? = nil
  ) throws -> GenerationResult {
    models.user.truncate(to: 0)
    models.delta.truncate(to: 0)
    var deltas: [DeltaModel] = []
    var terms: [ScoreCombiner.Term] = []
    if let alpha {
      let history = DeltaHistory(
        prompt: prompt.delta, map: models.map, user: models.userTokenizer, delta: models.deltaTokenizer)
      deltas = [try DeltaModel(name: models.map.target.name, model: models.delta, history: history)]
      terms = [ScoreCombiner.Term(columns: columns, alpha: alpha)]
    }
    let map = models.map
    let generator = try ControlledGenerator(
      user: models.user, tokenizer: models.userTokenizer, prompt: prompt.user, deltas: deltas,
      combiner: ScoreCombiner(mode: settings.mode, policy: settings.policy, terms: terms),
      matchKind: { MatchKind($0, in: map) })
    if let observe { generator.observe = { user, deltas, _ in observe(user, deltas[0]) } }
    var options = ControlledGenerator.Options()
    options.maxTokens = settings.maxTokens
    options.stops = StopRules(user: models.userTokenizer.description)
    return try generator.generate(options)
  }
}

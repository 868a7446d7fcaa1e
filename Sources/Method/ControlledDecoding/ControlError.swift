import CMCPrimitives

/// Why models and a map cannot be run together.
package enum ControlError: DescribedError, Equatable {
  /// A map names a target that the delta model has no logit for.
  case mapBeyondDelta(id: Int32, width: Int)
  /// A map has rows that the user model has no logit for.
  case mapBeyondUser(rows: Int, width: Int)
  /// Two models that should share a vocabulary do not.
  case widthsDiffer(user: Int, delta: Int)
  /// A tokenizer has ids that its model has no logit for.
  case tokenizerBeyondLogits(tokenizer: String, id: Int, width: Int)
  /// A model gave a logit that is not a number.
  case notANumber(model: String, position: Int)
  /// A score is beyond what single precision holds, by what a delta model adds; nil for the user model's own.
  case overflow(step: Int, model: String?)
  /// Every token is masked.
  case nothingToChoose(step: Int)
  /// Factors are to be tried, and every delta model has one of its own.
  case factorsAreFixed
  /// A prompt without tokens.
  case emptyPrompt(model: String)
  /// Something needs logits that a model elsewhere does not give.
  case needsLogits(String)
  /// A choice cannot be proved with all that a model elsewhere tells.
  case notProved(step: Int, columns: Int, of: Int)
  /// An answer's probability depends on what a model elsewhere does not tell.
  case notScored(step: Int)
  /// The prompt and the tokens asked for do not fit.
  case contextTooShort(model: String, needed: Int, limit: Int)

  /// What is wrong, and where; steps are counted from 1.
  package var description: String {
    switch self {
    case .mapBeyondDelta(let id, let width):
      "the map names target \(id), but the delta model gives \(width) logits"
    case .mapBeyondUser(let rows, let width):
      "the map places token \(rows - 1), but the user model gives \(width) logits"
    case .widthsDiffer(let user, let delta):
      "the user model gives \(user) logits, the delta model \(delta): they do not share a vocabulary"
    case .tokenizerBeyondLogits(let tokenizer, let id, let width):
      "the tokenizer of \(tokenizer) has token \(id), but the model gives \(width) logits"
    case .notANumber(let model, let position):
      "\(model) gave a logit that is not a number at position \(position)"
    case .overflow(let step, let model?):
      "step \(step + 1): the scores are infinite with what \(model) adds to them"
    case .overflow(let step, nil): "step \(step + 1): the user model's own scores are infinite"
    case .factorsAreFixed: "every delta model has a factor of its own: there is none to try others for"
    case .nothingToChoose(let step): "step \(step + 1): every token is masked"
    case .emptyPrompt(let model): "the prompt has no tokens for \(model)"
    case .needsLogits(let option):
      "\(option) needs the user model's logits, and a model that runs elsewhere gives log-probabilities"
    case .notProved(let step, let columns, let all):
      "step \(step + 1): the server tells \(columns) of \(all) log-probabilities, and a token that it does not tell may be chosen"
    case .notScored(let step):
      "step \(step + 1): the server does not tell all log-probabilities, and the others may have a share in the sum"
    case .contextTooShort(let model, let needed, let limit):
      "\(needed) positions are needed, \(model) has \(limit)"
    }
  }

  /// What to do.
  package var hint: String? {
    switch self {
    case .mapBeyondDelta, .mapBeyondUser:
      "was the map made for these models, in this direction? see cmc map check"
    case .widthsDiffer: "give --map, or leave it out to have one made"
    case .tokenizerBeyondLogits: "are tokenizer and weights of the same model?"
    case .notANumber: "the weights are damaged, or the model is of another kind than its file says"
    case .overflow(_, nil): "choose a repetition penalty nearer to 1, if there is one"
    case .overflow: "choose a smaller factor α"
    case .factorsAreFixed: "leave out the factor behind a delta model"
    case .nothingToChoose: "choose another --unmatched than mask"
    case .emptyPrompt: "give a longer --prompt, or a template that adds a beginning"
    case .needsLogits(let option):
      option == "--mode add"
        ? "base-normalize gives the same text" : "leave it out, or run the user model here"
    case .notProved, .notScored:
      "let the server tell more, vLLM by --max-logprobs -1; or choose a smaller factor α"
    case .contextTooShort:
      "give a shorter text or fewer tokens to generate; cmc generate can go on with --context-shift"
    }
  }
}

public import CMCPrimitives

/// Why runs cannot be captured or compared, and where.
public enum LogitShiftError: DescribedError, Equatable {
  /// A logit is not a number or not finite.
  case notFinite(what: String, step: Int, column: Int)
  /// Two matrices of a prompt have different sizes.
  case shapesDiffer(prompt: Int, what: String, found: [Int], wanted: [Int])
  /// A file of a run is not what it must be.
  case badRun(reason: String)
  /// A run that was interrupted.
  case incomplete(missing: Int, of: Int)
  /// A folder has a part of a run.
  case isShard(Shard)
  /// A folder has another part of the run than the one that is to be captured; nil is all of it.
  case otherShard(found: Shard?, wanted: Shard?)
  /// A folder has a run with other prompts, models or settings.
  case otherRun
  /// A folder has a run that does not tell what it was captured with.
  case settingsUnknown
  /// A folder has a file of a run, and not the description of that run.
  case notDescribed(file: String)
  /// Two runs do not have the same prompts.
  case promptsDiffer(first: String, second: String, prompt: Int, reason: String)
  /// Two runs do not have the same steps of a prompt.
  case stepsDiffer(first: String, second: String, prompt: Int, reason: String)
  /// Two runs have other vocabularies, and no map is given.
  case mapNeeded(first: String, second: String)
  /// Widths differ although the vocabulary should be one.
  case widthsDiffer(first: Int, second: Int)
  /// The map was made for another vocabulary.
  case otherVocabulary(side: String, map: String, run: String)
  /// A run has not kept columns that are needed.
  case columnsMissing(run: String, prompt: Int, step: Int, missing: Int, of: Int)
  /// A run has not kept as many columns as are asked for.
  case tooFewColumns(run: String, kept: Int, asked: Int)
  /// A prompt without a step that both runs have.
  case noSteps(prompt: Int)
  /// A prompt that could not be captured in the run that is followed.
  case notCaptured(run: String, reason: String)
  /// Runs of which no prompt could be captured in all.
  case nothingCaptured
  /// No token of a prompt.
  case emptyPrompt(prompt: Int, model: String)
  /// A setting that makes no sense.
  case badSetting(String)

  /// What is wrong, and where; prompts and steps are counted from 1.
  public var description: String {
    switch self {
    case .notFinite(let what, let step, let column):
      "\(what), step \(NumberText.counted(step)), column \(column): the logit is not a finite number"
    case .shapesDiffer(let prompt, let what, let found, let wanted):
      "prompt \(NumberText.counted(prompt)): \(what) is \(found[0]) × \(found[1]), \(wanted[0]) × \(wanted[1]) expected"
    case .badRun(let reason): "is no whole run: \(oneLine(reason))"
    case .incomplete(let missing, let of): "the run is not complete: \(missing) of \(of) prompts are missing"
    case .isShard(let shard): "has shard \(shard) of a run, not all of it"
    case .otherShard(let found, let wanted):
      "has \(found.map { "shard \($0)" } ?? "all") of this run, not \(wanted.map { "shard \($0)" } ?? "all of it")"
    case .otherRun: "has a run with other prompts, models or settings"
    case .settingsUnknown:
      "has a run that was captured in another way or by an older version, and does not tell with what settings"
    case .notDescribed(let file): "has \(oneLine(file)) of a run, and no run.json that says of which"
    case .promptsDiffer(let first, let second, let prompt, let reason):
      "prompt \(NumberText.counted(prompt)) is not the same in \(first) and \(second): \(reason)"
    case .stepsDiffer(let first, let second, let prompt, let reason):
      "prompt \(NumberText.counted(prompt)): the steps of \(first) and \(second) disagree: \(reason)"
    case .mapNeeded(let first, let second): "\(first) and \(second) have different vocabularies"
    case .widthsDiffer(let first, let second):
      "the untuned and the tuned model have \(first) and \(second) logits: they are not of one vocabulary"
    case .otherVocabulary(let side, let map, let run):
      "the map is for another \(side) vocabulary: \(map), the run has \(run)"
    case .columnsMissing(let run, let prompt, let step, let missing, let of):
      "\(run) has not kept \(missing) of \(of) columns of prompt \(NumberText.counted(prompt)), step \(NumberText.counted(step))"
    case .tooFewColumns(let run, let kept, let asked):
      "\(run) has kept the best \(kept) columns of a step; \(asked) are asked for"
    case .noSteps(let prompt): "prompt \(NumberText.counted(prompt)) has no step that both runs have"
    case .notCaptured(let run, let reason): "\(oneLine(run)) could not capture it: \(oneLine(reason))"
    case .nothingCaptured: "no prompt was captured in all runs"
    case .emptyPrompt(let prompt, let model):
      "prompt \(NumberText.counted(prompt)) has no tokens for \(model)"
    case .badSetting(let reason): reason
    }
  }

  /// What to do.
  public var hint: String? {
    switch self {
    case .incomplete: "the same capture command goes on where it stopped"
    case .isShard: "join all shards of the run: cmc merge"
    case .otherShard: "name another folder"
    case .otherRun: "finish that run, or name another folder"
    case .settingsUnknown, .notDescribed: "name another folder, or remove that run"
    case .promptsDiffer, .stepsDiffer: "capture the second with --prefix-of the first"
    case .mapNeeded: "give --map"
    case .columnsMissing: "capture it with --prefix-of the other run and their --map, or with --keep all"
    case .tooFewColumns: "ask for a smaller --top, or capture with a larger --keep"
    case .emptyPrompt: "choose a template that adds a beginning"
    case .notFinite: "the model or the file is damaged, or columns were masked"
    case .widthsDiffer: "name the model that was tuned as the base, or give the map between two runs"
    case .otherVocabulary: "make the map of these two tokenizers: cmc align"
    default: nil
    }
  }
}

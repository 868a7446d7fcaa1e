import CMCPrimitives

/// Why training cannot begin or go on.
package enum TrainingError: DescribedError, Equatable {
  /// A model of a shape whose backward pass is not known here.
  case unsupported(String)
  /// A model or a tokenizer that a format has no words for: what was written would be read as another.
  case unwritable(String, format: String)
  /// The loss or a gradient is not a finite number.
  case notFinite(what: String, step: Int, checkpoint: String?)
  /// Nothing to train on.
  case noExamples(String)
  /// A checkpoint or an adapter that does not fit.
  case mismatch(String)

  /// What and where in one line.
  package var description: String {
    switch self {
    case .unsupported(let what): "\(what) cannot be trained here"
    case .unwritable(let what, let format): "\(what) cannot be written as \(format)"
    case .notFinite(let what, let step, let checkpoint):
      "step \(step): \(what) is not a finite number"
        + (checkpoint.map { "; the last good state is in \($0)" } ?? "; nothing was written yet")
    case .noExamples(let reason): "there is nothing to train on: \(reason)"
    case .mismatch(let reason): reason
    }
  }

  /// What to do about it.
  package var hint: String? {
    switch self {
    case .unsupported: "trainable are decoders with RMS norms, rotary positions and a gated feed-forward part"
    case .unwritable(_, format: "GGUF"): "leave out --gguf"
    case .unwritable: "cmc train lora without --merge writes an adapter alone"
    case .notFinite: "lower --learning-rate or --clip, or lengthen --warmup"
    default: nil
    }
  }
}

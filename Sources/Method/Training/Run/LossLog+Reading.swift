internal import CMCFastJSON
internal import CMCPrimitives

extension LossLog {
  /// A step as a log has it.
  public struct Line: Sendable, Equatable {
    /// The step, from 1.
    public var step: Int
    /// The weighted sum of the sets' mean losses.
    public var loss: Double
    /// The loss of the validation documents, where this step looked at them.
    public var validationLoss: Double?
    /// The share of targets that were the likeliest token.
    public var accuracy = 0.0
    /// The tokens that the step learnt from.
    public var tokens = 0
    /// The time that it took.
    public var seconds = 0.0
  }

  /// The steps of a log; a line that a crash cut short is none.
  ///
  /// - Throws: `FileError`.
  public static func read(_ path: String) throws -> [Line] {
    try readFile(path, limit: 4 << 30, isOwn: true).split(separator: 0x0A).compactMap { line in
      guard let value = try? JSONDocument(Array(line)).root, let step = value["step"]?.int,
        let loss = value["loss"]?.double
      else { return nil }
      return Line(
        step: step, loss: loss, validationLoss: value["validation_loss"]?.double,
        accuracy: value["accuracy"]?.double ?? 0, tokens: value["tokens"]?.int ?? 0,
        seconds: value["seconds"]?.double ?? 0)
    }
  }
}

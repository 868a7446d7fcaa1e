/// What the file of an evaluation says beside its items: the context of a shard's file.
struct EvaluationShard: Codable, Equatable {
  /// The models and how they are joined, in words.
  var system: String
  /// The file of records.
  var data: String
  /// The truth ratios of the reference, in its order; nil where there is none.
  var referenceRatios: [ExactNumber]?
  /// Whether the joined file says what was taken in time and memory.
  var reportsCost: Bool
  /// The most memory that the process had.
  var peakMemory: Int

  init(system: String, data: String, referenceRatios: [Double]?, reportsCost: Bool, peakMemory: Int) {
    (self.system, self.data, self.reportsCost, self.peakMemory) = (system, data, reportsCost, peakMemory)
    self.referenceRatios = referenceRatios?.map { ExactNumber(value: $0) }
  }
}

/// A number as JSON has it back to the last bit, infinite ones too: a text.
struct ExactNumber: Codable, Equatable {
  var value: Double

  init(value: Double) { self.value = value }

  init(from decoder: any Swift.Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let value = Double(try container.decode(String.self)) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "is no number")
    }
    self.value = value
  }

  func encode(to encoder: any Swift.Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode("\(value)")
  }
}

/// A file of a demonstration vocabulary.
public struct DemoFile: Sendable, Equatable {
  /// The path below `Vocabs/demo`, such as `harbor/tokenizer.json`.
  public let path: String
  /// What stands in it.
  public let bytes: [UInt8]

  /// Puts a file together.
  public init(path: String, bytes: [UInt8]) {
    self.path = path
    self.bytes = bytes
  }
}

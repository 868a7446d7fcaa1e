/// A file of a demonstration vocabulary.
package struct DemoFile: Sendable, Equatable {
  /// The path below `Vocabs/demo`, such as `harbor/tokenizer.json`.
  package let path: String
  /// What stands in it.
  package let bytes: [UInt8]

  /// Puts a file together.
  package init(path: String, bytes: [UInt8]) {
    self.path = path
    self.bytes = bytes
  }
}

extension TokenKind: Codable {
  /// Reads the name that tables and files use.
  ///
  /// - Throws: `DecodingError` for a name that is none.
  public init(from decoder: any Swift.Decoder) throws {
    let container = try decoder.singleValueContainer()
    let name = try container.decode(String.self)
    guard let kind = TokenKind.allCases.first(where: { $0.name == name }) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "'\(name)' is no kind of a token")
    }
    self = kind
  }

  /// Writes the name that tables and files use.
  public func encode(to encoder: any Swift.Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(name)
  }
}

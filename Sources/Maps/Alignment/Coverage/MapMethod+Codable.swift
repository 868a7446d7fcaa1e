extension MapMethod: Codable {
  /// Reads the name that tables and files use.
  ///
  /// - Throws: `DecodingError` for a name that is none.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let name = try container.decode(String.self)
    guard let method = MapMethod(name: name) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "'\(name)' is no method of a map")
    }
    self = method
  }

  /// Writes the name that tables and files use.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(name)
  }
}

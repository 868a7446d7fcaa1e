package import CMCPrimitives

/// A map whose content does not tell its format, met where a command can be told it.
///
/// Most commands that take a map have no such option, so that ``TokenMapFormatError`` itself says to convert it first.
package struct UntoldMapFormat: DescribedError, Equatable {
  private let error: TokenMapFormatError

  /// Takes the place of an error that a stated format avoids; of others nothing is made.
  package init?(_ error: any DescribedError) {
    guard let error = error as? TokenMapFormatError else { return nil }
    switch error {
    case .ambiguous, .unrecognised: self.error = error
    default: return nil
    }
  }

  /// What the error says.
  package var description: String { error.description }

  /// The option that names the format.
  package var hint: String? {
    guard case .ambiguous(let formats) = error else { return "name its format with --from" }
    return
      "name it with --from \(TokenMapFormatError.choice(formats)) (of two maps: --from-first, --from-second)"
  }

  /// Runs what reads a map for a command that has the option.
  package static func asking<R>(_ body: () throws -> R) throws -> R {
    do {
      return try body()
    } catch let error as FileError {
      guard let untold = UntoldMapFormat(error.underlying) else { throw error }
      throw FileError(path: error.path, underlying: untold)
    }
  }
}

/// An error that says in one line what is wrong, where, and what to do about it.
public protocol DescribedError: Error, Sendable, CustomStringConvertible {
  /// What the user can do, in one sentence without a full stop, or nil where the description says it all.
  var hint: String? { get }
}

extension DescribedError {
  /// No hint unless the error has one.
  public var hint: String? { nil }
}

/// An error met while reading or writing one file: the file's path before the parser's own words.
package struct FileError: DescribedError {
  /// The file as the user named it, or as it was found.
  package let path: String
  /// What the parser or the system said.
  package let underlying: any DescribedError

  /// Puts a path to an error.
  package init(path: String, underlying: any DescribedError) {
    self.path = path
    self.underlying = underlying
  }

  /// The path and the reason in one line.
  package var description: String { "\(path): \(underlying)" }
  /// The hint of the error underneath.
  package var hint: String? { underlying.hint }
}

/// Runs `body` and puts `path` to any described error that comes out of it without one.
package func withFile<R>(_ path: String, _ body: () throws -> R) throws -> R {
  do {
    return try body()
  } catch let error as FileError {
    throw error
  } catch let error as any DescribedError {
    throw FileError(path: path, underlying: error)
  }
}

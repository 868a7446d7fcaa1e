internal import CMCFastJSON
public import CMCPrimitives

/// The path of the member that holds the text of a record, such as `text` or `document.body`.
public struct CorpusField: Sendable, Equatable, CustomStringConvertible {
  /// The names, from the outside in.
  public let names: [String]

  /// No line of a file of records is longer, in bytes.
  static let lineLimit = 1 << 30

  /// Reads names with dots between; nil where one is empty.
  public init?(_ path: String) {
    names = path.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    if names.contains("") { return nil }
  }

  /// The names with dots between.
  public var description: String { names.joined(separator: ".") }

  /// The text of a record; nil where it has none there.
  ///
  /// A member whose own name has the dots is taken first.
  ///
  /// - Throws: ``CorpusFieldError/malformed(line:reason:)``.
  func text(of line: [UInt8], line number: Int) throws -> String? {
    let root: JSONValue
    do {
      root = try JSONDocument(line).root
    } catch {
      throw CorpusFieldError.malformed(line: number, reason: "\(error)")
    }
    guard root.isObject else {
      throw CorpusFieldError.malformed(line: number, reason: "it is \(root.typeName), not an object")
    }
    if let text = root[description]?.string { return text }
    return names.reduce(root as JSONValue?) { $0.flatMap { $0.isObject ? $0 : nil }?[$1] }?.string
  }
}

/// Why the texts of a file of records cannot be had.
public enum CorpusFieldError: DescribedError, Equatable {
  /// A line, from 1, that is no record.
  case malformed(line: Int, reason: String)
  /// A line, from 1, that is too long to be one.
  case tooLong(line: Int)
  /// A file none of whose records has a text there.
  case nowhere(field: String, records: Int)

  /// The line and the reason.
  public var description: String {
    switch self {
    case .malformed(let line, let reason): "line \(line) is no record: \(oneLine(reason))"
    case .tooLong(let line): "line \(line) is longer than \(CorpusField.lineLimit) bytes"
    case .nowhere(let field, let records):
      "none of its \(records) records has a text in \"\(oneLine(field, limit: 60))\""
    }
  }

  /// What is read.
  public var hint: String? {
    switch self {
    case .malformed, .tooLong: "--field reads a JSON object a line; leave it out where the file is text"
    case .nowhere: "name the member that holds the text; those of objects inside are joined by dots"
    }
  }
}

import CMCPrimitives

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Results as JSON, and back: keys in snake case, in a fixed order.
package enum ResultCoding {
  /// The text of a result, ending with a line feed.
  ///
  /// - Throws: ``ResultCodingError`` for a number that JSON cannot say; results state such values as missing.
  package static func encode(_ result: some Encodable) throws(ResultCodingError) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.keyEncodingStrategy = .convertToSnakeCase
    do { return Array(try encoder.encode(result)) + [0x0A] } catch { throw .notEncodable("\(error)") }
  }

  /// Reads a result that was written by ``encode(_:)``.
  ///
  /// - Throws: ``ResultCodingError``.
  package static func decode<Result: Decodable>(
    _ type: Result.Type, from bytes: [UInt8]
  ) throws(ResultCodingError) -> Result {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    do {
      return try decoder.decode(type, from: Data(bytes))
    } catch let error as DecodingError {
      throw .notDecodable(Self.reason(error))
    } catch {
      throw .notDecodable("\(error)")
    }
  }

  private static func reason(_ error: DecodingError) -> String {
    let context: DecodingError.Context
    switch error {
    case .typeMismatch(_, let found), .valueNotFound(_, let found), .keyNotFound(_, let found),
      .dataCorrupted(let found):
      context = found
    @unknown default: return "\(error)"
    }
    let path = context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }
    return "\(path.isEmpty ? "top level" : path.joined(separator: ".")): \(context.debugDescription)"
  }
}

/// Why a result cannot be written or read as JSON.
package enum ResultCodingError: DescribedError, Equatable {
  /// A number is not finite.
  case notEncodable(String)
  /// The text is no such result.
  case notDecodable(String)

  /// What is wrong, and where.
  package var description: String {
    switch self {
    case .notEncodable(let reason): "the result cannot be written as JSON: \(oneLine(reason))"
    case .notDecodable(let reason): "is not a result of this kind: \(oneLine(reason))"
    }
  }
}

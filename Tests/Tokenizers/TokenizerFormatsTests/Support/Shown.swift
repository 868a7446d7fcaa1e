import CMCPrimitives
import CMCVocabulary

@testable import CMCTokenizerFormats

extension Vocabulary {
  /// The canonical bytes of a token as text, with U+FFFD for what is none.
  func text(_ id: Int) -> String { String(decoding: canonical[id], as: UTF8.self) }

  /// The piece of a token as text, with U+FFFD for what is none.
  func piece(_ id: Int) -> String { String(decoding: pieces[id], as: UTF8.self) }

  /// How many ids are of a kind.
  func count(_ kind: TokenKind) -> Int { kinds.count { $0 == kind } }

  /// The source of the statement that gives a role to a token.
  func source(_ role: TokenRole, _ id: Int32) -> String? {
    roleAssignments.first { $0.role == role && $0.id == id }?.source
  }
}

/// Runs a reader over a file.
func readReal(
  _ path: String, _ reader: (UnsafeRawBufferPointer, String) throws -> TokenizerDescription
) throws -> TokenizerDescription {
  let file = try MappedFile(path: path)
  return try file.withUnsafeBytes { try reader($0, "test") }
}

/// Runs a reader over bytes.
func readBytes(
  _ bytes: [UInt8], _ reader: (UnsafeRawBufferPointer, String) throws -> TokenizerDescription
) throws -> TokenizerDescription {
  try bytes.withUnsafeBytes { try reader($0, "test") }
}

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Where the tokenizers and models that `Vocabs/fetch` brings are found.
package enum RealData {
  /// The checkout that this file was compiled in.
  package static let checkout: String = #filePath.split(separator: "/", omittingEmptySubsequences: false)
    .dropLast(3).joined(separator: "/")

  private static let root: String =
    getenv("CMC_VOCABS_REAL").map { String(cString: $0) } ?? checkout + "/Vocabs/real"

  /// The path of a file below `Vocabs/real`.
  package static func path(_ relative: String) -> String { root + "/" + relative }

  /// Whether a file is there.
  package static func has(_ relative: String) -> Bool { access(path(relative), R_OK) == 0 }
}

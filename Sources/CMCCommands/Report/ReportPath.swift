internal import ArgumentParser
internal import Primitives

/// Where a page goes: a file, or the command's own place where only the option is given.
///
/// Only names of pages are taken, so that an argument behind the option is never replaced by mistake.
struct ReportPath: ExpressibleByArgument {
  /// The command's own place.
  static let standard = ReportPath(path: nil)

  /// The file.
  let path: String?

  private init(path: String?) { self.path = path }

  init?(argument: String) {
    guard argument.hasSuffix(".html") || argument.hasSuffix(".htm") else { return nil }
    path = argument
  }

  var defaultValueDescription: String { "the command's own place" }
}

/// Writes a file, and makes the folder it goes to.
func writeResult(_ bytes: [UInt8], to path: String) throws {
  if let slash = path.lastIndex(of: "/"), slash > path.startIndex {
    try makeDirectory(String(path[..<slash]))
  }
  try AtomicFile.write(bytes, to: path)
}

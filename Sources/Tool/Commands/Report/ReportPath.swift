internal import ArgumentParser

/// Where a page goes: a file, or the command's own place where only the option is given.
///
/// Only names of pages are taken, so that an argument behind the option is never replaced by mistake.
struct ReportPath: ExpressibleByArgument, CustomStringConvertible {
  /// The command's own place.
  static let standard = ReportPath(path: nil)

  /// The file.
  let path: String?

  private init(path: String?) { self.path = path }

  init?(argument: String) {
    guard argument.hasSuffix(".html") || argument.hasSuffix(".htm") else { return nil }
    path = argument
  }

  /// As `--help` shows it.
  var description: String { path ?? "the command's own place" }

  var defaultValueDescription: String { description }
}

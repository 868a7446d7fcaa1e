/// The version of the tool, as files and `--version` state it.
enum ToolVersion {
  /// Semantic version.
  static let current = "0.1.0"
  /// What a map says it was written by.
  static let tool = "cmc \(current)"
}

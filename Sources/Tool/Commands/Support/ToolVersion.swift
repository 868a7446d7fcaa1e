internal import CrossModelControl

/// The version of the tool, as files and `--version` state it: the library's.
enum ToolVersion {
  /// Semantic version.
  static let current = CrossModelControlVersion.current
  /// What a map says it was written by.
  static let tool = CrossModelControlVersion.tool
}

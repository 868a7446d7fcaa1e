/// The version of library and tool, as files and `cmc --version` state it.
public enum CrossModelControlVersion {
  /// Semantic version.
  public static let current = "0.2.0"
  /// What a file says it was written by.
  public static let tool = "cmc \(current)"
}

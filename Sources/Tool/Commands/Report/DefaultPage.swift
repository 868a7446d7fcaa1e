internal import CMCHashing
internal import CMCPrimitives

/// A page that nobody gave a name: `Reports/NAME--KIND.html`, and another one where that is the page of something else.
struct DefaultPage {
  /// Where it goes.
  let path: String
  /// What it says of its source, so that another of the same name is told from it; nothing where it was given its place.
  let source: String?

  /// Finds the place.
  ///
  /// - Parameters:
  ///   - given: The path that was asked for, if any.
  ///   - name: What the source is called.
  ///   - kind: What the page is of.
  ///   - paths: The models or runs that it is of.
  init(_ given: String?, name: String, kind: String, of paths: [String]) {
    if let given {
      (path, source) = (given, nil)
      return
    }
    let digest = SHA256Digest(hashing: Array(paths.map(resolvedPath).joined(separator: "\n").utf8)).hex
    let mark = String(digest.prefix(16))
    let stem = "Reports/\(MapOutputOptions.fileName(name))--\(kind)"
    let isOther = FileRoles.ownFile("\(stem).html", says: [mark]) == false
    source = mark
    path = isOther ? "\(stem)-\(digest.prefix(8)).html" : "\(stem).html"
  }
}

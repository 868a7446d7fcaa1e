internal import CMCHashing
internal import CMCPrimitives

/// A page that nobody gave a name: `Reports/NAME--KIND.html`, and another one where that is the page of something else.
struct DefaultPage {
  /// Where it goes.
  let path: String
  /// What it says of its source, so that another of the same name is told from it; nothing where it was given its place.
  let source: String?

  /// What the page will begin with, as far as it tells what it is of.
  ///
  /// - Parameter run: What the page says of its source where it was given its place.
  func form(run: String) -> OutputForm {
    let metas = [("generator", ToolVersion.tool), ("source", source ?? run)].map {
      "<meta name=\"\($0.0)\" content=\"\($0.1)\">"
    }
    return .beginning(Array(("<!DOCTYPE html>" + metas.joined()).utf8))
  }

  /// Finds the place.
  ///
  /// - Parameters:
  ///   - given: The path that was asked for, if any.
  ///   - name: What the source is called.
  ///   - kind: What the page is of.
  ///   - paths: The models or runs that it is of.
  ///   - run: What else it is of, such as options: a digest; nothing where a new page takes the place of the last one.
  init(_ given: String?, name: String, kind: String, of paths: [String], run: String? = nil) {
    if let given {
      (path, source) = (given, nil)
      return
    }
    let parts = paths.map(resolvedPath) + [run].compactMap(\.self)
    let digest = SHA256Digest(hashing: Array(parts.joined(separator: "\n").utf8)).hex
    let mark = String(digest.prefix(16))
    let stem = "Reports/\(MapOutputOptions.fileName(name))--\(kind)"
    let isOther = FileRoles.ownFile("\(stem).html", says: [mark]) == false
    source = mark
    path = isOther ? "\(stem)-\(digest.prefix(8)).html" : "\(stem).html"
  }
}

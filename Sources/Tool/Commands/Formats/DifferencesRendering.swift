internal import CMCFastJSON
internal import CMCFieldTables

/// The list of differences from other libraries as text, JSON and an article.
enum DifferencesRendering {
  /// What `cmc formats` takes for it.
  static let name = "differences"

  /// A paragraph each.
  static func text() -> String {
    KnownDifference.all.map { one in
      "\(one.name) (\(one.library))\n  there:   \(one.theirs)\n  here:    \(one.ours)\n  why:     \(one.reason)\n"
        + "  example: \(one.example)\n"
    }.joined(separator: "\n")
  }

  /// One object.
  static func json() -> String {
    var json = JSONWriter(.readable)
    json.object { json in
      json.member("version", 1)
      json.key("differences")
      json.array { json in
        for one in KnownDifference.all {
          json.object { json in
            json.member("name", one.name)
            json.member("library", one.library)
            json.member("theirs", one.theirs)
            json.member("ours", one.ours)
            json.member("reason", one.reason)
            json.member("example", one.example)
          }
        }
      }
    }
    json.endLine()
    return String(decoding: json.bytes, as: UTF8.self)
  }

  /// The article of the documentation.
  static func article() -> String {
    let head = """
      # Where results differ on purpose

      Every place where a result is not that of the library that a format belongs to.

      ## Overview

      Ids, texts, logits and measures are held against the original libraries by tests and scripts; what differs from
      them is an error, but for what stands here. A note that speaks of an entry names it, and `cmc formats differences`
      prints the same list; this page is made from it. `Tests/Scripts/compare_differences.py` runs the examples against
      the libraries and says where one of them no longer differs.

      """
    return head
      + KnownDifference.all.map { one in
        """

        ## \(one.name)

        - **\(one.library)**: \(one.theirs).
        - **Here**: \(one.ours).
        - **Why**: \(one.reason).
        - **Example**: \(one.example).

        """
      }.joined()
  }
}

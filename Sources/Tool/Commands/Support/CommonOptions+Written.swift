internal import CMCFastJSON
internal import CMCPrimitives

extension CommonOptions {
  /// Says which files a command wrote: a line each, all in one line with `--quiet`, or as JSON.
  ///
  /// - Parameters:
  ///   - written: Their paths.
  ///   - schema: What the JSON says it is.
  ///   - lead: What stands before each path in a line of its own.
  /// - Throws: What writing to standard output throws.
  func showWritten(_ written: [String], schema: String, lead: String = "") throws {
    try show(
      "\(written.count) written: \(written.joined(separator: ", "))",
      text: written.map { "\(lead)\(terminalText($0))\n" }.joined(),
      json: {
        var json = JSONWriter(.readable)
        json.object { json in
          json.member("schema", schema)
          json.member("version", 1)
          json.key("written")
          json.array { json in for path in written { json.value(path) } }
        }
        json.endLine()
        return json.bytes
      }())
  }
}

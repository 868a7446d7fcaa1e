internal import CMCFastJSON

/// What joining shards says when it is done.
enum MergeRendering {
  /// Writes a line, or an object, schema `cmc.merge` version 1.
  static func write(
    _ output: String, _ words: String, _ key: String, _ count: Int, _ shards: Int, _ common: CommonOptions
  ) throws {
    let line = "\(output): \(words), of \(shards) shard\(shards == 1 ? "" : "s")"
    try common.show(line, text: line + "\n", json: json(output, key, count, shards))
  }

  private static func json(_ output: String, _ key: String, _ count: Int, _ shards: Int) -> [UInt8] {
    var json = JSONWriter(.readable)
    json.object { json in
      json.member("schema", "cmc.merge")
      json.member("version", 1)
      json.member("tool", ToolVersion.tool)
      json.member("output", output)
      json.member("shards", shards)
      json.member(key, count)
    }
    json.endLine()
    return json.bytes
  }
}

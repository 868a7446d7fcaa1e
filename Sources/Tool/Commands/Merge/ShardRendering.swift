internal import CMCFastJSON
internal import CMCPrimitives

/// What a command says of a shard that it has finished.
enum ShardRendering {
  /// Writes a line, or an object, schema `cmc.shard.done` version 1.
  static func write(
    _ output: String, _ words: String, _ key: String, _ count: Int, _ shard: Shard, _ common: CommonOptions
  ) throws {
    let line = "\(output): \(words), shard \(shard)"
    var json = JSONWriter(.readable)
    json.object { json in
      json.member("schema", "cmc.shard.done")
      json.member("version", 1)
      json.member("tool", ToolVersion.tool)
      json.member("output", output)
      json.member("shard", "\(shard)")
      json.member(key, count)
    }
    json.endLine()
    try common.show(line, text: line + "\n", json: json.bytes)
  }
}

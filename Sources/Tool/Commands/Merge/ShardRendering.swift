internal import CMCFastJSON
internal import CMCPrimitives

/// What a command says when a shard is finished, or all are joined.
enum ShardRendering {
  /// Tells of a finished shard: a line, or an object, schema `cmc.shard.done` version 1.
  ///
  /// - Parameters:
  ///   - shard: Which.
  ///   - output: Its file.
  ///   - words: What is in it.
  ///   - count: How many items, and what they are called in JSON.
  ///   - common: Which of the two is wanted.
  static func finished(
    _ shard: Shard, _ output: String, _ words: String, _ count: (key: String, number: Int),
    _ common: CommonOptions
  ) throws {
    try write("cmc.shard.done", output, "\(words), shard \(shard)", count, common) {
      $0.member("shard", "\(shard)")
    }
  }

  /// Tells of shards that were joined: a line, or an object, schema `cmc.merge` version 1.
  ///
  /// - Parameters:
  ///   - shards: How many.
  ///   - output: The joined file, or the beginning of its names.
  ///   - words: What is in it.
  ///   - count: How many items, and what they are called in JSON.
  ///   - common: Which of the two is wanted.
  static func joined(
    _ shards: Int, _ output: String, _ words: String, _ count: (key: String, number: Int),
    _ common: CommonOptions
  ) throws {
    try write("cmc.merge", output, "\(words), of \(shards) shard\(shards == 1 ? "" : "s")", count, common) {
      $0.member("shards", shards)
    }
  }

  private static func write(
    _ schema: String, _ output: String, _ words: String, _ count: (key: String, number: Int),
    _ common: CommonOptions, _ part: (inout JSONWriter) -> Void
  ) throws {
    let line = "\(output): \(words)"
    var json = JSONWriter(.readable)
    json.object { json in
      json.member("schema", schema)
      json.member("version", 1)
      json.member("tool", ToolVersion.tool)
      json.member("output", output)
      part(&json)
      json.member(count.key, count.number)
    }
    json.endLine()
    try common.show(line, text: line + "\n", json: json.bytes)
  }
}

internal import CMCFastJSON
internal import CMCPrimitives
internal import CMCResultCoding

/// The first line of a shard's file: which shard it is, of what.
///
/// Two files are shards of one run where kinds, totals and settings are equal.
struct ShardHeader {
  /// What kind of run it is, as ``RunSettings/kind`` says.
  var kind: String
  /// The program that wrote it.
  var tool: String
  /// Which part.
  var shard: Shard
  /// How many items all shards have together.
  var total: Int
  /// What decides what the items are, as JSON: equal in all shards.
  var settings: [UInt8]
  /// What the joined file says beside its items, as JSON; where shards differ, that of the first counts.
  var context: [UInt8]

  static let schema = "cmc.shard"
  static let version = 1

  /// Describes a shard that is about to be written.
  ///
  /// - Throws: `ResultCodingError` for a number that JSON cannot say.
  init<Settings: RunSettings>(
    _ shard: Shard, of total: Int, settings: Settings, context: some Encodable
  ) throws {
    kind = Settings.kind
    tool = CrossModelControlVersion.tool
    (self.shard, self.total) = (shard, total)
    self.settings = try ResultCoding.encode(settings).dropLast()
    self.context = try ResultCoding.encode(context).dropLast()
  }

  /// Reads a first line.
  ///
  /// - Throws: ``ShardError``.
  init(line: [UInt8]) throws {
    guard let root = try? JSONDocument(line).root, root["schema"]?.string == Self.schema else {
      throw ShardError.notAShard
    }
    guard root["version"]?.int == Self.version else {
      throw ShardError.otherVersion(found: root["version"]?.int ?? 0)
    }
    guard let kind = root["kind"]?.string, let tool = root["tool"]?.string, let total = root["total"]?.int,
      total >= 0, let index = root["shard"]?["index"]?.int, let count = root["shard"]?["count"]?.int,
      let shard = Shard(index: index, count: count), let settings = Self.member("settings", of: line),
      let context = Self.member("context", of: line)
    else { throw ShardError.damaged("its first line does not say which shard it is") }
    (self.kind, self.tool, self.shard, self.total) = (kind, tool, shard, total)
    (self.settings, self.context) = (settings, context)
  }

  /// The line, with its end.
  func line() -> [UInt8] {
    var json = JSONWriter(.compact)
    json.object { json in
      json.member("schema", Self.schema)
      json.member("version", Self.version)
      json.member("tool", tool)
      json.member("kind", kind)
      json.key("shard")
      json.object { json in
        json.member("index", shard.index)
        json.member("count", shard.count)
      }
      json.member("total", total)
      json.member("items", shard.itemCount(of: total))
    }
    var line = Array(json.bytes.dropLast())
    line += Array(Self.mark("settings").utf8) + settings
    line += Array(Self.mark("context").utf8) + context
    return line + Array("}\n".utf8)
  }

  /// What the context says.
  ///
  /// - Throws: ``ShardError/damaged(_:)``.
  func context<Context: Decodable>(_ type: Context.Type) throws -> Context {
    guard let context = try? ResultCoding.decode(type, from: context) else {
      throw ShardError.damaged("its first line does not say what it is a part of")
    }
    return context
  }

  /// Where the settings of another run's shard differ from these; nil where they are equal.
  func difference(from other: [UInt8]) throws -> SettingsDifference? {
    if settings == other { return nil }
    return SettingsDifference.between(try JSONDocument(other).root, try JSONDocument(settings).root)
      ?? SettingsDifference(field: kind, before: nil, now: nil)
  }

  private static func mark(_ key: String) -> String { ",\"\(key)\":" }

  /// The bytes of a member as they stand in the line.
  ///
  /// The two members stand last, each as it was encoded: no text in JSON has an unescaped quotation mark, so the marks
  /// before them are found by their quotation marks.
  private static func member(_ key: String, of line: [UInt8]) -> [UInt8]? {
    guard let root = try? JSONDocument(line).root, root[key]?.isObject == true else { return nil }
    guard let settings = line.firstRange(of: Array(mark("settings").utf8) + [0x7B]) else { return nil }
    let rest = line[settings.upperBound...]
    // Settings have no member of the name of the context.
    guard let context = rest.firstRange(of: Array(mark("context").utf8) + [0x7B]) else { return nil }
    return key == "settings"
      ? Array(line[(settings.upperBound - 1)..<context.lowerBound])
      : Array(line[(context.upperBound - 1)..<(line.count - 1)])
  }
}

public import CMCPrimitives

/// Why shards are not joined, or a shard is not written.
public enum ShardError: DescribedError, Equatable {
  /// The file is no shard.
  case notAShard
  /// A shard of another version of this program.
  case otherVersion(found: Int)
  /// The file is not as it was written.
  case damaged(String)
  /// A shard that is not finished yet.
  case unfinished
  /// Nothing to join.
  case none
  /// Shards of other kinds of runs.
  case otherKind(first: String, kind: String, found: String)
  /// Shards of other numbers of parts.
  case otherCount(first: String, count: Int, found: Int)
  /// Shards of other runs.
  case otherRun(first: String, field: String, there: String, here: String)
  /// A shard that is there twice.
  case twice(shard: Shard, first: String)
  /// Shards that are not there.
  case missing([Shard], of: Int)
  /// A kind of run that this version does not join.
  case unknownKind(String)
  /// A run's folder that is one of its own parts.
  case intoPart

  /// What is wrong, and with which shard.
  public var description: String {
    switch self {
    case .notAShard: "is no shard of a run"
    case .otherVersion(let found): "was written in form \(found) of shards, \(ShardHeader.version) is read"
    case .damaged(let reason): "is not as it was written: \(oneLine(reason))"
    case .unfinished: "is not finished"
    case .none: "there are no shards"
    case .otherKind(let first, let kind, let found):
      "is a shard of \(Self.name(found)), \(oneLine(first)) one of \(Self.name(kind))"
    case .otherCount(let first, let count, let found):
      "is one of \(found) shards, \(oneLine(first)) one of \(count)"
    case .otherRun(let first, let field, let there, let here):
      "is a shard of another run than \(oneLine(first)): its \(oneLine(field, limit: 80)) is "
        + "\(oneLine(here, limit: 60)), there it is \(oneLine(there, limit: 60))"
    case .twice(let shard, let first): "is shard \(shard), and so is \(oneLine(first))"
    case .missing(let shards, let count):
      "shard\(shards.count == 1 ? "" : "s") "
        + shards.prefix(20).map(\.description).joined(separator: ", ") + (shards.count > 20 ? ", …" : "")
        + (shards.count == 1 ? " is missing" : " are missing: \(shards.count) of \(count)")
    case .unknownKind(let kind): "is a shard of \(oneLine(kind, limit: 60)), which this version does not join"
    case .intoPart: "is one of the parts as well"
    }
  }

  /// What to do.
  public var hint: String? {
    switch self {
    case .notAShard, .none: "name the outputs of commands that were given --shard k/n"
    case .otherVersion: "join them with the version that wrote them"
    case .damaged: "remove it, and give the command of that shard again"
    case .unfinished: "give the command of that shard again: it goes on"
    case .otherKind, .otherCount, .otherRun: "join the shards of one run"
    case .twice: "name each shard once"
    case .missing: "run the command with --shard for each that is missing, then join all"
    case .unknownKind: nil
    case .intoPart: "name another output"
    }
  }

  /// A kind of run in words.
  static func name(_ kind: String) -> String {
    switch kind {
    case GenerationSettings.kind: "generate"
    case EvaluationSettings.kind: "evaluate"
    default: oneLine(kind.hasPrefix("cmc.") ? String(kind.dropFirst(4)) : kind, limit: 60)
    }
  }
}

internal import CMCPrimitives

/// All shards of one run, each a file, checked to belong together.
///
///     let shards = try ShardSet(["0.shard", "1.shard", "2.shard"])
///     try shards.joinOutputs(to: "outputs.json")
///
/// What they are joined to is what one run would have written, byte for byte.
public struct ShardSet: Sendable {
  /// What kind of run.
  public enum Kind: String, Sendable, CaseIterable {
    /// A batch of prompts.
    case outputs = "cmc.batch"
    /// An evaluation.
    case evaluation = "cmc.evaluation"
    /// The coverage of a corpus.
    case coverage = "cmc.coverage"
    /// An atlas of vocabularies.
    case atlas = "cmc.atlas"
  }

  /// What kind of run.
  public let kind: Kind
  /// The files in the order of the shards.
  public let paths: [String]
  /// How many items all have together.
  public let total: Int
  let headers: [ShardHeader]

  /// Reads what files say of themselves, and makes sure that they are all shards of one run.
  ///
  /// - Parameter paths: The files, in any order.
  /// - Throws: `FileError` with a ``ShardError``; ``ShardError/none`` of no files.
  public init(_ paths: [String]) throws {
    var files: [(path: String, header: ShardHeader)] = []
    for path in paths { files.append((path, try Self.header(path))) }
    guard let first = files.first else { throw ShardError.none }
    for (path, header) in files.dropFirst() {
      try withFile(path) { try Self.check(header, first.header, first.path) }
    }
    guard let kind = Kind(rawValue: first.header.kind) else {
      throw FileError(path: first.path, underlying: ShardError.unknownKind(first.header.kind))
    }
    let order = try Self.order(files.map { ($0.path, $0.header.shard) })
    self.kind = kind
    self.paths = order.map { files[$0].path }
    headers = order.map { files[$0].header }
    total = first.header.total
  }

  /// What a file says of itself; of one that is still being written that it is not finished.
  private static func header(_ path: String) throws -> ShardHeader {
    if PathKind(path) == .missing, fileExists(path + ".part") {
      throw FileError(path: path, underlying: ShardError.unfinished)
    }
    return try ShardFile(path).header
  }

  private static func check(_ header: ShardHeader, _ first: ShardHeader, _ path: String) throws {
    guard header.kind == first.kind else {
      throw ShardError.otherKind(first: path, kind: first.kind, found: header.kind)
    }
    guard header.shard.count == first.shard.count else {
      throw ShardError.otherCount(first: path, count: first.shard.count, found: header.shard.count)
    }
    if let difference = try header.difference(from: first.settings) {
      throw ShardError.otherRun(
        first: path, field: difference.field, there: difference.before ?? "nothing",
        here: difference.now ?? "nothing")
    }
    guard header.total == first.total else {
      throw ShardError.otherRun(
        first: path, field: "total", there: "\(first.total)", here: "\(header.total)")
    }
  }

  /// The places of shards in the order of their numbers, where each number is there once.
  ///
  /// - Throws: `FileError` with ``ShardError/twice(shard:first:)``; ``ShardError/missing(_:of:)``.
  static func order(_ shards: [(path: String, shard: Shard)]) throws -> [Int] {
    var places: [Int: Int] = [:]
    for (place, part) in shards.enumerated() {
      if let first = places[part.shard.index] {
        throw FileError(
          path: part.path, underlying: ShardError.twice(shard: part.shard, first: shards[first].path))
      }
      places[part.shard.index] = place
    }
    let count = shards.first?.shard.count ?? 0
    let missing = (0..<count).filter { places[$0] == nil }
    guard missing.isEmpty else {
      throw ShardError.missing(missing.compactMap { Shard(index: $0, count: count) }, of: count)
    }
    return (0..<count).compactMap { places[$0] }
  }

  /// Makes sure that an output is none of the shards.
  func refuse(_ output: String) throws {
    let real = resolvedPath(output)
    if paths.contains(where: { resolvedPath($0) == real }) {
      throw FileError(path: output, underlying: ShardError.intoPart)
    }
  }

  /// Calls `body` with every item's line in the order of one run, taking one from each shard in turn.
  ///
  /// - Parameter behind: Called with the lines of a shard behind its items.
  /// - Throws: `FileError` with ``ShardError/damaged(_:)`` where a file is not as it was written, and what `body` throws.
  func forEachItem(
    _ body: (Int, [UInt8]) throws -> Void, behind: (Int, [UInt8]) throws -> Void = { _, _ in }
  ) throws {
    let readers = try paths.map { ShardReader(try ShardFile($0)) }
    for index in 0..<total {
      let shard = index % readers.count
      let line = try readers[shard].file.require()
      try withFile(paths[shard]) { try body(index, line) }
    }
    for (shard, reader) in readers.enumerated() {
      while let line = try reader.file.next() { try withFile(paths[shard]) { try behind(shard, line) } }
    }
  }
}

/// Holds a file that cannot be copied, so that several can stand in a list.
private final class ShardReader {
  var file: ShardFile

  init(_ file: consuming ShardFile) { self.file = file }
}

public import CMCAlignment
public import CMCPrimitives
internal import CMCResultCoding
internal import CMCVocabulary

/// What a part of an atlas was started with.
public struct AtlasSettings: RunSettings {
  /// As part files name it.
  public static let kind = "cmc.atlas"

  /// A vocabulary of it.
  public struct Member: Codable, Sendable, Equatable {
    /// What it is called.
    public var name: String
    /// Its files.
    public var tokenizer: TokenizerIdentity
  }

  /// The version of the program.
  public var tool: String
  /// The vocabularies.
  public var vocabularies: [Member]
  /// Which part of the ordered pairs; nil in what all parts have in common.
  public var shard: Shard?
}

/// What an atlas says beside its pairs: the context of a shard's file.
struct AtlasContext: Codable, Equatable {
  var entries: [VocabularyAtlas.Entry]
}

/// A line of a shard of an atlas.
struct AtlasPair: Codable, Equatable {
  /// The pair's number: source · n + target of n vocabularies.
  var pair: Int
  /// What became of the tokens.
  var cell: VocabularyAtlas.Cell

  /// Reads a line, which must be that of a pair.
  ///
  /// - Throws: ``ShardError/damaged(_:)``.
  init(line: [UInt8], pair: Int) throws {
    guard let read = try? ResultCoding.decode(AtlasPair.self, from: line), read.pair == pair else {
      throw ShardError.damaged("item \(pair + 1) is not that pair")
    }
    self = read
  }

  init(pair: Int, cell: VocabularyAtlas.Cell) { (self.pair, self.cell) = (pair, cell) }
}

/// A shard of an atlas: every n-th of the ordered pairs, to a file that ``ShardSet`` joins with the others.
public struct AtlasShardRun: Sendable {
  /// Which part.
  public let shard: Shard
  /// How many pairs it has.
  public var count: Int { shard.itemCount(of: members.count * members.count) }
  /// Whether a shard's file that is there already, of this atlas or another, is made anew and written over.
  public var replaces = false
  private let members: [AtlasMember]
  private let output: String
  private let threads: Int

  /// How many pairs are aligned between two looks at the part file.
  private static let block = 64

  /// Nothing is loaded yet.
  ///
  /// - Parameters:
  ///   - members: All vocabularies of the atlas.
  ///   - shard: Which of their ordered pairs.
  ///   - output: Where they go.
  ///   - threads: How many pairs are aligned at a time.
  public init(_ members: [AtlasMember], shard: Shard, output: String, threads: Int) {
    (self.members, self.shard, self.output, self.threads) = (members, shard, output, threads)
  }

  /// Aligns what is not aligned yet, and writes the file when all is.
  ///
  /// - Returns: How many pairs are done: ``count``, or fewer after a cancellation.
  /// - Throws: `FileError` with a ``SettingsDifference`` for a part file of another run, and what loading throws.
  public func run(observer: RunObserver = .silent) throws -> Int {
    let (descriptions, names) = try AtlasMember.load(members, observer)
    var settings = AtlasSettings(
      tool: CrossModelControlVersion.tool,
      vocabularies: try zip(names, descriptions).map { .init(name: $0, tokenizer: try TokenizerIdentity($1)) }
    )
    let header = try ShardHeader(
      shard, of: members.count * members.count, settings: settings,
      context: AtlasContext(entries: VocabularyAtlas.entries(descriptions, names: names)))
    if !replaces, try ShardFile.isFinished(output, as: header) {
      observer.note("\(output) is finished already")
      return count
    }
    settings.shard = shard
    let own = Array(shard.items(of: members.count * members.count))
    let part = PartFile(output: output, settings: settings)
    var done = try part.resumeCounting(limit: own.count) { index, line in
      (try? AtlasPair(line: line, pair: own[index])) != nil
    }
    if done > 0 { observer.note("\(done) of \(own.count) pairs are done already") }
    let aligner = try AtlasAligner(descriptions, threads: threads)
    while done < own.count {
      observer.progress.progress("pairs", done: done, total: own.count)
      let pairs = Array(own[done..<min(own.count, done + Self.block)])
      guard let cells = try aligner.cells(pairs, threads: threads, isCancelled: observer.isCancelled) else {
        return done
      }
      for (pair, cell) in zip(pairs, cells) {
        try part.append(ResultCoding.encode(AtlasPair(pair: pair, cell: cell)).dropLast())
      }
      done += pairs.count
    }
    try part.finish {
      var file = try ShardWriter(output: output, header)
      try part.forEachItem { try file.add($1) }
      try file.finish()
    }
    return done
  }
}

extension ShardSet {
  /// Joins the shards of an atlas.
  ///
  /// - Parameter outputs: Where the atlas will go: none of the shards may lie there.
  /// - Throws: `FileError` with a ``ShardError``.
  public func joinAtlas(for outputs: [String]) throws -> VocabularyAtlas {
    for output in outputs { try refuse(output) }
    let entries = try withFile(paths[0]) { try headers[0].context(AtlasContext.self).entries }
    guard !entries.isEmpty, entries.count * entries.count == total else {
      throw FileError(path: paths[0], underlying: ShardError.damaged("it has \(total) pairs"))
    }
    var cells: [VocabularyAtlas.Cell] = []
    try forEachItem { index, line in cells.append(try AtlasPair(line: line, pair: index).cell) }
    return VocabularyAtlas(entries: entries, pairs: cells)
  }
}

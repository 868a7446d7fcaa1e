/// How each of many vocabularies goes into each other one.
public struct VocabularyAtlas: Sendable, Codable, Equatable {
  /// One vocabulary.
  public struct Entry: Sendable, Codable, Equatable {
    /// A name for people.
    public var name: String
    /// The known family, or nil.
    public var family: String?
    /// The container it was read from.
    public var format: String
    /// Its tokens, holes not counted.
    public var tokens: Int
    /// What it is known by.
    public var fingerprint: String

    /// Describes a vocabulary.
    public init(name: String, family: String?, format: String, tokens: Int, fingerprint: String) {
      self.name = name
      self.family = family
      self.format = format
      self.tokens = tokens
      self.fingerprint = fingerprint
    }
  }

  /// What becomes of the tokens of one vocabulary in another; special tokens are counted apart.
  public struct Cell: Sendable, Codable, Equatable {
    /// Tokens with equal bytes in the target.
    public var exact = 0
    /// Tokens with a target in a prefix relation.
    public var prefix = 0
    /// Tokens without a target.
    public var unmatched = 0
    /// The sum of the distances of those in a prefix relation.
    public var distance = 0
    /// Special tokens with a target.
    public var specialsPlaced = 0
    /// Special tokens without one.
    public var specialsLeft = 0

    /// Counts nothing yet.
    public init() {}

    /// The tokens that are not special.
    public var tokens: Int { exact + prefix + unmatched }
    /// The share of them with equal bytes; 0 where there are none.
    public var exactShare: Double { share(exact) }
    /// The share of them in a prefix relation.
    public var prefixShare: Double { share(prefix) }
    /// The share of them without a target.
    public var unmatchedShare: Double { share(unmatched) }

    private func share(_ count: Int) -> Double { tokens > 0 ? Double(count) / Double(tokens) : 0 }
  }

  /// Two groups that become one.
  public struct Merge: Sendable, Codable, Equatable {
    /// The groups: a vocabulary's place, or the number of vocabularies plus the place of an earlier merge.
    public var first: Int
    /// See ``first``.
    public var second: Int
    /// How far apart they are: 1 less the mean exact share of all pairs across, both ways.
    public var height: Double
  }

  /// The vocabularies in the order they were given.
  public var entries: [Entry]
  /// A row a source and a column a target, in the order of ``entries``.
  public var cells: [[Cell]]
  /// How the vocabularies group, the closest first; one less than there are vocabularies.
  public var merges: [Merge]
  /// The vocabularies in an order that keeps groups together.
  public var order: [Int]

  /// Puts a matrix together and groups it.
  ///
  /// - Parameters:
  ///   - entries: The vocabularies.
  ///   - cells: A row a source, a column a target.
  public init(entries: [Entry], cells: [[Cell]]) {
    precondition(cells.count == entries.count && cells.allSatisfy { $0.count == entries.count }, "not square")
    self.entries = entries
    self.cells = cells
    let clustering = AverageLinkage(
      distances: cells.indices.map { row in
        cells.indices.map { 1 - (cells[row][$0].exactShare + cells[$0][row].exactShare) / 2 }
      })
    merges = clustering.merges
    order = clustering.order
  }
}

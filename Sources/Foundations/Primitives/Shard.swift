/// One of n parts of a piece of work, for one of several processes or machines.
///
/// Of the work's items, counted from 0, shard k of n has those with i mod n = k: every shard has nearly as many, a long run
/// of costly items is spread over all, and parts are joined again by taking an item from each in turn, as a stream.
public struct Shard: Codable, Sendable, Hashable, CustomStringConvertible {
  /// Which one, from 0.
  public let index: Int
  /// Of how many.
  public let count: Int

  /// More than this many parts are a slip of the hand.
  public static let countLimit = 1_000_000

  /// Shard `index` of `count`; nil where there is no such shard.
  public init?(index: Int, count: Int) {
    guard (1...Self.countLimit).contains(count), (0..<count).contains(index) else { return nil }
    (self.index, self.count) = (index, count)
  }

  /// Reads `k/n`; nil for anything else, and where there is no such shard.
  public init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let index = Int(parts[0]), let count = Int(parts[1]), "\(index)/\(count)" == text
    else { return nil }
    self.init(index: index, count: count)
  }

  /// Reads what was encoded.
  ///
  /// - Throws: `DecodingError` where there is no such shard.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let (index, count) = (
      try container.decode(Int.self, forKey: .index), try container.decode(Int.self, forKey: .count)
    )
    guard let shard = Shard(index: index, count: count) else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "there is no shard \(index)/\(count)"))
    }
    self = shard
  }

  private enum CodingKeys: String, CodingKey { case index, count }

  /// Its items of so many, ascending.
  public func items(of total: Int) -> StrideTo<Int> { stride(from: index, to: total, by: count) }

  /// How many items of so many it has.
  public func itemCount(of total: Int) -> Int { index < total ? (total - index - 1) / count + 1 : 0 }

  /// `k/n`.
  public var description: String { "\(index)/\(count)" }
}

extension Shard? {
  /// The items of a shard, or all of them.
  package func items(of total: Int) -> [Int] { self.map { Array($0.items(of: total)) } ?? Array(0..<total) }

  /// How many of so many items are to be done.
  package func itemCount(of total: Int) -> Int { self?.itemCount(of: total) ?? total }
}

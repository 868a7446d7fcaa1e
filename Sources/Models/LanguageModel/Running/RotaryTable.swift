#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The angles of a kind of layer: those of texts of any length, or those of short texts and those of long ones.
struct RotaryTables {
  private let short: RotaryTable
  private let long: RotaryTable?
  private let shortContext: Int

  /// Tables of no positions.
  init(_ embedding: RotaryEmbedding, headSize: Int) {
    short = RotaryTable(embedding, headSize: headSize, isLong: false)
    long = embedding.shortContext == nil ? nil : RotaryTable(embedding, headSize: headSize, isLong: true)
    shortContext = embedding.shortContext ?? .max
  }

  /// The table of the positions of a text of some length.
  func table(ofTextsOf length: Int) -> RotaryTable { length > shortContext ? long ?? short : short }

  /// Makes sure that angles of so many positions are known.
  func reserve(_ positions: Int) {
    short.reserve(min(positions, shortContext))
    if positions > shortContext { long?.reserve(positions) }
  }
}

/// Cosines and sines of every position's angles, each [capacity × d/2], computed once a position.
final class RotaryTable {
  private let frequencies: [Float]
  private let factor: Float
  private var cosines: UnsafeMutablePointer<Float> = .allocate(capacity: 0)
  private var sines: UnsafeMutablePointer<Float> = .allocate(capacity: 0)
  private var capacity = 0

  /// A table of no positions.
  fileprivate init(_ embedding: RotaryEmbedding, headSize: Int, isLong: Bool) {
    frequencies = embedding.frequencies(headSize: headSize, isLong: isLong)
    factor = embedding.attentionFactor
  }

  deinit {
    cosines.deallocate()
    sines.deallocate()
  }

  /// The number of pairs in a head.
  var pairs: Int { frequencies.count }

  /// The cosines from a position on.
  func cosines(from position: Int) -> UnsafePointer<Float> { UnsafePointer(cosines + position * pairs) }
  /// The sines from a position on.
  func sines(from position: Int) -> UnsafePointer<Float> { UnsafePointer(sines + position * pairs) }

  /// Fills the table up to `positions`.
  ///
  /// - Complexity: O(new positions · d).
  func reserve(_ positions: Int) {
    guard positions > capacity else { return }
    let (oldCosines, oldSines) = (cosines, sines)
    cosines = .allocate(capacity: positions * pairs)
    sines = .allocate(capacity: positions * pairs)
    cosines.update(from: oldCosines, count: capacity * pairs)
    sines.update(from: oldSines, count: capacity * pairs)
    oldCosines.deallocate()
    oldSines.deallocate()
    for position in capacity..<positions {
      for (pair, frequency) in frequencies.enumerated() {
        let angle = Float(position) * frequency
        cosines[position * pairs + pair] = cosf(angle) * factor
        sines[position * pairs + pair] = sinf(angle) * factor
      }
    }
    capacity = positions
  }
}

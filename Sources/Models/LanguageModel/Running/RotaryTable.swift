#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Cosines and sines of every position's angles, each [capacity × d/2], computed once a position.
final class RotaryTable {
  private let frequencies: [Float]
  private let factor: Float
  private var cosines: UnsafeMutablePointer<Float> = .allocate(capacity: 0)
  private var sines: UnsafeMutablePointer<Float> = .allocate(capacity: 0)
  private var capacity = 0

  /// A table of no positions.
  init(_ embedding: RotaryEmbedding, headSize: Int) {
    frequencies = embedding.frequencies(headSize: headSize)
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

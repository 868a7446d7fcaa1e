internal import CMCLanguageModel

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Cosines and sines of the positions of a sequence, each [length × d / 2]; the sines with both signs.
final class AngleTable {
  let cosine: FloatBuffer
  let sine: FloatBuffer
  /// For the gradient, which turns back.
  let oppositeSine: FloatBuffer

  init(_ embedding: RotaryEmbedding, headSize: Int, length: Int) {
    let frequencies = embedding.frequencies(headSize: headSize)
    let factor = embedding.attentionFactor
    let pairs = frequencies.count
    cosine = FloatBuffer(count: length * pairs)
    sine = FloatBuffer(count: length * pairs)
    oppositeSine = FloatBuffer(count: length * pairs)
    for position in 0..<length {
      for (pair, frequency) in frequencies.enumerated() {
        let angle = Float(position) * frequency
        cosine.start[position * pairs + pair] = cosf(angle) * factor
        sine.start[position * pairs + pair] = sinf(angle) * factor
        oppositeSine.start[position * pairs + pair] = -sinf(angle) * factor
      }
    }
  }
}

import CMCPrimitives
import CMCVocabulary

/// Feeds a reader damaged versions of a file; anything but a description or a described error of one line is reported.
///
/// A trap ends the test run, which is the point.
struct Hostile {
  /// Damaged files that were read all the same.
  private(set) var accepted = 0
  /// Damaged files that were refused.
  private(set) var refused = 0
  /// What was refused in another way than it should be.
  private(set) var complaints: [String] = []

  typealias Reader = (UnsafeRawBufferPointer, String) throws -> TokenizerDescription

  /// Every proper prefix of the file.
  mutating func truncations(of file: [UInt8], _ reader: Reader) {
    for length in 0..<file.count { feed(Array(file[..<length]), "cut at \(length)", reader) }
  }

  /// Every single bit of the file turned over.
  mutating func bitFlips(of file: [UInt8], _ reader: Reader) {
    for bit in 0..<file.count * 8 {
      var damaged = file
      damaged[bit / 8] ^= 1 << (bit % 8)
      feed(damaged, "bit \(bit)", reader)
    }
  }

  /// Every run of `width` bytes set to 255: lengths and counts become as large as they can be.
  mutating func saturations(of file: [UInt8], width: Int, _ reader: Reader) {
    for start in 0..<max(0, file.count - width + 1) {
      var damaged = file
      for i in start..<start + width { damaged[i] = 255 }
      feed(damaged, "255s from \(start)", reader)
    }
  }

  private mutating func feed(_ bytes: [UInt8], _ what: String, _ reader: Reader) {
    do {
      let description = try bytes.withUnsafeBytes { try reader($0, "damaged") }
      accepted += 1
      if description.vocabulary.tokenCount == 0 { complaints.append("\(what): no tokens, and no error") }
    } catch let error as any DescribedError {
      refused += 1
      if error.description.contains("\n") || error.description.isEmpty || error.description.utf8.count > 400 {
        complaints.append("\(what): not one line: \(error.description)")
      }
    } catch {
      complaints.append("\(what): not described: \(error)")
    }
  }
}

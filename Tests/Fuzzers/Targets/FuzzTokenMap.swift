import CMCAlignment
import CMCPrimitives
import CMCTokenMapFormats
import CMCVocabulary
import FuzzSupport

/// The two vocabularies that maps by piece are read with.
private let options: TokenMapReadOptions = {
  var options = TokenMapReadOptions()
  let pieces = ByteTable(["a", "b", "ab", "<s>"].map { Array($0.utf8) })
  options.source = MapSide(name: "s", maxID: 3, pieces: pieces)
  options.target = options.source
  return options
}()

/// Reads bytes as a token map: the first byte names the format, or none.
///
/// What is read goes through the map tools and the own format.
@Sendable func fuzzTokenMap(_ start: UnsafeRawPointer?, _ count: Int) -> CInt {
  fuzzParser(start, count) { input in
    guard let choice = input.first else { return }
    let formats = TokenMapFormat.allCases
    let format = Int(choice) < formats.count ? formats[Int(choice)] : nil
    let bytes = Array(input.dropFirst(Int(choice) <= formats.count ? 1 : 0))
    let map = try TokenMapReader.parse(bytes, as: format, options: options).map
    // A line of a few bytes may name a large id; what follows would be as slow, and tells nothing more.
    guard map.count < 100_000 else { return }
    require(map.methods.count == map.count && map.distances.count == map.count, "columns of unequal length")
    require(
      map.sequences.allSatisfy { map.ids[Int($0.key)] == $0.value.ids.first },
      "a sequence that does not begin with its entry's id")
    _ = map.inverted()
    _ = try? map.composed(with: map)
    _ = try? TokenMapDiff(from: map, to: map)
    _ = try? TokenMapCheck(map)
    var written = map
    _ = written.unmatchIDsBeyondTarget()
    guard let file = try TokenMapWriter.files(for: written, format: .json, at: "m").files.first else {
      return
    }
    require((try? TokenMapReader.parse(file.bytes).map) == written, "a map that does not read back")
  }
}

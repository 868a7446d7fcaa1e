import CMCAlignment
import CMCFastJSON
import CMCPrimitives
import Testing

@testable import CMCCommands

@Suite struct AtlasJSONTests {
  /// An atlas of random counts.
  private func atlas(_ count: Int, seed: UInt64) -> VocabularyAtlas {
    var random = SeededGenerator(seed: seed)
    let entries = (0..<count).map { place in
      VocabularyAtlas.Entry(
        name: "v\"\(place)", family: place % 2 == 0 ? nil : "family", format: "gguf",
        tokens: random.below(1_000), fingerprint: "\(place)")
    }
    let cells = entries.indices.map { _ in
      entries.indices.map { _ in
        var cell = VocabularyAtlas.Cell()
        cell.exact = random.below(100)
        cell.prefix = random.below(100)
        cell.unmatched = random.below(100)
        cell.distance = random.below(100)
        cell.specialsPlaced = random.below(100)
        cell.specialsLeft = random.below(100)
        return cell
      }
    }
    return VocabularyAtlas(entries: entries, cells: cells)
  }

  @Test(arguments: 2..<8) func whatIsWrittenIsRead(count: Int) throws {
    let atlas = atlas(count, seed: UInt64(count))
    let document = try JSONDocument(AtlasJSON.bytes(atlas))
    #expect(try document.root.require("schema").string == AtlasJSON.schema)
    #expect(try AtlasJSON.read(document.root) == atlas)
  }
}

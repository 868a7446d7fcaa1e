import CMCAlignment
import CMCPrimitives
import CMCResultCoding
import Foundation
import TestSupport
import Testing

@testable import CMCLogitShift

/// The measures of centred shifts against NumPy and GeomLoss: the golden file is Tests/Scripts/compare_centred.py's.
@Suite("Centred shifts against NumPy and GeomLoss")
struct CentredGoldenTests {
  struct Golden: Decodable {
    struct Map: Decodable {
      struct Prompt: Decodable {
        let centredCosineDistance: Double?
        let centredUnitSinkhorn: Double?
        let sinkhorn: Double
        let cosine: Double
      }
      let unmatched: [Int]
      let firstMeanShare: Double
      let secondMeanShare: Double
      let bothMeanShare: Double
      let prompts: [Prompt]
    }
    let maps: [Map]
  }

  private let width = 60
  private let offset = 11

  private func golden() throws -> Golden {
    let url = try #require(Bundle.module.url(forResource: "Golden/centred", withExtension: "json"))
    return try ResultCoding.decode(Golden.self, from: try readFile(url.path))
  }

  /// The script's `uniform`.
  private func uniform(_ parts: Int...) -> Float {
    var state: UInt64 = 0
    for part in parts {
      var generator = SeededGenerator(seed: state ^ UInt64(part))
      state = generator.next()
    }
    return Float(state >> 52) / 4096
  }

  /// The script's `logits`.
  private func logits(_ run: Int, _ prompt: Int, _ step: Int, _ column: Int) -> (base: Float, shift: Float) {
    let own = run == 0 ? column : (column + width - offset) % width
    let isEven = own % 2 == 0
    let base = 8 * uniform(run, prompt, step, column, 0) + (run == 0 && isEven ? 16 : 0)
    let common = 4 * uniform(7, prompt != 4 ? prompt : 100 + run, step, own, 1) - 2
    var shift = common + 2 * uniform(run, prompt, step, column, 2) - 1
    if prompt == 1 { shift = shift / 4 + (isEven ? 4 : 0) }
    if run == 1, prompt == 2 || prompt == 3 && step % 2 == 0 { shift = isEven ? 1.5 : 0 }
    return (base, shift)
  }

  @Test func everyMeasureOfEveryPrompt() throws {
    let golden = try golden()
    #expect(golden.maps.count == 2)
    let fixture = try FixtureRuns(prompts: 6, steps: 7, width: width)
    let one = try fixture.write("one") { logits(0, $0, $1, $2) }
    let two = try fixture.write("two", fingerprint: "b") { logits(1, $0, $1, $2) }
    var settings = SimilaritySettings()
    (settings.top, settings.shuffles, settings.resamples) = (20, 0, 50)
    for wanted in golden.maps {
      let map = fixture.map(offset: offset, unmatched: Set(wanted.unmatched))
      let result = try SimilarityCalculator(settings, tool: "t", threads: 2)
        .compare(try RunPair(one, two, map: (map, "m")), rules: [.tuned])
      let ranking = result.rankings[0]
      for (row, prompt) in zip(ranking.prompts, wanted.prompts) {
        for (measure, value) in [
          (SimilarityMeasure.centredCosineDistance, prompt.centredCosineDistance),
          (.centredUnitSinkhorn, prompt.centredUnitSinkhorn), (.sinkhorn, prompt.sinkhorn),
          (.cosine, prompt.cosine),
        ] {
          let found = row.values[measure]
          #expect((found == nil) == (value == nil), "prompt \(row.prompt), \(measure)")
          // What was captured are log-probabilities of 24 bits.
          if let found, let value {
            #expect(abs(found - value) < 2e-5, "prompt \(row.prompt), \(measure): \(found), \(value)")
          }
        }
      }
      let shares = try #require(ranking.meanShares)
      #expect(abs(try #require(shares.first) - wanted.firstMeanShare) < 1e-5)
      #expect(abs(try #require(shares.second) - wanted.secondMeanShare) < 1e-5)
      #expect(abs(try #require(shares.both) - wanted.bothMeanShare) < 1e-5)
      // Prompt 2 through a whole map: said, and no 0.
      let isSaid = result.notes.contains {
        $0.contains("not defined in 1 of 6 prompts") && $0.contains("two")
      }
      #expect(isSaid == wanted.unmatched.isEmpty)
      #expect(ranking.summary(of: .centredCosineDistance)?.prompts == (wanted.unmatched.isEmpty ? 5 : 6))
    }
  }
}

import CMCControlledDecoding
import Foundation
import Testing

@Suite struct SamplerTests {
  func choose(_ scores: [Float], _ options: SamplingOptions, count: Int = 1, prompt: [Int32] = []) -> [Int32?]
  {
    var sampler = Sampler(options, prompt: prompt)
    return (0..<count).map { _ in
      var copy = scores
      return copy.withUnsafeMutableBufferPointer {
        sampler.penalize($0)
        return sampler.choose(UnsafeBufferPointer($0))
      }
    }
  }

  @Test func greedyTakesTheBestAndOfEqualOnesTheFirst() {
    #expect(choose([1, 3, 3, 2], SamplingOptions()) == [1])
    #expect(choose([-.infinity, -5, -.infinity], SamplingOptions()) == [1])
  }

  @Test func nothingToChooseIsSaid() {
    #expect(choose([-.infinity, -.infinity], SamplingOptions()) == [nil])
    #expect(choose([1, .nan, 2], SamplingOptions()) == [nil])
    #expect(choose([], SamplingOptions()) == [nil])
  }

  @Test func drawsFollowTheDistribution() {
    var options = SamplingOptions()
    options.temperature = 2
    options.seed = 7
    let scores: [Float] = [0, 1, 2, 3]
    let draws = choose(scores, options, count: 40_000)
    let weights = scores.map { exp(Double($0) / 2) }
    for id in scores.indices {
      let share = Double(draws.count { $0 == Int32(id) }) / 40_000
      #expect(abs(share - weights[id] / weights.reduce(0, +)) < 0.01)
    }
    #expect(choose(scores, options, count: 100) == choose(scores, options, count: 100))
  }

  @Test func limitsKeepTheRestOut() {
    let scores = (0..<500).map { Float($0 % 100) / 20 }
    var topK = SamplingOptions()
    topK.temperature = 1
    topK.topK = 3
    // The best score is shared by five; of equal ones the lowest ids take part.
    #expect(Set(choose(scores, topK, count: 500).compactMap { $0 }) == [99, 199, 299])
    var topP = SamplingOptions()
    topP.temperature = 1
    topP.topP = 0.5
    #expect(Set(choose([0, 0, 0.1, 5], topP, count: 200).compactMap { $0 }) == [3])
    var minP = SamplingOptions()
    minP.temperature = 1
    minP.minP = 0.5
    #expect(Set(choose([0, 4.5, 5, 4], minP, count: 400).compactMap { $0 }) == [1, 2])
  }

  /// Scores rising, falling and mixed, with ties: those that can be drawn are the best ones of a full sort.
  @Test(arguments: [1, 2, 7, 60]) func theBestAreFoundWhateverTheirOrder(count: Int) {
    var random = SystemRandomNumberGenerator()
    let mixed = (0..<1500).map { _ in Float(Int.random(in: -400...400, using: &random)) / 100 }
    for scores in [mixed, mixed.sorted(), mixed.sorted(by: >)] {
      var options = SamplingOptions()
      options.temperature = 50
      options.topK = count
      let wanted = scores.indices.sorted { (-scores[$0], $0) < (-scores[$1], $1) }.prefix(count)
      #expect(
        Set(choose(scores, options, count: 100 * count).compactMap { $0 }) == Set(wanted.map(Int32.init)))
    }
  }

  @Test func repetitionIsPenalized() {
    var options = SamplingOptions()
    options.repetitionPenalty = 2
    #expect(choose([3, 2, -1], options, count: 4, prompt: [0]) == [1, 0, 0, 0])
    #expect(choose([-1, -1.5, -9], options, count: 2, prompt: [0]) == [1, 0])
  }
}

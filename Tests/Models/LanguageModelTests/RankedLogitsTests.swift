import CMCLanguageModel
import Testing

/// What is taken of an engine's answer, and what is not.
@Suite struct RankedLogitsTests {
  private func read(
    _ pairs: [(Int, Double)], asked: Int = 2, width: Int = 4, least: Float = -80
  ) throws -> RankedLogits {
    try RankedLogits(pairs.map { (id: $0.0, value: $0.1) }, asked: asked, width: width, least: least)
  }

  @Test func theMostLikelyComeFirst() throws {
    let row = try read([(3, -1.5), (1, -0.5)])
    #expect(
      row.ids == [1, 3] && row.values == [-0.5, -1.5] && row.ceiling == -1.5 && !row.isLast && !row.knowsAll)
    // The one that an engine chose comes beside those that were asked for, and may be less likely than others.
    let more = try read([(3, -1.5), (1, -0.9), (0, -9)])
    #expect(more.ids == [1, 3, 0] && more.ceiling == -1.5)
    #expect(try read([(3, -1.5)]).isLast, "fewer than were asked for")
  }

  @Test func allOfThemLeaveNothing() throws {
    let row = try read([(0, -1), (1, -1.5), (2, -2), (3, -2.5)], asked: 4)
    #expect(row.knowsAll && row.isLast && row.ceiling == -.infinity && row.rest == 0)
    // What a server's numbers cannot tell apart is not known.
    let least = try read([(0, -1), (1, -1.5), (2, -2), (3, -200)], asked: 4)
    #expect(least.ids == [0, 1, 2] && least.ceiling == -80 && least.isLast && !least.knowsAll)
  }

  @Test func whatIsNoDistributionIsRefused() {
    func error(_ pairs: [(Int, Double)]) -> RankedLogitsError? {
      do {
        _ = try read(pairs)
        return nil
      } catch {
        return error as? RankedLogitsError
      }
    }
    #expect(error([]) == .nothing)
    #expect(error([(4, -1)]) == .beyond(id: 4, width: 4))
    #expect(error([(-1, -1)]) == .beyond(id: -1, width: 4))
    #expect(error([(1, -1), (1, -2)]) == .twice(id: 1))
    #expect(error([(1, 0.5)]) == .noProbability(id: 1, value: 0.5))
    guard case .noProbability = error([(1, .nan)]) else {
      Issue.record("not a number is no probability")
      return
    }
    guard case .sum = error([(1, -0.1), (2, -0.1)]) else {
      Issue.record("more than 1 is no sum")
      return
    }
  }
}

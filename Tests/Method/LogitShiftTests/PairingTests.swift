import CMCAlignment
import CMCTokenization
import CMCTokenizerFormats
import TestSupport
import Testing

@testable import CMCLogitShift

/// How the steps and the columns of two runs meet, on runs of a few numbers.
@Suite struct PairingTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// A prompt whose tuned model gives the logits and whose base model gives zeros, at some steps.
  private func captured(_ tuned: [Float], steps: [Int], skipped: [Int], name: String) throws -> CapturedPrompt
  {
    var recorder = PromptRecorder(width: tuned.count, kept: nil)
    for step in steps {
      try recorder.add(
        step: step, prefix: step, token: -1, base: [Float](repeating: 0, count: tuned.count), tuned: tuned)
    }
    let path = try folder.write(
      name, bytes: recorder.encoded(response: Array("abcdef".utf8), skipped: skipped))
    return try CapturedPrompt(path: path, width: tuned.count)
  }

  /// A step at which either pair's text ends inside a character is left out for both.
  @Test(arguments: [([2], []), ([], [2]), ([2], [3])] as [([Int], [Int])])
  func whatEitherSkipsBothSkip(first: [Int], second: [Int]) throws {
    let all = Array(0..<5)
    let pairing = try StepPairing(
      try captured([1, 2], steps: all.filter { !first.contains($0) }, skipped: first, name: "a"),
      try captured([1, 2], steps: all.filter { !second.contains($0) }, skipped: second, name: "b"),
      prompt: 0, names: ("a", "b"), offset: 0)
    #expect(pairing.skipped == Set(first + second).count)
    #expect(pairing.pairs.count == 5 - Set(first + second).count)
  }

  /// Several targets are one column: the largest of their shifts, or the mean by weight.
  @Test(arguments: [TargetSequence.Combination.max, .mean])
  func severalTargetsBecomeOneColumn(combination: TargetSequence.Combination) throws {
    let (first, second) = (
      try captured([3, 1], steps: [0], skipped: [], name: "a"),
      try captured([5, 1, 2], steps: [0], skipped: [], name: "b")
    )
    let map = try TokenMap(
      source: MapSide(name: "u"), target: MapSide(name: "d"), ids: [0, 2], methods: [.retokenized, .exact],
      distances: [1, 0],
      sequences: [
        0: try #require(TargetSequence(ids: [0, 1], weights: [0.75, 0.25], combination: combination))
      ])
    let clouds = try ShiftClouds(
      first, second, try StepPairing(first, second, prompt: 0, names: ("a", "b"), offset: 0), top: 2,
      rule: .tuned, mapping: ColumnMapping(map, secondWidth: 3), secondName: "b", prompt: 0)
    let step = try second.step(0)
    let shifts = (0..<3).map { step.shift(at: $0) }
    let joined = combination == .max ? shifts[0] : 0.75 * shifts[0] + 0.25 * shifts[1]
    #expect(clouds.ids == [0, 1] && clouds.unmatched == 0)
    #expect(zip(clouds.second, [joined, shifts[2]]).allSatisfy { abs($0 - $1) < 1e-6 })
  }

  /// A step whose prefix ends inside a character cannot be encoded by another tokenizer: it is skipped.
  @Test func stepsInsideACharacterAreSkipped() throws {
    let tokenizer = try Tokenizer(try TokenizerLoader.load(RealData.checkout + "/Vocabs/demo/harbor"))
    var options = EncodingOptions()
    options.isContinuation = true
    let response = Array("on 𝄞 on".utf8)
    let ids = try tokenizer.encode(response, options: options)
    let steps = ResponseSteps(ids: ids, response: response, ends: true, tokenizer: tokenizer)
    #expect(steps.skipped.count == 3)
    #expect(steps.numbers + steps.skipped.map { $0 } != [] && steps.numbers.count + 3 == ids.count + 1)
    for prefix in steps.prefixes {
      #expect(String(validating: response[..<prefix], as: UTF8.self) != nil)
    }
    #expect(steps.tokens.last == -1 && steps.prefixes.last == response.count)
  }
}

import CMCPrompts
import CMCRecords
import CMCTokenization
import CMCTokenizerFormats
import CMCVocabulary
import TestSupport
import Testing

@testable import CMCTraining

/// Texts on their way into a training run, and what a run writes of its steps.
@Suite struct DataTests {
  /// A document that is cut learns what is left of it, and no target behind its end.
  @Test func aLongDocumentIsCutWithItsTargets() throws {
    let tokenizer = try Tokenizer(try TokenizerLoader.load(RealData.checkout + "/Vocabs/demo/harbor"))
    let encoder = DocumentEncoder(tokenizer, template: .plain, longest: 8, stops: [])
    let text = String(repeating: "The harbour lights shine. ", count: 8)
    let (documents, summary) = try encoder.documents([
      TrainingRecord(.text(text)), TrainingRecord(.turns([.init(prompt: "Hm", response: text)])),
      TrainingRecord(.text("a")), TrainingRecord(.turns([.init(prompt: text, response: "late")])),
    ])
    #expect(summary.cut == 3 && summary.dropped == 1)
    try #require(documents.count == 3)
    #expect(documents[0].ids.count == 8 && documents[0].targets == Array(0..<7))
    #expect(documents[1].ids.count == 8 && documents[1].targets.last == 6)
    for document in documents {
      #expect(document.targetIDs == document.targets.map { document.ids[$0 + 1] })
    }
  }

  /// What is learnt as the end of an answer ends what the model writes later, where its files state that.
  @Test func anEndIsOneThatGenerationStopsAt() throws {
    let tokenizer = try Tokenizer(try TokenizerLoader.load(RealData.checkout + "/Vocabs/demo/harbor"))
    let vocabulary = tokenizer.description.vocabulary
    let turn = try #require(vocabulary.ids(of: .endOfTurn).first)
    let text = try #require(vocabulary.ids(of: .eos).first { $0 != turn })
    func end(_ stops: Set<Int32>) -> Int32? {
      DocumentEncoder(tokenizer, template: .plain, longest: 8, stops: stops).end
    }
    #expect(end([turn, text]) == turn && end([]) == turn)
    #expect(end([text]) == text)
    #expect(DocumentEncoder(tokenizer, template: .plain, longest: 8, stops: [text]).endOfText == text)
  }

  /// A run that goes on from a checkpoint does the steps behind it again: their lines go.
  @Test func linesBehindACheckpointAreLeftOut() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(
      "log.jsonl",
      #"{"step":1,"loss":3}"# + "\n" + #"{"step":2,"loss":2}"# + "\n" + #"{"step":3,"loss":1}"# + "\n"
        + #"{"step":4,"lo"#)
    _ = try LossLog(path: path, keeping: 2)
    #expect(try LossLog.read(path).map(\.step) == [1, 2])
    _ = try LossLog(path: path, keeping: 0)
    #expect(try LossLog.read(path).isEmpty)
  }

  /// Items of an array are counted from 1, as lines are.
  @Test(arguments: [#"[{"text":"a"},{"answer":"b"}]"#, #"{"text":"a"}"# + "\n" + #"{"answer":"b"}"#])
  func aBadRecordIsNamedByItsNumber(text: String) {
    let error = #expect(throws: RecordError.self) { try TrainingRecord.parse(Array(text.utf8)) }
    guard case .malformed(line: 2, _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }
}

import CMCFastJSON
import CMCPrimitives
import CMCTokenizerFormats
import CMCTraining
import Synchronization
import TestSupport
import Testing

@testable import CrossModelControl

/// What a training leaves in its folder, and what is refused before it begins.
@Suite struct TrainingResultTests {
  private let fixture: StudyFixture

  init() throws {
    fixture = try StudyFixture()
    let records = (0..<8).map { #"{"prompt":"number \#($0)","response":"the answer is \#($0)."}"# }
    try fixture.folder.write("data.jsonl", records.joined(separator: "\n") + "\n")
    try fixture.put("base-one", as: "base")
  }

  /// A member of the base's `config.json` as another text.
  private func change(_ old: String, _ new: String) throws {
    let json = String(decoding: try readFile(fixture.path("base/config.json")), as: UTF8.self)
    try #require(json.contains(old))
    try fixture.folder.write("base/config.json", json.replacing(old, with: new))
  }

  private func configuration(
    _ learner: TrainingConfiguration.Learner, to output: String, gguf: Bool = false
  ) -> TrainingConfiguration {
    var configuration = TrainingConfiguration(
      learner, data: TrainingFiles([fixture.path("data.jsonl")]),
      output: TrainingOutput(folder: fixture.path(output)))
    configuration.schedule.steps = 1
    configuration.schedule.batch = 2
    configuration.computing.threads = 1
    configuration.output.writesGGUF = gguf
    return configuration
  }

  /// Trains, and gives the notes.
  private func train(_ configuration: TrainingConfiguration) throws -> [String] {
    let notes = Guarded<[String]>([])
    let observer = RunObserver(note: { note in notes.withLock { $0.append(note) } })
    _ = try TrainingSession(configuration, observer: observer).run()
    return notes.withLock { $0 }
  }

  @Test func anotherFunctionInGGUFIsRefusedBeforeTraining() throws {
    try change("\"silu\"", "\"gelu_pytorch_tanh\"")
    let wanted = configuration(.full(.model(fixture.path("base"))), to: "out", gguf: true)
    let error = #expect(throws: TrainingError.self) { try TrainingSession(wanted) }
    guard case .unwritable(let what, format: "GGUF") = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(what.contains("hidden_act") && what.contains("Llama"), "\(what)")
    #expect(!fileExists(fixture.path("out/log.jsonl")))
    // Without the file it is the same model, and an adapter of it is none.
    _ = try train(configuration(.full(.model(fixture.path("base"))), to: "whole"))
    let json = try JSONDocument(try readFile(fixture.path("whole/config.json"))).root
    #expect(json["hidden_act"]?.string == "gelu_pytorch_tanh")
    _ = try train(configuration(.adapter(.init(base: fixture.path("base"))), to: "adapter"))
    #expect(fileExists(fixture.path("adapter/adapter_config.json")))
  }

  @Test func whereGenerationStopsIsKept() throws {
    try change("\"eos_token_id\": 1299", "\"eos_token_id\": 7, \"pad_token_id\": 3")
    try fixture.folder.write("base/generation_config.json", #"{"eos_token_id": 7}"#)
    let wanted = configuration(.full(.model(fixture.path("base"))), to: "out")
    _ = try train(wanted)
    let json = try JSONDocument(try readFile(fixture.path("out/config.json"))).root
    #expect(json["eos_token_id"]?.int == 7 && json["pad_token_id"]?.int == 3)
    #expect(json["bos_token_id"]?.int == 1296)
    #expect(
      try readFile(fixture.path("out/generation_config.json"))
        == readFile(fixture.path("base/generation_config.json")))
    var other = wanted
    other.output.folder = fixture.path("again")
    let session = try TrainingSession(other)
    let vocabulary = session.models.tokenizer.description.vocabulary
    let documents = [Document(ids: [1, 9], targets: [0])]
    #expect(session.kept.note(end: 7, documents: documents, vocabulary) == nil)
    #expect(session.kept.note(end: 8, documents: documents, vocabulary) == nil)
    let note = session.kept.note(end: 9, documents: documents, vocabulary)
    #expect(note?.contains("(id 9), which is not in eos_token_id (7)") == true, "\(note ?? "")")
  }

  /// A folder made of a GGUF model has its tokenizer once, and says that it is GGUF's.
  @Test func aFolderFromGGUFIsAModel() throws {
    _ = try train(configuration(.full(.model(fixture.path("base"))), to: "first", gguf: true))
    let gguf = fixture.path("first/model.gguf")
    for (output, writes, name) in [("with", true, "model.gguf"), ("without", false, "tokenizer.gguf")] {
      let notes = try train(configuration(.full(.model(gguf)), to: output, gguf: writes))
      #expect(notes.contains { $0.contains(name) && $0.contains("transformers") }, "\(notes)")
      let files = namesInFolder(fixture.path(output))
      #expect(files.filter { $0.hasSuffix(".gguf") } == [name] && files.contains("config.json"), "\(files)")
      let model = try LoadedModel(fixture.path(output))
      #expect(model.model.path == fixture.path(output + "/model.safetensors"))
    }
  }
}

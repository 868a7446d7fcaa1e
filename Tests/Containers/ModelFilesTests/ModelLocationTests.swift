import CMCModelFiles
import CMCPrimitives
import Foundation
import TestSupport
import Testing

@Suite struct ModelLocationTests {
  let folder: TemporaryFolder
  let cache: HubCache

  init() throws {
    folder = try TemporaryFolder()
    cache = HubCache(root: folder.path("cache"))
  }

  private func error(_ argument: String) -> ModelLocationError? {
    do {
      _ = try ModelLocation.resolve(argument, cache: cache)
      return nil
    } catch {
      return error as? ModelLocationError
    }
  }

  @Test func `a file with a generic name is called after its folder`() throws {
    let path = try folder.write("my-model/tokenizer.json", "{}")
    try folder.write("my-model/config.json", "{}")
    let location = try ModelLocation.resolve(path, cache: cache)
    #expect(location.origin == .file)
    #expect(location.name == "my-model")
    #expect(location.siblings == ["config.json", "tokenizer.json"])
    #expect(location.sibling("config.json") == folder.path("my-model/config.json"))
    #expect(location.sibling("absent.json") == nil)
    #expect(location.ownsDirectory)
  }

  @Test func `a file with a name of its own keeps it and does not take the folder's configuration`() throws {
    let path = try folder.write("many/gpt-x.json", "{}")
    let location = try ModelLocation.resolve(path, cache: cache)
    #expect(location.name == "gpt-x")
    #expect(!location.ownsDirectory)
    // Versions have dots too: only what follows the last one is an ending.
    let dotted = try folder.write("many/Qwen2.5-0.5B.gguf", "x")
    #expect(try ModelLocation.resolve(dotted, cache: cache).name == "Qwen2.5-0.5B")
  }

  /// A branch may name a commit that has not been fetched; then the only snapshot is taken.
  @Test func `a reference to a snapshot that is not there is not followed`() throws {
    try folder.write("cache/models--o--gone/refs/main", "fff")
    try folder.write("cache/models--o--gone/snapshots/aaa/tokenizer.json", "{}")
    let location = try ModelLocation.resolve("o/gone", cache: cache)
    #expect(location.path.hasSuffix("snapshots/aaa/tokenizer.json"))
  }

  @Test(arguments: [
    (["tokenizer.json", "tokenizer.model", "vocab.txt"], "tokenizer.json"),
    (["tekken.json", "tokenizer.model"], "tekken.json"),
    (["tokenizer.model", "a.tiktoken"], "tokenizer.model"),
    (["a.tiktoken", "vocab.json", "merges.txt"], "a.tiktoken"), (["vocab.json", "merges.txt"], "vocab.json"),
    (["vocab.txt", "model.gguf"], "vocab.txt"), (["model.gguf", "config.json"], "model.gguf"),
    (["m-00001-of-00002.gguf", "m-00002-of-00002.gguf"], "m-00001-of-00002.gguf"),
  ])
  func `a folder's tokenizer`(_ names: [String], _ chosen: String) throws {
    for name in names { try folder.write("m/\(name)", "x") }
    let location = try ModelLocation.resolve(folder.path("m"), cache: cache)
    #expect(location.path == folder.path("m/\(chosen)"))
    #expect(location.name == "m")
    #expect(location.origin == .directory)
  }

  @Test func `a folder without a tokenizer, with several, or without merges`() throws {
    try folder.write("none/readme.md", "x")
    #expect(
      error(folder.path("none"))
        == .noTokenizer(directory: folder.path("none"), found: ["readme.md"], id: nil))
    try folder.write("two/a.gguf", "x")
    try folder.write("two/b.gguf", "x")
    #expect(
      error(folder.path("two"))
        == .severalTokenizers(directory: folder.path("two"), names: ["a.gguf", "b.gguf"]))
    try folder.write("half/vocab.json", "x")
    #expect(error(folder.path("half")) == .missingMerges(directory: folder.path("half"), id: nil))
    try makeDirectory(folder.path("dir/tokenizer.json"))
    #expect(
      error(folder.path("dir"))
        == .noTokenizer(directory: folder.path("dir"), found: ["tokenizer.json"], id: nil))
  }

  @Test func `a misspelt path names the file that was meant`() throws {
    try folder.write("m/tokenizer.json", "x")
    let wrong = folder.path("m/tokeniser.json")
    #expect(error(wrong) == .notFound(path: wrong, similar: folder.path("m/tokenizer.json")))
    #expect(error(wrong)?.hint?.contains("tokenizer.json") == true)
    let far = folder.path("m/elsewhere.bin")
    #expect(error(far) == .notFound(path: far, similar: nil))
    #expect(error("") == .notFound(path: "", similar: nil))
  }

  @Test func `an id of the hub is found by its reference`() throws {
    try folder.write("cache/models--org--name/refs/main", "abc123\n")
    try folder.write("cache/models--org--name/snapshots/abc123/tokenizer.json", "{}")
    try folder.write("cache/models--org--name/snapshots/def456/tokenizer.json", "{}")
    let location = try ModelLocation.resolve("org/name", cache: cache)
    #expect(location.path.hasSuffix("snapshots/abc123/tokenizer.json"))
    #expect(location.name == "name")
    #expect(location.origin == HubID("org/name").map { .hub($0) })
    #expect(try ModelLocation.resolve("org/name@def", cache: cache).path.hasSuffix("def456/tokenizer.json"))
    let id = try #require(HubID("org/name@0000"))
    #expect(error("org/name@0000") == .revisionNotInCache(id: id, commits: ["abc123", "def456"]))
    let byPath = try ModelLocation.resolve(
      folder.path("cache/models--org--name/snapshots/def456"), cache: cache)
    #expect(byPath.name == "name")
  }

  @Test func `a link has its own name, a way to a folder that folder's`() throws {
    try folder.write("cache/models--org--name/snapshots/def456/tokenizer.json", "{}")
    try folder.write("mistral-7b-v0.1/tokenizer.json", "{}")
    for (link, target) in [
      ("mistral", "mistral-7b-v0.1"), ("hub", "cache/models--org--name/snapshots/def456"),
    ] {
      try FileManager.default.createSymbolicLink(
        atPath: folder.path(link), withDestinationPath: folder.path(target))
    }
    let names = ["mistral", "mistral/", "mistral/.", "hub", "cache/../mistral-7b-v0.1/."]
    #expect(
      try names.map { try ModelLocation.resolve(folder.path($0), cache: cache).name }
        == ["mistral", "mistral", "mistral-7b-v0.1", "name", "mistral-7b-v0.1"])
  }

  @Test func `without a reference one snapshot is taken, and several are listed`() throws {
    try folder.write("cache/models--o--one/snapshots/aaa/tokenizer.json", "{}")
    #expect(try ModelLocation.resolve("o/one", cache: cache).path.hasSuffix("aaa/tokenizer.json"))
    for commit in ["aaa", "bbb"] {
      try folder.write("cache/models--o--two/snapshots/\(commit)/tokenizer.json", "{}")
    }
    let id = try #require(HubID("o/two"))
    #expect(error("o/two") == .severalSnapshots(id: id, commits: ["aaa", "bbb"]))
  }

  @Test func `what the cache does not have is to be downloaded`() throws {
    let found = try #require(error("org/absent@v2"))
    #expect(found == .notInCache(id: try #require(HubID("org/absent@v2")), cache: cache.root))
    #expect(found.hint?.contains("hf download org/absent --revision v2 tokenizer.json") == true)
  }

  @Test func `a reference cannot lead out of the cache`() throws {
    try folder.write("cache/models--o--n/refs/main", "../../../../etc")
    try folder.write("cache/models--o--n/snapshots/aaa/tokenizer.json", "{}")
    #expect(try ModelLocation.resolve("o/n", cache: cache).path.hasSuffix("aaa/tokenizer.json"))
    #expect(HubID("../..") == nil)
    #expect(HubID("a/b/c") == nil)
    #expect(HubID("a/b@") == nil)
  }
}

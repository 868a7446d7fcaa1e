import CMCPrimitives
import CMCTokenMapFormats
import Synchronization
import TestSupport
import Testing

@testable import CrossModelControl

/// The demonstration's models, some of them copied to a folder where they can be changed.
struct StudyFixture {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// A path in the folder.
  func path(_ name: String) -> String { folder.path(name) }

  /// A model as it is in the checkout.
  static func model(_ name: String) -> String { RealData.checkout + "/Vocabs/demo/models/" + name }

  /// Puts a model's files under a name of the folder; over those of another, it is that one trained anew.
  @discardableResult
  func put(_ model: String, as name: String) throws -> String {
    let target = path(name)
    try makeDirectory(target)
    for file in namesInFolder(Self.model(model)) {
      try AtomicFile.write(try readFile(Self.model(model) + "/" + file), to: target + "/" + file)
    }
    return target
  }

  /// A capture of base and adapted model over three prompts.
  func capture(to output: String, prompts: [String] = Self.prompts) throws -> CaptureConfiguration {
    var configuration = CaptureConfiguration(
      base: path("base"), tuned: path("base") + "+" + path("adapter"), texts: .prompts(prompts),
      output: path(output))
    configuration.answering.maxTokens = 4
    configuration.kept = .best(30)
    configuration.baseTemplate = try folder.write("base.template", "<|user|>{prompt}<|bot|>")
    configuration.computing.threads = 2
    return configuration
  }

  /// What the files of a folder hold.
  func contents(_ name: String) throws -> [String: [UInt8]] {
    var found: [String: [UInt8]] = [:]
    for file in namesInFolder(path(name)) { found[file] = try readFile(path(name) + "/" + file) }
    return found
  }

  /// Writes a map as JSON.
  func write(_ map: TokenMap, to path: String) throws {
    for file in try TokenMapWriter.files(for: map, format: .json, at: path).files {
      try AtomicFile.write(file.bytes, to: file.path)
    }
  }

  static let prompts = ["The river is", "Who keeps the bridge?", "Say it backwards: one two"]
}

/// Cancels after so many looks; from then on always.
final class Canceller: Sendable {
  private let looks = Guarded(0)
  private let limit: Int

  init(after limit: Int) { self.limit = limit }

  var observer: RunObserver {
    RunObserver(isCancelled: {
      self.looks.withLock { looks in
        looks += 1
        return looks > self.limit
      }
    })
  }
}

/// The field in which settings differ that a body is refused for; nil where it is refused for something else, or not.
func differingField<Result>(_ body: () throws -> Result) -> String? {
  do {
    _ = try body()
    return nil
  } catch let error as FileError {
    return (error.underlying as? SettingsDifference)?.field
  } catch {
    return nil
  }
}

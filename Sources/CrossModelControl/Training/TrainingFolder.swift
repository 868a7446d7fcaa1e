internal import CMCPrimitives

/// The folder of a training: its own files while it goes on, and what it leaves.
struct TrainingFolder {
  let path: String
  /// Whether a run that is to be gone on with has nothing left to do.
  let isFinished: Bool
  /// One process at a time trains in it.
  private let lock: FileLock

  /// The state to go on from.
  var checkpoint: String { path + "/checkpoint.safetensors" }
  /// The parameters with the best validation loss so far.
  var best: String { path + "/best.safetensors" }
  /// A line for each step.
  var log: String { path + "/" + Self.logName }
  /// The losses as a figure.
  var curve: String { path + "/loss.svg" }
  /// What became of it; written last, so that what it stands in is done.
  var report: String { path + "/" + Self.reportName }

  private static let logName = "log.jsonl"
  private static let reportName = "training.json"

  /// Makes the folder; refuses one that holds something, unless it is that of a run to go on with.
  ///
  /// A run that was killed before its first checkpoint begins anew. What it left half-written, beside files that it would
  /// have replaced, is removed.
  ///
  /// - Throws: `FileError` with an ``OutputError``.
  init(_ output: TrainingOutput) throws {
    path = output.folder
    lock = try FileLock(folder: path)
    let names = namesInFolder(path)
    isFinished = names.contains(Self.reportName) && output.begun == .resumed
    if !names.isEmpty, !isFinished {
      let isBroken = names.contains(Self.logName) && !names.contains(Self.reportName)
      guard output.begun == .resumed, isBroken else {
        throw FileError(path: path, underlying: isBroken ? OutputError.holdsRun : OutputError.holdsFiles)
      }
      for name in names where Self.isLeftover(name) { removeFile(path + "/" + name) }
    }
    try FileRoles.shared.own(folder: path)
  }

  /// Removes what only a run that goes on needs; once the result is written.
  func removeCheckpoints() {
    removeFile(checkpoint)
    removeFile(best)
  }

  /// Whether a file is one of ours that was not whole yet: its name and six letters more.
  private static func isLeftover(_ name: String) -> Bool {
    let own = [
      "checkpoint.safetensors", "best.safetensors", logName, reportName, "model.safetensors", "model.gguf",
      "config.json", "adapter_model.safetensors", "adapter_config.json", "loss.svg",
    ]
    return own.contains { name.hasPrefix($0 + ".") && name.utf8.count == $0.utf8.count + 7 }
  }
}

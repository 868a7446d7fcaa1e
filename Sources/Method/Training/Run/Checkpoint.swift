internal import CMCFastJSON
internal import CMCPrimitives
internal import CMCSafetensors

/// The state of a run on disk: what learns, the optimiser's means, the step and the plan, in one file.
///
/// One file, so that a crash between two cannot part them; it is written beside and renamed.
package enum Checkpoint {
  private static let tensors = ["parameters", "first", "second"]

  /// Writes a checkpoint over an older one.
  ///
  /// - Parameters:
  ///   - trainer: The run.
  ///   - digest: What identifies data and starting point, to be asked for again.
  ///   - settings: The same in words, so that another run can be told what differs; ``settings(of:)`` gives it back.
  ///   - path: The file.
  /// - Throws: `FileError`; the older checkpoint is then untouched.
  package static func write(
    _ trainer: Trainer, digest: String, settings: String? = nil, to path: String
  ) throws {
    guard let trainable = trainer.network.trainable else { return }
    let buffers = [trainable.values, trainer.optimizer.first, trainer.optimizer.second]
    var metadata = [
      ("step", "\(trainer.steps)"), ("digest", digest), ("looks_since_best", "\(trainer.looksSinceBest)"),
    ]
    if let settings { metadata.append(("settings", settings)) }
    if let best = trainer.best {
      // The bits, so that the number comes back as it was.
      metadata += [("best_loss_bits", "\(best.loss.bitPattern)"), ("best_step", "\(best.step)")]
    }
    let stream = try SafetensorsStream(
      path: path, tensors: zip(tensors, buffers).map { .init($0, .float32, shape: [$1.count]) },
      metadata: metadata)
    for buffer in buffers { try stream.append(UnsafeRawBufferPointer(buffer.values)) }
    try stream.finish()
  }

  /// What a checkpoint says its run was set to; nil where it says nothing, as those of older versions do not.
  ///
  /// - Throws: `FileError` where the file is damaged.
  package static func settings(of path: String) throws -> String? {
    let file = try MappedFile(path: path, isOwn: true)
    return try withFile(path) {
      try file.withUnsafeBytes { try SafetensorsHeader(parsing: $0).metadata["settings"] }
    }
  }

  /// Brings a run to the state of a checkpoint.
  ///
  /// - Throws: `FileError` where the file is damaged or belongs to another run.
  package static func read(into trainer: Trainer, digest: String, from path: String) throws {
    guard let trainable = trainer.network.trainable else { return }
    let file = try MappedFile(path: path, isOwn: true)
    try withFile(path) {
      try file.withUnsafeBytes { bytes in
        let header = try SafetensorsHeader(parsing: bytes)
        guard let step = header.metadata["step"].flatMap(Int.init) else {
          throw TrainingError.mismatch("it is no checkpoint of a training run")
        }
        guard header.metadata["digest"] == digest else {
          throw TrainingError.mismatch("it belongs to a run with other settings or data")
        }
        let buffers = [trainable.values, trainer.optimizer.first, trainer.optimizer.second]
        for (name, buffer) in zip(tensors, buffers) {
          guard let tensor = header[name], tensor.elementType == .float32, tensor.shape == [buffer.count],
            let from = bytes.baseAddress
          else { throw TrainingError.mismatch("it belongs to a model of another shape") }
          UnsafeMutableRawPointer(buffer.start).copyMemory(
            from: from + tensor.bytes.lowerBound, byteCount: tensor.bytes.count)
        }
        trainer.optimizer.resume(at: step)
        trainer.looksSinceBest = header.metadata["looks_since_best"].flatMap(Int.init) ?? 0
        if let bits = header.metadata["best_loss_bits"].flatMap(UInt64.init),
          let best = header.metadata["best_step"].flatMap(Int.init)
        {
          trainer.best = (Double(bitPattern: bits), best)
        }
      }
    }
  }

  /// Writes what learns, and nothing else: the best state so far.
  ///
  /// - Throws: `FileError`.
  package static func writeParameters(_ network: Network, to path: String) throws {
    guard let trainable = network.trainable else { return }
    let stream = try SafetensorsStream(
      path: path, tensors: [.init("parameters", .float32, shape: [trainable.values.count])])
    try stream.append(UnsafeRawBufferPointer(trainable.values.values))
    try stream.finish()
  }

  /// Reads what ``writeParameters(_:to:)`` wrote.
  ///
  /// - Throws: `FileError`.
  package static func readParameters(into network: Network, from path: String) throws {
    guard let trainable = network.trainable else { return }
    let file = try MappedFile(path: path, isOwn: true)
    try withFile(path) {
      try file.withUnsafeBytes { bytes in
        let header = try SafetensorsHeader(parsing: bytes)
        guard let tensor = header["parameters"], tensor.elementType == .float32,
          tensor.shape == [trainable.values.count], let from = bytes.baseAddress
        else { throw TrainingError.mismatch("it belongs to a model of another shape") }
        UnsafeMutableRawPointer(trainable.values.start).copyMemory(
          from: from + tensor.bytes.lowerBound, byteCount: tensor.bytes.count)
      }
    }
  }
}

internal import CMCFastJSON
internal import CMCPrimitives

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The losses of a run as JSON lines, one a step, appended as they come.
public final class LossLog {
  private let path: String
  private let descriptor: Int32

  /// Opens a log.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - steps: The steps that a resumed run has done; lines of later ones, which will come again, are taken off. With 0
  ///     the log begins anew.
  /// - Throws: `FileError`.
  package init(path: String, keeping steps: Int) throws {
    self.path = path
    var kept: [UInt8] = []
    if steps > 0, access(pathBytes(path), F_OK) == 0 {
      for line in try readFile(path, isOwn: true).split(separator: 0x0A) {
        // A line that a crash cut short is none.
        guard let value = try? JSONDocument(Array(line)).root, let step = value["step"]?.int, step <= steps
        else {
          continue
        }
        kept += line + [0x0A]
      }
    }
    try AtomicFile.write(kept, to: path)
    descriptor = try withFile(path) {
      let descriptor = open(pathBytes(path), O_WRONLY | O_APPEND | O_CLOEXEC)
      guard descriptor >= 0 else { throw SystemError("open", code: errno) }
      return descriptor
    }
  }

  deinit { close(descriptor) }

  /// Appends a step.
  ///
  /// - Throws: `FileError`, such as that of a full disk.
  package func append(_ record: StepRecord) throws {
    let line = Self.line(record)
    try withFile(path) {
      try line.withUnsafeBytes { try writeAll($0, to: descriptor) }
    }
  }

  /// The line of a step.
  static func line(_ record: StepRecord) -> [UInt8] {
    var json = JSONWriter(.compact)
    json.object { json in
      json.member("step", record.step)
      json.member("loss", record.loss)
      if record.parts.count > 1 {
        json.key("parts")
        json.array { json in for part in record.parts { json.value(part) } }
      }
      json.member("accuracy", record.accuracy)
      json.member("gradient_norm", record.norm)
      json.member("learning_rate", record.rate)
      json.member("tokens", record.tokens)
      json.member("targets", record.targets)
      json.member("seconds", (record.seconds * 1e4).rounded() / 1e4)
      if let loss = record.validationLoss { json.member("validation_loss", loss) }
      if let accuracy = record.validationAccuracy { json.member("validation_accuracy", accuracy) }
    }
    json.endLine()
    return json.bytes
  }
}

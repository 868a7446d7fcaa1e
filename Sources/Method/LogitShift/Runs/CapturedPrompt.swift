internal import CMCPrimitives
internal import CMCSafetensors

/// What was captured of one prompt: a file `prompt-000000.safetensors` of a run.
///
/// Tensors: `response` U8, the response's bytes; for T steps `steps` I32, their numbers in the response, `prefixes` I64, how
/// many bytes of the response come before, `tokens` I32, the response's own token or −1; `skipped` I32, the steps left
/// out; with all columns `base` and `tuned` F32 [T, width], else `row_starts` I64 [T + 1] into `columns` I32, `base` and
/// `tuned` F32. A prompt that could not be captured has no steps, and the reason as `error` in the metadata.
public struct CapturedPrompt: Sendable {
  /// The response's bytes; none where it is not known.
  public let response: [UInt8]
  /// The steps' numbers in the response, ascending.
  public let steps: [Int]
  /// How many bytes of the response come before each step; none where it is not known.
  public let prefixes: [Int]
  /// The response's own token at each step in the run's vocabulary, −1 where there is none.
  public let tokens: [Int32]
  /// The steps that were left out because the text before them ends inside a character.
  public let skipped: [Int]
  /// Why the prompt could not be captured; nil where it was.
  public let error: String?
  private let width: Int
  private let file: MappedFile
  private let rowStarts: [Int]?
  private let columns: Range<Int>
  private let base: Range<Int>
  private let tuned: Range<Int>

  /// Opens a prompt of a run.
  ///
  /// - Throws: `FileError` with ``LogitShiftError/badRun(reason:)`` or a `SafetensorsError`.
  public init(path: String, width: Int) throws {
    try self.init(path: path, width: width, isOwn: false)
  }

  /// Opens a prompt of a run that is being written, or of one that is read.
  init(path: String, width: Int, isOwn: Bool) throws {
    let file = try MappedFile(path: path, isOwn: isOwn)
    self = try withFile(path) { try CapturedPrompt(file, width: width) }
  }

  private init(_ file: MappedFile, width: Int) throws {
    self.file = file
    self.width = width
    let parts = try file.withUnsafeBytes { try Parts($0) }
    response = parts.response
    steps = parts.steps
    prefixes = parts.prefixes
    tokens = parts.tokens
    skipped = parts.skipped
    error = parts.error
    rowStarts = parts.rowStarts
    columns = parts.columns
    base = parts.base
    tuned = parts.tuned
    let count = steps.count
    let values = rowStarts?.last ?? count * width
    guard tokens.count == count, prefixes.count == count || prefixes.isEmpty,
      base.count / 4 == values, tuned.count / 4 == values
    else { throw LogitShiftError.badRun(reason: "the tensors' lengths do not fit \(count) steps") }
    guard zip(steps, steps.dropFirst()).allSatisfy({ $0 < $1 }), steps.first ?? 0 >= 0 else {
      throw LogitShiftError.badRun(reason: "the steps are not in order")
    }
    guard prefixes.allSatisfy({ $0 >= 0 && $0 <= response.count }) else {
      throw LogitShiftError.badRun(reason: "a prefix is longer than the response")
    }
    if let rowStarts {
      guard rowStarts.count == count + 1, rowStarts.first == 0, columns.count / 4 == values,
        zip(rowStarts, rowStarts.dropFirst()).allSatisfy({ $0 <= $1 })
      else { throw LogitShiftError.badRun(reason: "the rows do not fit their columns") }
    }
  }

  /// The values of a step.
  ///
  /// - Throws: ``LogitShiftError/badRun(reason:)`` for columns out of order; ``LogitShiftError/notFinite(what:step:column:)``.
  /// - Complexity: O(kept columns).
  public func step(_ index: Int) throws -> CapturedStep {
    let row = rowStarts.map { $0[index]..<$0[index + 1] } ?? index * width..<(index + 1) * width
    let step = file.withUnsafeBytes { bytes in
      func floats(_ part: Range<Int>) -> [Float] {
        row.map {
          Float(
            bitPattern: UInt32(
              littleEndian: bytes.loadUnaligned(fromByteOffset: part.lowerBound + 4 * $0, as: UInt32.self)))
        }
      }
      let ids = rowStarts.map { _ in
        row.map {
          Int32(
            littleEndian: bytes.loadUnaligned(fromByteOffset: columns.lowerBound + 4 * $0, as: Int32.self))
        }
      }
      return CapturedStep(columns: ids, base: floats(base), tuned: floats(tuned))
    }
    if let ids = step.columns {
      guard zip(ids, ids.dropFirst()).allSatisfy({ $0 < $1 }), ids.first ?? 0 >= 0, ids.last ?? 0 < width
      else {
        throw LogitShiftError.badRun(
          reason: "step \(NumberText.counted(steps[index])) has columns out of order")
      }
    }
    for values in [step.base, step.tuned] {
      if let bad = values.firstIndex(where: { !$0.isFinite }) {
        throw LogitShiftError.notFinite(
          what: "the run", step: steps[index], column: Int(step.column(at: bad)))
      }
    }
    return step
  }
}

/// The tensors of a prompt's file.
private struct Parts {
  let response: [UInt8]
  let steps: [Int]
  let prefixes: [Int]
  let tokens: [Int32]
  let skipped: [Int]
  let error: String?
  let rowStarts: [Int]?
  let columns: Range<Int>
  let base: Range<Int>
  let tuned: Range<Int>

  init(_ bytes: UnsafeRawBufferPointer) throws {
    let header = try SafetensorsHeader(parsing: bytes)
    error = header.metadata["error"]
    func tensor(_ name: String) throws -> SafetensorsHeader.Tensor {
      guard let tensor = header[name] else { throw SafetensorsError.missingTensor(name) }
      return tensor
    }
    func floats(_ name: String) throws -> Range<Int> {
      let tensor = try tensor(name)
      guard tensor.elementType == .float32 else {
        throw SafetensorsError.unexpected(
          tensor: name, found: tensor.elementType.safetensorsName, wanted: "F32")
      }
      return tensor.bytes
    }
    func integers(_ name: String) throws -> [Int] {
      try header.integers(try tensor(name), in: bytes).map { Int($0) }
    }
    response = Array(bytes[try tensor("response").bytes])
    steps = try integers("steps")
    prefixes = try integers("prefixes")
    tokens = try integers("tokens").map { Int32(clamping: $0) }
    skipped = try integers("skipped")
    rowStarts = header["row_starts"] == nil ? nil : try integers("row_starts")
    if rowStarts == nil {
      columns = 0..<0
    } else {
      let tensor = try tensor("columns")
      guard tensor.elementType == .int32 else {
        throw SafetensorsError.unexpected(
          tensor: "columns", found: tensor.elementType.safetensorsName, wanted: "I32")
      }
      columns = tensor.bytes
    }
    base = try floats("base")
    tuned = try floats("tuned")
  }
}

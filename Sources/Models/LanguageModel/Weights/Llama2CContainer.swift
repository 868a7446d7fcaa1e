internal import CMCLinearAlgebra
internal import CMCPrimitives

/// The tensors of a llama2.c checkpoint: seven numbers, then all weights as float32 in a fixed order.
///
/// Source: the format as llama2.c's `run.c` reads it (version 0 of its exporter). It has no names; GGUF's stand in.
struct Llama2CContainer: TensorContainer {
  /// What the seven numbers say.
  let configuration: ModelConfiguration
  private(set) var names: [String] = []
  private let file: MappedFile
  private var places: [String: (shape: [Int], offset: Int)] = [:]

  var path: String { file.path }
  var naming: TensorNaming { .gguf([:]) }

  /// Takes a mapped file, whose length must be what the numbers need.
  ///
  /// - Throws: ``LanguageModelError``, `ByteReaderError`.
  init(_ file: MappedFile) throws {
    self.file = file
    configuration = try file.withUnsafeBytes { try Self.configuration($0) }
    let c = configuration
    var offset = 7 * 4
    // Sizes were checked to be small enough that the sums here cannot overflow; files are smaller still.
    for (name, layered, shape) in Self.order(c) {
      let (count, overflow) = shape.reduce((1, false)) { total, axis in
        let (product, overflow) = total.0.multipliedReportingOverflow(by: axis)
        return (product, overflow || total.1)
      }
      let bytes = count.multipliedReportingOverflow(by: 4)
      for layer in 0..<(layered ? c.layerCount : 1) {
        if let name {
          let full = layered ? "blk.\(layer).\(name)" : name
          names.append(full)
          places[full] = (shape, offset)
        }
        let (end, overflowAtEnd) = offset.addingReportingOverflow(bytes.partialValue)
        guard !overflow, !bytes.overflow, !overflowAtEnd, end <= file.count else {
          throw LanguageModelError.fileSize(needed: overflowAtEnd ? .max : end, found: file.count)
        }
        offset = end
      }
    }
    guard offset == file.count else { throw LanguageModelError.fileSize(needed: offset, found: file.count) }
  }

  func tensor(_ name: String) throws -> StoredTensor? {
    guard let (shape, offset) = places[name] else { return nil }
    let size = shape.reduce(4, *)
    return StoredTensor(
      name: name, type: .f32, shape: shape, bytes: file.slice(offset..<offset + size), owner: file,
      file: file,
      offset: offset)
  }

  private static func configuration(_ bytes: UnsafeRawBufferPointer) throws -> ModelConfiguration {
    var reader = ByteReader(bytes)
    let numbers = try (0..<7).map { _ in Int(try reader.read(Int32.self)) }
    guard numbers[3] > 0, numbers[0] > 0, numbers[0] % numbers[3] == 0 else {
      throw LanguageModelError.configuration("\(numbers[0]) elements do not divide into \(numbers[3]) heads")
    }
    let headSize = numbers[0] / numbers[3]
    return try ModelConfiguration(
      architecture: .llama, vocabularySize: abs(numbers[5]), contextLength: numbers[6],
      hiddenSize: numbers[0],
      layerCount: numbers[2], headCount: numbers[3], keyValueHeadCount: numbers[4], headSize: headSize,
      feedForwardSize: numbers[1], normalization: .rms(epsilon: 1e-5, weightOffset: 0),
      positions: .rotary(layout: .interleaved, global: RotaryEmbedding(base: 10_000), local: nil),
      attentionScale: 1 / Float(headSize).squareRoot(),
      windows: Array(repeating: nil, count: max(0, min(numbers[2], 4096))),
      // A negative size of the vocabulary says that the classifier is stored too.
      tiesEmbeddings: numbers[5] > 0
    ).validated()
  }

  /// The weights in the order of the file; nil for what is passed over.
  private static func order(_ c: ModelConfiguration) -> [(name: String?, layered: Bool, shape: [Int])] {
    let (hidden, inner) = (c.hiddenSize, c.feedForwardSize)
    var order: [(String?, Bool, [Int])] = [
      ("token_embd.weight", false, [c.vocabularySize, hidden]),
      ("attn_norm.weight", true, [hidden]),
      ("attn_q.weight", true, [c.queryWidth, hidden]),
      ("attn_k.weight", true, [c.keyValueWidth, hidden]),
      ("attn_v.weight", true, [c.keyValueWidth, hidden]),
      ("attn_output.weight", true, [hidden, c.queryWidth]),
      ("ffn_norm.weight", true, [hidden]),
      ("ffn_gate.weight", true, [inner, hidden]),
      ("ffn_down.weight", true, [hidden, inner]),
      ("ffn_up.weight", true, [inner, hidden]),
      ("output_norm.weight", false, [hidden]),
      // Tables of cosines and sines, which are computed instead.
      (nil, false, [c.contextLength, c.headSize / 2]),
      (nil, false, [c.contextLength, c.headSize / 2]),
    ]
    if !c.tiesEmbeddings { order.append(("output.weight", false, [c.vocabularySize, hidden])) }
    return order
  }
}

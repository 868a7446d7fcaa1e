import ArgumentParser
import CMCLinearAlgebra
import CMCPrimitives

/// `cmc-bench products`: products of weights and activations, as in one token of a small model.
struct ProductsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "products",
    abstract: "Time products by type, instruction set, precision and positions; and all those of one token.")

  @Option(help: "Weights are rows × columns.")
  var rows = 1536

  @Option(help: "See rows.")
  var columns = 768

  @Option(help: "How many positions at once.")
  var positions: [Int] = [1, 4, 64, 256]

  @Option(help: "How often each runs; the median is shown.")
  var runs = 15

  @Option(help: "Threads.")
  var threads = defaultThreadCount

  @Flag(help: "Only the products of one token of a model like SmolLM2-135M in Q4_1.")
  var tokenOnly = false

  func run() throws {
    if !tokenOnly {
      print("type   set         precision  positions      ms median   Gweights/s   GB/s   GMAC/s")
      for type in WeightType.allCases {
        let weights = try BenchWeights(type, rows: rows, columns: columns)
        for isa in KernelISA.available {
          for precision in Precision.allCases where precision == .exact || type.hasWholeProducts {
            for n in positions where isa != .scalar || n == 1 { measure(weights, isa, precision, n) }
          }
        }
      }
    }
    for precision in Precision.allCases {
      for n in positions { try measureToken(precision, n) }
    }
  }

  private func measure(_ weights: BenchWeights, _ isa: KernelISA, _ precision: Precision, _ n: Int) {
    let engine = ComputeEngine(precision: precision, threads: threads, isa: isa)
    let (x, y) = (Numbers(n * columns), Numbers(n * rows))
    let time = Measurement("", runs: runs) {
      engine.multiply(weights.matrix, x.start, positions: n, into: y.start)
    }
    let count = Double(rows * columns) / time.median / 1e9
    let bytes = Double(weights.size) / time.median / 1e9
    print(
      padded("\(weights.matrix.type)", 7) + padded(isa.rawValue, 12) + padded(precision.rawValue, 11)
        + padded("\(n)", 9) + milliseconds(time.median) + number(count) + number(bytes)
        + number(count * Double(n)))
  }

  /// 30 layers of queries, keys and values, outputs, gate and up, down; and the head, for the last position only.
  private func measureToken(_ precision: Precision, _ n: Int) throws {
    let (width, inner, kv) = (576, 1536, 192)
    // Every layer has weights of its own, so that they come from memory as they do in a model.
    let layers = try (0..<30).map { _ in
      try [
        (width, width), (kv, width), (kv, width), (width, width), (inner, width), (inner, width),
        (width, inner),
      ]
      .map { try BenchWeights(.q4_1, rows: $0.0, columns: $0.1) }
    }
    let head = try BenchWeights(.q8_0, rows: 49152, columns: width)
    let engine = ComputeEngine(precision: precision, threads: threads)
    let (x, wide) = (Numbers(n * width), Numbers(n * inner))
    let outputs = (0..<3).map { _ in Numbers(n * inner) }
    let logits = Numbers(49152)
    let time = Measurement("", runs: runs) {
      for layer in layers {
        engine.multiply(
          zip(layer[0..<3], outputs).map { WeightProduct($0.matrix, into: $1.start) }, x.start, positions: n)
        engine.multiply(layer[3].matrix, x.start, positions: n, into: outputs[0].start)
        engine.multiply(
          zip(layer[4..<6], outputs).map { WeightProduct($0.matrix, into: $1.start) }, x.start, positions: n)
        engine.multiply(layer[6].matrix, wide.start, positions: n, into: outputs[0].start)
      }
      engine.multiply(head.matrix, x.start, into: logits.start)
    }
    let size = layers.joined().map(\.size).reduce(head.size, +)
    print(
      "one pass, \(precision.rawValue), \(n) position\(n == 1 ? "" : "s"):\(milliseconds(time.median)) ms median,"
        + "\(milliseconds(time.least)) ms least,\(number(Double(n) / time.median)) tokens/s,"
        + "\(number(Double(size) / time.median / 1e9)) GB/s")
  }

  private func number(_ value: Double) -> String {
    let tenths = Int(saturating: (value * 10).rounded())
    let text = "\(tenths / 10).\(tenths % 10)"
    return String(repeating: " ", count: max(1, 11 - text.count)) + text
  }
}

/// Random bytes as weights; a block's scales are of no account for time, but must be no special numbers.
private final class BenchWeights: @unchecked Sendable {
  private let memory: UnsafeMutableRawBufferPointer
  let matrix: WeightMatrix
  var size: Int { memory.count }

  init(_ type: WeightType, rows: Int, columns: Int) throws {
    let size = rows * columns / type.blockElements * type.blockBytes
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 64)
    var generator = SeededGenerator(seed: UInt64(size))
    for index in memory.indices { memory[index] = UInt8(generator.next() & 0x3B) }
    self.memory = memory
    matrix = try WeightMatrix(
      type: type, rows: rows, columns: columns, bytes: UnsafeRawBufferPointer(memory), owner: Unowned())
  }

  deinit { memory.deallocate() }

  private final class Unowned: Sendable {}
}

/// Room for numbers between −1 and 1.
private final class Numbers {
  let start: UnsafeMutablePointer<Float>

  init(_ count: Int) {
    var generator = SeededGenerator(seed: UInt64(count))
    start = .allocate(capacity: count)
    for index in 0..<count { start[index] = Float.random(in: -1...1, using: &generator) }
  }

  deinit { start.deallocate() }
}

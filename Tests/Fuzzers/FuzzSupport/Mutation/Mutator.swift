/// A change of an input that keeps its structure, so that what lies behind a parser is reached.
///
/// Every fourth input, and every one without the structure, is changed by libFuzzer's own mutations, byte by byte.
public struct Mutator {
  /// How an input is built.
  public enum Structure: Sendable {
    /// A JSON text, and behind a NUL whatever follows.
    case json
    /// A JSON text behind its length in eight bytes, and data behind it: safetensors.
    case jsonHeader
    /// A byte, then a JSON text.
    case jsonBehindByte
    /// Protocol buffers' fields.
    case protobuf
  }

  private var random: SplitMix
  /// libFuzzer's own mutation of some bytes, within a limit.
  let bytewise: ([UInt8], Int) -> [UInt8]

  /// A mutator of one input.
  public init(seed: UInt32, bytewise: @escaping ([UInt8], Int) -> [UInt8]) {
    random = SplitMix(state: UInt64(seed))
    self.bytewise = bytewise
  }

  /// Changes an input.
  ///
  /// - Returns: At most `limit` bytes.
  public mutating func mutate(_ input: [UInt8], limit: Int, as structure: Structure) -> [UInt8] {
    if random.next(4) > 0, let changed = structured(input, structure), changed.count <= limit {
      return changed
    }
    return bytewise(input, limit)
  }

  private mutating func structured(_ input: [UInt8], _ structure: Structure) -> [UInt8]? {
    switch structure {
    case .json:
      let end = input.firstIndex(of: 0) ?? input.count
      return json(input[..<end]).map { $0 + input[end...] }
    case .jsonBehindByte:
      guard let first = input.first else { return nil }
      return json(input[1...]).map { [first] + $0 }
    case .jsonHeader:
      guard input.count > 8 else { return nil }
      let length = input[..<8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      guard length <= UInt64(input.count - 8) else { return nil }
      let end = 8 + Int(length)
      guard let header = json(input[8..<end]) else { return nil }
      // A length that does not fit is tried too, by the mutations of bytes.
      return (0..<8).map { UInt8(truncatingIfNeeded: header.count >> (8 * $0)) } + header + input[end...]
    case .protobuf:
      guard var message = ProtobufTree(input[...], depth: 0), !message.fields.isEmpty else { return nil }
      change(&message)
      return message.encoded
    }
  }

  // MARK: JSON

  /// Values at the borders of what readers take.
  private static let interesting = [
    "0", "-1", "1", "2", "255", "256", "65536", "2147483647", "2147483648", "-2147483649", "4294967295",
    "9223372036854775807", "9223372036854775808", "1e400", "-1e400", "1e-400", "0.5", "1.0", "1E2", "null",
    "true",
    "false", "\"\"", "[]", "{}", "\"\\u0000\"", "\"\\ud800\"", "\"▁\"", "\"Ġ\"", "\"<0x41>\"", "\"(\"",
    "\"\\\\p{L}+\"",
  ].map { Array($0.utf8) }

  private mutating func json(_ text: ArraySlice<UInt8>) -> [UInt8]? {
    guard var tree = JSONTree(text) else { return nil }
    for _ in 0...random.next(3) { change(&tree) }
    var result: [UInt8] = []
    tree.write(to: &result)
    return result
  }

  private mutating func change(_ tree: inout JSONTree) {
    let count = tree.count
    let donor = tree.value(at: random.next(count))
    let name = names(of: tree).randomElement(using: &random)
    let choice = random.next(8)
    let (first, second) = (random.next(1 << 20), random.next(1 << 20))
    let scalar = Self.interesting[random.next(Self.interesting.count)]
    let bytewise = bytewise
    tree.change(at: random.next(count)) { value in
      switch (value, choice) {
      case (.string(let bytes), 0...3):
        // What would end the string is taken out again: other places try broken texts.
        let changed = bytewise(bytes, bytes.count + 16)
        value = .string(changed.filter { $0 != 0x22 && $0 != 0x5C && $0 >= 0x20 })
      case (.array(var elements), 0...4) where !elements.isEmpty:
        let (one, other) = (first % elements.count, second % elements.count)
        switch choice {
        case 0: elements.remove(at: one)
        case 1: elements.insert(elements[one], at: other)
        case 2: elements.swapAt(one, other)
        case 3: elements.append(donor)
        default: elements[one] = donor
        }
        value = .array(elements)
      case (.object(var members), 0...5) where !members.isEmpty:
        let (one, other) = (first % members.count, second % members.count)
        switch choice {
        case 0: members.remove(at: one)
        case 1: members.append((members[one].name, donor))
        case 2: (members[one].value, members[other].value) = (members[other].value, members[one].value)
        case 3: if let name { members.append((name, donor)) }
        case 4: if let name { members[one].name = name }
        default: members[one].value = .scalar(scalar)
        }
        value = .object(members)
      case (_, 6): value = donor
      default: value = .scalar(scalar)
      }
    }
  }

  /// The names of all members.
  private func names(of tree: JSONTree) -> [[UInt8]] {
    var names: [[UInt8]] = []
    if case .object(let members) = tree { names = members.map(\.name) }
    return names + tree.children.flatMap { self.names(of: $0) }
  }

  // MARK: Protocol buffers

  private mutating func change(_ message: inout ProtobufTree) {
    let index = random.next(message.fields.count)
    if case .message(var inner) = message.fields[index].value, !inner.fields.isEmpty, random.next(4) > 0 {
      change(&inner)
      message.fields[index].value = .message(inner)
      return
    }
    let other = message.fields[random.next(message.fields.count)]
    switch random.next(7) {
    case 0: message.fields.remove(at: index)
    case 1: message.fields.append(other)
    case 2: message.fields[index].value = other.value
    case 3:
      message.fields[index].number = [1, 2, 3, 5, 15, 16, 40, 43, 200].randomElement(using: &random) ?? 1
    default:
      switch message.fields[index].value {
      case .varint:
        let values: [UInt64] = [0, 1, 2, 3, 6, 255, 1 << 31, 1 << 32 - 1, 1 << 63, .max]
        message.fields[index].value = .varint(values[random.next(values.count)])
      case .fixed(let bytes):
        let patterns: [[UInt8]] = [
          [0, 0, 0, 0], [0, 0, 0x80, 0x7F], [0, 0, 0xC0, 0x7F], [0xFF, 0xFF, 0x7F, 0xFF],
        ]
        message.fields[index].value =
          bytes.count == 4 ? .fixed(patterns[random.next(4)]) : .fixed(bytewise(bytes, bytes.count))
      case .bytes(let bytes): message.fields[index].value = .bytes(bytewise(bytes, bytes.count + 16))
      case .message(let inner):
        message.fields[index].value = .bytes(bytewise(inner.encoded, inner.encoded.count + 8))
      }
    }
  }
}

/// Random numbers that a seed decides.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// A number below a bound.
  mutating func next(_ bound: Int) -> Int { Int(next() % UInt64(max(1, bound))) }
}

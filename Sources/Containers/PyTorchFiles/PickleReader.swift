internal import CMCPrimitives

/// Follows the instructions of a pickle that describes tensors.
///
/// Source: Python's `pickletools`, for the instructions of protocols 2 to 4 that `torch.save` uses.
struct PickleReader {
  private var reader: ByteReader
  private var stack: [PickleValue] = []
  /// How high the stack was at each mark.
  private var marks: [Int] = []
  private var memo: [Int: PickleValue] = [:]
  /// Where the instruction being followed begins.
  private var at = 0
  private var steps = 0
  /// The type and the number of elements of each storage that was named, by key.
  private(set) var storages: [String: (type: ElementType, count: Int)] = [:]
  /// Where the pickle ends, once its value has been read.
  var end: Int { reader.offset }

  init(_ bytes: UnsafeRawBufferPointer) { reader = ByteReader(bytes) }

  /// The value that the pickle makes.
  mutating func value() throws(PyTorchError) -> PickleValue {
    do {
      while true {
        at = reader.offset
        let code = try reader.read(UInt8.self)
        if code == UInt8(ascii: ".") {
          guard stack.count == 1, marks.isEmpty else { throw malformed("it ends with unfinished values") }
          return try pop()
        }
        try follow(code)
        if let top = stack.last, top.depth > PickleValue.depthLimit {
          throw PyTorchError.forbidden(at: at, what: "more than \(PickleValue.depthLimit) levels of nesting")
        }
        if let top = stack.last, top.weight > PickleValue.weightLimit {
          throw PyTorchError.forbidden(at: at, what: "more than \(PickleValue.weightLimit) values")
        }
      }
    } catch let error as PyTorchError {
      throw error
    } catch {
      throw .malformed(at: at, reason: "the pickle ends too early")
    }
  }

  private mutating func follow(_ code: UInt8) throws {
    switch code {
    case 0x80:
      let version = try reader.read(UInt8.self)
      guard (2...5).contains(version) else { throw malformed("protocol \(version)") }
    case 0x95: try reader.skip(8)
    case UInt8(ascii: "N"): push(.none)
    case 0x88: push(.bool(true))
    case 0x89: push(.bool(false))
    case UInt8(ascii: "K"): push(.integer(Int(try reader.read(UInt8.self))))
    case UInt8(ascii: "M"): push(.integer(Int(try reader.read(UInt16.self))))
    case UInt8(ascii: "J"): push(.integer(Int(try reader.read(Int32.self))))
    case 0x8A: push(.integer(try long()))
    case UInt8(ascii: "G"):
      push(.number(Double(bitPattern: UInt64(bigEndian: try reader.read(UInt64.self).littleEndian))))
    case UInt8(ascii: "X"): push(.text(try text(try reader.read(UInt32.self))))
    case 0x8C: push(.text(try text(try reader.read(UInt8.self))))
    case UInt8(ascii: ")"): push(.tuple([]))
    case UInt8(ascii: "]"): push(.list([]))
    case UInt8(ascii: "}"): push(.dictionary([]))
    case UInt8(ascii: "("): marks.append(stack.count)
    case UInt8(ascii: "t"): push(.tuple(try popToMark()))
    case 0x85, 0x86, 0x87: push(.tuple(try pop(Int(code) - 0x84)))
    case UInt8(ascii: "a"): try append(try pop(1))
    case UInt8(ascii: "e"): try append(try popToMark())
    case UInt8(ascii: "s"): try set(try pop(2))
    case UInt8(ascii: "u"): try set(try popToMark())
    case UInt8(ascii: "q"): try remember(Int(try reader.read(UInt8.self)))
    case UInt8(ascii: "r"): try remember(Int(try reader.read(UInt32.self)))
    case 0x94: try remember(memo.count)
    case UInt8(ascii: "h"): try recall(Int(try reader.read(UInt8.self)))
    case UInt8(ascii: "j"): try recall(Int(try reader.read(UInt32.self)))
    case UInt8(ascii: "c"): try global(try line(), try line())
    case 0x93:
      let names = try pop(2)
      guard case .text(let module) = names[0].content, case .text(let name) = names[1].content else {
        throw malformed("a class without a name")
      }
      try global(module, name)
    case UInt8(ascii: "Q"): try storage(try pop())
    case UInt8(ascii: "R"):
      let call = try pop(2)
      try reduce(call[0], call[1])
    case UInt8(ascii: "b"): try build(try pop(2))
    default: throw PyTorchError.forbidden(at: at, what: "instruction \(code)")
    }
  }

  private func malformed(_ reason: String) -> PyTorchError { .malformed(at: at, reason: reason) }

  private mutating func push(_ content: PickleValue.Content) { stack.append(PickleValue(content)) }

  private mutating func pop() throws -> PickleValue { try pop(1)[0] }

  private mutating func pop(_ count: Int) throws -> [PickleValue] {
    guard stack.count - (marks.last ?? 0) >= count else { throw malformed("a value that is not there") }
    let values = Array(stack.suffix(count))
    stack.removeLast(count)
    return values
  }

  private mutating func popToMark() throws -> [PickleValue] {
    guard let mark = marks.popLast() else { throw malformed("a mark that is not there") }
    let values = Array(stack[mark...])
    stack.removeLast(values.count)
    return values
  }

  private mutating func append(_ items: [PickleValue]) throws {
    guard case .list(let old) = try pop().content else { throw malformed("elements for what is no list") }
    try spend(old.count)
    push(.list(old + items))
  }

  private mutating func set(_ items: [PickleValue]) throws {
    guard case .dictionary(var members) = try pop().content, items.count % 2 == 0 else {
      throw malformed("members for what is no dictionary")
    }
    try spend(members.count)
    for place in stride(from: 0, to: items.count, by: 2) { members.append((items[place], items[place + 1])) }
    push(.dictionary(members))
  }

  /// The dictionary of a model's tensors has versions of its modules as an attribute, which are passed over.
  private mutating func build(_ parts: [PickleValue]) throws {
    guard case .dictionary = parts[0].content, case .dictionary(let state) = parts[1].content,
      state.allSatisfy({ $0.key.content == .text("_metadata") })
    else { throw PyTorchError.forbidden(at: at, what: "attributes of \(parts[0].kindName)") }
    stack.append(parts[0])
  }

  /// Copies are counted: a pickle of many single appends, or one that recalls large values, must not cost more than
  /// its size lets expect.
  private mutating func spend(_ count: Int) throws {
    steps += count + 1
    guard steps <= 1 << 26 else { throw PyTorchError.forbidden(at: at, what: "too much work") }
  }

  private mutating func remember(_ place: Int) throws {
    guard let top = stack.last, stack.count > (marks.last ?? 0) else {
      throw malformed("nothing to remember")
    }
    memo[place] = top
  }

  private mutating func recall(_ place: Int) throws {
    guard let value = memo[place] else { throw malformed("memo \(place) is not there") }
    switch value.content {
    // A list or dictionary that is recalled would go on changing in both places.
    case .list, .dictionary: throw PyTorchError.forbidden(at: at, what: "a list or dictionary in two places")
    default: break
    }
    try spend(value.depth)
    stack.append(value)
  }

  private mutating func long() throws -> Int {
    let bytes = try reader.take(try reader.read(UInt8.self))
    guard bytes.count <= 8 else { throw malformed("an integer of more than 64 bits") }
    var number: UInt64 = bytes.last.map { $0 >= 0x80 ? .max : 0 } ?? 0
    for byte in bytes.reversed() { number = number << 8 | UInt64(byte) }
    return Int(truncatingIfNeeded: number)
  }

  private mutating func text(_ length: some BinaryInteger) throws -> String {
    guard let text = String(validating: try reader.take(length), as: UTF8.self) else {
      throw malformed("a string that is not UTF-8")
    }
    return text
  }

  private mutating func line() throws -> String {
    var bytes: [UInt8] = []
    while true {
      let byte = try reader.read(UInt8.self)
      if byte == 0x0A { return String(decoding: bytes, as: UTF8.self) }
      guard bytes.count < 256 else { throw malformed("a name without an end") }
      bytes.append(byte)
    }
  }

  private mutating func global(_ module: String, _ name: String) throws {
    guard let global = PickleGlobal(module: module, name: name) else {
      throw PyTorchError.forbidden(at: at, what: "\(module).\(name)")
    }
    push(.global(global))
  }

  /// A storage: ('storage', class, key, place, number of elements).
  private mutating func storage(_ id: PickleValue) throws {
    // The old format has a sixth part: which range of another storage it is, where it is one.
    guard case .tuple(let parts) = id.content,
      parts.count == 5 || (parts.count == 6 && parts[5].content == .none),
      case .text("storage") = parts[0].content,
      case .global(.storage(let type)) = parts[1].content, case .text(let key) = parts[2].content,
      case .integer(let count) = parts[4].content
    else { throw malformed("a storage that is not described as one") }
    storages[key] = (type, count)
    push(.storage(type: type, key: key, count: count))
  }

  private mutating func reduce(_ function: PickleValue, _ arguments: PickleValue) throws {
    guard case .global(let global) = function.content, case .tuple(let arguments) = arguments.content else {
      throw PyTorchError.forbidden(at: at, what: "a call of \(function.kindName)")
    }
    switch global {
    case .orderedDict:
      guard arguments.isEmpty else { throw malformed("a dictionary made of arguments") }
      push(.dictionary([]))
    case .storage: throw PyTorchError.forbidden(at: at, what: "a call of a storage class")
    case .rebuildParameter:
      guard let tensor = arguments.first, case .tensor = tensor.content else {
        throw malformed("a parameter that is no tensor")
      }
      stack.append(tensor)
    case .rebuildTensor:
      guard arguments.count >= 4, case .storage(let type, let key, let count) = arguments[0].content,
        case .integer(let offset) = arguments[1].content, let sizes = arguments[2].integers,
        let strides = arguments[3].integers
      else { throw malformed("a tensor that is not described as one") }
      push(
        .tensor(
          PickleTensor(type: type, key: key, count: count, offset: offset, sizes: sizes, strides: strides)))
    }
  }
}

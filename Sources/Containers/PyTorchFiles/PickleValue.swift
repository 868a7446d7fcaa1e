import CMCPrimitives

/// What a pickle is made of, as far as it is read.
///
/// Values have no identity: what is shared is written twice.
struct PickleValue: Sendable, Equatable {
  indirect enum Content: Sendable, Equatable {
    case none
    case bool(Bool)
    case integer(Int)
    case number(Double)
    case text(String)
    case tuple([PickleValue])
    case list([PickleValue])
    case dictionary([(key: PickleValue, value: PickleValue)])
    /// A class or function that may be named.
    case global(PickleGlobal)
    /// The numbers of a tensor, by the name of their entry.
    case storage(type: ElementType, key: String, count: Int)
    case tensor(PickleTensor)

    static func == (a: Content, b: Content) -> Bool {
      switch (a, b) {
      case (.none, .none): true
      case (.bool(let a), .bool(let b)): a == b
      case (.integer(let a), .integer(let b)): a == b
      case (.number(let a), .number(let b)): a == b
      case (.text(let a), .text(let b)): a == b
      case (.tuple(let a), .tuple(let b)), (.list(let a), .list(let b)): a == b
      case (.dictionary(let a), .dictionary(let b)):
        a.elementsEqual(b) { $0.key == $1.key && $0.value == $1.value }
      case (.global(let a), .global(let b)): a == b
      case (.storage(let a, let b, let c), .storage(let d, let e, let f)): a == d && b == e && c == f
      case (.tensor(let a), .tensor(let b)): a == b
      default: false
      }
    }
  }

  /// Deeper structures are refused, so that nothing that walks one can run out of stack.
  static let depthLimit = 32
  /// Larger ones are refused: a value of a few bytes that is used twice, and so on, could become any number of them.
  static let weightLimit = 1 << 20

  let content: Content
  /// How many containers are inside each other, this one included.
  let depth: Int
  /// How many values it is made of; what is shared counts each time.
  let weight: Int

  init(_ content: Content) {
    self.content = content
    let parts: [PickleValue]
    switch content {
    case .tuple(let items), .list(let items): parts = items
    case .dictionary(let members): parts = members.flatMap { [$0.key, $0.value] }
    default:
      (depth, weight) = (0, 1)
      return
    }
    depth = 1 + (parts.map(\.depth).max() ?? 0)
    weight = parts.reduce(1) { min($0 + $1.weight, .max / 2) }
  }

  /// What it is called in messages.
  var kindName: String {
    switch content {
    case .none: "None"
    case .bool: "a boolean"
    case .integer, .number: "a number"
    case .text: "a string"
    case .tuple(let items): items.isEmpty ? "an empty tuple" : "a tuple without tensors"
    case .list(let items): items.isEmpty ? "an empty list" : "a list without tensors"
    case .dictionary(let members): members.isEmpty ? "an empty dictionary" : "a dictionary without tensors"
    case .global: "a class"
    case .storage: "a storage"
    case .tensor: "a tensor"
    }
  }

  /// The whole numbers of a tuple of such, or nil.
  var integers: [Int]? {
    guard case .tuple(let items) = content else { return nil }
    var result: [Int] = []
    for item in items {
      guard case .integer(let number) = item.content else { return nil }
      result.append(number)
    }
    return result
  }
}

/// The classes and functions that plain tensors name.
enum PickleGlobal: Sendable, Equatable {
  /// Makes a tensor of a storage, an offset, sizes and strides.
  case rebuildTensor
  /// Marks a tensor as one that is learned.
  case rebuildParameter
  /// A dictionary.
  case orderedDict
  /// A class of storages.
  case storage(ElementType)

  init?(module: String, name: String) {
    switch (module, name) {
    case ("torch._utils", "_rebuild_tensor_v2"): self = .rebuildTensor
    case ("torch._utils", "_rebuild_parameter"): self = .rebuildParameter
    case ("collections", "OrderedDict"): self = .orderedDict
    case ("torch", let name):
      guard let type = ElementType(storageClass: name) else { return nil }
      self = .storage(type)
    default: return nil
    }
  }
}

/// A tensor as the pickle describes it; nothing is checked yet.
struct PickleTensor: Sendable, Equatable {
  let type: ElementType
  let key: String
  let count: Int
  let offset: Int
  let sizes: [Int]
  let strides: [Int]
}

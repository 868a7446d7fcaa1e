/// Whether values are equal, which comes first, and what contains what; all bytes that are compared are counted.
extension TemplateInterpreter {
  /// An operator that compares.
  func compare(
    _ operation: TemplateExpression.Operator, _ a: TemplateValue, _ b: TemplateValue
  ) throws(ChatTemplateError) -> Bool {
    switch operation {
    case .equal: return try equal(a, b)
    case .notEqual: return !(try equal(a, b))
    case .isIn: return try contains(b, a)
    case .notIn: return !(try contains(b, a))
    case .less: return try precedes(a, b, operation)
    case .greater: return try precedes(b, a, operation)
    // Of numbers that are none neither holds, so this is not the other's opposite.
    case .lessOrEqual: return try precedes(a, b, operation, orEqual: true)
    default: return try precedes(b, a, operation, orEqual: true)
    }
  }

  /// Whether Python would call them equal.
  func equal(_ a: TemplateValue, _ b: TemplateValue) throws(ChatTemplateError) -> Bool {
    try spend()
    if let a = a.string, let b = b.string {
      guard a.utf8.count == b.utf8.count else { return false }
      try spend(a.utf8.count)
      return TemplateText.areEqual(a, b)
    }
    switch (a, b) {
    case (.undefined, .undefined), (.none, .none): return true
    case (.list(let a), .list(let b)): return try equal(a, b)
    case (.tuple, .tuple), (.group, .tuple), (.tuple, .group), (.group, .group):
      return try equal(a.items ?? [], b.items ?? [])
    case (.dictionary(let a), .dictionary(let b)):
      guard a.count == b.count else { return false }
      for pair in a.pairs {
        guard let other = b[try key(pair.key)], try equal(pair.value, other) else { return false }
      }
      return true
    case (.namespace(let a), .namespace(let b)): return a === b
    case (.range(let a), .range(let b)):
      return a.count == b.count && (a.count == 0 || a.start == b.start && (a.count == 1 || a.step == b.step))
    case (.macro(let a), .macro(let b)): return a === b
    case (.iterator(let a), .iterator(let b)): return a === b
    case (.loop(let a), .loop(let b)): return a === b
    case (.view, .view), (.function, .function), (.method, .method):
      throw unsupported("a comparison of \(a.typeName) with \(b.typeName)")
    default:
      if let a = a.wholeNumber, let b = b.wholeNumber { return a == b }
      guard let left = a.number, let right = b.number else { return false }
      if let whole = a.wholeNumber { return Int(exactly: right) == whole }
      if let whole = b.wholeNumber { return Int(exactly: left) == whole }
      return left == right
    }
  }

  private func equal(_ a: [TemplateValue], _ b: [TemplateValue]) throws(ChatTemplateError) -> Bool {
    guard a.count == b.count else { return false }
    for (a, b) in zip(a, b) where !(try equal(a, b)) { return false }
    return true
  }

  /// Whether one value comes before another, or is equal where that is asked for.
  func precedes(
    _ a: TemplateValue, _ b: TemplateValue, _ operation: TemplateExpression.Operator = .less,
    orEqual: Bool = false
  ) throws(ChatTemplateError) -> Bool {
    try spend()
    if let a = a.string, let b = b.string {
      try spend(min(a.utf8.count, b.utf8.count))
      // The order of UTF-8 is that of code points.
      let order = TemplateText.order(a, b)
      return orEqual ? order <= 0 : order < 0
    }
    if let a = a.wholeNumber, let b = b.wholeNumber { return orEqual ? a <= b : a < b }
    if let left = a.number, let right = b.number {
      for number in [a, b] {
        if let whole = number.wholeNumber, whole.magnitude > 1 << 53 {
          throw unsupported("a comparison of a whole number of more than 53 bits with another")
        }
      }
      return orEqual ? left <= right : left < right
    }
    switch (a, b) {
    case (.list, .list), (.tuple, .tuple), (.group, .tuple), (.tuple, .group), (.group, .group):
      let (left, right) = (a.items ?? [], b.items ?? [])
      for (left, right) in zip(left, right) where !(try equal(left, right)) {
        return try precedes(left, right, operation, orEqual: orEqual)
      }
      return orEqual ? left.count <= right.count : left.count < right.count
    case (.view, .view): throw unsupported("a comparison of views of objects")
    default: throw failure("\(a.typeName) \(operation.rawValue) \(b.typeName) has no meaning")
    }
  }

  /// Whether a value is in another.
  func contains(_ container: TemplateValue, _ value: TemplateValue) throws(ChatTemplateError) -> Bool {
    switch container {
    case .list, .tuple, .group: return try contains(container.items ?? [], value)
    case .dictionary(let members), .view(let members, .keys):
      if value.isUndefined { return false }
      return members[try key(value)] != nil
    case .view(let members, let view):
      try spend(items: members.count)
      return try contains(view.items(of: members), value)
    case .range(let range):
      if let number = value.wholeNumber { return range.contains(number) }
      if case .float(let number) = value, let whole = Int(exactly: number) { return range.contains(whole) }
      return false
    case .string(let text), .markup(let text):
      guard let part = value.string else { throw failure("\(value.typeName) cannot be in a text") }
      if part.isEmpty { return true }
      // Each byte of the text is compared at most twice.
      try spend(2 * (text.utf8.count + part.utf8.count))
      return TemplateText.place(of: part, in: text) != nil
    case .iterator(let iterator):
      while let item = try iterator.next() {
        if try equal(item, value) { return true }
      }
      return false
    case .undefined: return false
    case .loop: throw unsupported("in of \(container.typeName)")
    default: throw failure("\(container.typeName) has no items")
    }
  }

  private func contains(_ items: [TemplateValue], _ value: TemplateValue) throws(ChatTemplateError) -> Bool {
    for item in items where try equal(item, value) { return true }
    return false
  }
}

/// Filters of what has items.
extension TemplateInterpreter {
  /// Applies a filter of what has items.
  func apply(
    _ filter: TemplateFilter, toItems value: TemplateValue, _ bound: BoundArguments
  ) throws(ChatTemplateError) -> TemplateValue {
    switch filter {
    case .length, .count: return .integer(try length(of: value))
    case .first:
      if case .iterator(let iterator) = value { return try iterator.next() ?? .undefined("No first item") }
      if case .string(let text) = value {
        return text.unicodeScalars.first.map { .string(String($0)) } ?? .undefined("No first item")
      }
      return try elements(of: value).first ?? .undefined("No first item")
    case .last:
      if case .iterator = value { throw failure("\(value.typeName) has no last item") }
      if case .string(let text) = value {
        return text.unicodeScalars.last.map { .string(String($0)) } ?? .undefined("No last item")
      }
      return try elements(of: value).last ?? .undefined("No last item")
    case .list: return try made(try elements(of: value))
    case .reverse:
      if case .string(let text) = value {
        try spend(Self.scalarCost * text.utf8.count)
        return .string(TemplateText.slice(text) { stride(from: $0 - 1, to: -1, by: -1) })
      }
      let items = try elements(of: value)
      try spend(items: items.count)
      if case .iterator = value { return .list(items.reversed()) }
      return try lazily(of: value) { () throws(ChatTemplateError) in items.reversed() }
    case .items:
      return try lazily(of: value) { () throws(ChatTemplateError) in
        if case .undefined = value { return [] }
        guard case .dictionary(let members) = value else {
          throw self.failure("\(value.typeName) has no members")
        }
        try self.spend(items: members.count)
        return TemplateView.items.items(of: members)
      }
    case .join:
      var items = try elements(of: value)
      if let path = bound["attribute"], !path.isNone { items = try self.items(items, at: path) }
      return .string(
        try joined(
          items, by: try bound["d"].map { value throws(ChatTemplateError) in try text(of: value) } ?? "",
          strict: false))
    case .sum:
      var items = try elements(of: value)
      if let path = bound["attribute"], !path.isNone { items = try self.items(items, at: path) }
      var total = bound["start"] ?? .integer(0)
      if total.string != nil { throw failure("texts cannot be summed") }
      for item in items { total = try binary(.add, total, item) }
      return total
    case .sort, .min, .max, .dictsort, .groupby: return try ordered(filter, value, bound)
    case .unique:
      return try lazily(of: value) { () throws(ChatTemplateError) in
        let items = try self.elements(of: value)
        let keys = try self.sortKeys(of: items, bound)
        var seen: Set<TemplateKey> = []
        var kept: [TemplateValue] = []
        for (item, form) in zip(items, keys) where seen.insert(try self.key(form)).inserted {
          kept.append(item)
        }
        return kept
      }
    case .batch:
      return try lazily(of: value) { () throws(ChatTemplateError) in try self.batches(value, bound) }
    case .slice:
      return try lazily(of: value) { () throws(ChatTemplateError) in try self.slices(value, bound) }
    default: throw unsupported("filter '\(filter.rawValue)'")
    }
  }

  private func length(of value: TemplateValue) throws(ChatTemplateError) -> Int {
    switch value {
    case .string(let text):
      try spend(text.utf8.count)
      return text.unicodeScalars.count
    case .dictionary(let members), .view(let members, _): return members.count
    case .range(let range): return range.count
    case .undefined: return 0
    case .loop(let loop): return try loop.length()
    default:
      guard let items = value.items else { throw failure("\(value.typeName) has no length") }
      return items.count
    }
  }

  private func batches(_ value: TemplateValue, _ bound: BoundArguments) throws(ChatTemplateError)
    -> [TemplateValue]
  {
    let items = try elements(of: value)
    guard let width = bound["linecount"]?.number else {
      if items.isEmpty { return [] }
      throw unsupported("filter 'batch' with \(bound["linecount"]?.typeName ?? "nothing")")
    }
    var result: [TemplateValue] = []
    var batch: [TemplateValue] = []
    for item in items {
      if Double(batch.count) == width {
        result.append(try checked(.list(batch)))
        batch = []
      }
      batch.append(item)
    }
    if batch.isEmpty { return result }
    if let filler = bound["fill_with"], !filler.isNone, Double(batch.count) < width {
      guard let whole = bound["linecount"]?.wholeNumber else { throw failure("a batch of no whole number") }
      try spend(items: whole)
      batch += Array(repeating: filler, count: whole - batch.count)
    }
    return result + [try checked(.list(batch))]
  }

  private func slices(_ value: TemplateValue, _ bound: BoundArguments) throws(ChatTemplateError)
    -> [TemplateValue]
  {
    let items = try elements(of: value)
    guard let count = try bound.number("slices"), count != 0 else { throw failure("slices of no number") }
    if count < 0 { return [] }
    try spend(items: count)
    let (size, longer) = items.count.quotientAndRemainder(dividingBy: count)
    var result: [TemplateValue] = []
    var start = 0
    for number in 0..<count {
      let end = start + size + (number < longer ? 1 : 0)
      var slice = Array(items[start..<end])
      if let filler = bound["fill_with"], !filler.isNone, number >= longer { slice.append(filler) }
      result.append(try checked(.list(slice)))
      start = end
    }
    return result
  }

  // MARK: Parts of items

  /// A part of each item, by a path with dots, a number or a name.
  func items(_ items: [TemplateValue], at path: TemplateValue, or other: TemplateValue = .none)
    throws(ChatTemplateError) -> [TemplateValue]
  {
    let parts = try parts(of: path)
    var result: [TemplateValue] = []
    for item in items { result.append(try part(of: item, parts, or: other)) }
    return result
  }

  private func parts(of path: TemplateValue) throws(ChatTemplateError) -> [TemplateValue] {
    guard case .string(let text) = path else { return [path] }
    try spend(Self.scalarCost * text.utf8.count)
    try spend(items: text.utf8.count { $0 == UInt8(ascii: ".") } + 1)
    return text.split(separator: ".", omittingEmptySubsequences: false).map { part in
      !part.isEmpty && part.utf8.allSatisfy { (0x30...0x39).contains($0) }
        ? Int(part).map { .integer($0) } ?? .string(String(part)) : .string(String(part))
    }
  }

  private func part(
    of item: TemplateValue, _ parts: [TemplateValue], or other: TemplateValue
  ) throws(ChatTemplateError) -> TemplateValue {
    var value = item
    for part in parts {
      try spend()
      value = try self.item(of: value, part)
      if value.isUndefined, !other.isNone { value = other }
    }
    return value
  }

  // MARK: Filters that take filters and tests

  /// `map`, `select` and others, whose items are made when they are asked for.
  func apply(
    lazy filter: TemplateFilter, to value: TemplateValue, _ arguments: EvaluatedArguments
  ) throws(ChatTemplateError) -> TemplateValue {
    if case .markup = value { throw unsupported("filter '\(filter.rawValue)' of a text marked safe") }
    let place = line
    return try lazily(of: value) { () throws(ChatTemplateError) in
      guard value.isTrue else { return [] }
      let here = self.line
      defer { self.line = here }
      self.line = place
      return filter == .map
        ? try self.mapped(value, arguments) : try self.selected(filter, value, arguments)
    }
  }

  private func mapped(
    _ value: TemplateValue, _ arguments: EvaluatedArguments
  ) throws(ChatTemplateError) -> [TemplateValue] {
    if arguments.positional.isEmpty, let path = arguments.named.first(where: { $0.name == "attribute" }) {
      if let other = arguments.named.first(where: { !["attribute", "default"].contains($0.name) }) {
        throw failure("filter 'map' takes no argument '\(other.name)'")
      }
      let other = arguments.named.first { $0.name == "default" }?.value ?? .none
      return try items(try elements(of: value), at: path.value, or: other)
    }
    var rest = arguments
    guard !rest.positional.isEmpty else { throw failure("filter 'map' needs a filter") }
    let name = try text(of: rest.positional.removeFirst())
    var result: [TemplateValue] = []
    for item in try elements(of: value) { result.append(try apply(named: name, to: item, rest)) }
    return result
  }

  private func selected(
    _ filter: TemplateFilter, _ value: TemplateValue, _ arguments: EvaluatedArguments
  ) throws(ChatTemplateError) -> [TemplateValue] {
    var rest = arguments
    let items = try elements(of: value)
    var path: [TemplateValue]?
    if filter == .selectattr || filter == .rejectattr {
      guard !rest.positional.isEmpty else { throw failure("filter '\(filter.rawValue)' needs an attribute") }
      path = try parts(of: rest.positional.removeFirst())
    }
    let name = rest.positional.isEmpty ? nil : try text(of: rest.positional.removeFirst())
    let wanted = filter == .select || filter == .selectattr
    var kept: [TemplateValue] = []
    for item in items {
      try spend()
      let tested =
        try path.map { path throws(ChatTemplateError) in try part(of: item, path, or: .none) } ?? item
      let holds = try name.map { name throws(ChatTemplateError) in
        try self.holds(named: name, of: tested, rest)
      }
      if (holds ?? tested.isTrue) == wanted { kept.append(item) }
    }
    return kept
  }
}

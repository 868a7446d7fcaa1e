/// Filters that put items in order.
extension TemplateInterpreter {
  /// What items are compared by: themselves or a part of them, texts without case unless that counts.
  func sortKeys(of items: [TemplateValue], _ bound: BoundArguments) throws(ChatTemplateError)
    -> [TemplateValue]
  {
    var keys = items
    if let path = bound["attribute"], !path.isNone {
      keys = try self.items(items, at: path, or: bound["default"] ?? .none)
    }
    return bound.isTrue("case_sensitive") ? keys : try folded(keys)
  }

  /// Python's `sorted` wants a whole number or a truth value, even for nothing to sort.
  private func isReversed(_ bound: BoundArguments) throws(ChatTemplateError) -> Bool {
    guard let value = bound["reverse"] else { return false }
    guard let number = value.wholeNumber else {
      throw failure("\(value.typeName) does not say whether the order is reversed")
    }
    return number != 0
  }

  private func folded(_ keys: [TemplateValue]) throws(ChatTemplateError) -> [TemplateValue] {
    var result: [TemplateValue] = []
    for key in keys {
      if case .markup = key { throw unsupported("the order of texts marked safe") }
      guard case .string(let text) = key else {
        result.append(key)
        continue
      }
      result.append(try made(TemplateText.lowercased(text)))
    }
    return result
  }

  /// `sort`, `min`, `max`, `dictsort`, `groupby`.
  func ordered(
    _ filter: TemplateFilter, _ value: TemplateValue, _ bound: BoundArguments
  ) throws(ChatTemplateError) -> TemplateValue {
    switch filter {
    case .sort:
      let items = try elements(of: value)
      var keys: [TemplateValue]
      if case .string(let path)? = bound["attribute"], path.utf8.contains(0x2C) {
        let names = path.utf8.count { $0 == 0x2C } + 1
        let (lists, overflow) = names.multipliedReportingOverflow(by: items.count + 1)
        try spend(items: overflow ? .max : lists)
        var parts: [[TemplateValue]] = []
        for name in path.split(separator: ",", omittingEmptySubsequences: false) {
          let part = try self.items(items, at: .string(String(name)))
          parts.append(bound.isTrue("case_sensitive") ? part : try folded(part))
        }
        keys = items.indices.map { index in .list(parts.map { $0[index] }) }
      } else {
        // Compared as lists of one, as in Jinja: what is equal needs no order.
        keys = try sortKeys(of: items, bound).map { .list([$0]) }
      }
      return try made(try sorted(items, by: keys, isReversed: try isReversed(bound)).map { items[$0] })
    case .min, .max:
      let items = try elements(of: value)
      guard !items.isEmpty else { return .undefined("No aggregated item, sequence was empty.") }
      let keys = try sortKeys(of: items, bound)
      var best = 0
      for index in items.indices.dropFirst()
      where try filter == .min
        ? precedes(keys[index], keys[best]) : precedes(keys[best], keys[index], .greater)
      {
        best = index
      }
      return items[best]
    case .dictsort:
      let by = try bound["by"] == nil ? "key" : bound.requiredText("by")
      guard by == "key" || by == "value" else { throw failure("filter 'dictsort' sorts by 'key' or 'value'") }
      guard case .dictionary(let members) = value else {
        if case .markup = value { throw unsupported("filter 'dictsort' of \(value.typeName)") }
        throw failure("\(value.typeName) has no members")
      }
      var keys = by == "key" ? members.pairs.map(\.key) : members.pairs.map(\.value)
      if !bound.isTrue("case_sensitive") { keys = try folded(keys) }
      let items = TemplateView.items.items(of: members)
      return try made(try sorted(items, by: keys, isReversed: try isReversed(bound)).map { items[$0] })
    default: return try grouped(value, bound)
    }
  }

  private func grouped(_ value: TemplateValue, _ bound: BoundArguments) throws(ChatTemplateError)
    -> TemplateValue
  {
    let items = try elements(of: value)
    guard let path = bound["attribute"] else { return value }
    let keys = try sortKeys(of: items, bound)
    let names = path.isNone ? items : try self.items(items, at: path, or: bound["default"] ?? .none)
    var result: [TemplateValue] = []
    var members: [TemplateValue] = []
    var first: Int?
    func close() throws(ChatTemplateError) {
      guard let first else { return }
      result.append(try checked(.group(key: names[first], members: members)))
      members.removeAll()
    }
    for place in try sorted(items, by: keys, isReversed: false) {
      if let last = first, try equal(keys[last], keys[place]) {
        members.append(items[place])
        continue
      }
      try close()
      first = place
      members.append(items[place])
    }
    try close()
    return .list(result)
  }

  /// The places of items in order; what is equal stays as it is.
  private func sorted(
    _ items: [TemplateValue], by keys: [TemplateValue], isReversed: Bool
  ) throws(ChatTemplateError) -> [Int] {
    try spend(items: items.count)
    var places = Array(items.indices)
    var width = 1
    while width < places.count {
      var merged: [Int] = []
      merged.reserveCapacity(places.count)
      for start in stride(from: 0, to: places.count, by: 2 * width) {
        let middle = min(start + width, places.count)
        let end = min(start + 2 * width, places.count)
        var (left, right) = (start, middle)
        while left < middle, right < end {
          let isRight =
            isReversed
            ? try precedes(keys[places[left]], keys[places[right]])
            : try precedes(keys[places[right]], keys[places[left]])
          if isRight {
            merged.append(places[right])
            right += 1
          } else {
            merged.append(places[left])
            left += 1
          }
        }
        merged += places[left..<middle]
        merged += places[right..<end]
      }
      places = merged
      width *= 2
    }
    return places
  }
}

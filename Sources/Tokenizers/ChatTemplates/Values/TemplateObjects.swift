/// An object whose members can be set from within loops.
final class TemplateNamespace {
  var members = TemplateDictionary()
}

/// Names and what they stand for, within those around them.
final class TemplateScope {
  var names: [String: TemplateValue] = [:]
  private let parent: TemplateScope?

  /// The names within others.
  init(in parent: TemplateScope?) { self.parent = parent }

  /// What a name stands for, the innermost first.
  func value(_ name: String) -> TemplateValue? {
    var scope: TemplateScope? = self
    while let here = scope {
      if let value = here.names[name] { return value }
      scope = here.parent
    }
    return nil
  }
}

/// Items that are made when they are first asked for, and given once.
final class TemplateIterator {
  /// What the items are made of, until they are made.
  private let source: TemplateValue
  private var make: (() throws(ChatTemplateError) -> [TemplateValue])?
  private var items: [TemplateValue] = []
  private var place = 0

  /// Items that are made of a value by a function.
  init(of source: TemplateValue, _ make: @escaping () throws(ChatTemplateError) -> [TemplateValue]) {
    self.source = source
    self.make = make
  }

  /// The values it holds.
  var held: [TemplateValue] { items + [source] }

  /// The next item.
  func next() throws(ChatTemplateError) -> TemplateValue? {
    if let make {
      self.make = nil
      items = try make()
    }
    guard place < items.count else { return nil }
    place += 1
    return items[place - 1]
  }

  /// All that are left.
  func rest() throws(ChatTemplateError) -> [TemplateValue] {
    guard let first = try next() else { return [] }
    defer { place = items.count }
    return [first] + items[place...]
  }
}

/// A macro, and the names around it.
final class TemplateMacro {
  let definition: TemplateStatement.Macro
  let scope: TemplateScope

  init(_ definition: TemplateStatement.Macro, in scope: TemplateScope) {
    self.definition = definition
    self.scope = scope
  }
}

/// Where a loop is: what it asks of items ahead is fetched when it is asked.
final class TemplateLoop {
  /// How many loops of the same recursive loop are around it.
  let depth: Int
  /// Runs the same loop over other items; nil where it is not recursive.
  let recursion: ((TemplateValue, Int) throws(ChatTemplateError) -> String)?
  private let fetch: () throws(ChatTemplateError) -> TemplateValue?
  private var ahead: [TemplateValue] = []
  private var place = 0
  private var isAtEnd = false
  /// The number of items before the current one.
  private(set) var index = -1
  /// The item before the current one.
  private(set) var previous: TemplateValue?
  private var current: TemplateValue?
  /// What `changed` was last asked about.
  var asked: [TemplateValue]?

  init(
    depth: Int, recursion: ((TemplateValue, Int) throws(ChatTemplateError) -> String)?,
    fetch: @escaping () throws(ChatTemplateError) -> TemplateValue?
  ) {
    self.depth = depth
    self.recursion = recursion
    self.fetch = fetch
  }

  /// Goes to the next item.
  func advance() throws(ChatTemplateError) -> TemplateValue? {
    guard let item = try peek() else { return nil }
    place += 1
    if place > 1024, place * 2 > ahead.count {
      ahead.removeFirst(place)
      place = 0
    }
    index += 1
    previous = current
    current = item
    return item
  }

  /// The item after the current one.
  func peek() throws(ChatTemplateError) -> TemplateValue? {
    if place == ahead.count, !isAtEnd {
      if let item = try fetch() { ahead.append(item) } else { isAtEnd = true }
    }
    return place < ahead.count ? ahead[place] : nil
  }

  /// How many items there are.
  func length() throws(ChatTemplateError) -> Int {
    while !isAtEnd {
      if let item = try fetch() { ahead.append(item) } else { isAtEnd = true }
    }
    return index + 1 + ahead.count - place
  }
}

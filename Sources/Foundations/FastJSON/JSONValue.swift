internal import CMCFastJSONShim

/// One value of a ``JSONDocument``.
package struct JSONValue: Sendable {
  let document: JSONDocument
  nonisolated(unsafe) let place: cfj_value
  /// Where it stands, as in `model.vocab` or `added_tokens[3].content`; empty at the top.
  package let path: String

  /// The kind of the value, as people call it.
  package var typeName: String {
    switch cfj_type_of(place) {
    case CFJ_ARRAY: "an array"
    case CFJ_OBJECT: "an object"
    case CFJ_INT, CFJ_UINT: "an integer"
    case CFJ_DOUBLE: "a number"
    case CFJ_STRING: isNotFinite ? "a number that is not finite" : "a string"
    case CFJ_BOOL: "a boolean"
    default: "null"
    }
  }

  /// Whether it is `null`.
  package var isNull: Bool { cfj_type_of(place) == CFJ_NULL }
  /// Whether it is an object.
  package var isObject: Bool { cfj_type_of(place) == CFJ_OBJECT }
  /// Whether it says nothing: null, an empty list, object or text.
  package var saysNothing: Bool {
    isNull || string?.isEmpty ?? ((isArray || isObject) && countHint == 0)
  }
  /// Whether it is an array.
  package var isArray: Bool { cfj_type_of(place) == CFJ_ARRAY }

  /// The integer, or nil where the value is none; a number with a fraction is none.
  package var int: Int? {
    var out: Int64 = 0
    return cfj_get_int64(place, &out) ? Int(out) : nil
  }

  /// The integer of 0 or more, such as a seed, or nil where the value is none.
  package var uint64: UInt64? {
    var out: UInt64 = 0
    return cfj_get_uint64(place, &out) ? out : nil
  }

  /// The number, or nil where the value is none.
  package var double: Double? {
    var out = 0.0
    return cfj_get_double(place, &out) ? out : nil
  }

  /// Whether it can have been written as an integer of more than 64 bits, of which ``double`` has a part of the digits.
  ///
  /// Some that were written with a point or an exponent are taken for such, in texts that have another number which only
  /// Python writes.
  package var mayBeLargeInteger: Bool {
    guard document.hasMarks, int == nil, uint64 == nil, let number = double else { return false }
    return number.magnitude >= 0x1p63 && number.rounded(.towardZero) == number
  }

  /// The boolean, or nil where the value is none.
  package var bool: Bool? {
    var out = false
    return cfj_get_bool(place, &out) ? out : nil
  }

  /// The string, or nil where the value is none.
  package var string: String? {
    withStringBytes { String(decoding: $0, as: UTF8.self) }
  }

  /// Whether it is a number that is not finite, which JSON does not have.
  package var isNotFinite: Bool { notFinite != nil }

  /// The number that is not finite: an infinity, or none at all; nil for every other value.
  ///
  /// ``double`` leaves such numbers out, so that no reader computes with one unawares.
  package var notFinite: Double? {
    var out = cfj_string()
    guard document.hasMarks, cfj_get_string(place, &out) else { return nil }
    return withExtendedLifetime(document) {
      guard Self.isMarked(out.buffer) else { return nil }
      switch out.buffer.dropFirst().first {
      case UInt8(ascii: "N"): return .nan
      case UInt8(ascii: "-"): return -.infinity
      default: return .infinity
      }
    }
  }

  private static func isMarked(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    text.first == LenientNumbers.mark
      && LenientNumbers.words.contains { text.dropFirst().elementsEqual($0.utf8) }
  }

  /// The UTF-8 of the string, or nil where the value is none.
  package var stringBytes: [UInt8]? { withStringBytes { Array($0) } }

  /// Runs `body` over the UTF-8 of the string without a copy; nil where the value is no string.
  package func withStringBytes<R>(_ body: (UnsafeBufferPointer<UInt8>) throws -> R) rethrows -> R? {
    var out = cfj_string()
    guard cfj_get_string(place, &out) else { return nil }
    return try withExtendedLifetime(document) {
      document.hasMarks && Self.isMarked(out.buffer) ? nil : try body(out.buffer)
    }
  }

  /// How many members or elements; a hint only, since it saturates at 16 777 215.
  package var countHint: Int { cfj_count_hint(place) }

  /// The member of an object by its key, or nil; of several the last, as Python's and most other readers have it.
  ///
  /// - Complexity: O(members); walk large objects with ``forEachMember(_:)``.
  package subscript(key: String) -> JSONValue? {
    var found: JSONValue?
    var iterator = cfj_iterate(place)
    guard iterator.is_object else { return nil }
    var name = cfj_string()
    var value = cfj_value()
    let wanted = Array(key.utf8)
    while cfj_step(&iterator, &name, &value) {
      if name.buffer.elementsEqual(wanted) { found = member(key, value) }
    }
    return found
  }

  /// The member of an object, which must be there.
  ///
  /// - Throws: ``JSONError/missing(path:)``.
  package func require(_ key: String) throws(JSONError) -> JSONValue {
    guard let value = self[key] else { throw .missing(path: path.isEmpty ? key : "\(path).\(key)") }
    return value
  }

  /// The value where it is there, is not null and `read` takes it.
  ///
  /// - Throws: ``JSONError/wrongType(path:wanted:found:)`` where `read` gives nil.
  package func expect<T>(_ wanted: String, _ read: (JSONValue) -> T?) throws(JSONError) -> T {
    guard let result = read(self) else {
      // 1e3 and 1e20 are whole, too: which it is shows what is wrong with it.
      let number = wanted == "an integer" && cfj_type_of(place) == CFJ_DOUBLE ? double : nil
      throw .wrongType(path: path, wanted: wanted, found: number.map { "the number \($0)" } ?? typeName)
    }
    return result
  }

  /// Calls `body` for each member of an object in the order of the text; the key's bytes last as long as the call.
  ///
  /// - Throws: ``JSONError/wrongType(path:wanted:found:)`` where this is no object, and what `body` throws.
  package func forEachMember(_ body: (UnsafeBufferPointer<UInt8>, JSONValue) throws -> Void) throws {
    var iterator = cfj_iterate(place)
    guard isObject else { throw JSONError.wrongType(path: path, wanted: "an object", found: typeName) }
    var name = cfj_string()
    var value = cfj_value()
    while cfj_step(&iterator, &name, &value) {
      try body(name.buffer, JSONValue(document: document, place: value, path: path))
    }
  }

  /// Calls `body` for each element of an array, with its index.
  ///
  /// - Throws: ``JSONError/wrongType(path:wanted:found:)`` where this is no array, and what `body` throws.
  package func forEachElement(_ body: (Int, JSONValue) throws -> Void) throws {
    var iterator = cfj_iterate(place)
    guard isArray else { throw JSONError.wrongType(path: path, wanted: "an array", found: typeName) }
    var name = cfj_string()
    var value = cfj_value()
    var index = 0
    while cfj_step(&iterator, &name, &value) {
      try body(index, JSONValue(document: document, place: value, path: path))
      index += 1
    }
  }

  /// The members of a small object, keys as strings, each value knowing its path.
  package var members: [(key: String, value: JSONValue)] {
    var result: [(String, JSONValue)] = []
    try? forEachMember { key, value in
      let key = String(decoding: key, as: UTF8.self)
      result.append((key, member(key, value.place)))
    }
    return result
  }

  /// The elements of a small array, each knowing its path.
  package var elements: [JSONValue] {
    var result: [JSONValue] = []
    try? forEachElement { index, value in
      result.append(JSONValue(document: document, place: value.place, path: "\(path)[\(index)]"))
    }
    return result
  }

  private func member(_ key: String, _ value: cfj_value) -> JSONValue {
    JSONValue(document: document, place: value, path: path.isEmpty ? key : "\(path).\(key)")
  }
}

extension cfj_string {
  /// The bytes of the string, valid while the document lives.
  var buffer: UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(start: UnsafeRawPointer(bytes)?.assumingMemoryBound(to: UInt8.self), count: count)
  }
}

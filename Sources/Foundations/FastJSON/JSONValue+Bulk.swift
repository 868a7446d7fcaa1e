internal import CMCFastJSONShim

extension JSONValue {
  /// Calls `body` for each member of an object that is an integer, `otherwise` for every other, in the order of the text.
  ///
  /// As ``forEachMember(_:)``, at a tenth of its cost a member: for vocabularies.
  ///
  /// - Throws: ``JSONError/wrongType(path:wanted:found:)`` where this is no object, and what the closures throw.
  package func forEachInteger(
    _ body: (UnsafeBufferPointer<UInt8>, Int) throws -> Void,
    otherwise: (UnsafeBufferPointer<UInt8>, JSONValue) throws -> Void
  ) throws {
    guard isObject else { throw JSONError.wrongType(path: path, wanted: "an object", found: typeName) }
    var iterator = cfj_iterate(place)
    try withExtendedLifetime(document) {
      try withUnsafeTemporaryAllocation(of: cfj_integer_member.self, capacity: batchSize) { batch in
        while true {
          let count = cfj_take_integers(&iterator, batch.baseAddress, batchSize)
          for i in 0..<count { try body(batch[i].key.buffer, Int(batch[i].value)) }
          if count == batchSize { continue }
          var name = cfj_string()
          var value = cfj_value()
          guard cfj_step(&iterator, &name, &value) else { return }
          try otherwise(name.buffer, JSONValue(document: document, place: value, path: path))
        }
      }
    }
  }

  /// Calls `body` for each element of an array that is a string or an array of two, `otherwise` for every other.
  ///
  /// `body` gets the index, the string or the first of two, and the second or nil. As ``forEachElement(_:)``, at a
  /// tenth of its cost an element: for merges.
  ///
  /// - Throws: ``JSONError/wrongType(path:wanted:found:)`` where this is no array, and what the closures throw.
  package func forEachText(
    _ body: (Int, UnsafeBufferPointer<UInt8>, UnsafeBufferPointer<UInt8>?) throws -> Void,
    otherwise: (Int, JSONValue) throws -> Void
  ) throws {
    guard isArray else { throw JSONError.wrongType(path: path, wanted: "an array", found: typeName) }
    var iterator = cfj_iterate(place)
    var index = 0
    try withExtendedLifetime(document) {
      try withUnsafeTemporaryAllocation(of: cfj_texts.self, capacity: batchSize) { batch in
        while true {
          let count = cfj_take_texts(&iterator, batch.baseAddress, batchSize)
          for i in 0..<count {
            try body(index, batch[i].first.buffer, batch[i].is_pair ? batch[i].second.buffer : nil)
            index += 1
          }
          if count == batchSize { continue }
          var name = cfj_string()
          var value = cfj_value()
          guard cfj_step(&iterator, &name, &value) else { return }
          try otherwise(index, JSONValue(document: document, place: value, path: path))
          index += 1
        }
      }
    }
  }
}

/// How many elements cross from C at once.
private let batchSize = 256

package import CMCFastJSON

extension JSONWriter {
  /// Writes a value of a document again: parts of golden files become files of their own.
  package mutating func copy(_ value: JSONValue) {
    if value.isNull {
      null()
    } else if value.isArray {
      array { writer in for element in value.elements { writer.copy(element) } }
    } else if let text = value.stringBytes {
      self.value(utf8: text)
    } else if let flag = value.bool {
      self.value(flag)
    } else if let number = value.int {
      self.value(number)
    } else if let number = value.double {
      self.value(number)
    } else {
      object { writer in
        for (key, member) in value.members {
          writer.key(key)
          writer.copy(member)
        }
      }
    }
  }
}

/// What a template is given beside its messages: a value as JSON has it.
package indirect enum TemplateVariable: Sendable, Equatable {
  /// A member of an object.
  package struct Member: Sendable, Equatable {
    /// What it is called.
    package let name: String
    /// Its value.
    package let value: TemplateVariable

    /// A member.
    package init(name: String, value: TemplateVariable) {
      self.name = name
      self.value = value
    }
  }

  /// `none`.
  case null
  /// A truth value.
  case boolean(Bool)
  /// A whole number.
  case integer(Int)
  /// A number with a fraction.
  case number(Double)
  /// A text.
  case text(String)
  /// A list.
  case list([TemplateVariable])
  /// An object, its members in order.
  case object([Member])

  /// The value in a template.
  var value: TemplateValue {
    switch self {
    case .null: return .none
    case .boolean(let value): return .boolean(value)
    case .integer(let value): return .integer(value)
    case .number(let value): return .float(value)
    case .text(let text): return .string(text)
    case .list(let items): return .list(items.map(\.value))
    case .object(let members):
      var result = TemplateDictionary()
      for member in members { result[member.name] = member.value.value }
      return .dictionary(result)
    }
  }
}

/// What is stated for a template beside the messages.
package struct TemplateSetting: Sendable, Equatable {
  /// Variables by name, such as `enable_thinking`.
  package var variables: [String: TemplateVariable]
  /// The day that `strftime_now` writes.
  package var day: TemplateDay

  /// Nothing but a day.
  package init(variables: [String: TemplateVariable] = [:], day: TemplateDay = .epoch) {
    self.variables = variables
    self.day = day
  }
}

/// An expression of a template.
indirect enum TemplateExpression {
  /// Operators between two values.
  enum Operator: String {
    case add = "+"
    case subtract = "-"
    case multiply = "*"
    case divide = "/"
    case floorDivide = "//"
    case modulo = "%"
    case power = "**"
    case concatenate = "~"
    case and
    case or
    case equal = "=="
    case notEqual = "!="
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
    case isIn = "in"
    case notIn = "not in"
  }

  /// Arguments of a call, a filter or a test.
  struct Arguments {
    var positional: [TemplateExpression] = []
    var named: [(name: String, value: TemplateExpression)] = []
    /// What stands behind `*` and `**`.
    var spread: TemplateExpression?
    var spreadNames: TemplateExpression?
  }

  case literal(TemplateValue)
  case name(String)
  case list([TemplateExpression])
  case tuple([TemplateExpression])
  case dictionary([(key: TemplateExpression, value: TemplateExpression)])
  case attribute(TemplateExpression, String)
  case item(TemplateExpression, TemplateExpression)
  case slice(TemplateExpression, TemplateExpression?, TemplateExpression?, TemplateExpression?)
  case call(TemplateExpression, Arguments)
  case filter(TemplateExpression, String, Arguments)
  case test(TemplateExpression, String, Arguments)
  case not(TemplateExpression)
  case negate(TemplateExpression)
  case plus(TemplateExpression)
  case binary(Operator, TemplateExpression, TemplateExpression)
  /// a < b < c: each neighbours' comparison holds.
  case comparison(TemplateExpression, [(Operator, TemplateExpression)])
  case conditional(TemplateExpression, then: TemplateExpression, otherwise: TemplateExpression?)
}

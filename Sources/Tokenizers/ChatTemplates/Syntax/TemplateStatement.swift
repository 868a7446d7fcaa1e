/// A part of a template, and the line it begins on.
struct TemplateStatement {
  /// What a parameter of a macro is called, and its value where the call gives none.
  struct Parameter {
    var name: String
    var value: TemplateExpression?
  }

  /// What is assigned to.
  enum Target {
    case name(String)
    /// A member of a namespace.
    case member(String, String)
    /// Several names, which take the items of a list.
    case names([String])
  }

  indirect enum Kind {
    case text(String)
    case output(TemplateExpression)
    case conditional(
      [(condition: TemplateExpression, body: [TemplateStatement])], otherwise: [TemplateStatement])
    case loop(
      Target, over: TemplateExpression, where: TemplateExpression?, body: [TemplateStatement],
      otherwise: [TemplateStatement])
    case set(Target, TemplateExpression)
    case setBlock(Target, [TemplateStatement])
    case macro(String, [Parameter], [TemplateStatement])
    /// Marks what an assistant writes; transparent here.
    case group([TemplateStatement])
    case exit
    case next
  }

  let kind: Kind
  let line: Int
}

/// A part of a template, and the line it begins on.
struct TemplateStatement {
  /// What a parameter of a macro is called, and its value where the call gives none.
  struct Parameter {
    var name: String
    var value: TemplateExpression?
  }

  /// A macro, or the body of a call block.
  struct Macro {
    var name: String
    var parameters: [Parameter]
    var body: [TemplateStatement]
    /// The special names that the body has: `varargs`, `kwargs`, `caller`.
    var specials: Set<String>
  }

  /// What is assigned to.
  indirect enum Target {
    case name(String)
    /// A member of a namespace.
    case member(String, String)
    /// Several, which take the items of a list.
    case several([Target])
  }

  /// A filter of a block.
  struct Filter {
    var name: String
    var arguments: TemplateExpression.Arguments
  }

  /// A loop.
  struct Loop {
    var target: Target
    var items: TemplateExpression
    var condition: TemplateExpression?
    var isRecursive: Bool
    var body: [TemplateStatement]
    var otherwise: [TemplateStatement]
  }

  indirect enum Kind {
    case text(String)
    case output([TemplateExpression])
    case conditional(
      [(condition: TemplateExpression, body: [TemplateStatement])], otherwise: [TemplateStatement])
    case loop(Loop)
    case set(Target, TemplateExpression)
    case setBlock(Target, [Filter], [TemplateStatement])
    case filterBlock([Filter], [TemplateStatement])
    case with([(target: Target, value: TemplateExpression)], [TemplateStatement])
    case macro(Macro)
    case call(TemplateExpression, TemplateExpression.Arguments, Macro)
    /// Marks what an assistant writes; what it sets is gone behind it.
    case generation([TemplateStatement], specials: Set<String>)
    case exit
    case next
  }

  let kind: Kind
  let line: Int
}

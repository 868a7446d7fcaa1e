import CMCPrimitives

/// Why a template of a conversation cannot be read or filled in.
package enum ChatTemplateError: DescribedError, Equatable {
  /// What is no template.
  case syntax(line: Int, reason: String)
  /// What Jinja has and this subset of it has not.
  case unsupported(line: Int, what: String)
  /// What went wrong while it was filled in.
  case failed(line: Int, reason: String)
  /// What is stated for a variable is no value that a template has.
  case variable(name: String, reason: String)
  /// The template itself says that it cannot take these messages.
  case raised(message: String)

  /// What is wrong, and where.
  package var description: String {
    switch self {
    case .syntax(let line, let reason): "line \(line): \(oneLine(reason))"
    case .unsupported(let line, let what): "line \(line): \(oneLine(what)) is not supported"
    case .failed(let line, let reason): "line \(line): \(oneLine(reason))"
    case .variable(let name, let reason): "--template-var \(oneLine(name)): \(reason)"
    case .raised(let message): "the template says: \(oneLine(message))"
    }
  }

  /// What to do.
  package var hint: String? {
    if case .variable = self { return "a text that looks like a number is put in quotes: 'name=\"NaN\"'" }
    return "name another --template, or a file with {prompt} in it"
  }
}

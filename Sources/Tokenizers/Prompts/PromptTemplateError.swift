public import CMCPrimitives

/// Why a prompt cannot be put into a template.
public enum PromptTemplateError: DescribedError, Equatable {
  /// The template is no template, or cannot take this prompt.
  case unusable(name: String, reason: String)

  /// Which template, and why.
  public var description: String {
    switch self {
    case .unusable(let name, let reason): "template \(name): \(reason)"
    }
  }
}

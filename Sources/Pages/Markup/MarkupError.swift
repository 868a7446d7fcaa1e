import CMCPrimitives

/// Why a document cannot be made or read.
package enum MarkupError: DescribedError, Equatable {
  /// An element or attribute has a name that none may have.
  case badName(String)
  /// An element has the same attribute twice.
  case repeatedAttribute(element: String, attribute: String)
  /// Text that is to stand unescaped holds what would end its element.
  case unsafeRawText(sequence: String)
  /// libxml2 had no memory, or refused.
  case refused(step: String)
  /// A text is no document.
  case notParsed(reason: String)

  /// One line.
  package var description: String {
    switch self {
    case .badName(let name): "'\(oneLine(name, limit: 40))' is no name of an element or attribute"
    case .repeatedAttribute(let element, let attribute):
      "element '\(element)' has the attribute '\(attribute)' twice"
    case .unsafeRawText(let sequence): "raw text holds '\(sequence)', which could end its element"
    case .refused(let step): "libxml2 could not \(step)"
    case .notParsed(let reason): "no document: \(reason)"
    }
  }
}

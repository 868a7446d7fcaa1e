/// An element of a document, as a plain value.
package struct Element: Sendable, Equatable {
  /// One attribute.
  package struct Attribute: Sendable, Equatable {
    /// Its name.
    package var name: String
    /// Its value, unescaped.
    package var value: String
  }

  /// The name.
  package var name: String
  /// The attributes in order.
  package var attributes: [Attribute]
  /// What it holds, in order.
  package var children: [Node]

  /// An element of known children.
  package init(_ name: String, _ attributes: KeyValuePairs<String, String> = [:], children: [Node]) {
    self.name = name
    self.attributes = attributes.map { Attribute(name: $0.key, value: $0.value) }
    self.children = children
  }

  /// An element that holds text, or nothing.
  package init(_ name: String, _ attributes: KeyValuePairs<String, String> = [:], text: String? = nil) {
    self.init(name, attributes, children: text.map { [.text($0)] } ?? [])
  }

  /// An element whose children a closure lists.
  package init(
    _ name: String, _ attributes: KeyValuePairs<String, String> = [:], @MarkupBuilder _ body: () -> [Node]
  ) {
    self.init(name, attributes, children: body())
  }

  /// The value of an attribute.
  package subscript(attribute: String) -> String? {
    attributes.first { $0.name == attribute }?.value
  }

  /// The same element with one attribute more; nil adds none.
  package func with(_ attribute: String, _ value: String?) -> Element {
    guard let value else { return self }
    var copy = self
    copy.attributes.append(Attribute(name: attribute, value: value))
    return copy
  }

  /// All text below, in document order.
  package var text: String {
    children.map { child in
      switch child {
      case .text(let text): text
      case .raw(let raw): raw.text
      case .element(let element): element.text
      }
    }.joined()
  }

  /// This element and all below it, in document order.
  package var flattened: [Element] {
    var result = [self]
    for case .element(let child) in children { result += child.flattened }
    return result
  }
}

/// What an element can hold.
package enum Node: Sendable, Equatable {
  /// Text; it is made visible by ``VisibleText`` and escaped.
  case text(String)
  /// Text of a script or a style sheet, as it is.
  case raw(RawText)
  /// An element.
  case element(Element)
}

/// Collects elements, texts and lists of them into the children of an element.
@resultBuilder
package enum MarkupBuilder {
  /// Takes an element.
  package static func buildExpression(_ element: Element) -> [Node] { [.element(element)] }
  /// Takes a text.
  package static func buildExpression(_ text: String) -> [Node] { [.text(text)] }
  /// Takes raw text.
  package static func buildExpression(_ raw: RawText) -> [Node] { [.raw(raw)] }
  /// Takes a list.
  package static func buildExpression(_ elements: [Element]) -> [Node] { elements.map { .element($0) } }
  /// Takes a list.
  package static func buildExpression(_ nodes: [Node]) -> [Node] { nodes }
  /// Takes an element that may be missing.
  package static func buildExpression(_ element: Element?) -> [Node] { element.map { [.element($0)] } ?? [] }
  /// Joins lines.
  package static func buildBlock(_ parts: [Node]...) -> [Node] { parts.flatMap { $0 } }
  /// Joins the turns of a loop.
  package static func buildArray(_ parts: [[Node]]) -> [Node] { parts.flatMap { $0 } }
  /// Takes an `if` without `else`.
  package static func buildOptional(_ part: [Node]?) -> [Node] { part ?? [] }
  /// Takes the first branch.
  package static func buildEither(first: [Node]) -> [Node] { first }
  /// Takes the second branch.
  package static func buildEither(second: [Node]) -> [Node] { second }
}

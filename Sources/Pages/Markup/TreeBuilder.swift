internal import CMCLibXML2

/// Copies elements into a tree of libxml2, and back.
enum TreeBuilder {
  /// Adds an element below a node of the document; below the document itself where there is no parent.
  ///
  /// - Throws: ``MarkupError``; what was added stays with the document, which frees it.
  static func add(
    _ element: Element, to parent: xmlNodePtr?, of document: xmlDocPtr, breaksLines: Bool
  ) throws(MarkupError) {
    try checkName(element.name)
    guard let node = xmlNewDocNode(document, nil, element.name, nil) else {
      throw .refused(step: "make an element")
    }
    if let parent {
      if breaksLines, startsLine.contains(element.name) { try add(text: "\n", to: parent, of: document) }
      guard xmlAddChild(parent, node) != nil else { throw .refused(step: "add an element") }
    } else {
      xmlDocSetRootElement(document, node)
    }
    var seen: Set<String> = []
    for attribute in element.attributes {
      try checkName(attribute.name)
      guard seen.insert(attribute.name).inserted else {
        throw .repeatedAttribute(element: element.name, attribute: attribute.name)
      }
      guard let made = xmlNewProp(node, attribute.name, nil) else { throw .refused(step: "add an attribute") }
      try set(VisibleText.string(attribute.value), of: made, document)
    }
    for child in element.children {
      switch child {
      case .text(let text): try add(text: VisibleText.string(text), to: node, of: document)
      case .raw(let raw): try add(text: raw.text, to: node, of: document)
      case .element(let child):
        // Line ends between blocks mean nothing, and spare readers of the source one endless line.
        try add(child, to: node, of: document, breaksLines: breaksLines && element.name != "pre")
      }
    }
  }

  /// Elements that begin a line of the file.
  private static let startsLine: Set<String> = [
    "head", "body", "meta", "title", "style", "script", "header", "main", "footer", "nav", "section",
    "article", "div",
    "figure", "table", "thead", "tbody", "tr", "h1", "h2", "h3", "p", "ul", "ol", "li", "dl", "details",
    "svg",
    "noscript", "template",
  ]

  private static func add(text: String, to node: xmlNodePtr, of document: xmlDocPtr) throws(MarkupError) {
    guard !text.isEmpty else { return }
    var text = text
    let made = text.withUTF8 { bytes in
      Int32(exactly: bytes.count).flatMap { xmlNewDocTextLen(document, bytes.baseAddress, $0) }
    }
    guard let made, xmlAddChild(node, made) != nil else { throw .refused(step: "add text") }
  }

  /// Gives an attribute its value, with every `&` and `<` a reference of its own.
  ///
  /// As plain text the HTML serialiser would let `&{…}` and `<!--…-->` through as they are, for scripts in attributes.
  private static func set(
    _ value: String, of attribute: xmlAttrPtr, _ document: xmlDocPtr
  ) throws(MarkupError) {
    try attribute.withMemoryRebound(to: xmlNode.self, capacity: 1) { node throws(MarkupError) in
      var text = ""
      for scalar in value.unicodeScalars {
        guard scalar == "&" || scalar == "<" else {
          text.unicodeScalars.append(scalar)
          continue
        }
        try add(text: text, to: node, of: document)
        text = ""
        guard let reference = xmlNewReference(document, scalar == "&" ? "amp" : "lt"),
          xmlAddChild(node, reference) != nil
        else { throw .refused(step: "add an attribute") }
      }
      try add(text: text, to: node, of: document)
    }
  }

  private static func checkName(_ name: String) throws(MarkupError) {
    let isName = name.utf8.enumerated().allSatisfy { index, byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: ":"): index > 0
      default: false
      }
    }
    guard isName, !name.isEmpty else { throw .badName(name) }
  }

  /// The element that a node of a parsed tree is.
  static func element(_ node: xmlNodePtr) -> Element {
    var element = Element(string(node.pointee.name))
    var attribute = node.pointee.properties
    while let current = attribute {
      let value = xmlNodeListGetString(node.pointee.doc, current.pointee.children, 1)
      defer { if let value { xmlFreeString(value) } }
      element.attributes.append(
        Element.Attribute(name: string(current.pointee.name), value: value.map { string($0) } ?? ""))
      attribute = current.pointee.next
    }
    var child = node.pointee.children
    while let current = child {
      switch current.pointee.type {
      case XML_ELEMENT_NODE: element.children.append(.element(self.element(current)))
      case XML_TEXT_NODE, XML_CDATA_SECTION_NODE:
        element.children.append(.text(string(current.pointee.content)))
      default: break
      }
      child = current.pointee.next
    }
    return element
  }

  private static func string(_ bytes: UnsafePointer<xmlChar>?) -> String {
    bytes.map { String(cString: $0) } ?? ""
  }

  private static func xmlFreeString(_ string: UnsafeMutablePointer<xmlChar>) { cxml_free(string) }
}

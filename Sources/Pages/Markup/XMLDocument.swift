internal import CMCLibXML2

/// An XML document, such as SVG, owned.
package struct XMLDocument: ~Copyable {
  private let document: xmlDocPtr

  /// Makes a document of its outermost element.
  ///
  /// - Throws: ``MarkupError``.
  package init(_ root: Element) throws(MarkupError) {
    guard let made = xmlNewDoc("1.0") else { throw .refused(step: "make a document") }
    do throws(MarkupError) {
      try TreeBuilder.add(root, to: nil, of: made, breaksLines: false)
    } catch {
      xmlFreeDoc(made)
      throw error
    }
    document = made
  }

  /// Reads a document strictly; entities and the network are out of reach.
  ///
  /// - Throws: ``MarkupError/notParsed(reason:)``.
  package init(parsing bytes: [UInt8]) throws(MarkupError) {
    let options = XML_PARSE_NOERROR.rawValue | XML_PARSE_NOWARNING.rawValue | XML_PARSE_NONET.rawValue
    let parsed = bytes.withUnsafeBytes { buffer in
      Int32(exactly: buffer.count).flatMap {
        xmlReadMemory(buffer.bindMemory(to: CChar.self).baseAddress, $0, nil, "UTF-8", Int32(options))
      }
    }
    guard let parsed else { throw .notParsed(reason: "libxml2 reads no XML in it") }
    document = parsed
  }

  deinit { xmlFreeDoc(document) }

  /// The outermost element.
  package var root: Element? { xmlDocGetRootElement(document).map { TreeBuilder.element($0) } }

  /// The document in UTF-8 with its declaration, the same bytes for the same elements.
  ///
  /// - Throws: ``MarkupError/refused(step:)``.
  package func serialized() throws(MarkupError) -> [UInt8] {
    let body = DocumentOutput.bytes { buffer in
      guard let root = xmlDocGetRootElement(document) else { return false }
      xmlNodeDumpOutput(buffer, document, root, 0, 1, "UTF-8")
      return true
    }
    guard let body else { throw .refused(step: "write the document") }
    return Array("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".utf8) + body + [0x0A]
  }
}

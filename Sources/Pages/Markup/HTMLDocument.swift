internal import CMCLibXML2

/// An HTML document, owned.
package struct HTMLDocument: ~Copyable {
  private let document: htmlDocPtr

  /// Makes a document of its `html` element.
  ///
  /// - Throws: ``MarkupError``.
  package init(_ root: Element) throws(MarkupError) {
    guard let made = htmlNewDocNoDtD(nil, nil) else { throw .refused(step: "make a document") }
    do throws(MarkupError) {
      guard xmlCreateIntSubset(made, "html", nil, nil) != nil else { throw .refused(step: "set the type") }
      try TreeBuilder.add(root, to: nil, of: made, breaksLines: true)
    } catch {
      xmlFreeDoc(made)
      throw error
    }
    document = made
  }

  /// Reads a document, as browsers do: what is wrong in it is mended.
  ///
  /// - Throws: ``MarkupError/notParsed(reason:)`` where nothing can be read at all.
  package init(parsing bytes: [UInt8]) throws(MarkupError) {
    let options = HTML_PARSE_NOERROR.rawValue | HTML_PARSE_NOWARNING.rawValue | HTML_PARSE_NONET.rawValue
    let parsed = bytes.withUnsafeBytes { buffer in
      Int32(exactly: buffer.count).flatMap {
        htmlReadMemory(
          buffer.bindMemory(to: CChar.self).baseAddress, $0, nil, "UTF-8",
          Int32(options | UInt32(XML_PARSE_HUGE.rawValue)))
      }
    }
    guard let parsed else { throw .notParsed(reason: "libxml2 reads no HTML in it") }
    document = parsed
  }

  deinit { xmlFreeDoc(document) }

  /// The `html` element.
  package var root: Element? { xmlDocGetRootElement(document).map { TreeBuilder.element($0) } }

  /// The document in UTF-8, the same bytes for the same elements.
  ///
  /// - Throws: ``MarkupError/refused(step:)``.
  package func serialized() throws(MarkupError) -> [UInt8] {
    let bytes = DocumentOutput.bytes { buffer in
      // With the buffer's own encoder left out, text goes out as the UTF-8 it is kept in.
      htmlDocContentDumpFormatOutput(buffer, document, "UTF-8", 0)
      return true
    }
    guard let bytes else { throw .refused(step: "write the document") }
    return bytes
  }
}

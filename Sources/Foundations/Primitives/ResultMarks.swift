#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What a file says of itself near its beginning and its end: whether this program made it, of what kind it is, of which inputs.
struct ResultMarks {
  /// Whether it says that this program made it.
  let areOwn: Bool
  /// The kind of result: the schema it names, `page` for HTML, and of what names none `answers`, `evaluation` or `map`.
  let kind: String?
  /// The run that it names: the digest of all that it was made of; of a page what it says of its source.
  let run: Substring?
  /// The name of its data, of an evaluation.
  let data: Substring?
  /// What its beginning says that it was made of: fingerprints of vocabularies, names of a map, a system and data; of a page
  /// its title, which names the kind of page too.
  let inputs: [Substring]

  private static let length = 65_536

  /// Reads them from an open file.
  init(_ descriptor: Int32) {
    var status = stat()
    let size = fstat(descriptor, &status) == 0 ? Int(status.st_size) : 0
    self.init(
      head: Self.text(descriptor, at: 0),
      tail: size > Self.length ? Self.text(descriptor, at: size - Self.length) : "")
  }

  /// Reads those of a file that begins with some bytes, and is not written yet.
  init(beginning: [UInt8]) {
    self.init(head: String(decoding: beginning.prefix(Self.length), as: UTF8.self), tail: "")
  }

  private init(head: String, tail: String) {
    let marks = [
      #""tool":"cmc "#, #""tool": "cmc "#, #""generator":"cmc "#, #"content="cmc "#, #""schema":"cmc."#,
    ]
    areOwn = marks.contains { head.contains($0) || tail.contains($0) }
    let prints = Self.values(of: "fingerprint", in: head)
    let isPage = head.hasPrefix("<!DOCTYPE html")
    run =
      isPage
      ? Self.source(of: head) : (Self.values(of: "run", in: head) + Self.values(of: "run", in: tail)).first
    data = isPage ? nil : Self.values(of: "data", in: head).first
    inputs =
      isPage
      ? Self.title(of: head)
      : prints + ["map", "system", "data", "user", "delta"].flatMap { Self.values(of: $0, in: head) }
    if isPage {
      kind = "page"
    } else if let schema = (Self.values(of: "schema", in: head) + Self.values(of: "schema", in: tail)).first {
      // Where members are sorted by name, a long one may stand before it.
      kind = String(schema)
    } else {
      kind =
        [head, tail].contains { $0.contains(#""generator":"cmc "#) }
        ? "answers" : head.contains(#""system":"#) ? "evaluation" : prints.isEmpty ? nil : "map"
    }
  }

  /// Why a file that says this is not replaced by another one, of other bytes, without being asked for; nil where it may be.
  ///
  /// What does not say what it is made of is compared by its kind alone. But a result that names its run does not take the
  /// place of one that may be of any; nor a page without a source that of one with it, which may show more.
  func conflict(with new: Self) -> OutputConflict? {
    guard areOwn else { return .exists }
    if !new.areOwn || kind != new.kind { return .otherKind(found: kind) }
    let isPage = kind == "page"
    if isPage, run != nil, new.run == nil, inputs == new.inputs { return .showsMore }
    if isPage ? run != nil && run != new.run : new.run != nil && run != new.run { return .otherInputs }
    if run != nil, new.run != nil, !isPage {
      // The same content under another name is said to be of that name.
      return data != nil && new.data != nil && data != new.data ? .otherInputs : nil
    }
    let areKnown = !inputs.isEmpty && !new.inputs.isEmpty
    return areKnown && inputs != new.inputs ? .otherInputs : nil
  }

  /// What tells a page's source from others.
  private static func source(of page: String) -> Substring? {
    guard let start = page.firstRange(of: #"<meta name="source" content=""#) else { return nil }
    return page[start.upperBound...].prefix { $0 != "\"" }
  }

  private static func title(of page: String) -> [Substring] {
    guard let start = page.firstRange(of: "<title>"), let end = page.firstRange(of: "</title>"),
      start.upperBound <= end.lowerBound
    else { return [] }
    return [page[start.upperBound..<end.lowerBound]]
  }

  /// The texts that members of a name have, in their order.
  private static func values(of name: String, in text: String) -> [Substring] {
    var found: [Substring] = []
    var rest = text[...]
    while let place = rest.firstRange(of: "\"\(name)\":") {
      rest = rest[place.upperBound...].drop { $0 == " " }
      if rest.first == "\"" { found.append(rest.dropFirst().prefix { $0 != "\"" }) }
    }
    return found
  }

  private static func text(_ descriptor: Int32, at offset: Int) -> String {
    var bytes = [UInt8](repeating: 0, count: length)
    let count = pread(descriptor, &bytes, bytes.count, off_t(offset))
    return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
  }
}

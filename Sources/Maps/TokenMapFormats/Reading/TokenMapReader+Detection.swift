import CMCFastJSON
import CMCNumPyFiles
import CMCPrimitives
import CMCSafetensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

extension TokenMapReader {
  /// What a path stands for.
  enum Place {
    case file(String)
    case folder(String)
    case prefix(String)
  }

  /// Tells a file, a folder and a prefix apart.
  static func locate(_ path: String, _ format: TokenMapFormat?) throws -> Place {
    var status = stat()
    if stat(pathBytes(path), &status) == 0 {
      if status.st_mode & S_IFMT == S_IFDIR {
        guard format == nil || format == .tokenkit, access(pathBytes(path + "/mined_mapping.npy"), F_OK) == 0
        else {
          throw FileError(path: path, underlying: FileKindError.directory)
        }
        return .folder(path)
      }
      let isCMC = format == nil || format == .cmcOneToOne || format == .cmcOneToMany
      if isCMC, path.hasSuffix("_id.json") { return .prefix(String(path.dropLast("_id.json".utf8.count))) }
      return .file(path)
    }
    let failure = errno
    if access(pathBytes(path + "_id.json"), F_OK) == 0 { return .prefix(path) }
    try refuseBrokenLink(path)
    guard failure == ENOENT else {
      throw FileError(path: path, underlying: SystemError("open", code: failure))
    }
    throw FileError(path: path, underlying: TokenMapFormatError.noSuchMap)
  }

  /// The format of a file's content; the parsed text comes with it where one had to be parsed to know.
  static func detect(
    _ bytes: [UInt8], _ format: TokenMapFormat?
  ) throws -> (format: TokenMapFormat, document: JSONDocument?) {
    if let format { return (format, nil) }
    if NumPyArray.hasMagic(bytes) { return (.npy, nil) }
    if bytes.withUnsafeBytes({ SafetensorsHeader.looksLike($0) }) { return (.safetensors, nil) }
    let first = bytes.first { ![0x20, 0x09, 0x0A, 0x0D, 0xEF, 0xBB, 0xBF].contains($0) }
    switch first {
    case UInt8(ascii: "{"):
      let document = try JSONDocument(bytes)
      return (try detect(object: document.root), document)
    case UInt8(ascii: "["):
      let document = try JSONDocument(bytes)
      var isList = false
      try document.root.forEachElement { _, element in if element.isArray { isList = true } }
      return (isList ? .cmcOneToMany : .cmcOneToOne, document)
    case UInt8(ascii: "\"")?, (48...57)?:
      guard bytes.prefix(while: { $0 != 0x0A }).contains(0x09) else { throw TokenMapFormatError.unrecognised }
      return (.pairs, nil)
    default: throw TokenMapFormatError.unrecognised
    }
  }

  /// Whether a path holds a token map, rather than a tokenizer or nothing that is known.
  ///
  /// Formats whose content cannot tell them are no maps here, for a `vocab.json` has the same shape.
  public static func isMap(_ path: String) -> Bool {
    guard let place = try? locate(path, nil) else { return false }
    guard case .file(let path) = place else { return true }
    // Mapped, so that a model file of many gigabytes costs a page.
    guard let file = try? MappedFile(path: path) else { return false }
    return file.withUnsafeBytes { bytes in
      if SafetensorsHeader.looksLike(bytes) {
        return (try? SafetensorsHeader(parsing: bytes))?["user_to_delta"] != nil
      }
      switch bytes.first {
      case 0x93?: return NumPyArray.hasMagic(bytes)
      case UInt8(ascii: "{")?, UInt8(ascii: "[")?, UInt8(ascii: "\"")?, (48...57)?, 0x20?, 0x0A?, 0x0D?,
        0xEF?:
        guard bytes.count <= 1 << 30 else { return false }
        let found = try? detect(Array(bytes), nil).format
        return found != nil && (found != .pairs || (try? pairs(Array(bytes), TokenMapReadOptions())) != nil)
      default: return false
      }
    }
  }

  /// Why a file that has the shape of a map's could be of several formats; nil where it is none or could be no other.
  public static func ambiguity(of path: String) -> TokenMapFormatError? {
    guard case .file(let path)? = try? locate(path, nil), let bytes = try? readFile(path, limit: 1 << 30)
    else {
      return nil
    }
    do {
      _ = try detect(bytes, nil)
    } catch TokenMapFormatError.ambiguous(let formats) {
      return .ambiguous(formats)
    } catch {
      return nil
    }
    return nil
  }

  /// Members of the own format that are arrays; no other format has two of them.
  private static let columns = ["ids", "method", "distance"]

  private static func detect(object root: JSONValue) throws -> TokenMapFormat {
    // By their types: a table of pieces can have tokens of these names.
    if root["version"]?.int != nil, root["ids"]?.isArray == true { return .json }
    var isOfIDs = true
    var isOfPieces = true
    var own = 0
    try root.forEachMember { key, value in
      if value.isArray, columns.contains(where: { key.elementsEqual($0.utf8) }) { own += 1 }
      isOfIDs = isOfIDs && key.allSatisfy { (48...57).contains($0) } && value.int != nil
      isOfPieces = isOfPieces && value.withStringBytes { _ in true } == true
    }
    // One of its own members is missing or of a wrong type, which the reader of the format names.
    if own > 1 { return .json }
    if isOfIDs { throw TokenMapFormatError.ambiguous([.dskd, .tokalign]) }
    // One format has this shape, but so has every other table of strings.
    if isOfPieces { throw TokenMapFormatError.ambiguous([.fusellm]) }
    throw TokenMapFormatError.unrecognised
  }
}

extension TokenMapFormat {
  /// Whether the file is a JSON text.
  var isJSON: Bool {
    switch self {
    case .json, .cmcOneToOne, .cmcOneToMany, .dskd, .tokalign, .fusellm: true
    case .npy, .safetensors, .tokenkit, .pairs: false
    }
  }
}

import FastJSON
import NumPyFiles
import Primitives
import Safetensors

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
    if stat(path, &status) == 0 {
      if status.st_mode & S_IFMT == S_IFDIR {
        guard format == nil || format == .tokenkit, access(path + "/mined_mapping.npy", F_OK) == 0 else {
          throw FileError(path: path, underlying: FileKindError.directory)
        }
        return .folder(path)
      }
      let isCMC = format == nil || format == .cmcOneToOne || format == .cmcOneToMany
      if isCMC, path.hasSuffix("_id.json") { return .prefix(String(path.dropLast("_id.json".utf8.count))) }
      return .file(path)
    }
    let failure = errno
    if access(path + "_id.json", F_OK) == 0 { return .prefix(path) }
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

  private static func detect(object root: JSONValue) throws -> TokenMapFormat {
    if root["version"] != nil, root["ids"] != nil { return .json }
    var isOfIDs = true
    var isOfPieces = true
    try root.forEachMember { key, value in
      isOfIDs = isOfIDs && key.allSatisfy { (48...57).contains($0) } && value.int != nil
      isOfPieces = isOfPieces && value.withStringBytes { _ in true } == true
    }
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

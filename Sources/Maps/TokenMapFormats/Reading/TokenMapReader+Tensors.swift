import CMCAlignment
import CMCFastJSON
import CMCHashing
import CMCNumPyFiles
import CMCPrimitives
import CMCSafetensors
import CMCVocabulary

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

extension TokenMapReader {
  static func npy(_ bytes: [UInt8]) throws -> TokenMapInput {
    TokenMapInput(map: bare(try vector(bytes)), format: .npy, notes: [])
  }

  private static func vector(_ bytes: [UInt8]) throws -> [Int32] {
    let array = try NumPyArray(parsing: bytes)
    guard array.shape.count == 1 else { throw NumPyError.wrongShape(found: array.shape, wanted: "one axis") }
    return try ids(try array.integers(), "element")
  }

  private static func ids(_ values: [Int64], _ name: String) throws -> [Int32] {
    var ids: [Int32] = []
    ids.reserveCapacity(values.count)
    for (index, value) in values.enumerated() { ids.append(try id(value, at: "\(name)[\(index)]")) }
    return ids
  }

  /// Reads tokenkit's folder.
  ///
  /// Distances are by piece, in GPT-2's alphabet: they need the source vocabulary.
  static func tokenkit(_ folder: String, _ options: TokenMapReadOptions) throws -> TokenMapInput {
    let vectorPath = folder + "/mined_mapping.npy"
    let bytes = try readFile(vectorPath)
    var map = bare(try withFile(vectorPath) { try vector(bytes) })
    let distancePath = folder + "/mined_distances.json"
    guard access(pathBytes(distancePath), F_OK) == 0 else {
      return TokenMapInput(
        map: map, format: .tokenkit, notes: ["there are no distances: mined_distances.json is not there"])
    }
    guard let side = options.source, side.pieces != nil || options.sourcePieces != nil else {
      return TokenMapInput(
        map: map, format: .tokenkit,
        notes: ["mined_distances.json is by piece: without the source vocabulary there are no distances"])
    }
    let names = try PieceNames.byteLevel(side, options.sourcePieces, format: .tokenkit)
    let text = try readFile(distancePath)
    var notes: [String] = []
    try withFile(distancePath) {
      let known = names.idsByName()
      var distances: [ByteKey: Int32] = [:]
      var unknown: [String] = []
      try JSONDocument(text).root.forEachMember { key, value in
        let distance = value.double.flatMap { Int32(exactly: $0) }
        guard let distance, distance >= 0 else {
          throw TokenMapFormatError.value(
            place: String(decoding: key, as: UTF8.self), reason: "a distance of 0 or more expected")
        }
        guard distances.updateValue(distance, forKey: ByteKey(key)) == nil else {
          throw MapContentError.twice(path: String(decoding: key, as: UTF8.self))
        }
        if known[ByteKey(key)] == nil { unknown.append(String(decoding: key, as: UTF8.self)) }
      }
      if let first = unknown.first {
        // tokenkit has names of its own for special tokens; none of its names is another vocabulary's file.
        guard unknown.count < distances.count else {
          throw TokenMapFormatError.unknownPiece(side: "source", piece: first, place: "the first member")
        }
        notes.append(
          "\(unknown.count) of \(distances.count) distances are not read, as the source vocabulary has no such piece: "
            + "\(oneLine(first, limit: 40)) is the first")
      }
      for id in map.ids.indices where id < names.count && names.isToken(id) && map.ids[id] >= 0 {
        guard let distance = distances[ByteKey(names[id])] else { continue }
        map[id].distance = distance
        if distance == 0 { map[id].method = .exact }
      }
    }
    return TokenMapInput(map: map, format: .tokenkit, notes: notes)
  }

  static func safetensors(_ bytes: [UInt8]) throws -> TokenMapInput {
    try bytes.withUnsafeBytes { file in
      let header = try SafetensorsHeader(parsing: file)
      try MapMembers.tensors.check(header.tensors.map(\.name), at: "tensor")
      try MapMembers.metadata.check(header.metadata.keys.sorted(), at: TokenMapSection.metadata)
      if let name = header.repeatedMetadata.first {
        throw MapContentError.twice(path: MapMembers.path(name, at: TokenMapSection.metadata))
      }
      guard let idTensor = header["user_to_delta"] else {
        throw SafetensorsError.missingTensor("user_to_delta")
      }
      try expect(idTensor, [idTensor.shape.first ?? 0])
      var map = bare(try ids(try header.integers(idTensor, in: file), "user_to_delta"))
      let vector = [map.count]
      if let tensor = header["distance"] {
        try expect(tensor, vector)
        for (index, value) in try header.integers(tensor, in: file).enumerated() {
          guard let distance = Int32(exactly: value), distance >= -1 else {
            throw TokenMapFormatError.value(place: "distance[\(index)]", reason: "\(value) is no distance")
          }
          map[index].distance = distance
        }
      }
      if let tensor = header["match"] {
        try expect(tensor, vector)
        for (index, flag) in try header.integers(tensor, in: file).enumerated() where flag != 0 {
          guard flag == 1, map.ids[index] >= 0 else {
            throw TokenMapFormatError.value(
              place: "match[\(index)]", reason: "\(flag) where the id is \(map.ids[index])")
          }
          map[index].method = .exact
        }
      }
      try readSequences(header, file, into: &map)
      map.source = try side(header.metadata, "source")
      map.target = try side(header.metadata, "target")
      try checkFigures(map.source, "\(TokenMapSection.metadata).source_", rows: map.count)
      try checkFigures(map.target, "\(TokenMapSection.metadata).target_", rows: nil)
      try checkColumns(map) { "match[\($0)]" }
      return TokenMapInput(map: map, format: .safetensors, notes: widthNotes(map))
    }
  }

  private static func readSequences(
    _ header: SafetensorsHeader, _ file: UnsafeRawBufferPointer, into map: inout TokenMap
  ) throws {
    guard let indices = header["indices"] else {
      guard header["weights"] == nil else { throw SafetensorsError.missingTensor("indices") }
      guard header.metadata["combine"] == nil else { throw SafetensorsError.missingTensor("indices") }
      return
    }
    guard let weights = header["weights"] else { throw SafetensorsError.missingTensor("weights") }
    let width = indices.shape.last ?? 0
    try expect(indices, [map.count, width])
    try expect(weights, [map.count, width])
    let targets = try ids(try header.integers(indices, in: file), "indices")
    let shares = try header.floats(weights, in: file)
    let named = header.metadata["combine"] ?? TargetSequence.Combination.mean.rawValue
    guard let combination = TargetSequence.Combination(rawValue: named) else {
      throw TokenMapFormatError.value(
        place: "\(TokenMapSection.metadata).combine", reason: "mean or max expected")
    }
    for row in 0..<map.count {
      let cells = row * width..<(row + 1) * width
      let length = targets[cells].prefix { $0 >= 0 }.count
      guard targets[cells].dropFirst(length).allSatisfy({ $0 < 0 }) else {
        throw TokenMapFormatError.value(place: "indices[\(row)]", reason: "an id after the padding")
      }
      guard length == 0 ? map.ids[row] < 0 : targets[cells.lowerBound] == map.ids[row] else {
        throw TokenMapFormatError.value(
          place: "indices[\(row)]", reason: "does not begin with the entry's id")
      }
      try checkPadding(shares[cells], from: length, row: row)
      guard length > 1 else { continue }
      let sequence = try sequence(
        Array(targets[cells].prefix(length)), Array(shares[cells].prefix(length)), combination,
        at: "row \(row)")
      map[row] = MapEntry(sequence, method: map.methods[row], distance: map.distances[row])
    }
  }

  /// Refuses weights of what has no target, and a lone target whose weight is not 1.
  private static func checkPadding(
    _ weights: ArraySlice<Float>, from length: Int, row: Int
  ) throws(TokenMapFormatError) {
    if let place = weights.dropFirst(length).firstIndex(where: { $0 != 0 }) {
      throw .value(
        place: "weights[\(row)]",
        reason: "\(weights[place]) at place \(place - weights.startIndex), where there is no id")
    }
    if length == 1, let weight = weights.first, !TargetSequence.isWhole([weight], of: 1) {
      throw .value(place: "weights[\(row)]", reason: "\(weight) of a lone target, 1 expected")
    }
  }

  private static func expect(_ tensor: SafetensorsHeader.Tensor, _ shape: [Int]) throws(SafetensorsError) {
    guard tensor.shape == shape else {
      throw .unexpected(tensor: tensor.name, found: "shape \(tensor.shape)", wanted: "\(shape)")
    }
  }

  /// What the texts about the file say of a vocabulary.
  private static func side(_ metadata: [String: String], _ name: String) throws(TokenMapFormatError)
    -> MapSide
  {
    func count(_ key: String) throws(TokenMapFormatError) -> Int? {
      guard let text = metadata["\(name)_\(key)"] else { return nil }
      guard let number = canonicalID(text.utf8), idRange.contains(number) else {
        throw .value(
          place: "\(TokenMapSection.metadata).\(name)_\(key)",
          reason: "a number from 0 to \(idRange.upperBound) expected")
      }
      return number
    }
    var side = MapSide(
      name: metadata["\(name)_name"] ?? "", tokens: try count("tokens"), maxID: try count("max_id"),
      logitsWidth: try count("logits_width"))
    if let text = metadata["\(name)_fingerprint"] {
      guard let fingerprint = SHA256Digest(hex: text) else {
        throw .value(
          place: "\(TokenMapSection.metadata).\(name)_fingerprint", reason: "64 hexadecimal digits expected")
      }
      side.fingerprint = fingerprint
    }
    return side
  }
}

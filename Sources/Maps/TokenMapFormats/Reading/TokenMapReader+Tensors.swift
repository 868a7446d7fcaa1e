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
    try withFile(distancePath) {
      var distances: [ByteKey: Int32] = [:]
      try JSONDocument(text).root.forEachMember { key, value in
        let distance = value.double.flatMap { Int32(exactly: $0) }
        guard let distance, distance >= 0 else {
          throw TokenMapFormatError.value(
            place: String(decoding: key, as: UTF8.self), reason: "a distance of 0 or more expected")
        }
        distances[ByteKey(key)] = distance
      }
      for id in map.ids.indices where id < names.count && names.isToken(id) && map.ids[id] >= 0 {
        guard let distance = distances[ByteKey(names[id])] else { continue }
        map[id].distance = distance
        if distance == 0 { map[id].method = .exact }
      }
    }
    return TokenMapInput(map: map, format: .tokenkit, notes: [])
  }

  static func safetensors(_ bytes: [UInt8]) throws -> TokenMapInput {
    try bytes.withUnsafeBytes { file in
      let header = try SafetensorsHeader(parsing: file)
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
      map.source = side(header.metadata, "source")
      map.target = side(header.metadata, "target")
      return TokenMapInput(map: map, format: .safetensors, notes: [])
    }
  }

  private static func readSequences(
    _ header: SafetensorsHeader, _ file: UnsafeRawBufferPointer, into map: inout TokenMap
  ) throws {
    guard let indices = header["indices"] else { return }
    guard let weights = header["weights"] else { throw SafetensorsError.missingTensor("weights") }
    let width = indices.shape.last ?? 0
    try expect(indices, [map.count, width])
    try expect(weights, [map.count, width])
    let targets = try ids(try header.integers(indices, in: file), "indices")
    let shares = try header.floats(weights, in: file)
    let combination = header.metadata["combine"].flatMap { TargetSequence.Combination(rawValue: $0) } ?? .mean
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
      guard length > 1 else { continue }
      let sequence = try sequence(
        Array(targets[cells].prefix(length)), Array(shares[cells].prefix(length)), combination,
        at: "row \(row)")
      map[row] = MapEntry(sequence, method: map.methods[row], distance: map.distances[row])
    }
  }

  private static func expect(_ tensor: SafetensorsHeader.Tensor, _ shape: [Int]) throws(SafetensorsError) {
    guard tensor.shape == shape else {
      throw .unexpected(tensor: tensor.name, found: "shape \(tensor.shape)", wanted: "\(shape)")
    }
  }

  /// What the writer's free texts say of a vocabulary; what they say wrongly is passed over.
  private static func side(_ metadata: [String: String], _ name: String) -> MapSide {
    func count(_ key: String) -> Int? {
      metadata["\(name)_\(key)"].flatMap { Int($0) }.flatMap {
        (0...idRange.upperBound).contains($0) ? $0 : nil
      }
    }
    return MapSide(
      name: metadata["\(name)_name"] ?? "", tokens: count("tokens"), maxID: count("max_id"),
      logitsWidth: count("logits_width"),
      fingerprint: metadata["\(name)_fingerprint"].flatMap { SHA256Digest(hex: $0) })
  }
}

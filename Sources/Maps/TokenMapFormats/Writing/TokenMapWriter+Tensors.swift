import CMCAlignment
import CMCFastJSON
import CMCHashing
import CMCNumPyFiles
import CMCSafetensors

extension TokenMapWriter {
  static func npy(_ map: TokenMap, _ path: String) -> TokenMapOutput {
    TokenMapOutput(
      files: [(path, NumPyArray(map.ids.map { Int64($0) }).encoded())], dropped: dropped(map, keeps: []))
  }

  /// Tensors by source id: `user_to_delta` [V], `match` [V], `distance` [V], and where there are sequences `indices`
  /// [V, k] padded with -1 and `weights` [V, k] padded with 0.
  static func safetensors(_ map: TokenMap, _ path: String) -> TokenMapOutput {
    let combinations = Set(map.sequences.values.map(\.combination.rawValue))
    var metadata: [(key: String, value: String)] = [("format", "cmc token map")]
    for (name, side) in [("source", map.source), ("target", map.target)] {
      if !side.name.isEmpty { metadata.append(("\(name)_name", side.name)) }
      if let tokens = side.tokens { metadata.append(("\(name)_tokens", "\(tokens)")) }
      if let maxID = side.maxID { metadata.append(("\(name)_max_id", "\(maxID)")) }
      if let width = side.logitsWidth { metadata.append(("\(name)_logits_width", "\(width)")) }
      if let fingerprint = side.fingerprint { metadata.append(("\(name)_fingerprint", fingerprint.hex)) }
    }
    if let combination = combinations.first, combinations.count == 1 {
      metadata.append(("combine", combination))
    }
    var writer = SafetensorsWriter(metadata: metadata)
    writer.add("user_to_delta", map.ids.map { Int64($0) })
    writer.add("match", map.ids.indices.map { map.isMatch($0) ? UInt8(1) : 0 })
    writer.add("distance", map.distances)
    if let width = map.sequences.values.map(\.ids.count).max() {
      var indices = [Int64](repeating: -1, count: map.count * width)
      var weights = [Float](repeating: 0, count: map.count * width)
      for (source, id) in map.ids.enumerated() where id >= 0 {
        let sequence = map.sequences[Int32(source)]
        for (place, id) in (sequence?.ids ?? [id]).enumerated() {
          indices[source * width + place] = Int64(id)
          weights[source * width + place] = sequence?.weights[place] ?? 1
        }
      }
      writer.add("indices", indices, shape: [map.count, width])
      writer.add("weights", weights, shape: [map.count, width])
    }
    var kept: Set<KeptContent> = [.vocabularies, .match, .distances, .sequences]
    if combinations.count == 1 { kept.insert(.weights) }
    return TokenMapOutput(files: [(path, writer.encoded())], dropped: dropped(map, keeps: kept))
  }

  /// tokenkit's folder: ids as a vector, and an object of piece (in GPT-2's alphabet) and distance.
  static func tokenkit(
    _ map: TokenMap, _ path: String, _ options: TokenMapWriteOptions
  ) throws -> TokenMapOutput {
    let names = try PieceNames.byteLevel(map.source, options.sourcePieces, format: .tokenkit)
    guard names.count <= map.count else {
      throw TokenMapFormatError.sizes("the map", map.count, "the source vocabulary", names.count)
    }
    let (order, duplicates) = names.distinct()
    var distances = JSONWriter(.python(indent: 4))
    distances.object { json in
      for (first, last) in order where map.distances[last] >= 0 {
        json.key(utf8: names[first])
        json.value(map.distances[last])
      }
    }
    let folder = path.hasSuffix("/") ? path : path + "/"
    return TokenMapOutput(
      files: [
        (folder + "mined_mapping.npy", NumPyArray(map.ids).encoded()),
        (folder + "mined_distances.json", distances.bytes),
      ],
      dropped: dropped(map, keeps: [.distances]) + (duplicates > 0 ? [.duplicatePieces(duplicates)] : []))
  }
}

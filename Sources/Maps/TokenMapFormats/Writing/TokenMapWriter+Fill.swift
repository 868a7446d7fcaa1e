import CMCAlignment
import CMCVocabulary

extension TokenMapWriter {
  /// Gives a target to every entry without one, by the policy.
  ///
  /// - Returns: How many entries got one.
  static func fill(_ map: inout TokenMap, format: TokenMapFormat, options: TokenMapWriteOptions) throws -> Int
  {
    // Where entries go by their names, a hole has none and needs none.
    let unmatched = map.ids.indices.filter { id in
      map.ids[id] < 0 && !(format == .fusellm && map.source.kind(Int32(id)) == .hole)
    }
    guard !unmatched.isEmpty else { return 0 }
    switch options.fill {
    case .error: throw TokenMapFormatError.unmatched(count: unmatched.count, format: format)
    case .unk:
      guard let unknown = options.unknownTargetID else { throw TokenMapFormatError.nothingToFillWith(.unk) }
      for source in unmatched {
        map[source] = MapEntry(id: unknown, method: .edit, distance: TokenMap.noDistance)
      }
    case .nearest:
      let nearest = try NearestPiece(map, options, format: format)
      for source in unmatched {
        // What is no text is not filled with text: a model that meets it must not read words.
        if map.source.kind(Int32(source)) == .special, map.target.kinds != nil {
          guard let id = options.unknownTargetID ?? nearest.specialTarget(of: source) else {
            throw TokenMapFormatError.nothingToFillWith(.nearest)
          }
          map[source] = MapEntry(id: id, method: .edit, distance: TokenMap.noDistance)
          continue
        }
        let found = try options.fillNearest.map { try $0(Int32(source)) } ?? nearest.target(of: source)
        guard let id = found ?? nearest.target(of: source) else {
          throw TokenMapFormatError.nothingToFillWith(.nearest)
        }
        map[source] = MapEntry(id: id, method: .edit, distance: nearest.distance(source, id))
      }
    }
    return unmatched.count
  }
}

package import CMCAlignment

/// Turns token maps into the files of every format.
package enum TokenMapWriter {
  /// The files of a map in a format; nothing is written to disk.
  ///
  /// - Parameters:
  ///   - map: The map; ids beyond the target's highest are written as unmatched, but for the CMC formats, which keep
  ///     them as the reference does.
  ///   - format: The format.
  ///   - path: The file, the folder (`tokenkit`), or the prefix P (CMC formats).
  ///   - options: What the format needs beside the map.
  /// - Throws: ``TokenMapFormatError``.
  /// - Complexity: O(rows + bytes written), but for `nearest` without a function.
  package static func files(
    for map: TokenMap, format: TokenMapFormat, at path: String,
    options: TokenMapWriteOptions = TokenMapWriteOptions()
  ) throws -> TokenMapOutput {
    var map = map
    var dropped: [DroppedContent] = []
    if format != .cmcOneToOne, format != .cmcOneToMany {
      let beyond = map.unmatchIDsBeyondTarget()
      if beyond > 0 { dropped.append(.idsBeyondTarget(beyond)) }
    }
    if format == .fusellm || format == .pairs && options.pairsOfPieces {
      try requireSpelling(options, format: format)
    }
    if !format.canSayUnmatched {
      let filled = try fill(&map, format: format, options: options)
      if filled > 0 { dropped.append(.unmatched(filled, options.fill)) }
    }
    var output: TokenMapOutput
    switch format {
    case .json: output = json(map, path, options)
    case .cmcOneToOne: output = try cmcOneToOne(map, path, options)
    case .cmcOneToMany: output = try cmcOneToMany(map, path)
    case .npy: output = npy(map, path)
    case .safetensors: output = safetensors(map, path)
    case .tokenkit: output = try tokenkit(map, path, options)
    case .dskd, .tokalign: output = idObject(map, path)
    case .fusellm: output = try fusellm(map, path, options)
    case .pairs: output = try pairs(map, path, options)
    }
    output.dropped = dropped + output.dropped
    return output
  }

  /// What a format that knows nothing but ids (and what `keeps` names) drops of a map.
  static func dropped(_ map: TokenMap, keeps: Set<KeptContent>) -> [DroppedContent] {
    var dropped: [DroppedContent] = []
    if !keeps.contains(.vocabularies), map.source.isKnown || map.target.isKnown {
      dropped.append(.vocabularies)
    }
    let sides = [map.source, map.target]
    if keeps.contains(.pieces) {
      if sides.contains(where: { $0.kinds != nil }) { dropped.append(.kinds) }
    } else if sides.contains(where: { $0.pieces != nil || $0.kinds != nil }) {
      dropped.append(.pieces)
    }
    if !keeps.contains(.methods) { dropped.append(keeps.contains(.match) ? .methodsButMatch : .methods) }
    if !keeps.contains(.distances) { dropped.append(.distances) }
    if !map.sequences.isEmpty {
      if !keeps.contains(.sequences) { dropped.append(.sequences(map.sequences.count)) }
      if keeps.contains(.sequences), !keeps.contains(.weights) { dropped.append(.weights) }
    }
    if !map.overrides.isEmpty, !keeps.contains(.overrides) { dropped.append(.overrides) }
    return dropped
  }

  /// What formats can keep beside ids; pieces are those of the entries that have a target.
  enum KeptContent {
    case vocabularies, pieces, methods, match, distances, sequences, weights, overrides
  }
}

extension MapSide {
  /// Whether anything but the tokens is known.
  fileprivate var isKnown: Bool {
    !name.isEmpty || tokens != nil || maxID != nil || logitsWidth != nil || fingerprint != nil
  }
}

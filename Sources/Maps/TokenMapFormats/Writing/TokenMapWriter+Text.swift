import CMCAlignment
import CMCFastJSON

extension TokenMapWriter {
  /// An object of all source ids, ascending, and their target ids.
  static func idObject(_ map: TokenMap, _ path: String) -> TokenMapOutput {
    var json = JSONWriter(.compact)
    json.object { json in
      for (source, id) in map.ids.enumerated() { json.member("\(source)", id) }
    }
    return TokenMapOutput(files: [(path, json.bytes)], dropped: dropped(map, keeps: []))
  }

  /// An object of FuseLLM's name of each source token, and the target's piece; complete, as every token is looked up.
  static func fusellm(_ map: TokenMap, _ path: String, _ options: TokenMapWriteOptions) throws
    -> TokenMapOutput
  {
    let (lines, duplicates) = try pieces(of: map, options, format: .fusellm)
    var json = JSONWriter(.readable)
    json.object { json in
      for (source, target) in lines {
        json.key(utf8: source)
        json.value(utf8: target)
      }
    }
    return TokenMapOutput(
      files: [(path, json.bytes + [UInt8(ascii: "\n")])],
      dropped: dropped(map, keeps: [.pieces]) + (duplicates > 0 ? [.duplicatePieces(duplicates)] : []))
  }

  /// Refuses where a tokenizer's own spelling is not known: a map's file has the text of its tokens, not what another
  /// program will ask for.
  static func requireSpelling(_ options: TokenMapWriteOptions, format: TokenMapFormat) throws {
    for (side, table) in [("source", options.sourcePieces), ("target", options.targetPieces)]
    where table == nil {
      throw TokenMapFormatError.piecesNeeded(side: side, format: format)
    }
  }

  /// Lines of source and target with a TAB between; what has no target is absent.
  static func pairs(_ map: TokenMap, _ path: String, _ options: TokenMapWriteOptions) throws -> TokenMapOutput
  {
    var text: [UInt8] = []
    var dropped = dropped(map, keeps: options.pairsOfPieces ? [.pieces] : [])
    if options.pairsOfPieces {
      let (lines, duplicates) = try pieces(of: map, options, format: .pairs)
      for (source, target) in lines {
        for (piece, end) in [(source, UInt8(ascii: "\t")), (target, UInt8(ascii: "\n"))] {
          var json = JSONWriter(.compact)
          json.value(utf8: piece)
          text.append(contentsOf: json.bytes)
          text.append(end)
        }
      }
      if duplicates > 0 { dropped.append(.duplicatePieces(duplicates)) }
    } else {
      for (source, id) in map.ids.enumerated() where id >= 0 {
        text.append(contentsOf: "\(source)\t\(id)\n".utf8)
      }
      let trailing = map.ids.reversed().prefix { $0 < 0 }.count
      if trailing > 0 { dropped.append(.trailingRows(trailing)) }
    }
    return TokenMapOutput(files: [(path, text)], dropped: dropped)
  }

  /// The pieces of each entry that has a target; of entries with one name the last, at the place of the first.
  private static func pieces(
    of map: TokenMap, _ options: TokenMapWriteOptions, format: TokenMapFormat
  ) throws -> (lines: [(source: ArraySlice<UInt8>, target: ArraySlice<UInt8>)], duplicates: Int) {
    var sources = try PieceNames.raw(map.source, options.sourcePieces, side: "source", format: format)
    let targets = try PieceNames.raw(map.target, options.targetPieces, side: "target", format: format)
    if format == .fusellm { sources = sources.renamed(FuseLLMSpelling(sources, targets).key) }
    let (order, duplicates) = sources.distinct()
    var lines: [(source: ArraySlice<UInt8>, target: ArraySlice<UInt8>)] = []
    lines.reserveCapacity(order.count)
    for (_, last) in order where last < map.count && map.ids[last] >= 0 {
      let id = Int(map.ids[last])
      guard id < targets.count else {
        throw TokenMapFormatError.sizes("the target vocabulary", targets.count, "the map's targets", id + 1)
      }
      lines.append((sources[last], targets[id]))
    }
    return (lines, duplicates)
  }
}

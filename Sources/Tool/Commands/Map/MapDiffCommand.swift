internal import ArgumentParser
internal import CMCAlignment
internal import CMCFastJSON
internal import CMCPrimitives
internal import CMCVocabulary

/// `cmc map diff`: what changed between two maps.
struct MapDiffCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Compare two maps of the same vocabularies: which tokens changed target, method or distance.",
    discussion: """
      EXAMPLES
        cmc map diff old.json new.json
        cmc map diff map.json map.npy --targets-only --exit-code
        cmc map diff a.json b.json --from-first dskd --from-second tokalign
      """)

  @Argument(help: ArgumentHelp("The map before.", valueName: "first"))
  var first: String

  @Argument(help: ArgumentHelp("The map after.", valueName: "second"))
  var second: String

  @OptionGroup var input: MapInputOptions

  @Option(
    help: ArgumentHelp("List at most so many changes; 0 for all. --json and --tsv list all.", valueName: "n"))
  var limit = 50

  @OptionGroup var formats: TwoMapFormats

  @Flag(help: "Compare targets alone: another method or distance is no change.")
  var targetsOnly = false

  @Flag(help: "End with exit code 2 where the maps differ, for use in continuous integration.")
  var exitCode = false

  @Flag(help: "Print the changes as tab-separated values.")
  var tsv = false

  @OptionGroup var common: CommonOptions

  func validate() throws {
    if tsv, common.json { throw ValidationError("Choose one of --tsv and --json.") }
    if limit < 0 { throw ValidationError("--limit must not be negative.") }
  }

  func run() throws {
    let known = try input.vocabularies.load(common)
    let (before, after) = (
      try input.load(first, known, from: formats.fromFirst, common),
      try input.load(second, known, from: formats.fromSecond, common)
    )
    var diff = try withFile(second) { try TokenMapDiff(from: before, to: after) }
    if targetsOnly { diff.changes.removeAll { !$0.changesTarget } }
    for note in diff.notes { common.note(note) }
    if tsv {
      try StandardOutput.write(MapDiffRendering.table(diff.changes[...], isShortened: false).tabSeparated())
    } else {
      try common.show(
        MapDiffRendering.line(diff),
        text: MapDiffRendering.text(diff, limit: limit == 0 ? diff.changes.count : limit),
        json: MapDiffRendering.json(diff))
    }
    if exitCode, !diff.changes.isEmpty { throw ExitCode(2) }
  }
}

/// The result of `cmc map diff` as text and as JSON.
enum MapDiffRendering {
  /// The counts.
  static func line(_ diff: TokenMapDiff) -> String {
    figures(diff).map { "\($0.label) \(grouped($0.count))" }.joined(separator: ", ")
  }

  /// Counts, then the changes.
  static func text(_ diff: TokenMapDiff, limit: Int) -> String {
    var counts = TextTable([("", .left), ("", .right)])
    for figure in figures(diff) { counts.add([figure.label, grouped(figure.count)]) }
    guard !diff.changes.isEmpty else { return counts.text() }
    let more = diff.changes.count - limit
    return counts.text() + "\n" + table(diff.changes.prefix(limit), isShortened: true).text()
      + (more > 0 ? "… and \(grouped(more)) more changes (--limit 0 lists all)\n" : "")
  }

  /// A row a change.
  static func table(_ changes: ArraySlice<TokenMapDiff.Change>, isShortened: Bool) -> TextTable {
    var table = TextTable([
      ("token", .left), ("id", .right), ("target before", .left), ("id", .right), ("method", .left),
      ("distance", .right), ("target after", .left), ("id", .right), ("method", .left), ("distance", .right),
    ])
    for change in changes {
      let piece = change.token.label
      var cells = [isShortened ? shortened(piece) : piece, "\(change.token.id)"]
      for side in [change.before, change.after] {
        let (entry, target) = (side.entry, side.target?.label ?? "")
        let ids = entry.sequence.map { $0.ids.map(String.init).joined(separator: "+") } ?? "\(entry.id)"
        cells += [isShortened ? shortened(target) : target, ids, entry.method.name, "\(entry.distance)"]
      }
      table.add(cells)
    }
    return table
  }

  /// Schema `cmc.map.diff` version 1.
  static func json(_ diff: TokenMapDiff) -> [UInt8] {
    var json = JSONWriter(.readable)
    json.object { json in
      json.member("schema", "cmc.map.diff")
      json.member("version", 1)
      json.member("tool", ToolVersion.tool)
      for figure in figures(diff) { json.member(figure.key, figure.count) }
      json.key("changes")
      json.array { json in
        for change in diff.changes {
          json.object { json in
            json.member("id", change.token.id)
            json.member("piece", change.token.piece)
            for (key, side) in [("before", change.before), ("after", change.after)] {
              json.key(key)
              json.object { json in
                json.member("ids", side.entry.sequence?.ids ?? [side.entry.id])
                json.member("piece", side.target?.piece)
                json.member("method", side.entry.method.name)
                json.member("distance", side.entry.distance)
              }
            }
          }
        }
      }
    }
    return json.bytes + [UInt8(ascii: "\n")]
  }

  private static func figures(_ diff: TokenMapDiff) -> [(key: String, label: String, count: Int)] {
    [
      ("rows", "rows", diff.rows), ("changed", "changed", diff.changes.count),
      ("changed_target", "other target", diff.changedTargets),
      ("changed_method", "other method", diff.changedMethods),
      ("changed_distance", "other distance", diff.changedDistances),
      ("gained", "a target after only", diff.gained), ("lost", "a target before only", diff.lost),
    ]
  }
}

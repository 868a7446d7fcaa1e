internal import ArgumentParser
internal import CMCAlignment
internal import CMCFastJSON
internal import CMCTokenMapFormats
internal import CMCVocabulary
internal import CrossModelControl

/// `cmc map check`: whether a map is whole and good enough.
struct MapCheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Check a map: fingerprints, ranges, widths, completeness, and what you require of it.",
    discussion: """
      Exit code 2 where a check does not hold or none could be made, for use in continuous integration. Coverage is the share of tokens that \
      are not special and have a target; the exact share is that of targets with equal bytes.

      EXAMPLE
        cmc map check map.json --source a/ --target b/ --require-coverage 0.95 --require-roles bos,eos,end-of-turn
      """)

  @Argument(help: ArgumentHelp("The map.", valueName: "map"))
  var path: String

  @OptionGroup var input: MapInputOptions

  @Option(help: ArgumentHelp("The least coverage, from 0 to 1.", valueName: "share"))
  var requireCoverage: Double?

  @Option(help: ArgumentHelp("The least share of exact entries, from 0 to 1.", valueName: "share"))
  var requireExact: Double?

  @Option(
    help: ArgumentHelp(
      "Roles that must have a target, with commas between; needs --source.", valueName: "roles"))
  var requireRoles: String?

  @OptionGroup var common: CommonOptions

  func validate() throws {
    for (name, share) in [("--require-coverage", requireCoverage), ("--require-exact", requireExact)] {
      if let share, !(0...1).contains(share) { throw ValidationError("\(name) must be from 0 to 1.") }
    }
    _ = try roles()
    if requireRoles != nil, input.vocabularies.source == nil {
      throw ValidationError(
        "--require-roles needs --source: a map does not tell which tokens have which role.")
    }
  }

  private func roles() throws -> [TokenRole] {
    guard let requireRoles else { return [] }
    let known = TokenRole.allCases.map(\.name).joined(separator: ", ")
    let names = requireRoles.split(separator: ",")
    guard !names.isEmpty else { throw ValidationError("--require-roles names no role; there are \(known).") }
    return try names.map { name in
      guard let role = TokenRole(name: String(name)) else {
        throw ValidationError("--require-roles: '\(name)' is no role; there are \(known).")
      }
      return role
    }
  }

  func run() throws {
    let known = try input.vocabularies.load(common)
    let read = try known.readInput(path, from: input.from, observer: common.observer)
    let map = read.map
    let check = try TokenMapCheck(
      map, source: known.source, target: known.target,
      requirements: TokenMapRequirements(
        coverage: requireCoverage, exactShare: requireExact, roles: try roles()),
      isSourceStated: !read.isSourceGiven, isTargetStated: !read.isTargetGiven)
    let unstated = [("source", read.isSourceGiven), ("target", read.isTargetGiven)].filter(\.1).map(\.0)
    if !unstated.isEmpty {
      common.note(
        "the map does not say of which \(unstated.joined(separator: " and ")) it is: that cannot be checked")
    }
    let coverage = TokenMapCoverage(map)
    if coverage.basis == .allRows { common.note("coverage is that of \(coverage.basis.rawValue)") }
    try common.show(
      MapCheckRendering.verdict(check), text: MapCheckRendering.text(check, coverage),
      json: MapCheckRendering.json(check, coverage))
    if !check.passed { throw ExitCode(2) }
  }
}

/// The result of `cmc map check` as text and as JSON.
enum MapCheckRendering {
  /// A line a check, then coverage.
  static func text(_ check: TokenMapCheck, _ coverage: TokenMapCoverage) -> String {
    var table = TextTable([("check", .left), ("expected", .left), ("found", .left), ("", .left)])
    for result in check.results {
      table.add([result.name, result.expected, result.found, result.passed ? "ok" : "FAILED"])
    }
    let exact =
      coverage.unknown > 0
      ? "how many exact is not known of \(grouped(coverage.unknown)) (give --source and --target)"
      : "exact \(percent(coverage.exactShare))"
    return (check.results.isEmpty ? "" : table.text() + "\n")
      + "Coverage \(percent(coverage.coverage)) of \(grouped(coverage.total)), \(exact).\n\(verdict(check))\n"
  }

  /// The outcome in a sentence.
  static func verdict(_ check: TokenMapCheck) -> String {
    let failed = check.results.count { !$0.passed }
    if check.results.isEmpty {
      return
        "Nothing could be checked: the map says nothing of its vocabularies. Give --source and --target, or a requirement."
    }
    return failed == 0
      ? "All \(check.results.count) checks hold."
      : "\(failed) of \(check.results.count) checks do not hold."
  }

  /// Schema `cmc.map.check` version 1.
  static func json(_ check: TokenMapCheck, _ coverage: TokenMapCoverage) -> [UInt8] {
    var json = JSONWriter(.readable)
    json.object { json in
      json.member("schema", "cmc.map.check")
      json.member("version", 1)
      json.member("tool", ToolVersion.tool)
      json.member("passed", check.passed)
      json.member("coverage", coverage.coverage)
      if coverage.unknown == 0 {
        json.member("exact_share", coverage.exactShare)
      } else {
        json.key("exact_share")
        json.null()
        json.member("exact_unknown", coverage.unknown)
      }
      json.member("basis", coverage.basis.rawValue)
      json.key("checks")
      json.array { json in
        for result in check.results {
          json.object { json in
            json.member("name", result.name)
            json.member("expected", result.expected)
            json.member("found", result.found)
            json.member("passed", result.passed)
          }
        }
      }
    }
    return json.bytes + [UInt8(ascii: "\n")]
  }
}

internal import ArgumentParser
internal import CMCPrimitives

/// `cmc report`: pages of results that were saved as JSON.
struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Draw the pages of saved results again.",
    discussion: """
      Takes the JSON files of token maps (cmc align), traces (cmc generate --trace), sweeps (cmc sweep --json), \
      similarities (cmc similarity --json), atlases (cmc atlas) and the demonstration (cmc demo), and writes NAME.html \
      beside NAME.json, and the figures of similarities and sweeps as SVG and PNG. In a folder every file of these kinds \
      is drawn and the rest left alone, as is a page that cmc align --report drew, which shows more than the map's file can.

      EXAMPLES
        cmc report Reports
        cmc report trace.json
        cmc report map.json -o pages
      """)

  @Argument(help: ArgumentHelp("A folder, or files.", valueName: "path"))
  var paths: [String]

  @Option(name: .shortAndLong, help: ArgumentHelp("The folder the pages go to.", valueName: "folder"))
  var output: String?

  @OptionGroup var replacing: ReplacingOptions
  @OptionGroup var common: CommonOptions

  func run() throws {
    var written: [String] = []
    var kept = 0
    for path in paths {
      let isFolder = PathKind(path) == .directory
      let files =
        isFolder ? namesInFolder(path).filter { $0.hasSuffix(".json") }.map { "\(path)/\($0)" } : [path]
      for file in files {
        guard let result = try SavedResult.read(file, isOptional: isFolder) else { continue }
        let name = file.split(separator: "/").last.map(String.init) ?? file
        let stem = name.hasSuffix(".json") ? String(name.dropLast(5)) : name
        let folder = output ?? (file.contains("/") ? String(file.dropLast(name.count + 1)) : ".")
        let beginning = (folder == "." ? "" : folder + "/") + stem
        let drawn = try withFile(file) { try result.files() }
        let figures = drawn.map { beginning + $0.suffix }.filter { !$0.hasSuffix(".html") }
        FileRoles.shared.own(figures: figures, ofPage: beginning + ".html")
        // All or none: a page that stood there alone would claim the figures of the next run.
        let files = drawn.map { (path: beginning + $0.suffix, bytes: $0.bytes) }
        do {
          try writeResults(files)
        } catch let error as FileError where isFolder && error.underlying as? OutputConflict == .showsMore {
          common.note("\(error.path): shows more than \(file) can, and stays; --force draws it again")
          kept += 1
          continue
        }
        written += files.map(\.path)
      }
    }
    guard !written.isEmpty || kept > 0 else {
      throw FileError(path: paths.joined(separator: ", "), underlying: SavedResultError.none)
    }
    try common.showWritten(written, schema: "cmc.report", lead: "Written: ")
  }
}

public import ArgumentParser
internal import CMCFastJSON
internal import CMCLogitShift
internal import CMCPrimitives
internal import CMCReporting
internal import CMCResultCoding
public import CrossModelControl

extension RankingChoice: ExpressibleByArgument {}

/// `cmc similarity`: how alike the effects of tuning on two models, or on several, are.
struct SimilarityCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "similarity",
    abstract: "Measure how alike tuning changed the logits of two models, or of every pair of several.",
    discussion: """
      RUNs are folders of `cmc capture`. At each step the best columns of the first model are kept; the second model's are \
      carried over by --map. The centred cosine distance is 1 − the cosine of the shifts with each step's mean taken off: 0 \
      for the same, 1 for nothing in common. Beside it stand the paper's distance, the Sinkhorn divergence of the two clouds \
      of shifts divided by the number of columns, and that of centred shifts of unit length a step; exact transport, mean \
      absolute difference, cosine, Pearson, Spearman and KL, all with bootstrap intervals over prompts. How much of the \
      squared shifts is each step's mean is said too: the paper's distance and the plain cosine see mostly that.

      --cross RUN tests whether the first run is nearer to the second, tuned for the same, than to one of another task \
      (sign flips, one side). More than two runs give a matrix of all ordered pairs, and tasks are tested by the runs' --task. \
      What the map is worth show shuffled ones: target ids permuted freely, and within 20 strata of the first base model's \
      probability; p is that of a map that carries nothing, by sign flips over prompts.

      EXAMPLES
        cmc similarity runs/llama runs/mistral --map map.json
        cmc similarity runs/llama-alpaca runs/mistral-alpaca \\
          --cross runs/mistral-gsm8k --map map.json
        cmc similarity runs/a runs/b runs/c -o matrix.json
        cmc similarity runs/llama runs/mistral --report
            a page with intervals, tests and heat maps
        cmc similarity runs/llama runs/mistral --map map.json --json --rank-by both
      """)

  @Argument(help: ArgumentHelp("Runs, two or more; the first one's columns are kept.", valueName: "run"))
  var runs: [String]

  @Option(
    help: ArgumentHelp(
      "A map between vocabularies of runs; repeatable. Made of the runs' tokenizers where left out.",
      valueName: "map"))
  var map: [String] = []

  @Option(help: ArgumentHelp("A run of another task, to test the pair against.", valueName: "run"))
  var cross: String?

  @Option(help: ArgumentHelp("How many of the best columns a step keeps.", valueName: "n"))
  var top = 100

  @Option(
    help: ArgumentHelp(
      "Rank columns by the first model's base scores, its tuned scores, or once by each (both); auto is base within a vocabulary and tuned across two.",
      valueName: "rule"))
  var rankBy = RankingChoice.both

  @Option(help: ArgumentHelp("The exponent of the transport cost, 1 or 2.", valueName: "p"))
  var p = 2

  @Option(help: ArgumentHelp("The blur of the Sinkhorn divergence.", valueName: "length"))
  var blur = 0.01

  @Option(help: ArgumentHelp("How ε falls: geomloss or converged.", valueName: "schedule"))
  var schedule = "geomloss"

  @Option(help: ArgumentHelp("How many bootstrap resamples an interval has.", valueName: "n"))
  var resamples = 10_000

  @Option(help: ArgumentHelp("How many sign vectors the test draws, from 17 prompts on.", valueName: "n"))
  var draws = 100_000

  @Option(help: ArgumentHelp("How many shuffled maps the baseline has; 0 for none.", valueName: "n"))
  var shuffles = 20

  @Option(help: ArgumentHelp("Where the random numbers begin.", valueName: "n"))
  var seed: UInt64 = 1

  @Option(help: ArgumentHelp("How many prompts have their heat map in the result.", valueName: "n"))
  var heatMaps = 50

  @Option(
    help: ArgumentHelp(
      "Pair steps as another program does: cmc, the reference scripts.", valueName: "program"))
  var compat: AlignmentRules.Compatibility?

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "Write the result as JSON, with everything that is needed to draw it.", valueName: "file"))
  var output: String?

  @Option(
    defaultAsFlag: ReportPath.standard,
    help: ArgumentHelp(
      "Write an HTML page as well. Default: Reports/FIRST--SECOND--similarity.html.", valueName: "file.html"))
  var report: ReportPath?

  @OptionGroup var threading: ThreadOptions
  @OptionGroup var replacing: ReplacingOptions
  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard runs.count >= 2 else { throw ValidationError("Give two runs or more.") }
    if cross != nil, runs.count > 2 { throw ValidationError("--cross goes with two runs.") }
  }

  func run() throws {
    try requireDifferentNames([output, report?.path])
    try prepareOutputs(output, form: .marked(kind: schema))
    try prepareOutputs(report?.path, form: .marked(kind: "page"))
    var settings = SimilaritySettings()
    settings.top = top
    settings.exponent = p
    settings.blur = blur
    settings.schedule = schedule
    settings.resamples = resamples
    settings.draws = draws
    settings.shuffles = shuffles
    settings.seed = seed
    settings.heatMaps = heatMaps
    settings.isReferenceCompatible = compat == .cmc
    let observer = common.observer
    let opened = try runs.map { try CaptureRun(path: $0) }
    let other = try cross.map { try CaptureRun(path: $0) }
    let study = try SimilarityStudy(settings, maps: map, threads: threading.threads, observer: observer)
    let run = try study.run(of: opened + [other].compactMap(\.self), ranking: rankBy)
    // What would be refused at the end is refused before anything is computed.
    try prepareOutputs(output, form: .beginning(Self.beginning(schema, run)))
    if let path = report?.path {
      let page = DefaultPage(path, name: "", kind: "similarity", of: [])
      try prepareOutputs(path, form: page.form(run: run))
    }
    let json: [UInt8]
    let text: String
    let line: String
    let place: DefaultPage?
    let page: [UInt8]?
    if opened.count == 2 {
      let result = try study.compare(opened[0], opened[1], cross: other, ranking: rankBy)
      observer.finishProgress()
      for note in result.notes { common.note(note) }
      json = try ResultCoding.encode(result)
      text = SimilarityRendering.text(result)
      line = SimilarityRendering.line(result)
      place = self.place("\(result.first.label)--\(result.second.label)", run)
      page = try place.map { try SimilarityReport(result).html(source: $0.source) }
    } else {
      let result = try study.matrix(opened, ranking: rankBy)
      observer.finishProgress()
      for note in result.notes { common.note(note) }
      json = try ResultCoding.encode(result)
      text = MatrixRendering.text(result)
      line = "\(result.runs.count) runs, \(result.prompts.count) prompts"
      place = self.place("\(result.runs.count)-runs", run)
      page = try place.map { try SimilarityMatrixReport(result).html(source: $0.source) }
    }
    var files = output.map { [(path: $0, bytes: json)] } ?? []
    if let place, let page { files.append((place.path, page)) }
    try writeResults(files)
    if let place { common.note("the page is \(place.path)") }
    try common.show(line, text: text, json: json)
  }

  private var schema: String { runs.count == 2 ? "cmc.similarity" : "cmc.similarity-matrix" }

  /// What a result says of itself.
  private static func beginning(_ schema: String, _ run: String) -> [UInt8] {
    var json = JSONWriter(.compact)
    json.object { json in
      json.member("schema", schema)
      json.member("run", run)
    }
    return json.bytes
  }

  /// Where the page goes, where one is wanted.
  private func place(_ name: String, _ run: String) -> DefaultPage? {
    report.map { DefaultPage($0.path, name: name, kind: "similarity", of: runs, run: run) }
  }
}

internal import CMCLogitShift
internal import CMCMarkup
internal import CMCPrimitives

/// What the pages of a pair and of a matrix of runs share.
enum SimilarityParts {
  /// A measure's value, as the command has it.
  static func number(_ value: Double?) -> String { NumberText.significant(value) }

  /// An interval, or that there is none.
  static func interval(_ interval: ConfidenceInterval?) -> String {
    interval.map { "\(number($0.low)) – \(number($0.high))" } ?? "no interval"
  }

  /// A measure's name for narrow columns.
  static func shortTitle(_ measure: SimilarityMeasure) -> String {
    switch measure {
    case .centredCosineDistance: "Centred"
    case .sinkhorn: "Sinkhorn"
    case .centredUnitSinkhorn: "Centred S."
    case .exact: "Exact"
    case .meanAbsoluteDifference: "Mean abs."
    case .cosine: "Cosine"
    case .pearson: "Pearson"
    case .spearman: "Spearman"
    case .divergence: "KL"
    }
  }

  /// What a reader should know.
  static func notes(_ notes: [String]) -> Element {
    Parts.section("notes", "Notes") {
      Element("ul") { notes.map { Element("li", text: $0) } }
    }
  }

  /// The test of same against cross task, with its per-prompt differences.
  static func test(_ test: PairedTest) throws -> [Node] {
    let figure = try DifferenceFigure(test: test).figure.scrolling()
    return [
      .element(Element("h3", text: "Same task against another task, \(test.measure.title)")),
      .element(
        Parts.facts([
          ("Measure", .text(test.measure.title)), ("Same task", .text(number(test.sameMean))),
          ("Other task", .text(number(test.crossMean))),
          ("Mean difference", .text("\(number(test.meanDifference)), \(interval(test.interval))")),
          (
            "p",
            .text(
              "\(NumberText.probability(test.p)) (sign flips, \(test.vectors); so many prompts can reach \(NumberText.probability(test.smallestPossible)))"
            )
          ), ("Groups", .text(test.groups)),
        ])),
      .element(
        Element("figure", ["class": "figure"]) {
          figure
          Element(
            "figcaption",
            text:
              "Same-task less other-task distance of each prompt; to the left of 0 the same task is closer.")
        }),
    ]
  }

  /// What the map is worth: distances through it and through maps that know nothing.
  static func nulls(_ nulls: [ShuffledMapNull]) -> [Node] {
    guard let first = nulls.first else { return [] }
    let names = [
      ("Measure", false), ("Shuffled", false), ("Map", true), ("Shuffled maps", true), ("Range", true),
      ("As small", true), ("p", true),
    ]
    return [
      .element(Element("h3", text: "Through shuffled maps")),
      .element(
        Element(
          "p", ["class": "note"],
          text:
            "\(first.values.count) maps of each kind whose target ids are permuted: among all entries of equal method, or within 20 strata of the first base model's probability. p is that of a map that carries nothing, by sign flips of the prompts' differences."
        )),
      .element(
        Element(
          "div",
          ["class": "scroll", "tabindex": "0", "role": "region", "aria-label": "Through shuffled maps"]
        ) {
          Element("table") {
            Element("thead") {
              Element("tr") {
                names.map {
                  Element("th", ["scope": "col", "class": $0.1 ? "num" : "text"], text: $0.0)
                }
              }
            }
            Element("tbody") { nulls.map { row($0) } }
          }
        }),
      .element(Parts.facts([("Seeds", .text(first.seeds.map { "\($0)" }.joined(separator: ", ")))])),
    ]
  }

  private static func row(_ null: ShuffledMapNull) -> Element {
    Element("tr") {
      Element("th", ["scope": "row"], text: null.measure.title)
      Element("td", text: (null.permutation ?? .free).title)
      [
        number(null.observed), number(null.mean), "\(number(null.least)) – \(number(null.largest))",
        "\(null.asSmall) of \(null.values.count)", NumberText.probability(null.test?.p),
      ].map { Element("td", ["class": "num"], text: $0) }
    }
  }

  /// What is said of a run.
  static func run(_ title: String, _ run: RunSummary) -> Element {
    Element("div") {
      Element("h3", text: title)
      Parts.facts([
        ("Name", .text(run.label)), ("Task", run.task.map { .text($0) }), ("Untuned", .text(run.base)),
        ("Tuned", .text(run.tuned)), ("Tokenizer", .text(run.tokenizer)),
        ("Fingerprint", run.fingerprint.map { .element(Element("code", text: $0)) }),
        (
          "Columns",
          .text("\(NumberText.grouped(run.width))\(run.kept.map { ", \($0) kept a step" } ?? ", all kept")")
        ),
      ])
    }
  }

  /// What was asked for.
  static func settings(_ settings: SimilaritySettings) -> [(String, Node?)] {
    [
      ("Columns kept", .text("top \(settings.top)")),
      (
        "Sinkhorn",
        .text(
          "p = \(settings.exponent), blur \(settings.blur), schedule \(settings.schedule), \(settings.debias ? "debiased" : "with entropic bias")"
        )
      ),
      (
        "Intervals",
        .text(
          "bootstrap over prompts, \(NumberText.grouped(settings.resamples)) resamples, \(NumberText.percent(settings.level, digits: 0))"
        )
      ), ("Seed", .text("\(settings.seed)")),
      (
        "Pairing",
        settings.isReferenceCompatible
          ? .text("as the reference scripts, off by one across vocabularies") : nil
      ),
    ]
  }
}

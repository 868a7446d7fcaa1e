package import CMCFastJSON

/// What was measured of a file of pairs, and how it is written as JSON.
public struct BiasPairFile: Sendable, Equatable {
  /// What was run, in words: the models and how they were joined.
  public var system: String
  /// The file of pairs.
  public var data: String
  /// Every pair.
  public var items: [BiasPairItem]
  /// A row for each attribute, and one of all pairs.
  public var table: [BiasPairSummary]
  /// The seed of the intervals.
  public var seed: UInt64
  /// The digest of all that decided what was measured; nil where nobody asked for it.
  package var run: String?

  /// Summarises what was measured.
  public init(system: String, data: String, items: [BiasPairItem], seed: UInt64) {
    (self.system, self.data, self.items, self.seed) = (system, data, items, seed)
    table = BiasPairSummary.table(items, resampling: Resampling(seed: seed))
  }

  /// How many pairs could not be measured.
  public var failed: Int { items.count { $0.error != nil } }

  /// The file's text.
  public func encoded(tool: String, includesItems: Bool = true) -> [UInt8] {
    var json = JSONWriter(.readable)
    json.object { json in
      Self.writeHead(tool: tool, run: run, system: system, data: data, &json)
      json.member("pairs_count", items.count)
      json.member("errors", failed)
      json.member("seed", seed)
      json.key("table")
      json.array { json in for row in table { Self.write(row, &json) } }
      if includesItems {
        json.key("items")
        json.array { json in for item in items { Self.write(item, &json) } }
      }
    }
    json.endLine()
    return json.bytes
  }

  /// What a file that is not there yet will begin with, in an object of its own.
  package static func beginning(tool: String, run: String, system: String, data: String) -> [UInt8] {
    var json = JSONWriter(.readable)
    json.object { writeHead(tool: tool, run: run, system: system, data: data, &$0) }
    return json.bytes
  }

  private static func writeHead(
    tool: String, run: String?, system: String, data: String, _ json: inout JSONWriter
  ) {
    json.member("schema", "cmc.bias-pairs")
    json.member("version", 1)
    json.member("tool", tool)
    if let run { json.member("run", run) }
    json.member("system", system)
    json.member("data", data)
  }

  private static func write(_ row: BiasPairSummary, _ json: inout JSONWriter) {
    json.object { json in
      // A row without one is of all pairs.
      if let attribute = row.attribute { json.member("attribute", attribute) }
      json.member("pairs", row.before.difference.count)
      for (name, figures) in [("before", row.before), ("after", row.after), ("change", row.change)] {
        guard let figures else { continue }
        json.key(name)
        json.object { json in
          for (name, estimate) in [("difference", figures.difference), ("magnitude", figures.magnitude)] {
            json.key(name)
            json.object { json in
              json.member("value", estimate.value)
              json.member("low", estimate.low)
              json.member("high", estimate.high)
            }
          }
        }
      }
    }
  }

  /// Writes a pair and its scores as an object.
  package static func write(_ item: BiasPairItem, _ json: inout JSONWriter) {
    json.object { json in
      json.member("number", item.number)
      json.member("attribute", item.pair.attribute)
      json.key("prompts")
      json.array { json in
        json.value(item.pair.first)
        json.value(item.pair.second)
      }
      json.member("continuation", item.pair.continuation)
      if let error = item.error {
        json.member("error", error)
        return
      }
      for (name, scores) in [("before", item.before), ("after", item.after)] {
        guard let scores else { continue }
        json.key(name)
        json.array { json in
          json.value(scores.first)
          json.value(scores.second)
        }
      }
    }
  }

  /// The pair and the scores of an object that ``write(_:_:)`` wrote.
  ///
  /// - Throws: `JSONError`, or a ``BiasPairError`` for what is no pair.
  package static func item(_ value: JSONValue) throws -> BiasPairItem {
    let number = try value.require("number").expect("an integer", \.int)
    func text(_ value: JSONValue) throws(JSONError) -> String { try value.expect("a string", \.string) }
    let prompts = try value.require("prompts").elements.map(text)
    guard prompts.count == 2 else { throw BiasPairError.malformed(record: number, reason: "no two prompts") }
    let pair = BiasPair(
      first: prompts[0], second: prompts[1], continuation: try text(value.require("continuation")),
      attribute: try text(value.require("attribute")))
    if let error = value["error"]?.string { return BiasPairItem(number: number, pair: pair, error: error) }
    guard let before = try scores(value.require("before")) else {
      throw BiasPairError.malformed(record: number, reason: "no two scores")
    }
    return BiasPairItem(number: number, pair: pair, before: before, after: try value["after"].flatMap(scores))
  }

  /// Two log-probabilities; that of a masked token is −∞, which JSON has no number for.
  private static func scores(_ value: JSONValue) throws -> BiasPairItem.Scores? {
    let numbers = try value.elements.map { value throws(JSONError) in
      value.isNull ? -Double.infinity : try value.expect("a number", \.double)
    }
    return numbers.count == 2 ? BiasPairItem.Scores(first: numbers[0], second: numbers[1]) : nil
  }
}

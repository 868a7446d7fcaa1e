internal import CMCFastJSON

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
      json.member("schema", "cmc.bias-pairs")
      json.member("version", 1)
      json.member("tool", tool)
      json.member("system", system)
      json.member("data", data)
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

  private static func write(_ item: BiasPairItem, _ json: inout JSONWriter) {
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
}

import CMCFastJSON
import CMCHTTPClient
import CMCLanguageModel
import CMCRemoteModels
import FuzzSupport

/// Reads bytes as what a server that runs a model answers: the first says in pieces of how many bytes the rest comes.
@Sendable func fuzzAnswer(_ start: UnsafeRawPointer?, _ count: Int) -> CInt {
  fuzzParser(start, count) { bytes in
    var reader = HTTPAnswerReader(limit: 1 << 20)
    let size = max(1, Int(bytes.first ?? 1))
    var rest = bytes.dropFirst()
    while !rest.isEmpty, reader.answer == nil {
      try reader.take(rest.prefix(size))
      rest = rest.dropFirst(size)
    }
    try reader.close()
    guard let body = reader.answer?.body else { return require(false, "neither an answer nor an error") }
    let root = try JSONDocument(body, maximumDepth: 64).root
    let dialect: RemoteDialect = root["choices"] == nil ? .llamaCpp : .openAI
    let row = try RankedLogits(dialect.read(root, tokens: 3).pairs, asked: 3, width: 8, least: -80)
    require(!row.ids.isEmpty || row.isLast, "nothing is known, and more could be")
    require(zip(row.values, row.values.dropFirst()).allSatisfy { $0 >= $1 }, "not the most likely first")
  }
}

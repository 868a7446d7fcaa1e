import CMCFastJSON
import CMCVocabulary

extension HFPipeline {
  /// Reads a pre-tokenizer and those inside it.
  mutating func readPreTokenizer(_ step: JSONValue) throws {
    switch try type(of: step, stage: "pre_tokenizer") {
    case "Sequence": try forEach(try step.require("pretokenizers")) { try readPreTokenizer($0) }
    case "ByteLevel":
      preTokenizers.append(
        .byteLevel(
          addPrefixSpace: try flag(step, "add_prefix_space", default: true),
          useRegex: try flag(step, "use_regex", default: true)))
    case "Metaspace":
      preTokenizers.append(
        .metaspace(
          replacement: try text(step, "replacement"), prepend: try prependScheme(of: step),
          split: try flag(step, "split", default: true)))
    case "Split":
      preTokenizers.append(
        .split(
          try pattern(of: step), behavior: try behavior(of: step, default: nil),
          invert: try flag(step, "invert", default: false)))
    case "Digits":
      preTokenizers.append(.digits(individual: try flag(step, "individual_digits", default: false)))
    case "Punctuation": preTokenizers.append(.punctuation(try behavior(of: step, default: .isolated)))
    case "Whitespace": preTokenizers.append(.whitespace)
    case "WhitespaceSplit": preTokenizers.append(.whitespaceSplit)
    case "BertPreTokenizer": preTokenizers.append(.bert)
    case "CharDelimiterSplit": preTokenizers.append(.charDelimiter(try text(step, "delimiter")))
    case "FixedLength":
      preTokenizers.append(.fixedLength(try count(step, "length", from: 1)))
    case "UnicodeScripts": preTokenizers.append(.unicodeScripts)
    case let name: preTokenizers.append(.unknown(name))
    }
  }
}

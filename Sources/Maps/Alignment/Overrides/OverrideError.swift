import CMCPrimitives
internal import CMCYAML

/// What is wrong with an override file, and on which line.
package enum OverrideError: DescribedError, Equatable {
  /// The text is not YAML.
  case syntax(line: Int, reason: String)
  /// A key that no override file has.
  case unknownKey(line: Int, key: String, known: [String])
  /// A key that must be there is not.
  case missingKey(line: Int, key: String)
  /// A value is not what the key takes.
  case badValue(line: Int, key: String, wanted: String)
  /// A version this program does not read.
  case unsupportedVersion(line: Int, version: String)
  /// No token is what the entry names.
  case unknownToken(line: Int, side: String, selector: String, nearest: String?)
  /// Two entries of one file decide the same token.
  case conflict(line: Int, otherLine: Int, id: Int)
  /// The file is meant for another vocabulary.
  case wrongVocabulary(side: String, wanted: String, found: String)

  /// What is wrong with the YAML, as an error of an override file.
  init(_ problem: YAMLProblem) {
    self =
      switch problem {
      case .syntax(let line, let reason): .syntax(line: line, reason: reason)
      case .unknownKey(let line, let key, let known): .unknownKey(line: line, key: key, known: known)
      case .missingKey(let line, let key): .missingKey(line: line, key: key)
      case .badValue(let line, let key, let wanted): .badValue(line: line, key: key, wanted: wanted)
      }
  }

  /// The line and the reason.
  package var description: String {
    switch self {
    case .syntax(_, let reason) where reason.hasSuffix(YAMLText.notUTF8): oneLine(reason)
    case .syntax(let line, let reason): "line \(line): not valid YAML: \(oneLine(reason))"
    case .unknownKey(let line, let key, _): "line \(line): unknown key '\(oneLine(key))'"
    case .missingKey(let line, let key): "line \(line): '\(key)' is missing"
    case .badValue(let line, let key, let wanted): "line \(line): '\(key)' must be \(wanted)"
    case .unsupportedVersion(let line, let version):
      "line \(line): version \(oneLine(version)) is not supported"
    case .unknownToken(let line, let side, let selector, _):
      "line \(line): the \(side) has no token with \(oneLine(selector))"
    case .conflict(let line, let other, let id):
      "line \(line): source id \(id) is already decided by line \(other)"
    case .wrongVocabulary(let side, let wanted, let found):
      "is written for \(side) \(oneLine(wanted)), but this one is \(oneLine(found))"
    }
  }

  /// What to do.
  package var hint: String? {
    switch self {
    case .syntax(_, let reason) where reason.hasSuffix(YAMLText.notUTF8): "save it as UTF-8"
    case .syntax: "check the indentation and the quotes around pieces"
    case .unknownKey(_, let key, let known):
      (nearestName(to: key, in: known).map { "did you mean '\($0)'? " } ?? "") + "known keys: "
        + known.joined(separator: ", ")
    case .missingKey, .badValue: "see SOURCE and TARGET of an entry in 'cmc align --help'"
    case .unsupportedVersion: "this program reads version 1"
    case .unknownToken(_, _, _, let nearest):
      nearest.map { "the nearest is \($0)" } ?? "list the tokens with 'cmc inspect'"
    case .conflict: "keep one of the two entries"
    case .wrongVocabulary: "drop the line that names it if the entries hold for this one too"
    }
  }
}

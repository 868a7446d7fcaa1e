import CMCPrimitives

/// What is wrong with a file of records, and with which of them.
package enum RecordError: DescribedError, Equatable {
  /// A record that cannot be learnt from or evaluated; `line` counts records from 1.
  case malformed(line: Int, reason: String)

  /// The record and the reason.
  package var description: String {
    switch self {
    case .malformed(let line, let reason): "record \(line): \(reason)"
    }
  }

  /// The forms that are read.
  package var hint: String? {
    "a record has text; or prompt and response; or instruction, input and output; or messages"
  }
}

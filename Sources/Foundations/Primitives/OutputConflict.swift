/// Why a file is not written over.
package enum OutputConflict: DescribedError, Equatable {
  /// It is one of the command's inputs, under this path.
  case isInput(output: String)
  /// Something else is there already.
  case exists
  /// Two outputs of one run have this name.
  case twice
  /// A result of this program of another kind, or nil where its kind has no name.
  case otherKind(found: String?)
  /// A result of this program, of the same kind but of other inputs.
  case otherInputs
  /// A page of the same result, by the command that made it, which knew more than the saved result tells.
  case showsMore

  /// Whether a result of another kind stands there.
  package var isOfOtherKind: Bool { if case .otherKind = self { true } else { false } }

  package var description: String {
    switch self {
    case .isInput(let other): "is an input as well as the output (\(oneLine(other)))"
    case .exists: "exists already, and does not say that this program made it"
    case .twice: "is the name of two outputs"
    case .otherKind(let found):
      "holds another result of this program" + (found.map { ", \(oneLine($0))" } ?? "")
    case .otherInputs: "holds such a result of other inputs"
    case .showsMore:
      "holds a page that the result's own command drew, and that shows more than the saved result can"
    }
  }

  package var hint: String? {
    switch self {
    case .isInput, .twice: "name another output"
    case .exists, .otherKind, .otherInputs, .showsMore: "name another output, or replace it with --force"
    }
  }
}

/// What is known of an output before the work that makes it.
package enum OutputForm: Sendable {
  /// It will say that this program made it, and of what kind it is, where that is known.
  case marked(kind: String? = nil)
  /// It will begin so, and say by that of what kind it is and what it is made of.
  case beginning([UInt8])
  /// It will say nothing of itself, and begin so: whether a file that is there is the same, its bytes alone tell, at the end.
  case unmarked(beginning: [UInt8] = [])
}

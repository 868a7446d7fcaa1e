internal import Primitives

/// What keeps an output from being written.
enum OutputError: DescribedError, Equatable {
  /// A file is there already, and replacing it would lose someone's work.
  case exists
  /// A run of training that was broken off.
  case holdsRun

  var description: String {
    switch self {
    case .exists, .holdsRun: "exists already and is not replaced"
    }
  }

  var hint: String? {
    switch self {
    case .exists: "name another file, or remove this one"
    case .holdsRun: "go on with it by --resume, or name another folder"
    }
  }
}

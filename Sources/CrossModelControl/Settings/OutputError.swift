public import CMCPrimitives

/// What keeps an output from being written.
public enum OutputError: DescribedError, Equatable {
  /// A file is there already, and replacing it would lose someone's work.
  case exists
  /// A run of training that was broken off.
  case holdsRun
  /// A run of training that has nothing left to do.
  case isFinished

  /// What stands in the way.
  public var description: String {
    switch self {
    case .exists, .holdsRun: "exists already and is not replaced"
    case .isFinished: "is a run that is finished"
    }
  }

  /// What to do.
  public var hint: String? {
    switch self {
    case .exists: "name another file, or remove this one"
    case .isFinished: "name another folder, or begin another with --from"
    case .holdsRun: "go on with it by --resume, or name another folder"
    }
  }
}

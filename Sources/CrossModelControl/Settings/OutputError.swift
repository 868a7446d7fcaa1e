public import CMCPrimitives

/// What keeps an output from being written.
public enum OutputError: DescribedError, Equatable {
  /// A file is there already, and replacing it would lose someone's work.
  case exists
  /// A folder that holds something else.
  case holdsFiles
  /// A run of training that was broken off.
  case holdsRun
  /// A run of training that has nothing left to do.
  case isFinished

  /// What stands in the way.
  public var description: String {
    switch self {
    case .exists, .holdsRun: "exists already and is not replaced"
    case .holdsFiles: "holds files already, and nothing is written beside them"
    case .isFinished: "is a run that is finished"
    }
  }

  /// What to do.
  public var hint: String? {
    switch self {
    case .exists: "name another output, or replace this one with --force"
    case .holdsFiles: "name another folder, or an empty one"
    case .isFinished: "name another folder, or begin another with --from"
    case .holdsRun: "go on with it by --resume, or name another folder"
    }
  }
}

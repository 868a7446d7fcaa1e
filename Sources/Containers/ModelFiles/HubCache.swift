import CMCPrimitives

/// The local cache of the Hugging Face hub: where its own tools put what they download.
///
/// Layout: `models--ORG--NAME/refs/REVISION` holds a commit, `models--ORG--NAME/snapshots/COMMIT/` the files.
package struct HubCache: Sendable, Hashable {
  /// The folder that holds the `models--…` folders; it need not exist.
  package let root: String

  /// A cache in a given folder.
  package init(root: String) { self.root = root }

  /// The cache that the environment names: `HF_HUB_CACHE`, else `HF_HOME/hub`, else `~/.cache/huggingface/hub`.
  package static var standard: HubCache {
    if let root = environmentVariable("HF_HUB_CACHE") ?? environmentVariable("HUGGINGFACE_HUB_CACHE") {
      return HubCache(root: root)
    }
    if let home = environmentVariable("HF_HOME") { return HubCache(root: joinPath(home, "hub")) }
    let cache =
      environmentVariable("XDG_CACHE_HOME") ?? joinPath(environmentVariable("HOME") ?? "/", ".cache")
    return HubCache(root: joinPath(cache, "huggingface/hub"))
  }

  /// The folder with the files of a model.
  ///
  /// A revision is a name under `refs` or the beginning of a commit. Without one, `main` is meant; where the cache has
  /// no `refs/main`, a single snapshot is taken.
  ///
  /// - Throws: ``ModelLocationError`` where there is none, or several to choose from.
  package func snapshot(of id: HubID) throws -> String {
    let model = joinPath(root, "models--" + id.repository.replacing("/", with: "--"))
    guard PathKind(model) == .directory else { throw ModelLocationError.notInCache(id: id, cache: root) }
    let snapshots = joinPath(model, "snapshots")
    let commits = PathKind(snapshots) == .directory ? try directoryListing(snapshots) : []
    let wanted = id.revision ?? "main"
    if let commit = try reference(wanted, of: model), commits.contains(commit) {
      return joinPath(snapshots, commit)
    }
    let candidates = id.revision.map { revision in commits.filter { $0.hasPrefix(revision) } } ?? commits
    switch candidates.count {
    case 1: return joinPath(snapshots, candidates[0])
    case 0 where commits.isEmpty: throw ModelLocationError.notInCache(id: id, cache: root)
    case 0: throw ModelLocationError.revisionNotInCache(id: id, commits: commits)
    default: throw ModelLocationError.severalSnapshots(id: id, commits: candidates)
    }
  }

  /// The commit that a file under `refs` names; a name that would leave the folder has none.
  private func reference(_ name: String, of model: String) throws -> String? {
    guard !name.split(separator: "/").contains("..") else { return nil }
    let path = joinPath(joinPath(model, "refs"), name)
    guard PathKind(path) == .file else { return nil }
    let text = String(decoding: try readFile(path, limit: 4096), as: UTF8.self)
    let commit = text.split(whereSeparator: \.isWhitespace).first.map(String.init)
    return commit.flatMap { $0.contains("/") ? nil : $0 }
  }
}

/// The name of a model on the Hugging Face hub: `org/name` or `org/name@revision`.
package struct HubID: Sendable, Hashable, CustomStringConvertible {
  /// `org/name`, or `name` for the few models without an organisation.
  package let repository: String
  /// A branch, tag or commit, or nil.
  package let revision: String?

  /// Takes a name apart; nil where it cannot be one.
  package init?(_ text: String) {
    let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
    guard let repository = parts.first else { return nil }
    let names = repository.split(separator: "/", omittingEmptySubsequences: false)
    guard names.count <= 2, names.allSatisfy(Self.isName), parts.count == 1 || !parts[1].isEmpty else {
      return nil
    }
    self.repository = String(repository)
    revision = parts.count == 2 ? String(parts[1]) : nil
  }

  /// The name as it was given.
  package var description: String { revision.map { "\(repository)@\($0)" } ?? repository }
  /// Whether it names an organisation, so that it can hardly be a misspelt file.
  package var hasOrganisation: Bool { repository.contains("/") }
  /// The name without the organisation.
  package var name: String { lastComponent(repository) }

  /// Letters, digits, `-`, `_`, `.`, at most 96; neither `.` nor `-` at the ends; neither `--` nor `..` inside.
  private static func isName(_ name: Substring) -> Bool {
    let allowed = name.utf8.allSatisfy { byte in
      switch byte {
      case 48...57, 65...90, 97...122, UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."): true
      default: false
      }
    }
    return allowed && (1...96).contains(name.utf8.count) && !name.hasPrefix(".") && !name.hasPrefix("-")
      && !name.hasSuffix(".") && !name.hasSuffix("-") && !name.contains("--") && !name.contains("..")
  }
}

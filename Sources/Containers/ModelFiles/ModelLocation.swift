internal import CMCPrimitives

/// Where the files of a tokenizer lie: what an argument of the command line stands for.
package struct ModelLocation: Sendable, Hashable {
  /// What the argument was.
  package enum Origin: Sendable, Hashable {
    /// A file.
    case file
    /// A folder.
    case directory
    /// A model of the Hugging Face hub, found in the local cache.
    case hub(HubID)
  }

  /// What the argument was.
  package let origin: Origin
  /// The tokenizer's own file.
  package let path: String
  /// The folder it lies in.
  package let directory: String
  /// The names of all files of that folder, ascending.
  package let siblings: [String]
  /// A short name for people: of the model, its folder, or the file.
  package let name: String
  /// Whether the folder belongs to this tokenizer, so that its configuration files speak of it.
  ///
  /// True unless a file was named whose own name is not one that tokenizers have in the folders of models.
  package let ownsDirectory: Bool

  /// Finds the files that an argument stands for: a file, a folder, or an id of the hub in the local cache.
  ///
  /// A path that exists wins over an id.
  ///
  /// - Throws: ``ModelLocationError``, or ``FileError`` where a folder cannot be read.
  package static func resolve(_ argument: String, cache: HubCache = .standard) throws -> ModelLocation {
    switch PathKind(argument) {
    case .file: return try file(argument)
    case .directory: return try directory(argument, origin: .directory, id: nil)
    case .missing: try refuseBrokenLink(argument)
    }
    if let id = HubID(argument) {
      do {
        return try directory(try cache.snapshot(of: id), origin: .hub(id), id: id)
      } catch let error as ModelLocationError {
        // In a folder that is there, the argument is more likely a misspelt file.
        guard case .notInCache = error, !id.hasOrganisation || PathKind(parentPath(argument)) == .directory
        else {
          throw error
        }
      }
    }
    throw ModelLocationError.notFound(path: argument, similar: similarName(to: argument))
  }

  /// The path of a file beside the tokenizer, or nil where there is none of that name.
  package func sibling(_ name: String) -> String? {
    guard siblings.contains(name) else { return nil }
    let path = joinPath(directory, name)
    return PathKind(path) == .missing ? nil : path
  }

  private static func file(_ path: String) throws -> ModelLocation {
    let directory = parentPath(path)
    let file = lastComponent(path)
    let isGeneric = TokenizerFileName.isGeneric(file)
    // A file in a folder that cannot be listed is still a file.
    return ModelLocation(
      origin: .file, path: path, directory: directory,
      siblings: (try? directoryListing(directory)) ?? [],
      name: isGeneric ? folderName(directory) : stem(file),
      ownsDirectory: isGeneric || file.hasSuffix(".tiktoken"))
  }

  private static func directory(_ path: String, origin: Origin, id: HubID?) throws -> ModelLocation {
    let names = try directoryListing(path)
    FileRoles.shared.readFolder(path)
    let file = try TokenizerFileName.choose(from: names, directory: path, id: id)
    return ModelLocation(
      origin: origin, path: joinPath(path, file), directory: path, siblings: names,
      name: id?.name ?? folderName(path), ownsDirectory: true)
  }

  /// The name of a folder, of a link its own; of a snapshot in the hub's cache that of the model.
  static func folderName(_ path: String) -> String {
    let parts = resolvedPath(path).split(separator: "/")
    if parts.count >= 3, parts[parts.count - 2] == "snapshots", parts[parts.count - 3].hasPrefix("models--") {
      let model = parts[parts.count - 3].dropFirst("models--".count)
      return model.split(separator: "--").last.map(String.init) ?? String(model)
    }
    let given = lastComponent(path)
    return given == "." || given == ".." || given == "/" ? parts.last.map(String.init) ?? "/" : given
  }

  /// The name of a file without what follows its last dot.
  static func stem(_ file: String) -> String {
    guard let dot = file.lastIndex(of: "."), dot != file.startIndex else { return file }
    return String(file[..<dot])
  }

  /// A file of the same folder whose name differs little from the one that was asked for.
  private static func similarName(to path: String) -> String? {
    let directory = parentPath(path)
    guard let names = try? directoryListing(directory) else { return nil }
    let wanted = lastComponent(path)
    let limit = max(1, min(3, wanted.utf8.count / 4))
    let lowered = names.map { $0.lowercased() }
    guard let nearest = nearestName(to: wanted.lowercased(), in: lowered, limit: limit),
      let place = lowered.firstIndex(of: nearest)
    else { return nil }
    return joinPath(directory, names[place])
  }
}

internal import CMCPrimitives
internal import CMCVocabulary

/// The notes on files that an observer has heard, so that it hears each once however often a file is read in a run.
final class ToldNotes: Sendable {
  private struct State {
    /// The folder of the files that a name was first used for.
    var folders: [String: String] = [:]
    var told: Set<[String]> = []
  }

  private let state = Guarded(State())

  /// How to begin a note on a file: by its short name, or by its path where one of another folder has that name already.
  ///
  /// - Returns: The beginning, and those of the notes that were not told yet.
  func take(_ notes: [String], of name: String, at path: String) -> (name: String, notes: [String]) {
    state.withLock { state in
      let folder = parentPath(path)
      let owner = state.folders[name] ?? folder
      state.folders[name] = owner
      let new = notes.filter { state.told.insert([path, $0]).inserted }
      return (owner == folder ? name : path, new)
    }
  }
}

extension RunObserver {
  /// Hears what is worth knowing of a file, once.
  ///
  /// - Parameters:
  ///   - notes: What is to be known.
  ///   - name: What people call the model or the tokenizer.
  ///   - path: The file: of two models with one name it tells which is meant.
  func hear(_ notes: [String], of name: String, at path: String) {
    guard !notes.isEmpty else { return }
    let (name, notes) = told.take(notes, of: name, at: path)
    for note in notes { self.note("\(name): \(note)") }
  }

  /// The same observer for the next part of one run, which remembers what `other` has heard.
  package func remembering(_ other: RunObserver) -> RunObserver {
    var observer = self
    observer.told = other.told
    return observer
  }
}

extension RunObserver {
  /// Hears the notes of a tokenizer's files, once.
  func hear(_ description: TokenizerDescription) {
    hear(description.notes, of: description.name, at: description.files.first ?? description.name)
  }
}

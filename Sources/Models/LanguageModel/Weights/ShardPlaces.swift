internal import CMCPrimitives

/// Where each tensor of a model's files is, found as transformers does: every tensor of every file that the index names
/// is read, in the order of the files' names, and a later one takes the place of an earlier one.
struct ShardPlaces {
  /// A file and a tensor in it.
  typealias Place = (file: MappedFile, tensor: HubTensor)

  /// The tensors by the names that they have now.
  private(set) var places: [String: Place] = [:]
  /// The same names in the order in which they were found.
  private(set) var names: [String] = []
  /// The file of each tensor by the index, under the name that the files have; nil where there is no index.
  private let index: [String: String]?
  /// What a tensor is called now that a file may call by an older name.
  private let current: (String) -> String
  /// Names as the files have them, and the last file with each.
  private var found: [String: String] = [:]
  /// Of these the ones that are where the index says.
  private var inPlace: Set<String> = []
  private var unlistedNotes: [String] = []
  private var movedNotes: [String] = []

  /// Nothing yet.
  init(index: [String: String]?, current: @escaping (String) -> String) {
    self.index = index
    self.current = current
  }

  /// Adds a file's tensors, behind those of the files before it.
  ///
  /// - Throws: ``LanguageModelError/unknownTensor(_:)`` where a file has a tensor twice, or both of its names.
  mutating func add(_ tensors: [HubTensor], of file: MappedFile) throws(LanguageModelError) {
    let shard = lastComponent(file.path)
    var unlisted: [String] = []
    for tensor in tensors {
      let name = current(tensor.name)
      if let earlier = places[name] {
        // An older name beside the present one says something else, or the same twice.
        guard earlier.tensor.name == tensor.name, earlier.file.path != file.path else {
          throw .unknownTensor(tensor.name)
        }
        noteTwo(earlier, (file, tensor))
      } else {
        names.append(name)
      }
      places[name] = (file, tensor)
      found[tensor.name] = shard
      guard let index else { continue }
      if index[tensor.name] == shard { inPlace.insert(tensor.name) }
      if index[tensor.name] == nil, !TensorNaming.isIgnorable(name) { unlisted.append(tensor.name) }
    }
    guard !unlisted.isEmpty else { return }
    let shown = unlisted.prefix(4).map { oneLine($0, limit: 80) }.joined(separator: ", ")
    let more = unlisted.count > 4 ? " and \(unlisted.count - 4) more" : ""
    unlistedNotes.append(
      "\(oneLine(shard)) has what the index of the files does not name: \(shown)\(more); it is read all the same, "
        + "as transformers does")
  }

  /// Holds the index against what was found.
  ///
  /// - Parameter directory: What stands before the names of files.
  /// - Throws: `FileError` where a tensor that the index names is in no file, naming the one that should have it.
  mutating func checkIndex(directory: String) throws {
    for (name, shard) in (index ?? [:]).sorted(by: { ($0.value, $0.key) < ($1.value, $1.key) })
    where !inPlace.contains(name) {
      guard let other = found[name] else {
        throw FileError(path: directory + shard, underlying: LanguageModelError.missingTensor(name))
      }
      movedNotes.append(
        "tensor \(oneLine(name)) is in \(oneLine(other)), the index says \(oneLine(shard)), which does not have it; "
          + "it is read all the same, as transformers does")
    }
  }

  /// A line for each tensor that is elsewhere than the index says, or in two places; of very many the first ones.
  var notes: [String] {
    let notes = unlistedNotes + movedNotes
    guard notes.count > 8 else { return notes }
    let rest = "\(notes.count - 8) more notes about tensors that are elsewhere than the index says"
    return Array(notes.prefix(8)) + [rest]
  }

  /// Notes that two files have a tensor, where it makes a difference which one counts.
  ///
  /// - Complexity: O(bytes of the tensor).
  private mutating func noteTwo(_ earlier: Place, _ later: Place) {
    let isSame =
      earlier.tensor.shape == later.tensor.shape && earlier.tensor.elementType == later.tensor.elementType
      && earlier.tensor.strides == later.tensor.strides
      && earlier.file.slice(earlier.tensor.bytes).elementsEqual(later.file.slice(later.tensor.bytes))
    guard !isSame else { return }
    let said = index?[later.tensor.name].map { ", the index says \(oneLine($0))" } ?? ""
    movedNotes.append(
      "tensor \(oneLine(later.tensor.name)) is in \(oneLine(lastComponent(earlier.file.path))) and, with other "
        + "values, in \(oneLine(lastComponent(later.file.path)))\(said); the last is taken, as transformers does"
    )
  }
}

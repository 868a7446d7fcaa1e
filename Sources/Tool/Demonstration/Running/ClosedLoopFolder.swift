internal import CMCFastJSON
internal import CMCPrimitives

/// The folder of the closed loop's models, as `Vocabs/demo/train-models` fills it.
package struct ClosedLoopFolder {
  /// The folder.
  package let path: String
  /// The seed of the names that the models know.
  package let worldSeed: UInt64

  /// The file that states the seed.
  package static let worldFile = "world.json"

  /// What a folder must have.
  package static let required = ["base-one", "base-two", "lora-a-one", "lora-a-two", "delta-a"]

  /// Opens a folder.
  ///
  /// - Throws: `FileError` with ``ClosedLoopError``.
  package init(_ path: String) throws {
    self.path = path
    guard PathKind(path) == .directory else {
      throw FileError(path: path, underlying: ClosedLoopError.noFolder)
    }
    let file = path + "/" + Self.worldFile
    guard fileExists(file) else { throw FileError(path: path, underlying: ClosedLoopError.noWorld) }
    let bytes = try readFile(file, limit: 1 << 16)
    worldSeed = try withFile(file) {
      let root = try JSONDocument(bytes).root
      let version = try root.require("version").expect("an integer") { $0.int }
      guard version == 1 else { throw ClosedLoopError.version(version) }
      return try root.require("seed").expect("an integer of 0 or more") {
        $0.int.flatMap { UInt64(exactly: $0) }
      }
    }
    if let missing = Self.required.first(where: { !fileExists("\(path)/\($0)") }) {
      throw FileError(path: path, underlying: ClosedLoopError.missing(missing))
    }
  }

  /// The models that come with the tool.
  ///
  /// - Throws: ``SharedDataError`` where this copy came without, which a copied program does; as ``init(_:)``.
  package static func shipped() throws -> ClosedLoopFolder {
    let name = "demo/models"
    guard let folder = SharedData.folder(name) else {
      throw SharedDataError.noModels(folder: name, places: SharedData.candidates)
    }
    return try ClosedLoopFolder(folder)
  }

  /// The text of the file that states the seed.
  package static func world(seed: UInt64) -> [UInt8] {
    var json = JSONWriter(.readable)
    json.object { json in
      json.member("version", 1)
      json.member("seed", seed)
    }
    json.endLine()
    return json.bytes
  }

  /// Whether a model is there.
  package func has(_ name: String) -> Bool { fileExists("\(path)/\(name)") }

  /// The path of a model, or of `MODEL+ADAPTER`.
  package func model(_ name: String) -> String {
    name.split(separator: "+").map { "\(path)/\($0)" }.joined(separator: "+")
  }

  /// The file of a user's prompt template.
  package func template(_ user: ClosedLoopUser) -> String { "\(path)/\(user.rawValue).template" }

  /// Bytes of the weights of models and adapters.
  package func weightBytes(_ names: [String]) -> Int {
    names.flatMap { $0.split(separator: "+") }.reduce(0) { sum, name in
      sum
        + ["model.safetensors", "adapter_model.safetensors"].reduce(0) { part, file in
          part + ((try? MappedFile(path: "\(path)/\(name)/\(file)").count) ?? 0)
        }
    }
  }
}

/// What is wrong with a folder of the closed loop's models.
package enum ClosedLoopError: DescribedError, Equatable {
  /// There is none.
  case noFolder
  /// What states the world is of a version that is not known.
  case version(Int)
  /// It does not say which world it is of.
  case noWorld
  /// A model is missing.
  case missing(String)

  package var description: String {
    switch self {
    case .noFolder: "is no folder"
    case .version(let version): "version \(version); this program knows version 1"
    case .noWorld: "has no \(ClosedLoopFolder.worldFile), so it is no folder of the closed loop's models"
    case .missing(let name): "has no model '\(name)'"
    }
  }

  package var hint: String? { "fill it with Vocabs/demo/train-models FOLDER; what is there already is kept" }
}

internal import CMCPrimitives

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The files of the demonstration, models and vocabularies, which are too large to be part of the program; nothing that
/// any other command's result depends on is among them.
///
/// They are looked for, in this order, in the folder that `CMC_SHARE` names, in `share/cmc` beside the program's folder,
/// in the `Vocabs` of every folder above the program, and in that of the checkout it was built from.
package enum SharedData {
  /// The environment variable that names the folder.
  static let variable = "CMC_SHARE"

  /// The path of a folder such as `demo`, or nil where none of the places has it.
  package static func folder(_ name: String) -> String? {
    candidates.map { "\($0)/\(name)" }.first(where: fileExists)
  }

  /// The places in the order they are tried.
  static let candidates: [String] = {
    var places: [String] = []
    if let named = getenv(variable) { places.append(String(cString: named)) }
    if let program = programFolder {
      places += ["\(program)/../share/cmc", "\(program)/share/cmc"]
      var folder = program[...]
      while let slash = folder.lastIndex(of: "/") {
        folder = folder[..<slash]
        places.append("\(folder)/Vocabs")
      }
    }
    // The checkout at the time of the build: …/Sources/Tool/Demonstration/Running/SharedData.swift
    let checkout = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(5).joined(
      separator: "/")
    places.append("\(checkout)/Vocabs")
    return places
  }()

  /// The folder of the running program, links resolved.
  private static let programFolder: String? = {
    #if os(Linux)
      var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
      let length = readlink("/proc/self/exe", &buffer, Int(PATH_MAX))
      guard length > 0 else { return nil }
      let path = pathText(buffer.prefix(length).map(UInt8.init(bitPattern:)))
    #else
      guard let first = CommandLine.arguments.first, let resolved = realpath(first, nil) else { return nil }
      defer { free(resolved) }
      let path = pathText(resolved)
    #endif
    return path.lastIndex(of: "/").map { String(path[..<$0]) }
  }()
}

/// Files that do not come with this copy of the tool.
package enum SharedDataError: DescribedError, Equatable {
  /// None of the places has the folder of trained models.
  case noModels(folder: String, places: [String])

  package var description: String {
    switch self {
    case .noModels(let folder, let places):
      "the demonstration's models do not come with this copy of the tool: the folder '\(folder)' is in none of: "
        + places.joined(separator: ", ")
    }
  }

  package var hint: String? {
    "name them with --models, or set \(SharedData.variable) to the Vocabs of a checkout; 'cmc demo --align' needs none"
  }
}

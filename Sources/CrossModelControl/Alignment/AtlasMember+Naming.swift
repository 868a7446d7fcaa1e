internal import CMCPrimitives

extension AtlasMember {
  /// The first name that is given to more than one of some tokenizers.
  package static func repeatedName(_ members: [AtlasMember]) -> String? {
    var seen: Set<String> = []
    return members.compactMap(\.name).first { !seen.insert($0).inserted }
  }

  /// Names that tell tokenizers apart, whose own ones are often that of their folder.
  ///
  /// Of those that share one, each gets as many of the folders before it as it takes, and a number where its path is the
  /// same; a name that was given stays as it is.
  ///
  /// - Parameters:
  ///   - members: The tokenizers, no given name twice.
  ///   - own: What each is called where nothing is given.
  static func distinctNames(_ members: [AtlasMember], own: [String]) -> [String] {
    var names = zip(members, own).map { $0.name ?? $1 }
    for (name, places) in Dictionary(grouping: names.indices, by: { names[$0] }) where places.count > 1 {
      let open = places.filter { members[$0].name == nil }
      let folders = open.map { Self.folders(before: name, in: members[$0].path) }
      for depth in 1...max(1, folders.map(\.count).max() ?? 1) {
        let longer = folders.map { ($0.suffix(depth) + [name]).joined(separator: "/") }
        for (place, name) in zip(open, longer) { names[place] = name }
        if Set(longer).count == longer.count { break }
      }
    }
    var taken = Set(members.compactMap(\.name))
    for place in names.indices where members[place].name == nil {
      let name = names[place]
      var number = 2
      while !taken.insert(names[place]).inserted {
        names[place] = "\(name) (\(number))"
        number += 1
      }
    }
    return names
  }

  /// The folders of a path that stand before the one a tokenizer is called by.
  private static func folders(before name: String, in path: String) -> [String] {
    let parts = path.split(separator: "/").map(String.init).filter { $0 != "." }
    // The name of a file can be without its ending.
    let end = parts.lastIndex { $0 == name } ?? parts.lastIndex { $0.hasPrefix(name) } ?? parts.count - 1
    return Array(parts.prefix(max(0, end)))
  }
}

/// Why tokenizers cannot be put into one atlas.
enum AtlasNameError: DescribedError, Equatable {
  /// Several of them are given the same name.
  case repeated(String)

  var description: String {
    switch self {
    case .repeated(let name): "the name \(oneLine(name, limit: 80)) is given to more than one vocabulary"
    }
  }

  var hint: String? { "give each a name of its own" }
}

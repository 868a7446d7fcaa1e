#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What the file system says about a path.
package enum PathKind: Equatable {
  /// Nothing there, or a link to nothing.
  case missing
  /// Anything that is no folder.
  case file
  /// A folder.
  case directory

  /// Follows links; a dangling one is missing.
  package init(_ path: String) {
    var status = stat()
    guard stat(pathBytes(path), &status) == 0 else {
      self = .missing
      return
    }
    self = status.st_mode & S_IFMT == S_IFDIR ? .directory : .file
  }
}

/// Refuses a link that is there and leads nowhere: to itself, or to what is not there.
///
/// - Throws: ``FileError`` with ``BrokenLink``; nothing where there is no link.
package func refuseBrokenLink(_ path: String) throws {
  var status = stat()
  if stat(pathBytes(path), &status) == 0 { return }
  let isLoop = errno == ELOOP
  guard lstat(pathBytes(path), &status) == 0, status.st_mode & S_IFMT == S_IFLNK else { return }
  throw FileError(path: path, underlying: isLoop ? BrokenLink.loop : .dangling(target: linkTarget(path)))
}

/// Why a link leads to no file.
package enum BrokenLink: DescribedError, Equatable {
  /// It leads back to itself.
  case loop
  /// What it leads to is not there.
  case dangling(target: String)

  package var description: String {
    switch self {
    case .loop: "is a symbolic link that leads back to itself"
    case .dangling(let target): "is a symbolic link to \(oneLine(target)), which is not there"
    }
  }

  package var hint: String? { "name the file itself" }
}

/// The names in a folder, ascending by their bytes, without `.` and `..`.
///
/// - Throws: ``FileError`` with the system's reason.
package func directoryListing(_ path: String) throws -> [String] {
  try withFile(path) {
    guard let stream = opendir(pathBytes(path)) else { throw SystemError("open the folder", code: errno) }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      guard let offset = MemoryLayout<dirent>.offset(of: \.d_name) else { break }
      let start = UnsafeRawPointer(entry).advanced(by: offset).assumingMemoryBound(to: CChar.self)
      let name = pathText(start)
      if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }
}

/// The same, and none for a folder that cannot be read.
package func namesInFolder(_ path: String) -> [String] { (try? directoryListing(path)) ?? [] }

/// The path without links, `.` and `..`; the path itself where that cannot be found.
package func resolvedPath(_ path: String) -> String {
  guard let resolved = realpath(pathBytes(path), nil) else { return path }
  defer { free(resolved) }
  return pathText(resolved)
}

/// A variable of the environment, nil where it is unset or empty.
package func environmentVariable(_ name: String) -> String? {
  guard let value = getenv(name) else { return nil }
  let text = pathText(value)
  return text.isEmpty ? nil : text
}

/// The part of a path after the last slash that is not at its end.
package func lastComponent(_ path: String) -> String {
  path.split(separator: "/").last.map(String.init) ?? path
}

/// The part of a path before its last component: `.` where there is none.
package func parentPath(_ path: String) -> String {
  var parts = path[...]
  while parts.count > 1, parts.hasSuffix("/") { parts = parts.dropLast() }
  guard let slash = parts.lastIndex(of: "/") else { return "." }
  return slash == parts.startIndex ? "/" : String(parts[..<slash])
}

/// A path below a folder.
package func joinPath(_ directory: String, _ name: String) -> String {
  directory == "." ? name : directory.hasSuffix("/") ? directory + name : "\(directory)/\(name)"
}

/// Removes a file of our own; one that has gone already is no error.
package func removeFile(_ path: String) { unlink(pathBytes(path)) }

/// A path among the system's temporary files that no other call gets, in this process or another that runs.
///
/// - Parameter ending: How it ends.
package func temporaryPath(_ ending: String) -> String {
  let number = UInt64.random(in: 0...UInt64.max)
  return joinPath(
    environmentVariable("TMPDIR") ?? "/tmp", "cmc-\(getpid())-\(String(number, radix: 36))\(ending)")
}

/// What a path's links lead to, be it there or not: the place where a file of that name would come into being.
package func linkTarget(_ path: String) -> String {
  var place = path
  for _ in 0..<40 {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    let length = readlink(pathBytes(place), &buffer, buffer.count)
    guard length > 0 else { return place }
    let target = pathText(buffer[..<length].map { UInt8(bitPattern: $0) })
    place = target.hasPrefix("/") ? target : joinPath(parentPath(place), target)
  }
  return place
}

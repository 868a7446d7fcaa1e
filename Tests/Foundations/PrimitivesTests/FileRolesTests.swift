import Foundation
import TestSupport
import Testing

@testable import CMCPrimitives

/// What may take the place of what, by the rules of one process.
@Suite struct FileRolesTests {
  let folder: TemporaryFolder
  let roles = FileRoles()
  private static let result = #"{"schema":"cmc.a", "run": "1", "map": "m"}"#

  init() throws {
    folder = try TemporaryFolder()
    roles.enforce(replacing: false)
  }

  /// Whether a file of some bytes may take a place: nil where that holds them already.
  private func conflict(_ path: String, _ bytes: [UInt8], _ roles: FileRoles) throws -> OutputConflict?? {
    let new = try folder.write("new", bytes: bytes)
    let descriptor = open(new, O_RDONLY)
    defer { close(descriptor) }
    do {
      return try roles.holdsSame(path, as: descriptor) ? nil : .some(nil)
    } catch let error as OutputConflict {
      return error
    }
  }

  @Test func whatIsThereIsComparedToItsLastByte() throws {
    for size in [1, 65_536, 1 << 20, (1 << 20) + 1, 5 << 19] {
      var bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 7) }
      let path = try folder.write("there", bytes: bytes)
      let same = try conflict(path, bytes, roles)
      bytes[size - 1] ^= 1
      let changed = try conflict(path, bytes, roles)
      let shorter = try conflict(path, bytes.dropLast(), roles)
      #expect(same == .none && changed == .exists && shorter == .exists, "\(size)")
    }
    // Nothing is lost of nothing.
    #expect(try conflict(folder.write("empty", ""), [1], roles) == .some(nil))
    #expect(try conflict(folder.path("missing"), [1], roles) == .some(nil))
  }

  /// By the run where both name one, else by what else they say.
  @Test func aResultGivesWayToOneOfTheSameInputs() throws {
    let path = try folder.write("there", Self.result)
    for (text, wanted) in [
      (Self.result + "\n", nil), (#"{"schema":"cmc.a", "run": "1", "map": "other"}"#, nil),
      (#"{"schema":"cmc.a", "run": "2", "map": "m"}"#, .otherInputs),
      (#"{"schema":"cmc.a", "map": "other"}"#, .otherInputs), (#"{"schema":"cmc.a", "map": "m"}"#, nil),
      (#"{"schema":"cmc.b", "run": "1"}"#, .otherKind(found: "cmc.a")),
      ("a text", .otherKind(found: "cmc.a")),
    ] as [(String, OutputConflict?)] {
      #expect(try conflict(path, Array(text.utf8), roles) == .some(wanted), "\(text)")
      // What is told before the work is what is told at its end.
      let form = OutputForm.beginning(Array(text.utf8))
      if text.hasPrefix("{") {
        if let wanted {
          #expect(throws: wanted) { try roles.willReplace(path, by: form) }
        } else {
          try roles.willReplace(path, by: form)
        }
      }
    }
    #expect(throws: OutputConflict.otherKind(found: "cmc.a")) {
      try roles.willReplace(path, by: .marked(kind: "cmc.b"))
    }
    try roles.willReplace(path, by: .marked(kind: "cmc.a"))
    try roles.willReplace(path, by: .marked())
  }

  /// A result that names its run replaces none that may be of any; a page without a source none that has one.
  @Test func whatMayBeOfAnyRunIsNotReplaced() throws {
    func page(_ source: String?) -> String {
      "<!DOCTYPE html><meta name=\"generator\" content=\"cmc 1\">"
        + (source.map { "<meta name=\"source\" content=\"\($0)\">" } ?? "") + "<title>t</title>"
    }
    for (old, new, wanted) in [
      (#"{"schema":"cmc.a"}"#, Self.result, .otherInputs), (page("1"), page("1") + " ", nil),
      (page("1"), page("2"), .otherInputs), (page("1"), page(nil), .showsMore), (page(nil), page("1"), nil),
    ] as [(String, String, OutputConflict?)] {
      let path = try folder.write("there", old)
      #expect(try conflict(path, Array(new.utf8), roles) == .some(wanted), "\(old) \(new)")
    }
  }

  /// A kind that stands behind 64 KiB, as where members are sorted by name, is a kind.
  @Test func theKindIsFoundAtTheEndToo() throws {
    let long = String(repeating: "0, ", count: 50_000)
    let path = try folder.write("there", #"{"a":[\#(long)0],"schema":"cmc.similarity","tool":"cmc 1"}"#)
    try roles.willReplace(path, by: .marked(kind: "cmc.similarity"))
    #expect(throws: OutputConflict.otherKind(found: "cmc.similarity")) {
      try roles.willReplace(path, by: .marked(kind: "cmc.atlas"))
    }
  }

  /// What cannot say who made it may be the same, unless it begins otherwise.
  @Test func anUnmarkedOutputIsRefusedBeforeTheWorkWhereItCannotBeTheSame() throws {
    let path = try folder.write("there", "abc")
    try roles.willReplace(path, by: .unmarked(beginning: Array("ab".utf8)))
    try roles.willReplace(path, by: .unmarked())
    for beginning in ["b", "abcd"] {
      #expect(throws: OutputConflict.exists) {
        try roles.willReplace(path, by: .unmarked(beginning: Array(beginning.utf8)))
      }
    }
    #expect(throws: OutputConflict.exists) { try roles.willReplace(path, by: .marked()) }
    try folder.write("there", Self.result)
    #expect(throws: OutputConflict.otherKind(found: "cmc.a")) {
      try roles.willReplace(path, by: .unmarked(beginning: Array("{".utf8)))
    }
  }

  /// A checkpoint takes the place of one that a process before left.
  @Test func aCheckpointTakesItsTurn() throws {
    let path = try folder.write("counts", "1")
    #expect(try conflict(path, [2], roles) == .exists)
    roles.own(checkpoint: path)
    #expect(try conflict(path, [2], roles) == .some(nil))
    // Not so a result of this very process.
    let made = try folder.write("made", "1")
    roles.made(made)
    #expect(try conflict(made, [2], roles) == .twice)
    #expect(try conflict(made, Array("1".utf8), roles) == .twice)
  }

  @Test func forceReplacesAllButInputs() throws {
    let path = try folder.write("there", "mine")
    let forced = FileRoles()
    forced.enforce(replacing: true)
    try forced.willReplace(path, by: .marked(kind: "cmc.a"))
    #expect(try conflict(path, [2], forced) == .some(nil))
    try forced.name(input: path)
    #expect(throws: OutputConflict.isInput(output: path)) { try forced.willWrite(path) }
    // Who does not ask for the rules has none.
    let free = FileRoles()
    try free.willReplace(path, by: .marked())
    #expect(try conflict(path, [2], free) == .some(nil))
    #expect(try conflict(path, Array("mine".utf8), free) == .some(nil))
  }
}

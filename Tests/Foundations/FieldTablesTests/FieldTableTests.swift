import CMCFastJSON
import CMCFieldTables
import Testing

/// Objects held against a table.
struct FieldTableTests {
  static let table = FieldTable(
    "demo.json", definedBy: "demo", unlisted: .refused,
    sections: [
      FieldSection(
        "",
        [
          .carriedOut("size", "rows"), .harmless("comment", "text for people"),
          .refused("mode", unless: .null, .string("plain"), asks: "another mode"),
          .refused("magic", asks: "magic"),
        ])
    ])

  func check(_ text: String) throws -> [String] {
    try Self.table.check(JSONDocument(Array(text.utf8)).root)
  }

  @Test func whatIsCarriedOutHarmlessOrDefaultPasses() throws {
    #expect(try check(#"{"size": 3, "comment": [1], "mode": null}"#).isEmpty)
    #expect(try check(#"{"mode": "plain"}"#).isEmpty)
  }

  @Test(arguments: [
    (
      #"{"mode": "wild"}"#,
      #"mode is "wild": not carried out (another mode); only null or "plain" can be used"#
    ),
    (#"{"magic": null}"#, "magic is null: not carried out (magic); leave it out"),
    (
      #"{"szie": 1}"#,
      "szie: not a known field of demo.json, and it could change a result; "
        + "`cmc formats demo.json` lists those that are carried out"
    ),
  ])
  func theRestIsRefusedByName(text: String, message: String) throws {
    let error = #expect(throws: FieldError.self) { _ = try check(text) }
    #expect(error?.description == message)
  }

  @Test func unlistedFieldsOfATableThatNotesAreReturned() throws {
    let noting = FieldTable("n", definedBy: "n", unlisted: .noted, sections: Self.table.sections)
    let object = try JSONDocument(Array(#"{"b": 1, "size": 2, "a": 2}"#.utf8)).root
    #expect(try noting.check(object) == ["b", "a"])
  }
}

import CMCChatTemplates
import CMCFastJSON
import CMCFieldTables
import CMCPrimitives
import Foundation
import Testing

/// The table of the language against the names of the installed Jinja and Python, which
/// Tests/Scripts/generate_chat_templates.py wrote; and against what is carried out.
@Suite struct TemplateLanguageTests {
  @Test func everyNameHasARow() throws {
    let path = (Bundle.module.resourcePath ?? "") + "/Golden/language.json"
    let root = try JSONDocument(try readFile(path)).root
    for (section, names) in try root.require("names").members {
      let rows = Set(try #require(TemplateLanguage.table[section], "\(section)").rows.map(\.name))
      let wanted = Set(names.elements.compactMap(\.string))
      #expect(rows == wanted, "\(section): \(rows.symmetricDifference(wanted).sorted())")
    }
  }

  /// A row that says "refused" is refused by name, one that says "carried out" is not.
  @Test func rowsSayWhatIsDone() throws {
    for (section, source) in [
      ("filter", "{{ x | NAME }}"), ("test", "{{ [x] | select('NAME') | list }}"),
      ("function", "{{ NAME() }}"),
      ("method of texts", "{{ 'a'.NAME() }}"), ("method of dictionaries", "{{ {}.NAME() }}"),
      ("method of lists", "{{ [].NAME() }}"), ("tag", "{% NAME %}"),
    ] {
      for row in try #require(TemplateLanguage.table[section]).rows {
        var isRefused = false
        do throws(ChatTemplateError) {
          _ = try ChatTemplate(source.replacing("NAME", with: row.name)).text(variables: ["x": .integer(1)])
        } catch {
          if case .unsupported(_, let what) = error { isRefused = what.contains(row.name) }
        }
        #expect(isRefused == (row.treatment != .carriedOut), "\(section) \(row.name)")
      }
    }
  }

  /// A superfluous and a misspelt argument is an error for every filter, test, method and function that has a list of
  /// arguments of its own.
  @Test func argumentsThatThereAreNotAreErrors() throws {
    let free: Set<String> = [
      "map", "select", "reject", "selectattr", "rejectattr", "format", "dict", "namespace",
    ]
    for (section, source) in [
      ("filter", "{{ (x | NAME(ARGUMENTS)) is defined }}"), ("test", "{{ x is NAME(ARGUMENTS) }}"),
      ("function", "{{ NAME(ARGUMENTS) is defined }}"),
      ("method of texts", "{{ 'a'.NAME(ARGUMENTS) is defined }}"),
      ("method of dictionaries", "{{ {}.NAME(ARGUMENTS) is defined }}"),
      ("method of lists", "{{ [].NAME(ARGUMENTS) is defined }}"),
    ] {
      for row in try #require(TemplateLanguage.table[section]).rows where !free.contains(row.name) {
        guard row.name.first?.isLetter == true else { continue }
        for arguments in ["1, 1, 1, 1, 1, 1", "nonsense=1"] {
          let text = source.replacing("NAME", with: row.name).replacing("ARGUMENTS", with: arguments)
          #expect(throws: ChatTemplateError.self, "\(text)") {
            _ = try ChatTemplate(text).text(variables: ["x": .integer(1)])
          }
        }
      }
    }
  }

  @Test func aDayIsWrittenAsStrftimeWritesIt() throws {
    let template = try ChatTemplate("{{ strftime_now('%d %B %Y, %a %-d %b %y, %j %U %W %u %w %F %D %e') }}")
    let day = try #require(TemplateDay("2024-02-29"))
    #expect(
      try template.text(variables: [:], day: day)
        == "29 February 2024, Thu 29 Feb 24, 060 08 09 4 4 2024-02-29 02/29/24 29")
    #expect(day.iso == "2024-02-29" && TemplateDay(days: 19782) == day)
    for wrong in ["2023-02-29", "2024-13-01", "2024-1-1", "24-01-01", "2024-01-01x", ""] {
      #expect(TemplateDay(wrong) == nil)
    }
    #expect(
      throws: ChatTemplateError.unsupported(
        line: 1, what: "function 'strftime_now' with a time or another form beside those of a day")
    ) {
      try ChatTemplate("{{ strftime_now('%H:%M') }}").text(variables: [:])
    }
  }

  @Test func variablesHaveTheTypesTheyAreWrittenIn() throws {
    let written: [(String, TemplateVariable)] = [
      ("true", .boolean(true)), ("false", .boolean(false)), ("null", .null), ("3", .integer(3)),
      ("2.5", .number(2.5)),
      ("\"x\"", .text("x")), ("low", .text("low")), ("[1, \"a\"]", .list([.integer(1), .text("a")])),
      ("{\"a\": 1}", .object([.init(name: "a", value: .integer(1))])), ("", .text("")),
      ("1, 2", .text("1, 2")), ("1e20", .number(1e20)), ("-9223372036854775808", .integer(.min)),
    ]
    for (text, value) in written { #expect(try TemplateVariable(written: text, name: "x") == value) }
  }

  @Test(arguments: [
    ("NaN", "NaN is not a finite number"), ("-Infinity", "-Infinity is not a finite number"),
    ("1e400", "1e400 is not a finite number"),
    ("18446744073709551615", "18446744073709551615 is a number of more than 64 bits"),
    ("18446744073709551616", "18446744073709551616 is a number of more than 64 bits"),
    ("-9223372036854775809", "-9223372036854775809 is a number of more than 64 bits"),
    ("[1, 18446744073709551616]", "[1, 18446744073709551616] is nested too deeply, or has a number"),
    (
      "{\"a\": [99999999999999999999]}",
      "{\"a\": [99999999999999999999]} is nested too deeply, or has a number"
    ),
    ("[1, NaN]", "[1, NaN] is nested too deeply, or has a number that is not finite"),
  ])
  func aVariableThatNoTemplateHasIsNamed(text: String, reason: String) {
    let error = #expect(throws: ChatTemplateError.self) { try TemplateVariable(written: text, name: "depth") }
    #expect(error?.description.hasPrefix("--template-var depth: \(reason)") == true)
    #expect(error?.hint?.contains("quotes") == true)
  }
}

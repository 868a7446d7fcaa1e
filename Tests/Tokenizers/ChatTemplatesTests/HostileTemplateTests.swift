import CMCChatTemplates
import CMCFastJSON
import CMCPrimitives
import Foundation
import Testing

/// A template that was written to take all time and memory.
struct HostileTemplate: CustomTestStringConvertible {
  let name: String
  let template: String
  /// A part of the error; nil where there is a text.
  let error: String?

  var testDescription: String { name }

  /// Those of the list.
  static let all: [HostileTemplate] = {
    guard let path = Bundle.module.path(forResource: "Golden/hostile_templates", ofType: "json"),
      let bytes = try? readFile(path), let root = try? JSONDocument(bytes).root
    else { return [] }
    return root.elements.map {
      HostileTemplate(
        name: $0["name"]?.string ?? "", template: $0["template"].map(text) ?? "", error: $0["error"]?.string)
    }
  }()

  /// A text, or parts of one: texts, and pairs of a text and how often it stands there.
  private static func text(_ value: JSONValue) -> String {
    value.string
      ?? value.elements.map { part in
        part.string
          ?? String(repeating: part.elements.first?.string ?? "", count: part.elements.last?.int ?? 0)
      }.joined()
  }
}

/// Templates come with models: a bad one is an error with its line, and none runs for ever or crashes.
@Suite struct HostileTemplateTests {
  static let message = [ChatTemplate.Message(role: "user", content: "Hello")]

  func error(_ source: String) -> ChatTemplateError? {
    do throws(ChatTemplateError) {
      _ = try ChatTemplate(source).text(Self.message)
      return nil
    } catch {
      return error
    }
  }

  @Test(arguments: [
    "{{", "{% if", "{{ 'a", "{# a", "{% if true %}", "{% for x in y %}", "{% endif %}", "{{ }}", "{{ 1 + }}",
    "{% %}",
    "{{ a b }}", "{{ (1, 2 }}", "{% set = 1 %}", "{% for in x %}", "{{ 'a' | }}", "{{ $ }}", "{{ 1 +}}",
    "{{ (1] }}",
    "{{ a[1:2:3:4] }}",
    "{% else %}", "{% if a %}{% else %}{% elif b %}{% endif %}", "{{ f(a=1, 2) }}", "{{ 1 | nofilter }}",
    "{% for loop in x %}{% endfor %}",
  ])
  func whatIsNoTemplateIsRefused(source: String) {
    guard case .syntax(let line, _)? = error(source) else {
      Issue.record("\(source): \(String(describing: error(source)))")
      return
    }
    #expect(line == 1)
  }

  @Test func errorsNameTheLine() {
    #expect(error("a\nb\n{{ nothing.member }}") == .failed(line: 3, reason: "'nothing' is not defined"))
    #expect(error("a\n{% include 'x' %}") == .unsupported(line: 2, what: "{% include %}"))
    #expect(error("\n\n{{ 1 | pprint }}") == .unsupported(line: 3, what: "filter 'pprint'"))
    #expect(error("{{ lipsum() }}") == .unsupported(line: 1, what: "function 'lipsum'"))
    let raised = error("{{ raise_exception('No\\nway') }}")
    #expect(raised == .raised(message: "No\nway"))
    #expect(raised?.description.contains("\n") == false)
  }

  @Test(arguments: [
    "{% for a in range(100000) %}{% for b in range(100000) %}x{% endfor %}{% endfor %}",
    "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
    "{{ 'x' * 9999999999 }}", "{{ range(99999999) }}", "{{ 9223372036854775807 + 1 }}", "{{ 2 ** 64 }}",
    "{{ 1 % 0 }}",
    "{{ 1 // 0 }}", "{{ -9223372036854775807 - 2 }}", "{{ 'a'.split('') }}", "{{ none.x }}{{ none() }}",
    "{% set ns = 1 %}{% set ns.a = 2 %}", "{% set a, b = [1] %}", "{{ {[]: 2} }}",
    "{{ 99999999999999999999 }}", "{{ '\\uD800' }}", "{{ 'a'[::0] }}",
    "{{ 'a' < 1 }}",
    "{{ messages | tojson(indent=99999999999) | length and x() }}",
    "{% set ns = namespace(a=1) %}{% for i in range(99999) %}{% set ns.a = [ns.a] %}{% endfor %}",
    "{% set ns = namespace(a=1) %}{% for i in range(99999) %}{% set ns.a = namespace(b=ns.a) %}{% endfor %}",
    "{% set ns = namespace(a=1) %}{% for i in range(99999) %}{% set ns.a = {'k': ns.a} | items %}{% endfor %}",
    "{% set ns = namespace(a='x') %}{% for i in range(99) %}{% set ns.a = ns.a + ns.a %}{% endfor %}",
    // Long texts, with everything that goes through them.
    "{% set s = 'a' * 16000000 %}{% for i in range(99999) %}{{ 'ab' in s }}{% endfor %}",
    "{% set s = 'a' * 16000000 %}{% set p = 'a' * 8000000 ~ 'b' %}{% for i in range(99) %}{{ s.find(p) }}{% endfor %}",
    "{% set s = 'a' * 16000000 %}{% for i in range(99) %}{{ s.replace('a', 'b') | length }}{% endfor %}",
    "{% set s = 'a' * 16000000 %}{% for c in s %}{% endfor %}",
    "{{ ('a' * 16000000) | unique | list | length }}",
    "{{ ('a\n' * 8000000) | indent(100) }}", "{{ ('a\n' * 8000000).splitlines() }}",
    "{% set s = ' ' * 16000000 %}{% for i in range(9999) %}{{ s | trim }}{% endfor %}",
    "{% set a = 'a' * 16000000 %}{% set b = 'a' * 16000000 %}{% for i in range(9999) %}{{ a == b }}{% endfor %}",
    "{% set ns = namespace(a=[]) %}{% for i in range(99999) %}{% set ns.a = ns.a + [i] %}{% endfor %}",
    "{% set ns = namespace(a=[1]) %}{% for i in range(49) %}{% set ns.a = [ns.a, ns.a] %}{% endfor %}{{ ns.a }}",
    // Chains that would need more stack than there is, when they are given up.
    "{% set ns = namespace(a=[1]) %}{% for i in range(99999) %}{% set ns.a = ns.a | map('string') %}{% endfor %}",
    "{% set h = namespace(p=0) %}{% for i in range(99999) %}{% set n = namespace() %}{% set n.p = h.p %}{% set h.p = n %}"
      + "{% endfor %}",
    "{% set ns = namespace(m=0) %}{% for i in range(99999) %}{% set p = ns.m %}{% macro m() %}{% endmacro %}"
      + "{% set ns.m = m %}{% endfor %}",
    "{% set ns = namespace(l=0) %}{% for i in range(9999) %}{% set q = ns.l %}{% for j in [1] %}{% set ns.l = loop %}"
      + "{% endfor %}{% endfor %}",
  ])
  func whatCannotBeComputedIsAnError(source: String) { #expect(error(source) != nil) }

  /// What was written to take all time and memory gives a text, or an error that says which limit it met.
  ///
  /// `check_hostile.py` measures the same list.
  @Test(arguments: HostileTemplate.all)
  func itEndsAtALimit(of hostile: HostileTemplate) {
    let error = error(hostile.template)
    #expect((error == nil) == (hostile.error == nil), "\(hostile.name): \(String(describing: error))")
    guard let error, let part = hostile.error else { return }
    #expect(error.description.contains(part), "\(hostile.name): \(error)")
    #expect(error.description.utf8.count < 1000, "\(hostile.name)")
  }

  @Test func theListIsWhole() { #expect(HostileTemplate.all.count >= 80) }

  @Test func nestingHasALimit() {
    for (open, close) in [("(", ")"), ("[", "]"), ("{'a': ", "}"), ("not ", ""), ("- ", "")] {
      let source =
        "{{ " + String(repeating: open, count: 100_000) + "1" + String(repeating: close, count: 100_000)
        + " }}"
      #expect(error(source) != nil)
    }
    let tags =
      String(repeating: "{% if 1 %}", count: 10_000) + String(repeating: "{% endif %}", count: 10_000)
    #expect(error(tags) == .syntax(line: 1, reason: "it is nested more than 40 deep"))
    #expect(
      error(String(repeating: "{{ 1 }}", count: 200_000))
        == .syntax(line: 1, reason: "a template of more than 1048576 bytes"))
    #expect(
      error("{{ " + String(repeating: "a", count: 2000) + " }}")
        == .syntax(line: 1, reason: "a name of more than 1024 characters"))
    #expect(error("{{ " + Array(repeating: "1", count: 100_000).joined(separator: "+") + " }}") != nil)
    #expect(error("{{ x" + String(repeating: "|trim", count: 100_000) + " }}") != nil)
  }

  /// Every beginning of a template, and every template with a byte less, is read or refused.
  @Test func brokenTemplatesAreReadOrRefused() {
    let source = """
      {%- macro m(a, b=[1, {'k': 'v'}]) -%}{{ a | default('x', true) ~ b[-1]['k'][::-1] }}{%- endmacro -%}
      {% for x in messages if x.role != "y" %}{{ loop.index }} {{ x.content.split('l')[0] | upper }}{{ m(x.role, b=[{'k': '1'}]) }}
      {% else %}{{ -1.5 ** 2 // 3 if not x is defined else 'z' in 'xyz' }}{% endfor %}{# end #}
      """
    let scalars = Array(source.unicodeScalars)
    #expect(error(source) == nil)
    var refused = 0
    for place in scalars.indices {
      var beginning = String.UnicodeScalarView()
      beginning.append(contentsOf: scalars[..<place])
      var without = String.UnicodeScalarView()
      without.append(contentsOf: scalars[..<place] + scalars[(place + 1)...])
      for text in [String(beginning), String(without)] where error(text) != nil { refused += 1 }
    }
    #expect(refused > 100)
  }
}

import CMCPrimitives
import Foundation
import TestSupport
import Testing

@testable import CMCReporting

@Suite struct PageResourceTests {
  private static let folder = RealData.checkout + "/Sources/Pages/Reporting/Resources"

  /// No file lies there unused, and none is changed on its way to a page but for the line end that closes it.
  @Test func everyFileStandsInAPageAsItIs() throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: Self.folder)
    let all = try HostilePages().pages().map(\.bytes) + [LivePage(tool: "cmc").html()]
    let pages = all.map { String(decoding: $0, as: UTF8.self) }
    #expect(names.count > 10)
    for name in names {
      let text = String(decoding: try readFile("\(Self.folder)/\(name)"), as: UTF8.self)
      #expect(text.hasSuffix("\n") && !text.hasSuffix("\n\n"), "\(name)")
      let tag = name.hasSuffix(".js") ? "script" : "style"
      let wanted = String(text.dropLast())
      #expect(
        pages.contains { page in
          page.ranges(of: wanted).contains { page[..<$0.lowerBound].contains("<\(tag)>") }
        }, "\(name)")
    }
  }

  /// The declarations of a rule of the pages' style sheet.
  private func rule(_ selector: String) throws -> String {
    let sheet = PageResource.pageStyle
    let start = try #require(sheet.range(of: selector + " {")?.upperBound)
    return try String(sheet[start..<(#require(sheet[start...].firstIndex(of: "}")))])
  }

  /// What the system chooses and what the reader chooses look the same.
  @Test func theDarkPaletteIsTheSameTwice() throws {
    let system = try rule(#":root:not([data-theme="light"])"#)
    let reader = try rule(#":root[data-theme="dark"]"#)
    #expect(system.contains("--page: #13161b"))
    #expect(reader == " color-scheme: dark;" + system)
  }

  /// Figures that stand alone have the colours of the pages.
  @Test func figuresHaveTheColoursOfThePages() throws {
    let palettes = [
      (Theme.light, try rule(":root")), (Theme.dark, try rule(#":root:not([data-theme="light"])"#)),
    ]
    for (theme, rule) in palettes {
      for (paint, name) in Figure.Paint.named {
        let color = theme.color(paint).css.lowercased()
        #expect(rule.contains("--\(name): \(color);"), "\(name): \(color)")
      }
    }
  }
}

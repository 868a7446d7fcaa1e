import ArgumentParser
import CMCChatTemplates
import CMCFastJSON
import CMCPrimitives
import Foundation

/// `cmc-bench templates`: fills in many templates, for Tests/Scripts/property_templates.py.
struct TemplatesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "templates",
    abstract:
      "Fill in templates: JSON lines of template, variables and date on standard input, text or error and kind on standard output."
  )

  func run() throws {
    while let line = readLine(strippingNewline: true) {
      let root = try JSONDocument(Array(line.utf8)).root
      var variables: [String: TemplateVariable] = [:]
      for (name, value) in try root.require("variables").members {
        variables[name] = try TemplateVariable(json: value)
      }
      let day = root["date"]?.string.flatMap { TemplateDay($0) } ?? .epoch
      let source = try root.require("template").string ?? ""
      let result = Result { () throws(ChatTemplateError) in
        try ChatTemplate(source).text(variables: variables, day: day)
      }
      let object: [String: String] =
        switch result {
        case .success(let text): ["text": text]
        case .failure(let error): ["kind": error.kind, "error": error.description]
        }
      print(String(decoding: try JSONEncoder().encode(object), as: UTF8.self))
    }
  }
}

extension ChatTemplateError {
  fileprivate var kind: String {
    switch self {
    case .syntax: "syntax"
    case .unsupported: "unsupported"
    case .failed, .variable: "failed"
    case .raised: "raised"
    }
  }
}

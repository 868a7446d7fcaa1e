internal import ArgumentParser
internal import CMCPrimitives
internal import CMCPrompts
internal import CrossModelControl

/// What is stated for templates beside the messages.
struct PromptingArguments: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "What the system says, in conversations without a system message; templates without a form for it refuse.",
      valueName: "text"), transform: { plainText($0) })
  var system: String?

  @Option(
    name: .customLong("template-var"),
    help: ArgumentHelp(
      "A variable of the model's own template, such as enable_thinking=false: true, false, a number, JSON or a text; repeatable.",
      valueName: "name=value"), transform: { plainText($0) })
  var templateVariables: [String] = []

  @Option(
    help: ArgumentHelp("The day that a template writes; today where left out.", valueName: "YYYY-MM-DD"))
  var date: String?

  func validate() throws {
    if let date, !PromptSetting.isDay(date) { throw ValidationError("--date is a day such as 2026-01-31.") }
    for variable in templateVariables
    where (variable.firstIndex(of: "=") ?? variable.startIndex) == variable.startIndex {
      throw ValidationError("--template-var is a name and a value, such as enable_thinking=false.")
    }
  }

  /// The same as a value; of two values for one name the last counts.
  var setting: PromptSetting {
    var setting = PromptSetting(system: system, day: date)
    for variable in templateVariables {
      let parts = variable.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      setting.variables[String(parts[0])] = String(parts[1])
    }
    return setting
  }
}

/// The file `run.json`: what a run is, and the settings that it was captured with, as members of one object.
///
/// Whoever compares runs reads the ``RunDescription`` alone; only a capture that goes on asks for the settings.
package struct RunFile<Settings: Codable & Sendable>: Codable, Sendable {
  /// What the run is.
  package var description: RunDescription
  /// What it was captured with; nil in a file of an older version.
  package var capturedWith: Settings?

  private enum Key: CodingKey { case capturedWith }

  /// Describes a run that is begun.
  package init(_ description: RunDescription, capturedWith settings: Settings?) {
    self.description = description
    capturedWith = settings
  }

  /// Reads both from one object.
  package init(from decoder: any Decoder) throws {
    description = try RunDescription(from: decoder)
    capturedWith = try decoder.container(keyedBy: Key.self).decodeIfPresent(
      Settings.self, forKey: .capturedWith)
  }

  /// Writes both into one object.
  package func encode(to encoder: any Encoder) throws {
    try description.encode(to: encoder)
    var container = encoder.container(keyedBy: Key.self)
    try container.encodeIfPresent(capturedWith, forKey: .capturedWith)
  }
}

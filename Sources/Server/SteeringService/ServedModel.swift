internal import CMCServing
package import CrossModelControl

/// A steered model under the name that requests give.
package struct ServedModel: Sendable {
  /// The name.
  package let name: String
  /// Where its texts are written.
  package let room: SteeredRoom
  /// Something to ask it, for people who do not know it yet.
  package var example: String?

  /// Serves a model.
  ///
  /// - Parameters:
  ///   - name: Its name.
  ///   - model: The model.
  ///   - maps: Further maps for its first delta model, which requests can name.
  ///   - observer: Hears what the maps leave open.
  /// - Throws: What a map that does not belong to the models throws.
  package init(
    name: String, _ model: SteeredModel,
    maps: [(name: String, map: SteeringConfiguration.MapReference)] = [], observer: RunObserver = .silent
  ) throws {
    self.name = name
    room = try SteeredRoom(model, maps: maps, observer: observer)
  }

  /// What a listing says of it.
  func listing(created: Int) -> ListingEncoding.Model {
    var listed = ListingEncoding.Model(
      name: name, created: created, contextLength: room.contextLength, user: room.model.user.name,
      deltas: room.model.deltas.map(\.name), maps: room.mapNames, alpha: room.model.askedAlpha)
    listed.example = example
    return listed
  }
}

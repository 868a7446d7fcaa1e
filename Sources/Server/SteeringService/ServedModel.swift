package import CMCServing
package import CrossModelControl

/// A steered model under the name that requests give.
package struct ServedModel: Sendable {
  /// The name.
  package let name: String
  /// Where its texts are written.
  package let room: SteeredRoom

  /// Serves a model.
  package init(name: String, _ model: SteeredModel) {
    self.name = name
    room = SteeredRoom(model)
  }

  /// What a listing says of it.
  func listing(created: Int) -> ListingEncoding.Model {
    ListingEncoding.Model(
      name: name, created: created, contextLength: room.contextLength, user: room.model.user.name,
      deltas: room.model.deltas.map(\.name), maps: [], alpha: room.model.configuration.alpha)
  }
}

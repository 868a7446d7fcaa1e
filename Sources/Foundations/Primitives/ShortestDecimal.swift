extension Float {
  /// The number that this one is written as: 0.7 for the float that is nearest to it, not 0.699999988079071.
  ///
  /// For what a user gave and is to find again; a result that was computed is told as it is.
  package var shortestDecimal: Double { Double("\(self)") ?? Double(self) }
}

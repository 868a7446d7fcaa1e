extension Double {
  /// The number that a float is written as: 0.7 for the float that is nearest to it, not 0.699999988079071.
  ///
  /// For what a user gave and is to find again; a result that was computed is told as it is.
  package init(shortestDecimalOf value: Float) { self = Double("\(value)") ?? Double(value) }
}

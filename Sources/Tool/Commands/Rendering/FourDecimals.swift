internal import CMCPrimitives

/// A number with four digits behind the point; as it is where that is no help.
func fourDecimals(_ value: Double) -> String { NumberText.fixed(value, digits: 4) }

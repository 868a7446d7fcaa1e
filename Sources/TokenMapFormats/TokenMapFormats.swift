// Filled in by the parts that follow.

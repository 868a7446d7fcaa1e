/// A piece for an error message or a note, as ``shownPiece(_:)`` but in quotation marks.
func quoted(_ piece: some Sequence<UInt8>) -> String { "\"\(shownPiece(piece))\"" }

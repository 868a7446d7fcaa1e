// Types of the SentencePiece model file.

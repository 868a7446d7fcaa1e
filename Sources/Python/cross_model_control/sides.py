"""What a map knows of one of its two vocabularies."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

KINDS = {"t": "text", "f": "fragment", "b": "byte", "s": "special", "-": "hole"}
"""The letters by which files write what an entry of a vocabulary is, and their names."""

_ESCAPE = re.compile(r"\\(?:u\{([0-9A-Fa-f]+)\}|x([0-9A-Fa-f]{2})|([nrt\\]))|(\u2423)")
_SIMPLE = {"n": b"\n", "r": b"\r", "t": b"\t", "\\": b"\\"}


def token_bytes(shown: str, kind: str) -> bytes:
    r"""Give the bytes that a token's visible form stands for.

    Args:
        shown: The form in files: `␣` for a space, `\n`, `\u{…}`, `\xNN`, `<0xNN>` for a byte token.
        kind: The letter of its kind.
    """
    if kind == "b":
        return bytes([int(shown[3:5], 16)])
    result, end = bytearray(), 0
    for match in _ESCAPE.finditer(shown):
        scalar, byte, simple, space = match.groups()
        result += shown[end : match.start()].encode()
        end = match.end()
        if scalar:
            result += chr(int(scalar, 16)).encode()
        elif byte:
            result.append(int(byte, 16))
        elif simple:
            result += _SIMPLE[simple]
        else:
            # Only text writes its spaces so; elsewhere the sign is itself.
            result += b" " if kind == "t" else space.encode()
    return bytes(result + shown[end:].encode())


@dataclass(frozen=True)
class MapSide:
    """A vocabulary as a map's file describes it; a bare format says nothing of it.

    Attributes:
        name: A name for people.
        tokens: How many tokens there are, holes not counted.
        max_id: The highest id that has a token.
        logits_width: How many logits the model gives.
        fingerprint: SHA-256 over ids, kinds and bytes, as 64 hexadecimal digits.
        kinds: A letter for each id, see KINDS.
        pieces: The visible form of each id, None for a hole.
    """

    name: str = ""
    tokens: int | None = None
    max_id: int | None = None
    logits_width: int | None = None
    fingerprint: str | None = None
    kinds: str | None = None
    pieces: tuple[str | None, ...] | None = None

    def kind(self, token: int) -> str:
        """Give the letter of an id's kind: that of a hole beyond the vocabulary."""
        kinds = self.kinds or ""
        return kinds[token] if 0 <= token < len(kinds) else "-"

    def bytes_of(self, token: int) -> bytes:
        """Give what a token contributes to text; nothing for a hole.

        - Complexity: O(length of the piece), once for each token.
        """
        known = self._bytes
        if token not in known:
            kind, pieces = self.kind(token), self.pieces
            shown = pieces[token] if pieces and kind != "-" else None
            known[token] = token_bytes(shown, kind) if shown is not None else b""
        return known[token]

    def shown(self, token: int) -> str:
        """Give a token's visible form as messages have it."""
        pieces = self.pieces or ()
        return repr(pieces[token]) if token < len(pieces) and pieces[token] is not None else "nothing"

    @cached_property
    def _bytes(self) -> dict[int, bytes]:
        return {}

"""What a delta model has read: its own prompt, and the generated text in its own tokens.

The rules are those of the project's page on exact semantics, section 4. Nothing here needs torch.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from .sides import MapSide
from .token_map import TokenMap


class Change(NamedTuple):
    """How a history changed.

    Attributes:
        kept: How many tokens stay, the prompt included.
        added: The tokens after them.
        reencoded: Whether the generated text was encoded anew.
    """

    kept: int
    added: tuple[int, ...]
    reencoded: bool


@dataclass(frozen=True)
class Translation:
    """What turns a user model's tokens into a delta model's: shared by all histories of one map.

    Attributes:
        ids: The target of each user token, -1 for none.
        matches: Whether the delta model takes that id itself.
        user: Kinds and bytes of the user's tokens.
        encode: The delta model's tokens of a text that goes on inside a text: no bos, and no space before it.
    """

    ids: Sequence[int]
    matches: Sequence[bool]
    user: MapSide
    encode: Callable[[str], list[int]]

    @classmethod
    def of(cls, token_map: TokenMap, user: MapSide, encode: Callable[[str], list[int]]) -> Translation:
        """Make the translation of a map."""
        return cls(token_map.ids.tolist(), token_map.is_match.tolist(), user, encode)


def complete_length(text: bytes | bytearray) -> int:
    """Give how many bytes come before the beginning of a character that more bytes could complete."""
    for back in range(1, min(3, len(text)) + 1):
        place = len(text) - back
        if text[place] < 0xC0:
            continue
        tail = bytes(text[place:])
        try:
            tail.decode()
        except UnicodeDecodeError as error:
            # A malformed part that reaches the end may go on; one that ends before it cannot.
            lead = tail[0]
            length = 2 if lead < 0xE0 else 3 if lead < 0xF0 else 4
            return place if error.end == back and error.start == 0 and length > back else len(text)
        return len(text)
    return len(text)


@dataclass
class History:
    """The tokens that a delta model reads, as a user model writes.

    Attributes:
        ids: The tokens, the prompt included.
        prompt_count: How many of them are the prompt.
        translation: How the user's tokens get there; None where both models share a vocabulary.
        width: How many rows the delta model has for tokens, where the user model may have more; None where it is not known.
        reencoded: How often the generated text was encoded anew.
    """

    ids: list[int]
    translation: Translation | None
    prompt_count: int = -1
    reencoded: int = 0
    width: int | None = None
    # The encoded text up to the last special token, that token included; the text after it; whether its end is no whole character.
    _closed: list[int] = field(default_factory=list)
    _text: bytearray = field(default_factory=bytearray)
    _incomplete: bool = False

    def __post_init__(self) -> None:
        if self.prompt_count < 0:
            self.prompt_count = len(self.ids)

    def copy(self) -> History:
        """Give a history that goes on by itself."""
        return History(
            list(self.ids),
            self.translation,
            self.prompt_count,
            self.reencoded,
            self.width,
            list(self._closed),
            bytearray(self._text),
            self._incomplete,
        )

    def append(self, token: int) -> Change:
        """Take the user model's next token.

        - Complexity: O(1) for a token that is placed exactly, O(text since the last special token) for others.
        """
        rules = self.translation
        if rules is None:
            # Rows that one of two models of a vocabulary has more are no tokens.
            return self._take(token) if self.width is None or token < self.width else Change(len(self.ids), (), False)
        match = token < len(rules.ids) and rules.matches[token]
        if rules.user.kind(token) in "s-":
            return self._close(rules, token) if match else Change(len(self.ids), (), False)
        self._text += rules.user.bytes_of(token)
        if match and not self._incomplete:
            return self._take(rules.ids[token])
        complete = complete_length(self._text)
        self._incomplete = complete < len(self._text)
        return self._replace(self._closed + self._encoded(rules, complete))

    def _close(self, rules: Translation, token: int) -> Change:
        change = None if self._incomplete else self._take(rules.ids[token])
        self._closed += [*self._encoded(rules, len(self._text)), rules.ids[token]]
        self._text.clear()
        self._incomplete = False
        return change or self._replace(self._closed)

    def _encoded(self, rules: Translation, length: int) -> list[int]:
        text = self._text[:length].decode(errors="replace")
        return rules.encode(text) if text else []

    def _take(self, token: int) -> Change:
        self.ids.append(token)
        return Change(len(self.ids) - 1, (token,), False)

    def _replace(self, generated: list[int]) -> Change:
        kept, ids, count = self.prompt_count, self.ids, self.prompt_count
        while kept < len(ids) and kept - count < len(generated) and ids[kept] == generated[kept - count]:
            kept += 1
        added = generated[kept - count :]
        ids[kept:] = added
        self.reencoded += 1
        return Change(kept, tuple(added), True)

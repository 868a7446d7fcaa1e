"""The steps of a response: how much of the text comes before each, and what both models have read there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from ..history import complete_length
from ..sides import MapSide
from .files import CapturedPrompt


@dataclass
class ResponseSteps:
    """The steps of a response.

    Attributes:
        response: The response's bytes.
        numbers: The steps' numbers.
        prefixes: How many bytes come before each.
        tokens: The token of each, -1 for the end.
        skipped: Steps that are left out because the text before them ends inside a character.
    """

    response: bytes
    numbers: list[int] = field(default_factory=list)
    prefixes: list[int] = field(default_factory=list)
    tokens: list[int] = field(default_factory=list)
    skipped: list[int] = field(default_factory=list)

    @classmethod
    def of_tokens(cls, ids: Sequence[int], ends: bool, vocabulary: MapSide) -> ResponseSteps:
        """Give the steps of a response whose tokens are known.

        Args:
            ids: The tokens.
            ends: Whether a last step predicts the end.
            vocabulary: Whose tokens they are.
        """
        pieces = [b"" if vocabulary.kind(token) in "s-" else vocabulary.bytes_of(token) for token in ids]
        steps, place = cls(b"".join(pieces)), 0
        for step, token in enumerate([*ids, -1] if ends else ids):
            before = steps.response[:place]
            if complete_length(before) == place:
                steps.numbers.append(step)
                steps.prefixes.append(place)
                steps.tokens.append(-1 if place == len(steps.response) else token)
            else:
                steps.skipped.append(step)
            if step < len(pieces):
                place += len(pieces[step])
            if place == len(steps.response) and step + 1 == len(ids) and not ends:
                break
        return steps

    @classmethod
    def of_run(cls, captured: CapturedPrompt) -> ResponseSteps:
        """Give the steps that another run captured."""
        count = len(captured.steps)
        return cls(captured.response, captured.steps, captured.prefixes, [-1] * count, captured.skipped)

    def own_histories(self, prompt: list[int], ids: Sequence[int]) -> list[list[int]]:
        """Give what the model has read before each step whose tokens made the response."""
        return [prompt + list(ids[:number]) for number in self.numbers]

    def text_histories(self, prompt: list[int], encode: Callable[[str], list[int]]) -> list[list[int]]:
        """Give what a model has read before each step that reads the text in its own tokens."""
        texts = [self.response[:prefix].decode(errors="replace") for prefix in self.prefixes]
        return [prompt + (encode(text) if text else []) for text in texts]

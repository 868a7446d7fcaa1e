"""The tokens that end a steered text: the user model's, and those that stand for a delta model's (exact semantics, section 4)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .arguments import listed_tokens
from .terms import PreparedTerm


def stated_ends(model: Any, tokenizer: Any) -> list[int]:
    """Give the tokens at which a model's generation stops."""
    config = getattr(model, "generation_config", None) or model.config
    ends = config.eos_token_id if config.eos_token_id is not None else tokenizer.eos_token_id
    return [] if ends is None else [ends] if isinstance(ends, int) else list(ends)


class Ends:
    """The tokens that end the texts of a steered model.

    Attributes:
        own: Those of the user model itself.
    """

    def __init__(self, model: Any, tokenizer: Any, terms: Sequence[PreparedTerm]) -> None:
        """Look for the user model's, and for those that a map sends to a delta model's as a match."""
        self.own = sorted(token for token in stated_ends(model, tokenizer) if all(term.has_token(token) for term in terms))
        self._of_terms = []
        for term in terms:
            found: list[int] = []
            if term.token_map is not None:
                deltas = sorted(stated_ends(term.delta.model, term.delta.tokenizer))
                found = np.flatnonzero(term.token_map.is_match & np.isin(term.token_map.ids, deltas)).tolist()
            self._of_terms.append(found)

    def of(self, factors: Sequence[float]) -> tuple[int, ...]:
        """Give those of a text: a delta model that has no part in it ends it nowhere.

        Args:
            factors: The text's factor of each term.
        """
        ends = set(self.own)
        for found, factor in zip(self._of_terms, factors, strict=True):
            ends.update(found if factor else ())
        return tuple(sorted(ends))


def end_tokens(options: dict[str, Any], width: int) -> list[int]:
    """Give the tokens that end a text, by the options of `generate`.

    Raises:
        ControlError: One of them is no token.
    """
    ends = options["eos_token_id"]
    if hasattr(ends, "tolist"):
        ends = ends.tolist()
    return [] if ends is None else listed_tokens([ends] if isinstance(ends, int) else ends, "eos_token_id", width)

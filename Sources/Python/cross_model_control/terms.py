"""One part of a sum: a delta model, the map it is read through, and its factor."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch

from .arguments import flag, listed
from .columns import MappedColumns
from .delta import DeltaModel
from .encoding import Message
from .errors import ControlError, MapError, ModelError
from .history import Translation
from .loading import check_tokenizer
from .rows import DeltaBatch, Row
from .scores import check_factor, delta_part
from .token_map import TokenMap
from .vocabularies import fitted_map, shared_vocabulary

Prompt = str | Sequence[int] | Sequence[Message]
"""A text, tokens, or the messages of a conversation."""


@dataclass(frozen=True)
class Term:
    """A delta model with its map and factor.

    Attributes:
        delta: The delta model.
        token_map: From the user's vocabulary to the delta's; None to have one made.
        alpha: The factor α; one number, or one for each prompt. 0 leaves the term out altogether.
        same_vocabulary: Whether both models have one vocabulary, so that no map is needed; their tokenizers are compared.
    """

    delta: DeltaModel
    token_map: TokenMap | None = None
    alpha: float | Sequence[float] = 1.0
    same_vocabulary: bool = False

    def __post_init__(self) -> None:
        _factors(self.alpha)
        if not isinstance(self.delta, DeltaModel):
            raise ModelError(
                f"is a {type(self.delta).__name__}, no DeltaModel", where="delta", hint="give DeltaModel(model, tokenizer)"
            )
        if self.token_map is not None and not isinstance(self.token_map, TokenMap):
            raise MapError(f"is a {type(self.token_map).__name__}, no TokenMap", where="token_map", hint="give TokenMap.load(path)")
        flag(self.same_vocabulary, "same_vocabulary")
        if self.token_map is not None and self.same_vocabulary:
            raise ControlError("models of one vocabulary are read through no map", where="token_map", hint="leave one of them out")

    @property
    def factors(self) -> list[float]:
        """The factors, one number as a list of one.

        Raises:
            ControlError: One of them is no finite number.
        """
        return _factors(self.alpha)


def checked_terms(terms: Any) -> list[Term]:
    """Give a list of terms.

    Raises:
        ControlError: It is no list, there are none, or one of them is something else.
    """
    if isinstance(terms, Term):
        raise ControlError("a list of terms expected, found one Term", where="terms", hint="put a single one into a list")
    result = listed(terms, "terms", "terms")
    if not result:
        raise ControlError("there are none", where="terms", hint="give a Term for each delta model")
    for place, term in enumerate(result):
        if not isinstance(term, Term):
            raise ControlError(f"is a {type(term).__name__}, no Term", where=f"terms[{place}]", hint="give Term(delta, token_map)")
    return result


def _factors(alpha: float | Sequence[float]) -> list[float]:
    if hasattr(alpha, "tolist"):
        alpha = alpha.tolist()
    values = alpha if isinstance(alpha, Sequence) and not isinstance(alpha, str) else [alpha]
    if not values:
        raise ControlError("there are no factors", where="alpha", hint="give a number, or one for each prompt")
    return [check_factor(value) for value in values]


class PreparedTerm:
    """A term made ready for a user's tokenizer."""

    def __init__(self, term: Term, user_tokenizer: Any) -> None:
        """Fit a term's map to the user's tokenizer.

        Raises:
            MapError: The map belongs to other tokenizers, or the two are not one where they should be.
            ProgramError: The program that reads vocabularies is not there.
        """
        self.delta, self.factors = term.delta, term.factors
        self.token_map: TokenMap | None = None
        self.translation: Translation | None = None
        self._user_tokenizer = user_tokenizer
        if term.same_vocabulary:
            self.source = shared_vocabulary(user_tokenizer, term.delta.tokenizer)
        else:
            self.token_map = fitted_map(user_tokenizer, term.delta.tokenizer, term.token_map)
            self.source = self.token_map.source
            self.translation = Translation.of(self.token_map, self.token_map.source, term.delta.encoder.continuation)
        self._columns: MappedColumns | None = None

    def with_factors(self, alpha: float | Sequence[float]) -> PreparedTerm:
        """Give the same with other factors."""
        made = copy.copy(self)
        made.factors = _factors(alpha)
        return made

    def factor_of(self, prompt: int) -> float:
        """Give the factor of a prompt, by its place in the batch."""
        return self.factors[prompt] if len(self.factors) > 1 else self.factors[0]

    def of_prompts(self, prompts: Sequence[int]) -> PreparedTerm:
        """Give the same for some of a batch's prompts."""
        made = copy.copy(self)
        if len(self.factors) > 1:
            made.factors = [self.factors[prompt] for prompt in prompts]
        return made

    def columns(self, user_width: int, device: torch.device) -> MappedColumns:
        """Give the map as tensors for a user model of so many logits.

        Raises:
            MapError: The map does not fit the models' widths.
            ModelError: The user's tokenizer has tokens that there is no logit for.
        """
        if self._columns is None or (self._columns.user_width, self._columns.device) != (user_width, device):
            check_tokenizer(self._user_tokenizer, user_width, "user_model")
            self._columns = MappedColumns(self.token_map, user_width, self.delta.width, device)
        return self._columns

    @property
    def user_width(self) -> int:
        """How many logits the user model gives, once columns were made for it; 1 before."""
        return self._columns.user_width if self._columns is not None else 1

    def has_token(self, token: int) -> bool:
        """Whether a row of the user's logits is a token."""
        return self.source.kind(token) != "-"


def add_term(
    part: torch.Tensor,
    term: PreparedTerm,
    batch: DeltaBatch,
    found: Sequence[tuple[int, Row, float]],
    mode: str,
    unmatched: str,
) -> None:
    """Compute rows of a delta model, and add what they say to the user's part of the scores, in place.

    Args:
        part: float32 [any, user width].
        term: The delta model made ready.
        batch: The batch that the rows are in.
        found: For each row its place in `part`, no two the same, itself, and its factor.
        mode: One of MODES.
        unmatched: One of POLICIES.

    Raises:
        ControlError: A history is longer than the delta model's context.
    """
    if not found:
        return
    rows = [row for _, row, _ in found]
    batch.compute(rows)
    logits = [each.to(part.device) for each in batch.rows_logits(rows)]
    columns = term.columns(part.shape[-1], part.device)
    own = delta_part(logits[0], mode, *logits[1:])
    columns.add_to(part, [place for place, _, _ in found], own, [factor for _, _, factor in found], unmatched)

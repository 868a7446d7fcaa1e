"""Log-probabilities of given continuations under control, as `cmc evaluate` has them."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from .attention import Context
from .errors import ControlError
from .rows import Row
from .scores import check_scores, user_part
from .terms import PreparedTerm, Prompt, add_term

_MOST_LOGITS = 1 << 27
"""How many of the user's logits a pass may give at most, unless one text alone needs more."""


@dataclass(frozen=True)
class Score:
    """How likely a steered model finds a continuation.

    Attributes:
        tokens: The user model's tokens of the continuation.
        log_probabilities: float64 [tokens]: the natural logarithm of each one's probability after those before it.
        is_best: bool [tokens]: whether no other token would have been likelier.
        reencoded: How often a delta model's text was encoded anew between two of them.
    """

    tokens: tuple[int, ...]
    log_probabilities: npt.NDArray[np.float64]
    is_best: npt.NDArray[np.bool_]
    reencoded: int

    @property
    def log_probability(self) -> float:
        """That of the whole continuation; 0 where it has no tokens."""
        return float(self.log_probabilities.sum())

    @property
    def is_greedy(self) -> bool:
        """Whether greedy decoding would have written it."""
        return bool(self.is_best.all())


@dataclass
class Scored:
    """A continuation that is to be scored.

    Attributes:
        prompt: The user model's tokens before it.
        tokens: Its own.
        delta_prompt: What the delta models read first.
        factors: One for each term.
    """

    prompt: list[int]
    tokens: list[int]
    delta_prompt: Prompt
    factors: list[float]


@torch.no_grad()
def score(
    model: Any, terms: Sequence[PreparedTerm], texts: Sequence[Scored], mode: str, unmatched: str, batch_size: int
) -> list[Score]:
    """Score continuations; the user model reads each in one pass, delta models go along token by token, many at once.

    Args:
        model: The user model.
        terms: The delta models made ready for it.
        texts: What is to be scored.
        mode: One of MODES.
        unmatched: One of POLICIES.
        batch_size: How many texts are scored together at most.

    Raises:
        ControlError: A context is too short, or a score is no number.
    """
    context = Context.of(model.config.get_text_config())
    for place, text in enumerate(texts):
        length = len(text.prompt) + len(text.tokens)
        if not text.prompt:
            raise ControlError("has no tokens", where=f"prompt {place}", hint="give a prompt, or a template with a beginning")
        context.check(length, f"prompt {place}")
    result: list[Score] = []
    for group in _groups(texts, terms[0].user_width if terms else 1, batch_size):
        result += _score_group(model, terms, group, mode, unmatched)
    return result


def _groups(texts: Sequence[Scored], width: int, batch_size: int) -> Iterator[list[Scored]]:
    """Cut texts into groups whose logits fit into memory together."""
    group: list[Scored] = []
    for text in texts:
        more = [*group, text]
        if group and (len(more) > batch_size or len(more) * _span(more)[1] * width > _MOST_LOGITS):
            yield group
            more = [text]
        group = more
    if group:
        yield group


def _span(texts: Sequence[Scored]) -> tuple[int, int]:
    """Give the first position whose logits some text needs, and how many positions there are up to the last."""
    first = min(len(text.prompt) for text in texts) - 1
    return first, max(len(text.prompt) + len(text.tokens) for text in texts) - 1 - first


def _score_group(model: Any, terms: Sequence[PreparedTerm], texts: Sequence[Scored], mode: str, unmatched: str) -> list[Score]:
    logits, first = _user_logits(model, texts)
    batches = [term.delta.batch() for term in terms]
    rows: list[list[Row | None]] = [
        [
            batch.add(term.delta.history(text.delta_prompt, term.translation)) if factor else None
            for term, batch, factor in zip(terms, batches, text.factors, strict=True)
        ]
        for text in texts
    ]
    found: list[list[tuple[float, bool]]] = [[] for _ in texts]
    for step in range(max(len(text.tokens) for text in texts)):
        active = [place for place, text in enumerate(texts) if step < len(text.tokens)]
        columns = torch.tensor([len(texts[place].prompt) - 1 + step - first for place in active], device=logits.device)
        part = user_part(logits[torch.tensor(active, device=logits.device), columns], mode)
        for index, (term, batch) in enumerate(zip(terms, batches, strict=True)):
            steered = [
                (place, row, texts[which].factors[index])
                for place, which in enumerate(active)
                if (row := rows[which][index]) is not None
            ]
            add_term(part, term, batch, steered, mode, unmatched)
        check_scores(part)
        chosen = torch.tensor([texts[place].tokens[step] for place in active], device=part.device)
        own = part.gather(1, chosen[:, None])[:, 0]
        logarithms = own.double() - torch.logsumexp(part.double(), -1)
        for place, logarithm, is_best in zip(active, logarithms.tolist(), (own >= part.amax(-1)).tolist(), strict=True):
            found[place].append((logarithm, is_best))
            # What comes behind the last token is asked for by nobody.
            if step + 1 < len(texts[place].tokens):
                for row in rows[place]:
                    if row is not None:
                        row.append(texts[place].tokens[step])
    return [
        Score(
            tuple(text.tokens),
            np.array([logarithm for logarithm, _ in values], np.float64),
            np.array([is_best for _, is_best in values], np.bool_),
            sum(row.history.reencoded for row in own_rows if row is not None),
        )
        for text, values, own_rows in zip(texts, found, rows, strict=True)
    ]


def _user_logits(model: Any, texts: Sequence[Scored]) -> tuple[torch.Tensor, int]:
    """Give the user model's logits [texts, positions, width], and which position is the first.

    Texts are padded behind their ends, which no position before sees.
    """
    ids = [[*text.prompt, *text.tokens] for text in texts]
    # The logits behind the last token are asked for by nobody.
    ids = [row[: max(1, len(row) - 1)] for row in ids]
    widest = max(map(len, ids))
    first, _ = _span(texts)
    device = model.get_input_embeddings().weight.device
    rows = torch.tensor([row + [0] * (widest - len(row)) for row in ids], device=device)
    mask = torch.tensor([[1] * len(row) + [0] * (widest - len(row)) for row in ids], device=device)
    options: dict[str, Any] = {"use_cache": False}
    if "logits_to_keep" in inspect.signature(model.forward).parameters:
        options["logits_to_keep"] = widest - first
    logits: torch.Tensor = model(rows, attention_mask=mask, **options).logits
    return logits[:, -(widest - first) :], first

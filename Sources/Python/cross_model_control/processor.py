"""Steering as a logits processor of transformers."""

from __future__ import annotations

import copy
import sys
from collections.abc import Collection, Sequence
from typing import Any

import torch
from transformers import LogitsProcessor

from .arguments import listed, listed_tokens
from .errors import ControlError
from .rows import DeltaBatch, Row
from .scores import check_mode, check_scores, user_part
from .terms import PreparedTerm, Prompt, Term, add_term, checked_terms
from .texts import Text, follow


class ControlledLogits(LogitsProcessor):  # type: ignore[misc]
    """Adds what delta models say to a user model's logits, at every step of `generate`.

    Pass a list with it as `logits_processor`. It serves greedy search, sampling and beam search, batches with any padding, one
    generation after the other. In beam search transformers hands over log-probabilities, so that mode "add" there is
    "base-normalize". Rows whose factors are all 0 are left as they are, bit by bit.

    Where a text ends, and how far it goes, `generate` knows alone: a token that a map takes to a delta model's end ends nothing
    unless it stands in its eos_token_id, and a user model with longrope is right where a whole batch stays within the original
    context, or is beyond it from the prompts on. `SteeredModel` ends texts by the map, and refuses the rest.

    Attributes:
        steps: How many steps the last generation has had.
        reencoded: How many of its rows' steps encoded the generated text anew.
    """

    def __init__(
        self,
        terms: Term | Sequence[Term],
        tokenizer: Any,
        *,
        prompts: Sequence[Prompt] | None = None,
        mode: str = "base-normalize",
        unmatched: str = "zero",
        ends: Collection[int] = (),
    ) -> None:
        """Fit delta models to a user model's tokenizer.

        Args:
            terms: One delta model with its map and factor, or several.
            tokenizer: The user model's tokenizer.
            prompts: What the delta models read first, one for each prompt of the batch; the text of the user's prompts, without
                special tokens, where left out.
            mode: add, normalize or base-normalize.
            unmatched: What user tokens without a target read: zero, mean, min or mask.
            ends: Tokens that end a text, where generation stops at them: rows that go on as padding are computed no more.

        Raises:
            ControlError: A mode, a policy, a factor or an end token that there is not, or no term at all.
            MapError: A map belongs to other tokenizers.
        """
        check_mode(mode, unmatched)
        self.mode, self.unmatched = mode, unmatched
        given = checked_terms([terms] if isinstance(terms, Term) else terms)
        self.terms = [PreparedTerm(term, tokenizer) for term in given]
        self.ends = self._checked_ends(ends)
        self._tokenizer, self._prompts = tokenizer, _listed(prompts)
        self._count = _count(self.terms, self._prompts)
        self._texts: list[Text] = []
        self._batches: list[DeltaBatch] = []
        self._start = 0
        self._beginnings: frozenset[tuple[int, ...]] = frozenset()
        self.steps = 0

    def for_prompts(
        self,
        prompts: Sequence[Prompt] | None,
        *,
        alpha: float | Sequence[float] | None = None,
        ends: Collection[int] | None = None,
    ) -> ControlledLogits:
        """Give a processor of the same models for other prompts; nothing is loaded or aligned again.

        Args:
            prompts: What the delta models read first, one for each prompt of the batch.
            alpha: Factors in place of those of every term: one, or one for each prompt.
            ends: Tokens that end a text, in place of these.

        Raises:
            ControlError: A factor or an end token that there is not, or lists of different lengths.
        """
        terms = self.terms if alpha is None else [term.with_factors(alpha) for term in self.terms]
        return self._made(terms, _listed(prompts), self.ends if ends is None else self._checked_ends(ends))

    def of_rows(self, places: Sequence[int], ends: Collection[int]) -> ControlledLogits:
        """Give a processor for some prompts of the batch that this one is for, and what ends their texts."""
        prompts = None if self._prompts is None else [self._prompts[place] for place in places]
        return self._made([term.of_prompts(places) for term in self.terms], prompts, frozenset(ends))

    def _made(self, terms: list[PreparedTerm], prompts: list[Prompt] | None, ends: frozenset[int]) -> ControlledLogits:
        made = copy.copy(self)
        made.terms, made._prompts, made.ends = terms, prompts, ends
        made._count = _count(terms, prompts)
        made._texts, made._batches, made.steps = [], [], 0
        return made

    def _checked_ends(self, ends: Any) -> frozenset[int]:
        found = listed_tokens(ends, "ends")
        for token in found:
            if not all(term.has_token(token) for term in self.terms):
                raise ControlError(f"there is no token {token}", where="ends", hint="give tokens of the user model")
        return frozenset(found)

    def reset(self) -> None:
        """Forget the generation under way; the next call begins another. It happens by itself where prompts are new."""
        self._texts = []

    def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        """Give the steered scores of a step.

        Args:
            input_ids: int64 [rows, tokens]: prompts, padding and what was written.
            scores: float [rows, user width]: the user model's logits.

        Returns:
            float32 [rows, user width].

        Raises:
            ControlError: The rows cannot be followed, a context is full, or no score can be chosen.
        """
        self._take(input_ids)
        self.steps += 1
        result = scores.float()
        steered = [place for place, text in enumerate(self._texts) if any(row is not None for row in text.rows)]
        if not steered:
            return result
        places = torch.tensor(steered, device=scores.device)
        is_all = len(steered) == len(self._texts)
        part = user_part(scores if is_all else scores[places], self.mode)
        for index, term in enumerate(self.terms):
            self._add(part, index, term, steered)
        check_scores(part)
        if is_all:
            return part
        return result.index_copy(0, places, part)

    def _add(self, part: torch.Tensor, index: int, term: PreparedTerm, steered: Sequence[int]) -> None:
        """Add a term to the scores of its rows, in place."""
        found: list[tuple[int, Row, float]] = []
        for place, which in enumerate(steered):
            row = self._texts[which].rows[index]
            if row is not None:
                found.append((place, row, term.factor_of(self._texts[which].group)))
        add_term(part, term, self._batches[index], found, self.mode, self.unmatched)

    def _take(self, input_ids: torch.Tensor) -> None:
        ids = input_ids.tolist()
        if self._goes_on(ids):
            written = [tuple(row[self._start :]) for row in ids]
            self._texts = follow(self._texts, written, self._batches, self.ends)
        else:
            self._begin(ids)

    def _goes_on(self, ids: list[list[int]]) -> bool:
        """Whether these rows are those of the step before with one token more."""
        if not self._texts or len(ids) != len(self._texts) or len(ids[0]) <= self._start:
            return False
        if any(tuple(row[: self._start]) not in self._beginnings for row in ids):
            return False
        return len(ids[0]) == self._start + len(self._texts[0].tokens) + 1 or self._set_back(ids)

    def _set_back(self, ids: list[list[int]]) -> bool:
        length = len(ids[0]) - self._start
        known = {text.tokens[:length] for text in self._texts}
        if length <= len(self._texts[0].tokens) and all(
            tuple(row[self._start :][: length - 1]) in {k[:-1] for k in known} for row in ids
        ):
            raise ControlError("the text was set back", hint="assisted generation and speculative decoding cannot be steered")
        return False

    def _begin(self, ids: list[list[int]]) -> None:
        _refuse_assistants()
        count = self._count or len(ids)
        if len(ids) % count:
            raise ControlError(f"there are {count} factors or prompts for {len(ids)} rows", hint="give one for each prompt")
        self._start = len(ids[0])
        beginnings = [tuple(row) for row in ids]
        self._beginnings = frozenset(beginnings)
        self._batches = [term.delta.batch() for term in self.terms]
        self._texts, self.steps = [], 0
        copies = len(ids) // count
        for place, row in enumerate(ids):
            group = place // copies
            rows: list[Row | None] = []
            prompt: Prompt | None = None
            for term, batch in zip(self.terms, self._batches, strict=True):
                if term.factor_of(group) == 0:
                    rows.append(None)
                    continue
                prompt = prompt if prompt is not None else self._prompt(group, row)
                rows.append(batch.add(term.delta.history(prompt, term.translation)))
            self._texts.append(Text(group, (), rows))
        if self._count is None:
            # Copies of one prompt are told apart by nothing, and may change places.
            firsts = {beginning: place for place, beginning in reversed(list(enumerate(beginnings)))}
            for text, beginning in zip(self._texts, beginnings, strict=True):
                text.group = firsts[beginning]

    def _prompt(self, group: int, row: list[int]) -> Prompt:
        if self._prompts is not None:
            return self._prompts[group]
        text: str = self._tokenizer.decode(row, skip_special_tokens=True, clean_up_tokenization_spaces=False)
        return text

    @property
    def reencoded(self) -> int:
        """How many steps of rows that are being written encoded their text anew."""
        return sum(row.history.reencoded for text in self._texts for row in text.rows if row is not None)

    @property
    def unmatched_share(self) -> float:
        """The share of the tokens written so far that have no target in the first term's map; 0 where nothing was written."""
        token_map = self.terms[0].token_map
        tokens = [token for text in self._texts for token in text.tokens]
        if token_map is None or not tokens:
            return 0.0
        return sum(token >= len(token_map) or int(token_map.ids[token]) < 0 for token in tokens) / len(tokens)


def _listed(prompts: Sequence[Prompt] | None) -> list[Prompt] | None:
    return None if prompts is None else listed(prompts, "prompts", "prompts")


def _count(terms: Sequence[PreparedTerm], prompts: Sequence[Prompt] | None) -> int | None:
    """Give how many prompts a batch has, where factors or prompts say so."""
    counts = {len(term.factors) for term in terms if len(term.factors) > 1}
    counts |= {len(prompts)} if prompts is not None else set()
    if len(counts) > 1:
        raise ControlError(f"there are {sorted(counts)} factors or prompts", hint="give one for each prompt")
    return counts.pop() if counts else None


def _refuse_assistants() -> None:
    """Refuse to work under assisted generation, which calls with drafts that are taken back."""
    frame = sys._getframe(1)
    while frame is not None:
        if frame.f_code.co_name in ("_assisted_decoding", "get_candidates"):
            raise ControlError(
                "assisted generation cannot be steered",
                hint="leave out assistant_model and prompt_lookup_num_tokens",
            )
        frame = frame.f_back  # type: ignore[assignment]

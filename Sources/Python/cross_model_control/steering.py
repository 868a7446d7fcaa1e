"""A user model steered in one line."""

from __future__ import annotations

import warnings
from collections.abc import Collection, Sequence
from os import PathLike, fspath
from typing import Any

import torch
from transformers import StoppingCriteria

from .arguments import check_tokens, listed, text_of, tokens, whole
from .attention import Context, context_length
from .delta import DeltaModel
from .encoding import Encoder, is_conversation
from .ends import Ends, end_tokens
from .errors import ControlError
from .generating import Given, chosen_padding, generation_options, says_ends
from .loading import check_tokenizer, load_model, load_tokenizer, logits_width
from .long_texts import check_lengths
from .processor import ControlledLogits
from .scoring import Score, Scored, score
from .terms import PreparedTerm, Prompt, Term, checked_terms
from .token_map import TokenMap


class SteeredModel:
    """A user model of transformers with its delta models.

    Attributes:
        model: The user model.
        tokenizer: Its tokenizer.
        terms: The delta models with maps and factors.
    """

    def __init__(
        self,
        model: Any,
        tokenizer: Any,
        terms: Sequence[Term],
        *,
        mode: str = "base-normalize",
        unmatched: str = "zero",
    ) -> None:
        """Put models together; see `steer`.

        Raises:
            CrossModelControlError: They do not fit each other.
        """
        self.model, self.tokenizer, self.terms = model, tokenizer, checked_terms(terms)
        self._encoder = Encoder(tokenizer)
        self._width = width = logits_width(model, "user_model")
        check_tokenizer(tokenizer, width, "user_model")
        self._processor = ControlledLogits(self.terms, tokenizer, mode=mode, unmatched=unmatched)
        # Made here so that what does not fit is said before anything is generated.
        for term in self._processor.terms:
            term.columns(width, model.device)
        self._ends = Ends(model, tokenizer, self._processor.terms)

    def generate(
        self,
        prompts: Prompt | Sequence[Prompt],
        *,
        alpha: float | Sequence[float] | None = None,
        delta_prompts: Sequence[Prompt] | None = None,
        **options: Any,
    ) -> Any:
        """Write on from prompts.

        Args:
            prompts: A text, or the messages of a conversation; or a list of them for a batch.
            alpha: Factors for this call, in place of those of every term: one, or one for each prompt.
            delta_prompts: What the delta models read instead of `prompts`, one for each.
            options: What `generate` of transformers takes, such as max_new_tokens or do_sample.

        Returns:
            The text that was written; a list of texts for a list of prompts.

        Raises:
            ControlError: An option cannot be steered.
        """
        is_one = isinstance(prompts, str) or is_conversation(prompts)
        many: list[Prompt] = [prompts] if is_one else listed(prompts, "prompts", "prompts")  # type: ignore[list-item]
        rows = self.generate_ids(many, alpha=alpha, delta_prompts=delta_prompts, **options)
        texts: list[str] = [
            self.tokenizer.decode(row, skip_special_tokens=True, clean_up_tokenization_spaces=False) for row in rows
        ]
        return texts[0] if is_one and len(texts) == 1 else texts

    def generate_ids(
        self,
        prompts: Sequence[Prompt],
        *,
        alpha: float | Sequence[float] | None = None,
        delta_prompts: Sequence[Prompt] | None = None,
        **options: Any,
    ) -> list[list[int]]:
        """Write on from prompts, as `generate` does.

        Returns:
            The tokens that were written for each text, without the one that ends it.

        Raises:
            ControlError: An option cannot be steered, or a prompt cannot be read.
        """
        given = Given.of(prompts, delta_prompts, alpha)
        given.check_counts([len(term.factors) for term in self._processor.terms])
        has_ends = says_ends(options)
        options, padding = generation_options(options, chosen_padding(self.tokenizer, self._width), self._width)
        ids = [self._user_tokens(prompt, place) for place, prompt in enumerate(given.prompts)]
        widest = max(map(len, ids))
        limit = context_length(self.model.config.get_text_config())
        Context(limit).check(widest, f"prompt {next(place for place, row in enumerate(ids) if len(row) == widest)}")
        check_lengths(self.model, [len(row) for row in ids], options)
        processor = self.processor(given.read, alpha, [])
        factors = [[term.factor_of(place) for term in processor.terms] for place in range(len(ids))]
        # Texts end by one rule in a call of transformers: those that end otherwise, for another factor is 0, have one of their own.
        groups: dict[tuple[int, ...], list[int]] = {}
        for place, own in enumerate(factors):
            ends = tuple(end_tokens(options, self._width)) if has_ends else self._ends.of(own)
            groups.setdefault(ends, []).append(place)
        written: dict[int, list[list[int]]] = {}
        for ends, places in groups.items():
            part = processor.of_rows(places, ends)
            own_options = {**options, "eos_token_id": list(ends) or None}
            rows = self._generated([ids[place] for place in places], widest, padding, part, own_options)
            copies = len(rows) // len(places)
            for index, place in enumerate(places):
                written[place] = [_cut(row, ends, part.terms) for row in rows[index * copies : (index + 1) * copies]]
        return [row for place in range(len(ids)) for row in written[place]]

    def _generated(
        self, ids: Sequence[list[int]], widest: int, padding: int, processor: ControlledLogits, options: dict[str, Any]
    ) -> list[list[int]]:
        """Give what transformers writes behind prompts, padded."""
        device = self.model.device
        rows = torch.tensor([[padding] * (widest - len(row)) + row for row in ids], device=device)
        mask = torch.tensor([[0] * (widest - len(row)) + [1] * len(row) for row in ids], device=device)
        options["logits_processor"] = [*options["logits_processor"], processor]
        options["stopping_criteria"] = [*options["stopping_criteria"], _NoToken(processor)]
        try:
            output = self.model.generate(rows, attention_mask=mask, **options)
        except ValueError as error:
            raise ControlError(f"transformers refuses it: {error}", where="generate") from error
        except IndexError as error:
            limit = context_length(self.model.config.get_text_config())
            if limit is None:
                raise
            # A table of positions was read behind its end: models without one go on, and transformers warns.
            raise ControlError(
                f"cannot be generated: {error}; the context has {limit} positions",
                where="max_new_tokens",
                hint="give shorter prompts, or ask for fewer tokens",
            ) from error
        found: list[list[int]] = getattr(output, "sequences", output)[:, widest:].tolist()
        return found

    def score(
        self,
        prompts: Sequence[Prompt],
        continuations: Sequence[str | Sequence[int]],
        *,
        alpha: float | Sequence[float] | None = None,
        delta_prompts: Sequence[Prompt] | None = None,
        batch_size: int = 8,
    ) -> list[Score]:
        """Give log-probabilities of continuations, which is what engines do not steer of a prompt.

        Args:
            prompts: A text, tokens, or the messages of a conversation for each continuation.
            continuations: Texts, or tokens of the user model; without an end token, unless it stands among the tokens.
            alpha: Factors for this call, in place of those of every term: one, or one for each prompt.
            delta_prompts: What the delta models read instead of `prompts`, one for each.
            batch_size: How many are scored together at most; the result depends on it within rounding alone.

        Returns:
            One score for each continuation.

        Raises:
            ControlError: Lists differ in length, a prompt has no tokens, or a context is too short.
        """
        given, written = Given.of(prompts, delta_prompts, alpha), listed(continuations, "continuations", "continuations")
        processor = self.processor(None, alpha)
        given.check_counts([len(term.factors) for term in processor.terms], len(written))
        batch_size = whole(batch_size, "batch_size", 1)
        texts = [
            Scored(
                self._user_tokens(prompt, place),
                self._continuation(text, place),
                delta_prompt,
                [term.factor_of(place) for term in processor.terms],
            )
            for place, (prompt, text, delta_prompt) in enumerate(zip(given.prompts, written, given.read, strict=True))
        ]
        return score(self.model, processor.terms, texts, processor.mode, processor.unmatched, batch_size)

    def processor(
        self,
        prompts: Sequence[Prompt] | None,
        alpha: float | Sequence[float] | None = None,
        ends: Collection[int] | None = None,
    ) -> ControlledLogits:
        """Give the processor of one generation, to be handed to `generate` of the model itself.

        Args:
            prompts: What the delta models read first.
            alpha: Factors in place of those of every term.
            ends: Tokens at which that generation stops; the user model's own where left out.

        Raises:
            ControlError: A factor or an end token that there is not, or lists of different lengths.
        """
        return self._processor.for_prompts(prompts, alpha=alpha, ends=self._ends.own if ends is None else ends)

    def _user_tokens(self, prompt: Prompt, place: int) -> list[int]:
        """Give the user model's tokens of a prompt, or refuse one that has none."""
        where = f"prompt {place}"
        ids = self._encoder.prompt(prompt, where)
        check_tokens(ids, where, self._width)
        if not ids:
            raise ControlError("has no tokens", where=where, hint="give a prompt, or a template with a beginning")
        return ids

    def _continuation(self, text: Any, place: int) -> list[int]:
        """Give the user model's tokens of a continuation."""
        where = f"continuation {place}"
        if isinstance(text, str):
            return self._encoder.continuation(text_of(text, where))
        return tokens(text, where, self._width)


class _NoToken(StoppingCriteria):  # type: ignore[misc]
    """Ends a text whose last row of the logits has no token: there is no way on.

    By the attribute transformers pads such a text, as one that an end token ends, where there are none of these.
    """

    eos_token_id = None

    def __init__(self, processor: ControlledLogits) -> None:
        self._terms = processor.terms

    def __call__(self, input_ids: torch.Tensor, scores: Any, **options: Any) -> torch.Tensor:
        last = input_ids[:, -1].tolist()
        wrong = [any(not term.has_token(token) for term in self._terms) for token in last]
        if any(wrong):
            row = wrong.index(True)
            warnings.warn(
                f"row {row}: the text ends, the best row of the logits, {last[row]}, has no token",
                stacklevel=2,
            )
        return torch.tensor(wrong, device=input_ids.device)


def _cut(row: list[int], ends: Sequence[int], terms: Sequence[PreparedTerm]) -> list[int]:
    """Give a row up to the token that ends it, or with the first row of the logits that has no token: padding follows both."""
    for place, token in enumerate(row):
        if token in ends:
            return row[:place]
        if not all(term.has_token(token) for term in terms):
            return row[: place + 1]
    return row


def steer(
    user_model: Any,
    delta: DeltaModel | str | PathLike[str],
    token_map: TokenMap | str | PathLike[str] | None = None,
    alpha: float = 1.0,
    *,
    tokenizer: Any = None,
    mode: str = "base-normalize",
    unmatched: str = "zero",
    dtype: Any = "auto",
) -> SteeredModel:
    """Steer a user model by a delta model.

        text = steer("big", "small").generate("The capital of France is", max_new_tokens=16)

    Args:
        user_model: A causal model of transformers, its folder, or a Hugging Face id.
        delta: A delta model, or where it is.
        token_map: From the user's vocabulary to the delta's, or its file; made where left out.
        alpha: The factor α.
        tokenizer: The user model's tokenizer, where it does not lie where the model came from.
        mode: add, normalize or base-normalize.
        unmatched: What user tokens without a target read: zero, mean, min or mask.
        dtype: What a user model that is given by its place is loaded in: "auto" is what its files are stored in. With "float32" ids
            and scores are those of `cmc --precision exact`, of files in 16 bits too. A delta model's place is loaded in float32.

    Raises:
        CrossModelControlError: The models, the map or the options do not fit each other.
    """
    if isinstance(user_model, (str, PathLike)):
        place = fspath(user_model)
        user_model = load_model(place, dtype=dtype)
    elif not isinstance(dtype, str) or dtype != "auto":
        raise ControlError("the user model is loaded already", where="dtype", hint="load it so, or give its place")
    else:
        place = str(getattr(user_model, "name_or_path", ""))
    logits_width(user_model, place or "user_model")
    if tokenizer is None:
        tokenizer = load_tokenizer(place)
    if isinstance(delta, (str, PathLike)):
        delta = DeltaModel.load(delta, device=user_model.device)
    if isinstance(token_map, (str, PathLike)):
        token_map = TokenMap.load(token_map)
    return SteeredModel(user_model, tokenizer, [Term(delta, token_map, alpha)], mode=mode, unmatched=unmatched)

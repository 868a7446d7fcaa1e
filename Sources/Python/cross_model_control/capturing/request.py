"""What a capture was asked for, looked at before a model is loaded or a file is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from os import PathLike
from typing import Any

from ..arguments import shown, text_of, texts, whole
from ..errors import CaptureError
from ..token_map import TokenMap

_USUAL = {"shuffles": 20, "max_tokens": 200}


@dataclass(frozen=True)
class CaptureRequest:
    """The arguments of a capture that do not name models.

    Attributes:
        prompts: What is asked; empty where another run is followed.
        responses: Answers to take; None where the tuned model gives them.
        token_map: The map from the vocabulary of the run that is followed.
        templates: What is put around a prompt for the untuned model and the tuned one.
        keep: How many of the best columns a step keeps; None for all.
        shuffles: How many shuffled maps columns are kept for.
        max_tokens: How many tokens a response has at most.
        seed: That of the first shuffled map.
    """

    prompts: list[str]
    responses: list[str] | None
    token_map: TokenMap | None
    templates: tuple[str, str]
    keep: int | None
    shuffles: int
    max_tokens: int
    seed: int

    @classmethod
    def of(
        cls,
        prompts: Any,
        responses: Any,
        prefix_of: Any,
        token_map: Any,
        templates: Sequence[Any],
        numbers: dict[str, Any],
        names: dict[str, Any],
    ) -> CaptureRequest:
        """Look at the arguments of `capture`.

        Args:
            prompts: Its prompts.
            responses: Its responses.
            prefix_of: The run that is followed.
            token_map: The map, or its file.
            templates: The untuned model's, and the tuned one's or None.
            numbers: Of keep, shuffles, max_tokens and seed.
            names: Of label and task.

        Raises:
            CaptureError: One of them is of another kind, or would not be heeded.
            MapError: The map cannot be read.
        """
        asked = texts(prompts, "prompts", CaptureError)
        answers = None if responses is None else texts(responses, "responses", CaptureError)
        if prefix_of is not None:
            for name, value in (("prompts", asked), ("responses", responses)):
                if value:
                    raise CaptureError(
                        "prompts and responses are those of the run that is followed",
                        where=name,
                        hint="leave them or prefix_of out",
                    )
        elif token_map is not None:
            raise CaptureError("no other run is followed", where="token_map", hint="give prefix_of, or leave the map out")
        elif not asked or (answers is not None and len(answers) != len(asked)):
            raise CaptureError(f"there are {len(asked)} prompts and {len(answers or [])} responses", where="capture")
        if isinstance(token_map, (str, PathLike)):
            token_map = TokenMap.load(token_map)
        if token_map is not None and not isinstance(token_map, TokenMap):
            raise CaptureError(f"a TokenMap or its file expected, found {shown(token_map)}", where="token_map")
        both = (templates[0], templates[0] if templates[1] is None else templates[1])
        for template in both:
            if not isinstance(template, str) or "{prompt}" not in template:
                raise CaptureError(f"has no {{prompt}} in it: {template!r}", where="template")
            text_of(template, "template", CaptureError)
        for name, value in names.items():
            if value is not None:
                text_of(value, name, CaptureError)
        # A number that changes nothing was meant for something.
        for name, is_idle, why in (
            ("shuffles", token_map is None, "there is no map to shuffle"),
            ("max_tokens", responses is not None or prefix_of is not None, "the responses are given"),
        ):
            if is_idle and numbers[name] is not None:
                raise CaptureError(why, where=name, hint="leave it out")
        chosen = {**numbers, **{name: value for name, value in _USUAL.items() if numbers[name] is None}}
        return cls(
            asked,
            answers,
            token_map,
            both,
            None if numbers["keep"] is None else whole(numbers["keep"], "keep", 1, CaptureError),
            whole(chosen["shuffles"], "shuffles", 0, CaptureError, 1000),
            whole(chosen["max_tokens"], "max_tokens", 1, CaptureError),
            whole(chosen["seed"], "seed", 0, CaptureError, (1 << 64) - 1),
        )

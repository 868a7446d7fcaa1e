"""One prompt after the other: what both models have read before each step of its response, and what they say there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..arguments import check_tokens
from ..encoding import Encoder
from ..errors import PromptError
from ..sides import MapSide
from .following import FollowedRun
from .recorder import Record, Source, record
from .request import CaptureRequest
from .steps import ResponseSteps


@dataclass(frozen=True)
class PromptCapture:
    """What the prompts of a run are captured with.

    Attributes:
        base: The untuned model.
        tuned: The tuned model.
        encoder: Their tokenizer.
        vocabulary: Its tokens.
        request: What was asked for.
        followed: The run that is followed, if one is.
    """

    base: Source
    tuned: Source
    encoder: Encoder
    vocabulary: MapSide
    request: CaptureRequest
    followed: FollowedRun | None

    def record(self, number: int, prompt: str) -> Record:
        """Capture a prompt.

        Args:
            number: Its place in the run.
            prompt: Its text.

        Raises:
            ControlError: It is too long for a model, or so is an answer of max_tokens.
            PromptError: It has no tokens, or the run that is followed could not capture it.
            CaptureError: A model gave a value that is no number.
        """
        base, tuned = (self._beginning(template, prompt) for template in self.request.templates)
        keep, followed = self.request.keep, self.followed
        if followed is not None:
            seen = followed.prompt(number)
            steps = followed.steps(seen)
            first, second = (steps.text_histories(beginning, self.encoder.continuation) for beginning in (base, tuned))
            return record(self.base, self.tuned, steps, first, second, keep, lambda step: followed.wanted(seen, step, keep or 0))
        if self.request.responses is None:
            ids, ends = self.tuned.response(self.encoder.tokenizer, tuned, self.request.max_tokens)
        else:
            ids, ends = self.encoder.continuation(self.request.responses[number]), True
            check_tokens(ids, "response", self.base.width)
        steps = ResponseSteps.of_tokens(ids, ends, self.vocabulary)
        first, second = (steps.own_histories(beginning, ids) for beginning in (base, tuned))
        return record(self.base, self.tuned, steps, first, second, keep, _nothing)

    def _beginning(self, template: str, prompt: str) -> list[int]:
        ids = self.encoder.prompt(template.replace("{prompt}", prompt))
        check_tokens(ids, "prompt", self.base.width)
        if not ids:
            raise PromptError("the prompt has no tokens", hint="give a prompt, or a template with a beginning")
        return ids


def _nothing(step: int) -> Any:
    return np.zeros(0, np.int64)

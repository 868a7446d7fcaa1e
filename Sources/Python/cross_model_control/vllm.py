r"""Steering in vLLM: a logits processor of its first model runner, with α, delta model and map of each request.

    CMC_VLLM='{"deltas": {"small": {"model": "path/to/delta", "maps": {"mined": "map.json"}}}}' \
      vllm serve big-model --logits-processors cross_model_control.vllm:CrossModelControl

A request says `"vllm_xargs": {"cmc_alpha": 0.5}`; cmc_delta and cmc_map choose by name, and cmc_prompt is what the delta model
reads in place of the prompt's text. Each rank of a tensor-parallel engine runs its own copy of the delta model. Asynchronous
scheduling, chunked prefill, prefix caching, and requests that are preempted and resumed give what they give without;
speculative decoding and Model Runner V2 are refused where a delta model is configured. Log-probabilities of a prompt
(`prompt_logprobs`, `echo` with `logprobs`) are not steered by any processor, and are refused with α ≠ 0: `SteeredModel.score`
gives them. Where a text ends is the engine's to say: a token that a map takes to a delta model's end ends it where it stands in the
request's stop_token_ids.
"""

from __future__ import annotations

import sys
import weakref
from typing import Any, ClassVar

import torch

from .delta import DeltaModel
from .errors import ControlError, CrossModelControlError
from .loading import load_tokenizer
from .rows import DeltaBatch, Row
from .scores import check_scores, user_part
from .serving import VARIABLE, Request, Settings
from .terms import PreparedTerm, Term, add_term
from .token_map import TokenMap

try:
    from vllm.v1.sample.logits_processor import LogitsProcessor, MoveDirectionality
except ImportError as error:
    raise CrossModelControlError(
        f"this vLLM has no logits processors of the known interface: {error}",
        hint="vllm 0.32 is known; pip install 'cross-model-control[vllm]'",
    ) from error

try:
    from vllm.v1.worker.gpu.sample.logits_processor import LogitsProcessor as SecondInterface
except ImportError:

    class SecondInterface:  # type: ignore[no-redef]
        """Stands for the interface of Model Runner V2 where there is none."""


NAME = "cross_model_control.vllm:CrossModelControl"


class Served:
    """A request that is being steered: its row, and the live list of what the user model wrote."""

    def __init__(self, request: Request, term: PreparedTerm, batch: DeltaBatch, row: Row, output: list[int]) -> None:
        self.request, self.term, self.batch, self.row, self.output = request, term, batch, row, output
        self.seen = 0

    def follow(self) -> None:
        """Take the tokens that are new."""
        for token in self.output[self.seen :]:
            if token < 0:
                raise ControlError("a token is not known yet", hint=f"start vLLM with --logits-processors {NAME}")
            self.row.append(token)
        self.seen = len(self.output)


class CrossModelControl(LogitsProcessor, SecondInterface):  # type: ignore[misc]
    """Steers the requests of an engine; without CMC_VLLM it does nothing, and refuses requests that ask for steering."""

    _steered: ClassVar[list[weakref.ref[Any]]] = []

    @classmethod
    def validate_params(cls, sampling_params: Any) -> None:
        """Refuse a request whose arguments cannot be; the server answers it with status 400.

        Raises:
            ValueError: With what is wrong and what there is.
        """
        try:
            request = Request.parse(sampling_params.extra_args, Settings.read())
            if request is None:
                return
            _refuse_speculation()
            if sampling_params.prompt_logprobs is not None:
                raise ControlError(
                    "log-probabilities of a prompt are not steered",
                    where="prompt_logprobs",
                    hint="ask for them with cmc_alpha 0, or SteeredModel.score",
                )
        except CrossModelControlError as error:
            raise ValueError(str(error)) from None

    def __init__(self, vllm_config: Any, *arguments: Any) -> None:
        """Load delta models and maps, as the environment says.

        Raises:
            CrossModelControlError: They do not fit, or the engine is set up so that they could not be followed.
        """
        self.settings = Settings.read()
        self._served: dict[int, Served] = {}
        self._terms: dict[tuple[str, str | None], tuple[PreparedTerm, DeltaBatch]] = {}
        if self.settings is None or any(each() is vllm_config for each in self._steered):
            # Named by an entry point and on the command line, it is made twice; one of them steers.
            self.settings = None
            return
        if len(arguments) != 2:
            raise ControlError("Model Runner V2 is not supported", where=VARIABLE, hint="set VLLM_USE_V2_MODEL_RUNNER=0")
        if vllm_config.scheduler_config.async_scheduling and not vllm_config.model_config.logits_processors:
            raise ControlError(
                "with asynchronous scheduling an entry point alone does not see what was written",
                where=VARIABLE,
                hint=f"start vLLM with --logits-processors {NAME}, or --no-async-scheduling",
            )
        self._steered.append(weakref.ref(vllm_config))
        self._device: torch.device = arguments[0]
        self._load(self.settings, vllm_config)

    def _load(self, settings: Settings, vllm_config: Any) -> None:
        self._tokenizer = load_tokenizer(settings.tokenizer or vllm_config.model_config.tokenizer)
        width = int(vllm_config.model_config.get_vocab_size())
        for name, entry in settings.deltas.items():
            delta = DeltaModel.load(entry.model, dtype=settings.dtype, device=self._device)
            maps: dict[str | None, TokenMap | None] = {name: TokenMap.load(path) for name, path in entry.maps.items()}
            # Every pair that a request can name is fitted now, so that none fails in the middle of a batch.
            for chosen, token_map in (maps or {None: None}).items():
                prepared = PreparedTerm(Term(delta, token_map), self._tokenizer)
                prepared.columns(width, self._device)
                self._terms[name, chosen] = prepared, delta.batch()

    def is_argmax_invariant(self) -> bool:
        """Say that greedy choices change."""
        return False

    def update_state(self, batch_update: Any) -> None:
        """Take requests that came, went, and changed places."""
        if not batch_update or self.settings is None:
            return
        for place in batch_update.removed:
            self._forget(place)
        for place, params, prompt, output in batch_update.added:
            self._forget(place)
            request = Request.parse(params.extra_args, self.settings)
            if request is not None:
                self._served[place] = self._begin(request, prompt, output)
        for one, other, way in batch_update.moved:
            first, second = self._served.pop(one, None), self._served.pop(other, None)
            if first is not None:
                self._served[other] = first
            if second is not None:
                if way == MoveDirectionality.SWAP:
                    self._served[one] = second
                else:
                    second.batch.remove(second.row)

    def _begin(self, request: Request, prompt: list[int] | None, output: list[int]) -> Served:
        term, batch = self._terms[request.delta, request.map]
        text = request.prompt
        if text is None:
            text = self._tokenizer.decode(prompt or [], skip_special_tokens=True, clean_up_tokenization_spaces=False)
        return Served(request, term, batch, batch.add(term.delta.history(text, term.translation)), output)

    def _forget(self, place: int) -> None:
        served = self._served.pop(place, None)
        if served is not None:
            served.batch.remove(served.row)

    def apply(self, logits: torch.Tensor, *context: Any) -> torch.Tensor:
        """Add what the delta models say to the logits of the requests that asked for it, in place.

        Args:
            logits: float [requests, user width].
            context: What Model Runner V2 adds, which is not supported.
        """
        if self.settings is None or not self._served:
            return logits
        groups: dict[int, list[tuple[int, Served]]] = {}
        for place, served in self._served.items():
            served.follow()
            groups.setdefault(id(served.batch), []).append((place, served))
        for group in groups.values():
            self._add(logits, group)
        return logits

    def _add(self, logits: torch.Tensor, group: list[tuple[int, Served]]) -> None:
        settings, first = self.settings, group[0][1]
        if settings is None:
            return
        places = torch.tensor([place for place, _ in group], device=logits.device)
        part = user_part(logits[places], settings.mode)
        found = [(place, served.row, served.request.alpha) for place, (_, served) in enumerate(group)]
        add_term(part, first.term, first.batch, found, settings.mode, settings.unmatched)
        check_scores(part)
        logits[places] = part.to(logits.dtype)

    def add_request(self, *arguments: Any) -> bool:
        """Say to Model Runner V2 that a request is not to be looked at."""
        return False


def _refuse_speculation() -> None:
    """Refuse steering in an engine with speculative decoding, which leaves out processors of entry points without a word.

    Raises:
        ControlError: The engine that asks has it.
    """
    frame = sys._getframe(1)
    while frame is not None:
        if getattr(frame.f_locals.get("self"), "speculative_config", None) is not None:
            raise ControlError(
                "with speculative decoding nothing is steered",
                where="cmc_alpha",
                hint="start vLLM without a speculative configuration, or ask with cmc_alpha 0",
            )
        frame = frame.f_back  # type: ignore[assignment]

"""A model in vLLM whose log-probabilities are recorded: the best of each position, by `prompt_logprobs`."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import CaptureError, PromptError
from ..serving import VARIABLE
from .recorder import LogRow, pieces

_BEGINNING = 1 << 16


@dataclass(frozen=True)
class EngineModel:
    """A model of an engine.

    Attributes:
        engine: A `vllm.LLM`.
        adapter: A `vllm.lora.request.LoRARequest`, where the model is the engine's own with an adapter on it.
    """

    engine: Any
    adapter: Any = None


class VllmSource:
    """A model in vLLM; the attributes are those of `Source`."""

    kind = "vllm"

    def __init__(self, model: EngineModel) -> None:
        """Look at an engine.

        Raises:
            CaptureError: It gives logits in place of log-probabilities.
        """
        self.engine, self.adapter = model.engine, model.adapter
        config = self.engine.llm_engine.vllm_config.model_config
        self.config = config
        self.place = str(config.model)
        self.width = int(config.get_vocab_size())
        limit = int(config.max_logprobs)
        self.depth: int | None = None if limit in (-1, self.width) else limit
        if not str(config.logprobs_mode).endswith("logprobs"):
            raise CaptureError(
                f"the engine gives {config.logprobs_mode}", where=self.place, hint="start it with logprobs_mode='raw_logprobs'"
            )

    def digest(self) -> str:
        """Give a digest of the files' names, lengths and beginnings, or of a name and revision where there is no folder."""
        digest = hashlib.sha256(f"{self.config.revision} {self.config.dtype}".encode())
        for place in (self.place, getattr(self.adapter, "lora_path", None)):
            if place is None:
                continue
            files = sorted(path for path in Path(place).glob("*") if path.suffix in (".safetensors", ".bin", ".json", ".gguf"))
            for path in files:
                with path.open("rb") as file:
                    digest.update(f"{path.name} {path.stat().st_size}".encode() + file.read(_BEGINNING))
            if not files:
                digest.update(place.encode())
        return digest.hexdigest()

    def rows(self, histories: Sequence[list[int]]) -> Iterator[LogRow]:
        """Give the best log-probabilities after each of many histories; those that only go on are read in one piece."""
        cuts = list(pieces(histories, len(histories)))
        # What a model says behind the last token is read where another token follows, whichever it is.
        prompts = [{"prompt_token_ids": [*histories[end - 1], 0]} for _, end in cuts]
        outputs = self._generate(prompts, max_tokens=1, prompt_logprobs=-1 if self.depth is None else self.depth)
        for (start, end), output in zip(cuts, outputs, strict=True):
            flat = output.prompt_logprobs
            for history in histories[start:end]:
                span = slice(flat.start_indices[len(history)], flat.end_indices[len(history)])
                yield self._row(np.array(flat.token_ids[span], np.int64), np.array(flat.logprobs[span], np.float64))

    def _row(self, columns: Any, values: Any) -> LogRow:
        # The token that follows stands there twice where it is among the best.
        columns, places = np.unique(columns, return_index=True)
        if self.depth is None:
            return LogRow(values[places])
        return LogRow(values[places], columns)

    def response(self, tokenizer: Any, prompt: list[int], max_tokens: int) -> tuple[list[int], bool]:
        """Give the tokens of the model's greedy answer, and whether it ended by itself."""
        output = self._generate([{"prompt_token_ids": prompt}], max_tokens=max_tokens)[0].outputs[0]
        ids = list(output.token_ids)
        return (ids[:-1], True) if output.finish_reason == "stop" else (ids, False)

    def _check_lengths(self, prompts: list[Any]) -> None:
        """Refuse what the engine has no room for; it would end the whole call, in words of its own.

        Raises:
            PromptError: A prompt is so long that no token can follow it.
        """
        limit = getattr(self.config, "max_model_len", None)
        needed = max((len(prompt["prompt_token_ids"]) + 1 for prompt in prompts), default=0)
        if limit is not None and needed > limit:
            raise PromptError(
                f"{needed} positions are needed, the engine has {limit}", where=self.place, hint="raise max_model_len"
            )

    def _generate(self, prompts: list[Any], **options: Any) -> list[Any]:
        self._check_lengths(prompts)
        from vllm import SamplingParams

        # Steering is for those who ask for it.
        own = {"cmc_alpha": 0} if os.environ.get(VARIABLE) else None
        parameters = SamplingParams(temperature=0, detokenize=False, flat_logprobs=True, extra_args=own, **options)
        result: list[Any] = self.engine.generate(prompts, parameters, use_tqdm=False, lora_request=self.adapter)
        return result

"""A model of transformers whose log-probabilities are recorded."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import Any

import torch

from ..attention import Context, context_length
from ..loading import logits_width
from .recorder import LogRow, pieces

_STEPS = 256


class TransformersSource:
    """A causal model of transformers, however it is spread over devices; the attributes are those of `Source`."""

    kind = "transformers"
    depth: int | None = None

    def __init__(self, model: Any) -> None:
        self.place = str(getattr(model, "name_or_path", "")) or type(model).__name__
        self.width = logits_width(model, self.place)
        self.model = model.eval()
        self._context = Context.of(model.config.get_text_config())

    def digest(self) -> str:
        """Give a digest of the weights: the first values of every parameter, wherever it lies."""
        digest = hashlib.sha256()
        for name, parameter in self.model.named_parameters():
            values = parameter.detach().flatten()[:64].float().cpu().numpy()
            digest.update(f"{name} {tuple(parameter.shape)} {parameter.dtype}".encode() + values.tobytes())
        return digest.hexdigest()

    @torch.no_grad()
    def rows(self, histories: Sequence[list[int]]) -> Iterator[LogRow]:
        """Give the log-probabilities after each of many histories; those that only go on are read in one piece.

        Raises:
            ControlError: A history is longer than the model's context.
        """
        for history in histories:
            self._context.check(len(history), self.place)
        device = self.model.get_input_embeddings().weight.device
        for start, end in pieces(histories, _STEPS):
            longest, first = histories[end - 1], len(histories[start])
            kept = len(longest) - first + 1
            output = self.model(torch.tensor([longest], device=device), use_cache=False, logits_to_keep=kept)
            logits = output.logits[0, -kept:]
            for history in histories[start:end]:
                yield LogRow.of_logits(logits[len(history) - first].float().cpu().numpy())

    @torch.no_grad()
    def response(self, tokenizer: Any, prompt: list[int], max_tokens: int) -> tuple[list[int], bool]:
        """Give the tokens of the model's greedy answer, and whether it ended by itself.

        Raises:
            ControlError: The prompt and as many tokens do not fit into the model's context.
        """
        device = self.model.get_input_embeddings().weight.device
        rows = torch.tensor([prompt], device=device)
        ends = getattr(self.model.generation_config, "eos_token_id", None)
        ends = tokenizer.eos_token_id if ends is None else ends
        ends = [] if ends is None else [ends] if isinstance(ends, int) else list(ends)
        # As the program: before anything is computed, for a GPU that reads behind a table of positions is lost.
        Context(context_length(self.model.config.get_text_config())).check(len(prompt) + max_tokens - 1, self.place)
        self._context.check(len(prompt), self.place)
        output = self.model.generate(
            rows,
            attention_mask=torch.ones_like(rows),
            max_new_tokens=max_tokens,
            do_sample=False,
            eos_token_id=ends or None,
            pad_token_id=ends[0] if ends else 0,
        )
        ids: list[int] = output[0, len(prompt) :].tolist()
        return (ids[:-1], True) if ids and ids[-1] in ends else (ids, False)

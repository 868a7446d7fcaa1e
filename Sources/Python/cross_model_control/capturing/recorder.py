"""Log-probabilities of two models over the steps of a response."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from ..errors import CaptureError
from .files import best_places, safetensors
from .steps import ResponseSteps

_GROUP = 16


@torch.no_grad()
def scored(model: Any, histories: Sequence[list[int]]) -> Iterator[npt.NDArray[np.float32]]:
    """Give the logits after each of many histories, float32 [width]; those that only go on are read in one piece."""
    start = 0
    device = model.get_input_embeddings().weight.device
    while start < len(histories):
        end = start + 1
        while end < len(histories) and end - start < _GROUP * 16 and _goes_on(histories[end - 1], histories[end]):
            end += 1
        longest = histories[end - 1]
        first = len(histories[start])
        kept = len(longest) - first + 1
        output = model(torch.tensor([longest], device=device), use_cache=False, logits_to_keep=kept)
        logits = output.logits[0, -kept:]
        for history in histories[start:end]:
            yield logits[len(history) - first].float().cpu().numpy()
        start = end


def _goes_on(before: list[int], after: list[int]) -> bool:
    return len(after) > len(before) and after[: len(before)] == before


def record(
    base: Any,
    tuned: Any,
    steps: ResponseSteps,
    base_histories: Sequence[list[int]],
    tuned_histories: Sequence[list[int]],
    keep: int | None,
    wanted: Callable[[int], npt.NDArray[np.int64]],
) -> bytes:
    """Give the bytes of a prompt's file.

    Args:
        base: The untuned model.
        tuned: The tuned model.
        steps: The response's steps.
        base_histories: What the untuned model has read before each step.
        tuned_histories: The same of the tuned one.
        keep: How many of the best columns of each model are kept; None for all.
        wanted: Columns of a step, by its place, that are kept beside them.

    Raises:
        CaptureError: A model gave a value that is no number.
    """
    columns: list[npt.NDArray[np.int32]] = []
    values: dict[str, list[npt.NDArray[np.float32]]] = {"base": [], "tuned": []}
    pairs = zip(scored(base, base_histories), scored(tuned, tuned_histories), strict=True)
    for place, logits in enumerate(pairs):
        for name, row in zip(values, logits, strict=True):
            if not np.isfinite(row).all():
                raise CaptureError("gave a logit that is no number", where=f"{name}, step {steps.numbers[place]}")
        kept = None
        if keep is not None:
            chosen = [best_places(row, keep) for row in logits]
            asked = wanted(place)
            kept = np.unique(np.concatenate([*chosen, asked[(asked >= 0) & (asked < len(logits[0]))]]))
            columns.append(kept.astype("<i4"))
        for name, row in zip(values, logits, strict=True):
            exact = row.astype(np.float64)
            top = exact.max()
            normal = exact - (top + np.log(np.exp(exact - top).sum()))
            values[name].append((normal if kept is None else normal[kept]).astype("<f4"))
    width = base.get_output_embeddings().weight.shape[0]
    tensors: dict[str, npt.NDArray[Any]] = {
        "response": np.frombuffer(steps.response, "u1"),
        "steps": np.array(steps.numbers, "<i4"),
        "prefixes": np.array(steps.prefixes, "<i8"),
        "tokens": np.array(steps.tokens, "<i4"),
        "skipped": np.array(steps.skipped, "<i4"),
    }
    if keep is None:
        for name, rows in values.items():
            tensors[name] = np.array(rows, "<f4").reshape(len(rows), width)
    else:
        tensors["row_starts"] = np.cumsum([0, *map(len, columns)], dtype="<i8")
        tensors["columns"] = np.concatenate([*columns, np.zeros(0, "<i4")])
        for name, rows in values.items():
            tensors[name] = np.concatenate([*rows, np.zeros(0, "<f4")])
    return safetensors(tensors, {"format": "cmc.run.prompt", "version": "1"})

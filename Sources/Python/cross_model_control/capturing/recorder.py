"""Log-probabilities of two models over the steps of a response."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from ..errors import CaptureError
from .files import best_places, safetensors
from .steps import ResponseSteps


@dataclass(frozen=True)
class LogRow:
    """Log-probabilities of what follows a history: of every column, or of those that an engine gives.

    Attributes:
        values: float64: the log-probabilities.
        columns: int64, ascending: whose they are; None where they are those of every column.
    """

    values: npt.NDArray[np.float64]
    columns: npt.NDArray[np.int64] | None = None

    @classmethod
    def of_logits(cls, logits: npt.NDArray[np.float32]) -> LogRow:
        """Normalise a model's logits, float32 [width]."""
        exact = logits.astype(np.float64)
        top = exact.max()
        return cls(exact - (top + np.log(np.exp(exact - top).sum())))

    def best(self, count: int) -> npt.NDArray[np.int64]:
        """Give the columns of the largest values, in no order."""
        places = best_places(self.values, count)
        return places.astype(np.int64) if self.columns is None else self.columns[places]

    def knows(self, columns: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
        """Whether each column has a value."""
        if self.columns is None:
            return np.ones(len(columns), np.bool_)
        result: npt.NDArray[np.bool_] = np.isin(columns, self.columns)
        return result

    def at(self, columns: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
        """Give the values of columns that have one."""
        return self.values[columns if self.columns is None else np.searchsorted(self.columns, columns)]


class Source(Protocol):
    """A model whose log-probabilities are recorded, wherever it runs.

    Attributes:
        kind: What runs it.
        place: Where it came from.
        width: How many logits it gives.
        depth: How many log-probabilities of a position it gives; None for all.
    """

    kind: str
    place: str
    width: int
    depth: int | None

    def digest(self) -> str:
        """Give a digest by which another model is told from it."""

    def rows(self, histories: Sequence[list[int]]) -> Iterator[LogRow]:
        """Give the log-probabilities after each of many histories."""

    def response(self, tokenizer: Any, prompt: list[int], max_tokens: int) -> tuple[list[int], bool]:
        """Give the tokens of its greedy answer, and whether it ended by itself."""


class Record(NamedTuple):
    """A prompt's file.

    Attributes:
        data: Its bytes.
        missing: How many columns that are among the best of one model, or asked for, the other gave no value of; they are left out.
    """

    data: bytes
    missing: int


def record(
    base: Source,
    tuned: Source,
    steps: ResponseSteps,
    base_histories: Sequence[list[int]],
    tuned_histories: Sequence[list[int]],
    keep: int | None,
    wanted: Callable[[int], npt.NDArray[np.int64]],
) -> Record:
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
    missing = 0
    for place, rows in enumerate(zip(base.rows(base_histories), tuned.rows(tuned_histories), strict=True)):
        for name, row in zip(values, rows, strict=True):
            if not np.isfinite(row.values).all():
                raise CaptureError("gave a logit that is no number", where=f"{name}, step {steps.numbers[place]}")
        kept = None
        if keep is not None:
            asked = wanted(place)
            kept = np.unique(np.concatenate([*[row.best(keep) for row in rows], asked[(asked >= 0) & (asked < base.width)]]))
            known = rows[0].knows(kept) & rows[1].knows(kept)
            missing += int((~known).sum())
            kept = kept[known]
            columns.append(kept.astype("<i4"))
        for name, row in zip(values, rows, strict=True):
            values[name].append((row.values if kept is None else row.at(kept)).astype("<f4"))
    return Record(_encoded(steps, base.width, columns if keep is not None else None, values), missing)


def failed(width: int, keep: int | None, reason: str) -> bytes:
    """Give the bytes of the file of a prompt that cannot be captured: it has no steps, and says why.

    Args:
        width: How many logits the models give.
        keep: How many of the best columns are kept; None for all.
        reason: What is wrong with it.
    """
    return _encoded(ResponseSteps(b""), width, None if keep is None else [], {"base": [], "tuned": []}, {"error": reason})


def _encoded(
    steps: ResponseSteps,
    width: int,
    columns: list[npt.NDArray[np.int32]] | None,
    values: Mapping[str, list[npt.NDArray[np.float32]]],
    more: Mapping[str, str] | None = None,
) -> bytes:
    """Give the bytes of a prompt's file; without columns each row of values has all of them."""
    tensors: dict[str, npt.NDArray[Any]] = {
        "response": np.frombuffer(steps.response, "u1"),
        "steps": np.array(steps.numbers, "<i4"),
        "prefixes": np.array(steps.prefixes, "<i8"),
        "tokens": np.array(steps.tokens, "<i4"),
        "skipped": np.array(steps.skipped, "<i4"),
    }
    if columns is None:
        for name, found in values.items():
            tensors[name] = np.array(found, "<f4").reshape(len(found), width)
    else:
        tensors["row_starts"] = np.cumsum([0, *map(len, columns)], dtype="<i8")
        tensors["columns"] = np.concatenate([*columns, np.zeros(0, "<i4")])
        for name, found in values.items():
            tensors[name] = np.concatenate([*found, np.zeros(0, "<f4")])
    return safetensors(tensors, {"format": "cmc.run.prompt", "version": "1", **(more or {})})


def pieces(histories: Sequence[list[int]], limit: int) -> Iterator[tuple[int, int]]:
    """Cut histories into runs that only go on, each of which its last history has whole.

    Args:
        histories: What a model has read, step by step.
        limit: How many steps a run has at most.

    Yields:
        The first of a run, and the one behind its last.
    """
    start = 0
    while start < len(histories):
        end = start + 1
        while end < len(histories) and end - start < limit and _goes_on(histories[end - 1], histories[end]):
            end += 1
        yield start, end
        start = end


def _goes_on(before: list[int], after: list[int]) -> bool:
    return len(after) > len(before) and after[: len(before)] == before

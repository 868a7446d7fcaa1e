"""The files of a run's folder, as `cmc capture` writes and `cmc similarity` reads them."""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ..errors import CaptureError
from ..map_arrays import read_tensors
from ..whole_files import write_whole

_NAMES = {"<i8": "I64", "<i4": "I32", "|u1": "U8", "<f4": "F32"}


def safetensors(tensors: Mapping[str, npt.NDArray[Any]], metadata: Mapping[str, str]) -> bytes:
    """Give the bytes of a safetensors file; large elements come first, so that all of them are aligned."""
    header: dict[str, Any] = {"__metadata__": dict(metadata)} if metadata else {}
    parts, place = [], 0
    for name in sorted(tensors, key=lambda name: (-tensors[name].dtype.itemsize, name)):
        array = np.ascontiguousarray(tensors[name])
        end = place + array.nbytes
        header[name] = {"dtype": _NAMES[array.dtype.str], "shape": list(array.shape), "data_offsets": [place, end]}
        parts.append(array.tobytes())
        place = end
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return b"".join([struct.pack("<Q", len(text)), text, *parts])


def prompt_path(folder: Path, number: int) -> Path:
    """Give the file of a prompt."""
    return folder / f"prompt-{number:06d}.safetensors"


def error_of(path: Path) -> str | None:
    """Give why a prompt's file has no steps; None where it has. Its header alone is read.

    Raises:
        CaptureError: It is no such file.
    """
    try:
        with path.open("rb") as file:
            header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
        found = header.get("__metadata__", {}).get("error")
    except (OSError, ValueError, AttributeError, OverflowError, MemoryError, struct.error) as error:
        raise CaptureError(f"is no prompt's file: {error}", where=str(path), hint="remove it, and it is captured anew") from None
    return None if found is None else str(found)


def write_tokens(folder: Path, pieces: tuple[str | None, ...]) -> None:
    """Write the tokens in visible form, for people."""
    rows = [(piece or "").encode() for piece in pieces]
    starts = np.cumsum([0, *map(len, rows)], dtype="<i8")
    data = {"starts": starts, "bytes": np.frombuffer(b"".join(rows), "u1")}
    write_whole(folder / "tokens.safetensors", safetensors(data, {}))


@dataclass(frozen=True)
class CapturedPrompt:
    """A prompt of another run: its response, and for each step what its texts and columns are.

    Attributes:
        response: The response's bytes.
        steps: The steps' numbers in the response.
        prefixes: How many bytes of the response come before each.
        skipped: The steps that were left out.
        columns: For each step the kept columns, ascending; None where all were kept.
        base: For each step the untuned model's log-probabilities of its columns.
        tuned: The same of the tuned one.
        error: Why it could not be captured; None where it was. It has no steps then.
    """

    response: bytes
    steps: list[int]
    prefixes: list[int]
    skipped: list[int]
    columns: list[npt.NDArray[np.int32]] | None
    base: list[npt.NDArray[np.float32]]
    tuned: list[npt.NDArray[np.float32]]
    error: str | None = None

    @classmethod
    def read(cls, path: Path) -> CapturedPrompt:
        """Read a prompt's file.

        Raises:
            CaptureError: It is not there, or has no text prefixes to follow.
        """
        if not path.is_file():
            raise CaptureError("is not there: the run is not complete", where=str(path))
        tensors, metadata = read_tensors(path.read_bytes(), str(path))
        for name in ("response", "steps", "prefixes", "skipped", "base", "tuned"):
            if name not in tensors:
                raise CaptureError(f"has no tensor {name}", where=str(path))
        if len(tensors["prefixes"]) != len(tensors["steps"]):
            raise CaptureError("has no text prefixes to follow: it was imported", where=str(path))
        starts = tensors.get("row_starts")
        cuts = [] if starts is None else starts[1:-1].tolist()

        def rows(name: str) -> list[npt.NDArray[Any]]:
            return list(tensors[name]) if starts is None else np.split(tensors[name], cuts) if len(starts) > 1 else []

        return cls(
            tensors["response"].tobytes(),
            tensors["steps"].tolist(),
            tensors["prefixes"].tolist(),
            tensors["skipped"].tolist(),
            None if starts is None else rows("columns"),
            rows("base"),
            rows("tuned"),
            metadata.get("error"),
        )

    def best(self, step: int, count: int) -> npt.NDArray[np.int64]:
        """Give the best columns of a step by both rankings, each once."""
        found = np.unique(np.concatenate([best_places(values[step], count) for values in (self.base, self.tuned)]))
        return found if self.columns is None else self.columns[step][found].astype(np.int64)


def best_places(values: npt.NDArray[np.float32] | npt.NDArray[np.float64], count: int) -> npt.NDArray[np.int64]:
    """Give the places of the largest values, of equal ones the first; in no order."""
    if count >= len(values):
        return np.arange(len(values))
    least = np.partition(values, len(values) - count)[len(values) - count]
    above = np.flatnonzero(values > least)
    return np.concatenate([above, np.flatnonzero(values == least)[: count - len(above)]])

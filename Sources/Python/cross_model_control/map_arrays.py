"""Maps as arrays: a NumPy vector of ids, and safetensors with matches, distances and several targets."""

from __future__ import annotations

import io
import json
import struct
from typing import Any

import numpy as np
import numpy.typing as npt

from .errors import MapError
from .sides import MapSide
from .token_map import _CODE, Targets, TokenMap

_TYPES: dict[str, np.dtype[Any]] = {
    "I64": np.dtype("<i8"),
    "I32": np.dtype("<i4"),
    "I16": np.dtype("<i2"),
    "I8": np.dtype("i1"),
    "U8": np.dtype("u1"),
    "BOOL": np.dtype("u1"),
    "F64": np.dtype("<f8"),
    "F32": np.dtype("<f4"),
    "F16": np.dtype("<f2"),
}


def read_npy(data: bytes, where: str) -> TokenMap:
    """Read a `.npy` vector of ids; no entry counts as a match, for the file does not say."""
    try:
        ids = np.load(io.BytesIO(data), allow_pickle=False)
    except (ValueError, EOFError) as error:
        raise MapError(f"is not a NumPy file: {error}", where=where) from None
    if ids.ndim != 1 or ids.dtype.kind not in "iu":
        raise MapError(f"has {ids.dtype} of the shape {ids.shape}; one row of integers expected", where=where)
    return TokenMap.from_ids(ids)


def looks_like_safetensors(data: bytes) -> bool:
    """Whether a file begins with the length of a header and its brace."""
    return len(data) > 9 and data[8:9] == b"{" and struct.unpack("<Q", data[:8])[0] <= len(data) - 8


def read_safetensors(data: bytes, where: str) -> TokenMap:
    """Read tensors `user_to_delta`, `match`, `distance`, and `indices` with `weights` where there are several targets."""
    tensors, metadata = read_tensors(data, where)
    if "user_to_delta" not in tensors:
        raise MapError("has no tensor user_to_delta", where=where)
    ids = tensors["user_to_delta"].astype(np.int64)
    base = TokenMap.from_ids(ids)
    codes, rows = base.codes.copy(), len(base)
    for name in ("match", "distance"):
        if name in tensors and tensors[name].shape != (rows,):
            raise MapError(f"{name} has the shape {tensors[name].shape}, {(rows,)} expected", where=where)
    if "match" in tensors:
        matches = tensors["match"] != 0
        if (matches & (ids < 0)).any():
            raise MapError(
                "match is 1 where the id is -1",
                where=f"{where}, row {np.flatnonzero(matches & (ids < 0))[0]}",
            )
        codes[matches] = _CODE["exact"]
    distances = tensors["distance"].astype(np.int32) if "distance" in tensors else base.distances.copy()
    sequences = _sequences(tensors, ids, metadata.get("combine", "mean"), where)
    return TokenMap(base.ids, codes, distances, sequences, _side(metadata, "source"), _side(metadata, "target"))


def read_tensors(data: bytes, where: str) -> tuple[dict[str, npt.NDArray[Any]], dict[str, str]]:
    """Give the tensors of a safetensors file, and its metadata.

    Raises:
        MapError: It is damaged.
    """
    try:
        length = struct.unpack("<Q", data[:8])[0]
        header = json.loads(data[8 : 8 + length])
        metadata = header.pop("__metadata__", {})
        tensors = {}
        for name, entry in header.items():
            begin, end = entry["data_offsets"]
            values = np.frombuffer(data[8 + length + begin : 8 + length + end], _TYPES[entry["dtype"]])
            tensors[name] = values.reshape(entry["shape"])
    except (ValueError, KeyError, TypeError, struct.error) as error:
        raise MapError(f"is a damaged safetensors file: {error}", where=where) from None
    return tensors, metadata


def _sequences(tensors: dict[str, npt.NDArray[Any]], ids: npt.NDArray[np.int64], combine: str, where: str) -> dict[int, Targets]:
    indices = tensors.get("indices")
    if indices is None:
        return {}
    weights = tensors.get("weights")
    if weights is None or weights.shape != indices.shape or indices.shape[:1] != ids.shape or combine not in ("mean", "max"):
        raise MapError("indices have no weights of their shape, or are combined by neither mean nor max", where=where)
    sequences: dict[int, Targets] = {}
    for row in np.flatnonzero((indices >= 0).sum(axis=1) > 1).tolist():
        count = int((indices[row] >= 0).sum())
        if (indices[row, :count] < 0).any():
            raise MapError("an id after the padding", where=f"{where}, indices[{row}]")
        sequences[row] = Targets(tuple(indices[row, :count].tolist()), tuple(weights[row, :count].astype(float).tolist()), combine)
    return sequences


def _side(metadata: dict[str, str], name: str) -> MapSide:
    def count(key: str) -> int | None:
        text = metadata.get(f"{name}_{key}", "")
        return int(text) if text.isdecimal() else None

    return MapSide(
        metadata.get(f"{name}_name", ""),
        count("tokens"),
        count("max_id"),
        count("logits_width"),
        metadata.get(f"{name}_fingerprint"),
    )

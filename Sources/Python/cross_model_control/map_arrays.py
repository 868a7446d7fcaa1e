"""Maps as arrays: a NumPy vector of ids, and safetensors with matches, distances and several targets."""

from __future__ import annotations

import dataclasses
import io
import math
import re
import struct
from typing import Any

import numpy as np
import numpy.typing as npt

from .errors import MapError
from .map_checks import check_columns, check_figures
from .map_fields import refuse_unknown
from .map_text import json_of
from .sides import MapSide
from .token_map import _CODE, HIGHEST_ID, Targets, TokenMap, named

_TYPES: dict[str, np.dtype[Any]] = {
    "I64": np.dtype("<i8"),
    "I32": np.dtype("<i4"),
    "I16": np.dtype("<i2"),
    "I8": np.dtype("i1"),
    "U64": np.dtype("<u8"),
    "U32": np.dtype("<u4"),
    "U16": np.dtype("<u2"),
    "U8": np.dtype("u1"),
    "BOOL": np.dtype("u1"),
    "F64": np.dtype("<f8"),
    "F32": np.dtype("<f4"),
    "F16": np.dtype("<f2"),
    # NumPy has no such numbers: their bits, so that files that hold them can be read.
    "BF16": np.dtype("V2"),
    "F8_E4M3": np.dtype("V1"),
    "F8_E5M2": np.dtype("V1"),
}

_TENSORS = ("user_to_delta", "match", "distance", "indices", "weights")
_FIGURES = ("name", "tokens", "max_id", "logits_width", "fingerprint")
_METADATA = ("format", *(f"{side}_{figure}" for side in ("source", "target") for figure in _FIGURES), "combine")
_COUNT = re.compile(r"(?:0|[1-9][0-9]{0,9})\Z")


def read_npy(data: bytes, where: str) -> TokenMap:
    """Read a `.npy` vector of ids; no entry counts as a match, for the file does not say."""
    try:
        stream = io.BytesIO(data)
        ids = np.load(stream, allow_pickle=False)
    except Exception as error:  # Whatever NumPy raises, a header that is no literal a SyntaxError of its own.
        raise MapError(f"is not a NumPy file: {error}", where=where) from None
    if ids.dtype.byteorder == ">":
        raise MapError(
            f"has elements of the type {ids.dtype.str}, which is big-endian",
            where=where,
            hint="save it with array.astype(array.dtype.newbyteorder('<'))",
        )
    if ids.ndim != 1 or ids.dtype.kind not in "iu":
        raise MapError(f"has {ids.dtype} of the shape {ids.shape}; one row of integers expected", where=where)
    if stream.tell() != len(data):
        raise MapError(f"has {len(data) - stream.tell()} bytes behind its array", where=where)
    with named(where):
        return TokenMap.from_ids(ids)


def looks_like_safetensors(data: bytes) -> bool:
    """Whether a file begins with the length of a header and its brace."""
    return len(data) > 9 and data[8:9] == b"{" and struct.unpack("<Q", data[:8])[0] <= len(data) - 8


def read_safetensors(data: bytes, where: str) -> TokenMap:
    """Read tensors `user_to_delta`, `match`, `distance`, and `indices` with `weights` where there are several targets."""
    tensors, metadata = read_tensors(data, where)
    refuse_unknown(tensors, _TENSORS, "token-map.safetensors", where, "tensor")
    refuse_unknown(sorted(metadata), _METADATA, "token-map.safetensors", where, "__metadata__")
    if "user_to_delta" not in tensors:
        raise MapError("has no tensor user_to_delta", where=where)
    # One without the other says nothing that could be carried out.
    for name, found in (("weights", "weights" in tensors), ("combine", "combine" in metadata)):
        if found and "indices" not in tensors:
            raise MapError(f"has {name}, but no tensor indices", where=where)
    rows = tensors["user_to_delta"].shape[:1]
    with named(where):
        base = TokenMap.from_ids(_integers(tensors, "user_to_delta", rows))
        ids, codes, distances = base.ids.copy(), base.codes.copy(), base.distances.copy()
        if "distance" in tensors:
            values = _integers(tensors, "distance", rows)
            _refuse((values < -1) | (values > (1 << 31) - 1), "distance", values, "is no distance")
            distances = values.astype(np.int32)
        if "match" in tensors:
            values = _integers(tensors, "match", rows)
            _refuse((values > 1) | (values < 0), "match", values, "is neither 0 nor 1")
            _refuse((values == 1) & (ids < 0), "match", values, "where the id is -1")
            codes[values == 1] = _CODE["exact"]
        sequences = _sequences(tensors, ids, metadata)
        source, target = _side(metadata, "source"), _side(metadata, "target")
        whole = TokenMap(ids, codes, distances, sequences, source, target)
    check_figures(source, "__metadata__.source_", len(whole), where)
    check_figures(target, "__metadata__.target_", None, where)
    check_columns(whole, "match", where)
    return _without_what_is_beyond(whole)


def _without_what_is_beyond(token_map: TokenMap) -> TokenMap:
    """Give a map whose ids beyond the target's highest are unmatched: maps in the reference's manner copy ids unchecked."""
    highest = token_map.target.max_id
    if highest is None:
        return token_map
    beyond = token_map.ids > highest
    beyond[[row for row, targets in token_map.sequences.items() if max(targets.ids) > highest]] = True
    if not beyond.any():
        return token_map
    return dataclasses.replace(
        token_map,
        ids=np.where(beyond, -1, token_map.ids).astype(np.int32),
        codes=np.where(beyond, _CODE["unmatched"], token_map.codes).astype(np.uint8),
        distances=np.where(beyond, -1, token_map.distances).astype(np.int32),
        sequences={row: targets for row, targets in token_map.sequences.items() if not beyond[row]},
    )


def _integers(tensors: dict[str, npt.NDArray[Any]], name: str, shape: tuple[int, ...]) -> npt.NDArray[Any]:
    """Give a tensor of integers of a shape."""
    tensor = tensors[name]
    if tensor.dtype.kind not in "iu":
        raise MapError(f"has elements of the type {tensor.dtype}, integers expected", where=f"tensor {name}")
    if tensor.shape != shape:
        raise MapError(f"has the shape {tensor.shape}, {shape} expected", where=f"tensor {name}")
    if tensor.dtype.kind == "u" and tensor.size and int(tensor.max()) >= 1 << 63:
        raise MapError("has a number beyond 63 bits", where=f"tensor {name}")
    return tensor.astype(np.int64)


def _refuse(wrong: npt.NDArray[np.bool_], name: str, values: npt.NDArray[Any], reason: str) -> None:
    """Refuse the first value of which something does not hold."""
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        raise MapError(f"{values[row]} {reason}", where=f"{name}[{row}]")


def read_tensors(data: bytes, where: str) -> tuple[dict[str, npt.NDArray[Any]], dict[str, str]]:
    """Give the tensors of a safetensors file, and its metadata.

    Raises:
        MapError: It is damaged.
    """
    try:
        length = struct.unpack("<Q", data[:8])[0]
        header = json_of(data[8 : 8 + length], where)
        metadata, content, place = header.pop("__metadata__", {}), data[8 + length :], 0
        if any(type(text) is not str for text in metadata.values()):
            raise ValueError("__metadata__ has something else than texts")
        tensors = {}
        for name, entry in sorted(header.items(), key=lambda item: item[1]["data_offsets"]):
            begin, end = entry["data_offsets"]
            kind, shape = _TYPES[entry["dtype"]], entry["shape"]
            if any(type(number) is not int or number < 0 for number in (begin, end, *shape)):
                raise ValueError(f"tensor {name}: a shape or an offset is no number of 0 or more")
            # As the reference implementation wants it: no hole, no overlap, nothing behind the last one.
            if begin != place or end - begin != kind.itemsize * math.prod(shape):
                raise ValueError(f"tensor {name}: bytes {begin} to {end} are not those of its type and shape from byte {place} on")
            tensors[name], place = np.frombuffer(content[begin:end], kind).reshape(shape), end
        if place != len(content):
            raise ValueError(f"its tensors take {place} bytes, it has {len(content)}")
        order = [name for name in header if name in tensors]
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError, struct.error) as error:
        raise MapError(f"is a damaged safetensors file: {error}", where=where) from None
    return {name: tensors[name] for name in order}, metadata


def _sequences(tensors: dict[str, npt.NDArray[Any]], ids: npt.NDArray[np.int32], metadata: dict[str, str]) -> dict[int, Targets]:
    """Give the entries with several targets; what stands alone must be the entry's id too."""
    if "indices" not in tensors:
        return {}
    width = tensors["indices"].shape[-1] if tensors["indices"].ndim else 0
    indices, weights = _integers(tensors, "indices", (len(ids), width)), tensors.get("weights")
    if weights is None or weights.shape != indices.shape or weights.dtype not in (np.float32, np.float64):
        raise MapError("indices have no weights, F32 or F64, of their shape", where="tensor weights")
    if indices.size and (indices.min() < -1 or indices.max() > HIGHEST_ID):
        raise MapError(f"an id is outside -1…{HIGHEST_ID}", where="tensor indices")
    combine = metadata.get("combine", "mean")
    if combine not in ("mean", "max"):
        raise MapError("mean or max expected", where="__metadata__.combine")
    counts = (indices >= 0).sum(axis=1)
    for row in np.flatnonzero(counts < width).tolist():
        if (indices[row, : counts[row]] < 0).any():
            raise MapError("an id after the padding", where=f"indices[{row}]")
    firsts = indices[:, 0] if width else np.full(len(ids), -1)
    other = np.flatnonzero(firsts != ids)
    if len(other):
        raise MapError("does not begin with the entry's id", where=f"indices[{other[0]}]")
    with np.errstate(over="ignore"):
        shares = weights.astype(np.float32)
    _check_padding(indices, shares, counts)
    return {
        row: Targets(
            tuple(indices[row, : counts[row]].tolist()),
            tuple(shares[row, : counts[row]].astype(float).tolist()),
            combine,
        )
        for row in np.flatnonzero(counts > 1).tolist()
    }


def _check_padding(indices: npt.NDArray[np.int64], shares: npt.NDArray[np.float32], counts: npt.NDArray[np.intp]) -> None:
    """Refuse weights of what has no target, and a lone target whose weight is not 1."""
    stray = np.argwhere((indices < 0) & (shares != 0))
    if len(stray):
        row, place = stray[0].tolist()
        raise MapError(f"{shares[row, place]} at place {place}, where there is no id", where=f"weights[{row}]")
    lone = np.flatnonzero(counts == 1)
    # A comparison with no number does not hold.
    other = lone[~(np.abs(shares[lone, :1].astype(float) - 1) < 1e-3).any(axis=1)]
    if len(other):
        raise MapError(f"{shares[other[0], 0]} of a lone target, 1 expected", where=f"weights[{other[0]}]")


def _side(metadata: dict[str, str], name: str) -> MapSide:
    """Give what the texts about the file say of a vocabulary."""

    def count(figure: str) -> int | None:
        text = metadata.get(f"{name}_{figure}")
        if text is None:
            return None
        if not _COUNT.match(text) or int(text) > HIGHEST_ID:
            raise MapError(f"a number from 0 to {HIGHEST_ID} expected", where=f"__metadata__.{name}_{figure}")
        return int(text)

    fingerprint = metadata.get(f"{name}_fingerprint")
    if fingerprint is not None and not re.fullmatch("[0-9A-Fa-f]{64}", fingerprint):
        raise MapError("64 hexadecimal digits expected", where=f"__metadata__.{name}_fingerprint")

    return MapSide(
        metadata.get(f"{name}_name", ""),
        count("tokens"),
        count("max_id"),
        count("logits_width"),
        None if fingerprint is None else fingerprint.lower(),
    )

"""Files of maps: what the program refuses is refused, and what it reads is read the same."""

from __future__ import annotations

import io
import json
import struct
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import cross_model_control as cmc
from conftest import MODELS
from cross_model_control.program import find_program

SOURCE, TARGET = MODELS / "base-two", MODELS / "delta-a"


def by_program(path: Path, folder: Path) -> cmc.TokenMap | None:
    """Read a file with the program; None where it refuses it."""
    output = folder / "by-program.json"
    command = [str(find_program()), "map", "convert", str(path), "-o", str(output), "--force", "--quiet"]
    result = subprocess.run(command, capture_output=True, check=False)
    return None if result.returncode else cmc.TokenMap.load(output)


def compare(path: Path, folder: Path, reads: bool) -> None:
    """See that both read a file alike, or both refuse it."""
    wanted = by_program(path, folder)
    assert (wanted is not None) == reads
    if wanted is None:
        with pytest.raises(cmc.CrossModelControlError) as caught:
            cmc.TokenMap.load(path)
        assert str(path) in str(caught.value)
        return
    found = cmc.TokenMap.load(path)
    assert found.ids.tolist() == wanted.ids.tolist() and found.distances.tolist() == wanted.distances.tolist()
    assert found.is_match.tolist() == wanted.is_match.tolist() and found.sequences == wanted.sequences


@pytest.fixture(scope="module")
def several(maps: dict[str, Path]) -> str:
    return maps["retokenize"].read_text(encoding="utf-8")


def put(*path: Any) -> Callable[[Any], None]:
    """Give a change that writes a value at a place; "*" stands for the first entry of `sequences`."""

    def change(root: Any) -> None:
        *steps, last, value = path
        for step in steps:
            root = root[next(iter(root))] if step == "*" else root[step]
        root[last] = value

    return change


def renamed(ending: str) -> Callable[[Any], None]:
    """Give a change of the first name in `sequences`."""

    def change(root: Any) -> None:
        sequences = root["sequences"]
        key = next(iter(sequences))
        sequences[ending.format(key)] = sequences.pop(key)

    return change


ENTRY = ("sequences", "*")
JSON: dict[str, tuple[Callable[[Any], None], bool]] = {
    "a target of -1": (put(*ENTRY, "ids", -1, -1), False),
    "a target of 5.7": (put(*ENTRY, "ids", -1, 5.7), False),
    "a target as a text": (put(*ENTRY, "ids", -1, "5"), False),
    "a target beyond": (put(*ENTRY, "ids", -1, 1300), False),
    "a true target": (put(*ENTRY, "ids", -1, True), False),
    "weights as texts": (put(*ENTRY, "weights", ["1", "0"]), False),
    "true weights": (put(*ENTRY, "weights", [True, False]), False),
    "a weight below 0": (put(*ENTRY, "weights", [2, -1]), False),
    "weights of 2": (put(*ENTRY, "weights", [1, 1]), False),
    "a huge weight": (put(*ENTRY, "weights", [1e300, 0]), False),
    "three weights": (put(*ENTRY, "weights", [1, 0, 0]), False),
    "whole weights": (put(*ENTRY, "weights", [1, 0]), True),
    "another combination": (put(*ENTRY, "combine", "sum"), False),
    "no combination": (put(*ENTRY, "combine", None), False),
    "a blank before a row": (renamed(" {}"), False),
    "a row with a point": (renamed("{}.0"), False),
    "a row with noughts": (renamed("00{}"), True),
    "a row that is not there": (renamed("9{}99"), False),
    "no object of sequences": (put("sequences", None), False),
    "a true id": (put("ids", 300, True), False),
    "an id of 1.0": (put("ids", 300, 1.0), False),
    "an id beyond": (put("ids", 300, 1300), False),
    "an id below": (put("ids", 300, -2), False),
    "a distance below": (put("distance", 300, -2), False),
    "a distance of none": (put("distance", 300, -1), True),
    "a distance of 1.5": (put("distance", 300, 1.5), False),
    "a method of none": (put("method", 300, None), False),
    "methods as an object": (put("method", {"exact": 1}), False),
    "version 1.0": (put("version", 1.0), False),
    "version true": (put("version", True), False),
    "a letter of no kind": (put("source", "kinds", "Q" * 1800), False),
    "kinds of none": (put("source", "kinds", None), False),
    "a fingerprint": (put("source", "fingerprint", "zz"), False),
    "a fingerprint in capitals": (put("target", "fingerprint", "AB" * 32), True),
    "a piece of 5": (put("source", "pieces", 5, 5), False),
    "a piece of none": (put("source", "pieces", 300, None), True),
    "a name of 5": (put("source", "name", 5), False),
    "true tokens": (put("source", "tokens", True), False),
    "tokens as a text": (put("source", "tokens", "1800"), False),
    "many tokens": (put("source", "logits_width", 1 << 30), False),
    "tokens of none": (put("source", "tokens", None), True),
    "an override without a digest": (put("overrides", [{"name": "a", "sha256": "zz"}]), False),
    "an override without a name": (put("overrides", [{"name": 5, "sha256": "ab" * 32}]), False),
    "no list of overrides": (put("overrides", None), False),
    "an unknown member": (put("combine", "max"), True),
}


@pytest.mark.parametrize("name", JSON)
def test_json(several: str, tmp_path: Path, name: str) -> None:
    change, reads = JSON[name]
    root = json.loads(several)
    change(root)
    path = tmp_path / "map.json"
    path.write_text(json.dumps(root), encoding="utf-8")
    compare(path, tmp_path, reads)


SHORT = '{"version": 1, "ids": [1], "method": ["exact"], "distance": [0], "source": {}, "target": {}%s}'
TEXTS: dict[str, tuple[bytes, bool]] = {
    "a byte order mark": (b"\xef\xbb\xbf" + (SHORT % "").encode(), True),
    "two bytes a character": ((SHORT % "").encode("utf-16"), False),
    "something behind": ((SHORT % "").encode() + b" x", False),
    "half a pair": ((SHORT % "").replace('"source": {}', '"source": {"name": "\\ud800"}').encode(), False),
    "NaN": ((SHORT % "").replace("[0]", "[NaN]").encode(), False),
    "much nesting": (b'{"version": 1, "ids": ' + b"[" * 100_000, False),
}


@pytest.mark.parametrize("name", TEXTS)
def test_texts(tmp_path: Path, name: str) -> None:
    path = tmp_path / "map.json"
    path.write_bytes(TEXTS[name][0])
    compare(path, tmp_path, TEXTS[name][1])


def test_a_member_that_stands_there_twice(tmp_path: Path) -> None:
    """The program takes the first, and Python's reader would the last."""
    path = tmp_path / "map.json"
    path.write_text(SHORT % ', "ids": [2]', encoding="utf-8")
    with pytest.raises(cmc.MapError, match="'ids' stands there twice"):
        cmc.TokenMap.load(path)


def tensors(values: dict[str, tuple[str, Any]], metadata: dict[str, str] | None = None) -> bytes:
    """Give a safetensors file: tensors as pairs of the format's type and an array."""
    header: dict[str, Any] = {"__metadata__": metadata} if metadata else {}
    data = b""
    for name, (kind, array) in values.items():
        header[name] = {"dtype": kind, "shape": list(array.shape), "data_offsets": [len(data), len(data) + array.nbytes]}
        data += array.tobytes()
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data


def i64(*values: Any) -> tuple[str, Any]:
    return "I64", np.array(values, np.int64)


def f32(*values: Any) -> tuple[str, Any]:
    return "F32", np.array(values, np.float32)


IDS = {"user_to_delta": i64(1, 2, -1)}
SOME = {**IDS, "indices": i64([1, 5], [2, -1], [-1, -1]), "weights": f32([0.5, 0.5], [1, 0], [0, 0])}


def compare_bytes(path: Path, data: bytes, reads: bool) -> None:
    """Write a file, and compare what is read of it."""
    path.write_bytes(data)
    compare(path, path.parent, reads)


TENSORS: dict[str, tuple[bytes, bool]] = {
    "16 bits": (tensors({"user_to_delta": ("U16", np.array([1, 2], np.uint16))}), True),
    "32 bits": (tensors({"user_to_delta": ("U32", np.array([1, 2], np.uint32))}), True),
    "64 bits": (tensors({"user_to_delta": ("U64", np.array([1, 2], np.uint64))}), True),
    "beyond 63 bits": (tensors({"user_to_delta": ("U64", np.array([1, 1 << 63], np.uint64))}), False),
    "truth": (tensors({**IDS, "match": ("BOOL", np.array([1, 0, 0], np.uint8))}), True),
    "numbers with a point": (tensors({"user_to_delta": f32(1.7, 2, -1)}), False),
    "two axes": (tensors({"user_to_delta": i64([1, 2])}), False),
    "an id below": (tensors({"user_to_delta": i64(-2)}), False),
    "an id too high": (tensors({"user_to_delta": i64(1 << 22)}), False),
    "a match of 2": (tensors({**IDS, "match": i64(2, 0, 0)}), False),
    "a match of -1": (tensors({**IDS, "match": i64(-1, 0, 0)}), False),
    "a match of nothing": (tensors({**IDS, "match": i64(1, 0, 1)}), False),
    "a match too few": (tensors({**IDS, "match": i64(1, 0)}), False),
    "distances with a point": (tensors({**IDS, "distance": f32(1.5, 0, -1)}), False),
    "a distance of -5": (tensors({**IDS, "distance": i64(-5, 3, 7)}), False),
    "a distance too long": (tensors({**IDS, "distance": i64(1 << 31, 3, 7)}), False),
    "distances": (tensors({**IDS, "distance": i64(4, 3, 7)}), True),
    "several": (tensors(SOME), True),
    "the largest": (tensors(SOME, {"combine": "max"}), True),
    "another word": (tensors(SOME, {"combine": "sum"}), True),
    "a metadatum of 5": (tensors(SOME, {"combine": 5}), False),  # type: ignore[dict-item]
    "double weights": (tensors({**SOME, "weights": ("F64", np.array([[0.5, 0.5], [1, 0], [0, 0]]))}), True),
    "half weights": (tensors({**SOME, "weights": ("F16", np.array([[0.5, 0.5], [1, 0], [0, 0]], np.float16))}), False),
    "weights of 1": (tensors({**SOME, "weights": f32([3, -2], [1, 0], [0, 0])}), False),
    "weights of nothing": (tensors({**SOME, "weights": f32([np.nan, 1], [1, 0], [0, 0])}), False),
    "no weights": (tensors({**IDS, "indices": SOME["indices"]}), False),
    "another first": (tensors({**SOME, "indices": i64([1, 5], [7, -1], [-1, -1])}), False),
    "targets of nothing": (tensors({**SOME, "indices": i64([1, 5], [2, -1], [4, -1])}), False),
    "nothing of a target": (tensors({**SOME, "indices": i64([1, 5], [-1, -1], [-1, -1])}), False),
    "a hole": (tensors({**SOME, "indices": i64([1, 5], [-1, 2], [-1, -1])}), False),
    "below -1": (tensors({**SOME, "indices": i64([1, 5], [2, -2], [-1, -1])}), False),
    "an id beyond the target": (tensors(IDS, {"target_max_id": "1"}), True),
    "a match beyond the target": (tensors({**IDS, "match": i64(1, 1, 0), "distance": i64(0, 0, -1)}, {"target_max_id": "1"}), True),
    "one of several beyond": (tensors(SOME, {"target_max_id": "4"}), True),
    "words that say nothing": (tensors(IDS, {"source_tokens": "x", "source_fingerprint": "zz", "target_max_id": "-1"}), True),
    "a type that is not asked for": (tensors({**IDS, "other": ("BF16", np.zeros(2, np.uint16))}), True),
    "a type that there is not": (tensors({**IDS, "other": ("I4", np.zeros(2, np.uint16))}), False),
    "something behind": (tensors(IDS) + b"1234", False),
    "cut short": (tensors(IDS)[:-4], False),
}


@pytest.mark.parametrize("name", TENSORS)
def test_safetensors(tmp_path: Path, name: str) -> None:
    compare_bytes(tmp_path / "map.safetensors", *TENSORS[name])


def npy(array: Any) -> bytes:
    stream = io.BytesIO()
    np.save(stream, array)
    return stream.getvalue()


ARRAYS: dict[str, tuple[bytes, bool]] = {
    "8 bits": (npy(np.array([1, 2], np.uint8)), True),
    "16 bits": (npy(np.array([1, -1], np.int16)), True),
    "64 bits": (npy(np.array([1, 2], np.uint64)), True),
    "beyond 63 bits": (npy(np.array([1, 1 << 63], np.uint64)), False),
    "the other order": (npy(np.array([1, 2], ">i4")), False),
    "a point": (npy(np.array([1.0, 2.0])), False),
    "truth": (npy(np.array([True])), False),
    "below -1": (npy(np.array([1, -2])), False),
    "too high": (npy(np.array([1 << 22])), False),
    "two axes": (npy(np.array([[1]])), False),
    "nothing": (npy(np.array([], np.int64)), True),
    "something behind": (npy(np.array([1])) + b"x", False),
    "cut short": (npy(np.array([1, 2]))[:-3], False),
    "texts": (npy(np.array(["1"])), False),
    "no literal": (npy(np.array([1])).replace(b"{'descr'", b"{'desc(("), False),
}


@pytest.mark.parametrize("name", ARRAYS)
def test_npy(tmp_path: Path, name: str) -> None:
    compare_bytes(tmp_path / "map.npy", *ARRAYS[name])


@pytest.mark.parametrize(
    "ids", [[1.9, 2.2], [1.0], [float("nan")], ["1"], [True, False], [1, True], [1, None], [[1]], "12", {1: 2}, 5, [1 << 22], [-2]]
)
def test_ids_that_are_none(ids: Any) -> None:
    with pytest.raises(cmc.MapError):
        cmc.TokenMap.from_ids(ids)


def test_ids() -> None:
    assert cmc.TokenMap.from_ids(range(3)).ids.tolist() == [0, 1, 2]
    assert cmc.TokenMap.from_ids(np.array([1, -1], np.int8)).ids.tolist() == [1, -1]
    assert len(cmc.TokenMap.from_ids([])) == 0


def test_maps_that_are_made_by_hand() -> None:
    """What no file may say, no caller may."""
    columns = np.array([1, 2], np.int32), np.array([2, 2], np.uint8), np.array([0, 0], np.int32)
    for targets in (
        cmc.Targets((1, -1), (0.5, 0.5), "mean"),
        cmc.Targets((1, 3), (0.5,), "mean"),
        cmc.Targets((1, 3), (0.5, float("nan")), "mean"),
        cmc.Targets((1, 3), (0.5, 0.5), "sum"),
    ):
        with pytest.raises(cmc.MapError, match="row 0"):
            cmc.TokenMap(*columns, {0: targets})
    for place, value in ((0, -2), (1, 9), (2, -2)):
        wrong = [column.copy() for column in columns]
        wrong[place] = wrong[place].astype(np.int32)
        wrong[place][1] = value
        with pytest.raises(cmc.MapError, match="row 1"):
            cmc.TokenMap(*wrong)


def test_the_format_that_is_named(maps: dict[str, Path]) -> None:
    with pytest.raises(cmc.MapError, match="is of the format json, not npy"):
        cmc.TokenMap.load(maps["pm-mined"], format="npy")
    with pytest.raises(cmc.MapError, match="is of the format npy, not json"):
        cmc.TokenMap.load(maps["npy"], format="json")
    assert len(cmc.TokenMap.load(maps["npy"], format="npy")) == 1800


def test_options_of_saving(maps: dict[str, Path], tmp_path: Path) -> None:
    token_map = cmc.TokenMap.load(maps["pm-mined"])
    for name in ("map.json", "map.npy"):
        with pytest.raises(cmc.MapError, match="fill: there is no 'zzz'; one of error, nearest, unk"):
            token_map.save(tmp_path / name, fill="zzz")
        with pytest.raises(cmc.ProgramError, match="nowhere"):
            token_map.save(tmp_path / name, source="/nowhere/source")
        token_map.save(tmp_path / "new" / name / name)
        assert cmc.TokenMap.load(tmp_path / "new" / name / name).ids.tolist() == token_map.ids.tolist()
    (tmp_path / "file").write_text("")
    with pytest.raises(cmc.MapError, match="cannot be written"):
        token_map.save(tmp_path / "file" / "map.json")
    with pytest.raises(cmc.MapError, match="a list of roles expected, found 'bos'"):
        token_map.check(roles="bos")


def test_json_gets_what_a_bare_map_leaves_out(maps: dict[str, Path], tmp_path: Path) -> None:
    bare, path = cmc.TokenMap.load(maps["npy"]), tmp_path / "map.json"
    bare.save(path, source=SOURCE, target=TARGET)
    known = cmc.TokenMap.load(maps["pm-mined"])
    assert cmc.TokenMap.load(path).source.pieces == known.source.pieces
    bare.save(path, source=SOURCE, target=TARGET, pieces=False)
    assert cmc.TokenMap.load(path).source.kinds == known.source.kinds
    assert cmc.TokenMap.load(path).source.pieces is None

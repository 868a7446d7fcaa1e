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


def without(side: str, *names: str) -> Callable[[Any], None]:
    """Give a change that takes figures of a vocabulary out."""

    def change(root: Any) -> None:
        for name in names:
            del root[side][name]

    return change


def both(*changes: Callable[[Any], None]) -> Callable[[Any], None]:
    """Give several changes as one."""

    def change(root: Any) -> None:
        for each in changes:
            each(root)

    return change


def row_of(found: str, distance: int, method: str | None = None, target: int | None = None) -> Callable[[Any], None]:
    """Give a change of the first entry that a method decided."""

    def change(root: Any) -> None:
        row = root["method"].index(found)
        root["distance"][row] = distance
        root["method"][row] = method or found
        root["ids"][row] = root["ids"][row] if target is None else target

    return change


def several_of(method: str, distance: int) -> Callable[[Any], None]:
    """Give a change of what decided the first entry of `sequences`."""

    def change(root: Any) -> None:
        row = int(next(iter(root["sequences"])))
        root["method"][row], root["distance"][row] = method, distance

    return change


def hole(piece: str | None) -> Callable[[Any], None]:
    """Give a change that makes id 300 of the source a hole, with a piece or without."""

    def change(root: Any) -> None:
        source = root["source"]
        source["kinds"] = source["kinds"][:300] + "-" + source["kinds"][301:]
        source["pieces"][300] = piece
        source["tokens"] -= 1

    return change


def renamed(ending: str) -> Callable[[Any], None]:
    """Give a change of the first name in `sequences`."""

    def change(root: Any) -> None:
        sequences = root["sequences"]
        key = next(iter(sequences))
        sequences[ending.format(key)] = sequences.pop(key)

    return change


ENTRY = ("sequences", "*")
BARE = without("source", "kinds", "pieces")
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
    "a weight beyond all": (put(*ENTRY, "weights", [10**400, 0]), False),
    "three weights": (put(*ENTRY, "weights", [1, 0, 0]), False),
    "whole weights": (put(*ENTRY, "weights", [1, 0]), True),
    "another combination": (put(*ENTRY, "combine", "sum"), False),
    "no combination": (put(*ENTRY, "combine", None), False),
    "a blank before a row": (renamed(" {}"), False),
    "a row with a point": (renamed("{}.0"), False),
    "a row with noughts": (renamed("00{}"), False),
    "a row with a sign": (renamed("+{}"), False),
    "a row below": (renamed("-{}"), False),
    "a blank behind a row": (renamed("{} "), False),
    "a row of other digits": (renamed("٣"), False),
    "a row of nothing": (renamed(""), False),
    "a row of many digits": (renamed("{}00000000000000000000"), False),
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
    "a piece of none": (put("source", "pieces", 300, None), False),
    "a piece of none without kinds": (both(put("source", "pieces", 300, None), without("source", "kinds")), True),
    "a hole": (hole(None), True),
    "a hole with a piece": (hole("a"), False),
    "a name of 5": (put("source", "name", 5), False),
    "true tokens": (put("source", "tokens", True), False),
    "tokens as a text": (put("source", "tokens", "1800"), False),
    "many tokens": (put("source", "logits_width", 1 << 30), False),
    "tokens of none": (put("source", "tokens", None), True),
    "an override without a digest": (put("overrides", [{"name": "a", "sha256": "zz"}]), False),
    "an override without a name": (put("overrides", [{"name": 5, "sha256": "ab" * 32}]), False),
    "no list of overrides": (put("overrides", None), False),
    "an unknown member": (put("combine", "max"), False),
    "an unknown member of the source": (put("source", "fingerprnt", None), False),
    "an unknown member of the target": (put("target", "roles", {}), False),
    "an unknown member of an entry": (put(*ENTRY, "weight", 1), False),
    "an unknown member of an override": (put("overrides", [{"name": "a", "sha256": "ab" * 32, "path": "b"}]), False),
    "an override": (put("overrides", [{"name": "a", "sha256": "ab" * 32}]), True),
    "a tool of 5": (put("tool", 5), False),
    "a tool of none": (put("tool", None), False),
    "a source of none": (put("source", None), False),
    "a source as a list": (put("source", []), False),
    "the target as a text": (put("target", "delta-a"), False),
    "fewer tokens than kinds": (put("source", "tokens", 1799), False),
    "more tokens than kinds": (put("target", "tokens", 1301), False),
    "another highest id than kinds": (put("source", "max_id", 1798), False),
    "another highest id than pieces": (both(without("source", "kinds"), put("source", "max_id", 1798)), False),
    "fewer kinds than pieces": (both(without("source", "max_id"), put("source", "kinds", "t" * 1799)), False),
    "more tokens than ids": (both(BARE, put("source", "tokens", 1801)), False),
    "fewer tokens than ids": (both(BARE, put("source", "tokens", 1700)), True),
    "more tokens than pieces": (both(without("source", "kinds", "max_id"), put("source", "tokens", 1801)), False),
    "more tokens than rows": (both(BARE, without("source", "max_id"), put("source", "tokens", 1801)), False),
    "a highest id beyond the rows": (both(BARE, put("source", "max_id", 1800)), False),
    "a highest id within the rows": (both(BARE, without("source", "tokens"), put("source", "max_id", 1700)), True),
    "an id beyond the target's kinds": (both(without("target", "max_id"), put("ids", 300, 1300)), False),
    "a target without tokens": (both(without("target", "max_id", "pieces", "tokens"), put("target", "kinds", "")), False),
    "a distance of equal tokens": (row_of("exact", 1), False),
    "no distance of equal tokens": (row_of("exact", -1), True),
    "a distance by role": (row_of("role", 1), False),
    "a distance of an override": (row_of("exact", 1, "override"), False),
    "no distance of an override": (row_of("exact", -1, "override"), True),
    "a distance where there is no target": (row_of("exact", 0, "unmatched", -1), False),
    "a distance of an override to nothing": (row_of("exact", 0, "override", -1), False),
    "no distance and no target": (row_of("exact", -1, "unmatched", -1), True),
    "several equal tokens": (several_of("exact", 0), False),
    "several by role": (several_of("role", -1), False),
    "several by an override": (several_of("override", 0), True),
    "several from elsewhere": (several_of("imported", 3), True),
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
LONE = '{"ids": [1], "weights": [1], "combine": "mean"}'
DIGEST = f'"sha256": "{"ab" * 32}"'
TEXTS: dict[str, tuple[bytes, bool]] = {
    "a byte order mark": (b"\xef\xbb\xbf" + (SHORT % "").encode(), True),
    "two bytes a character": ((SHORT % "").encode("utf-16"), False),
    "something behind": ((SHORT % "").encode() + b" x", False),
    "half a pair": ((SHORT % "").replace('"source": {}', '"source": {"name": "\\ud800"}').encode(), False),
    "NaN": ((SHORT % "").replace("[0]", "[NaN]").encode(), False),
    "much nesting": (b'{"version": 1, "ids": ' + b"[" * 100_000, False),
    "ids twice": ((SHORT % ', "ids": [1]').encode(), False),
    "a name twice": ((SHORT % "").replace('"source": {}', '"source": {"name": "a", "name": "a"}').encode(), False),
    "a row twice": ((SHORT % f', "sequences": {{"0": {LONE}, "0": {LONE}}}').encode(), False),
    "a combination twice": ((SHORT % f', "sequences": {{"0": {LONE[:-1]}, "combine": "mean"}}}}').encode(), False),
    "a row once": ((SHORT % f', "sequences": {{"0": {LONE}}}').encode(), True),
    "a digest twice": ((SHORT % f', "overrides": [{{"name": "a", {DIGEST}, {DIGEST}}}]').encode(), False),
    "no source": ((SHORT % "").replace('"source": {}, ', "").encode(), False),
    "no target": ((SHORT % "").replace(', "target": {}', "").encode(), False),
}


@pytest.mark.parametrize("name", TEXTS)
def test_texts(tmp_path: Path, name: str) -> None:
    path = tmp_path / "map.json"
    path.write_bytes(TEXTS[name][0])
    compare(path, tmp_path, TEXTS[name][1])


MESSAGES = {
    ', "tool": "other 2", "sequnces": {}': "sequnces: not a known member of token-map.json (written by other 2)",
    ', "a\\nb": 1': "a\\nb: not a known member of token-map.json; what it says would be lost",
    ', "overrides": [{"name": "a", "digest": ""}]': "overrides[0].digest: not a known member of token-map.json",
    ', "sequences": {"+0": {}}': "sequences.+0: is no id: digits alone, and no 0 before others",
    ', "sequences": {"0": {"ids": [1], "ids": [1]}}': "sequences.0.ids: stands there twice",
}
FIGURES = {
    '"distance": [4]': "distance[0] is 4, but method[0] is one of equal tokens",
    '"source": {"tokens": 3}': "source.tokens is 3, but the number of rows is 1",
    '"source": {"tokens": 3, "kinds": "t"}': "source.tokens is 3, but the number of tokens in source.kinds is 1",
    '"target": {"max_id": 3, "tokens": 5}': "target.tokens is 5, but target.max_id is 3",
    '"source": {"kinds": "t", "pieces": [null]}': "source.pieces[0] is null, but the kind of id 0 is text",
    '"source": {"max_id": 1, "kinds": "t"}': "source.max_id is 1, but the number of source.kinds is 1",
}


def refused_alike(path: Path, message: str) -> cmc.MapError:
    """See that the program and this package refuse a file with a message, and give this package's error."""
    command = [str(find_program()), "map", "convert", str(path), "-o", str(path.parent / "out.json"), "--quiet"]
    result = subprocess.run(command, capture_output=True, check=False, encoding="utf-8")
    with pytest.raises(cmc.MapError) as caught:
        cmc.TokenMap.load(path)
    assert message in str(caught.value)
    assert result.returncode and message in result.stderr
    return caught.value


@pytest.mark.parametrize("text", MESSAGES)
def test_what_messages_say_of_members(tmp_path: Path, text: str) -> None:
    path = tmp_path / "map.json"
    path.write_text(SHORT % text, encoding="utf-8")
    error = refused_alike(path, MESSAGES[text])
    assert ("did you mean 'sequences'?" in error.hint) == ("sequnces" in text)


@pytest.mark.parametrize("text", FIGURES)
def test_what_messages_say_of_figures(tmp_path: Path, text: str) -> None:
    """Both figures are named."""
    path = tmp_path / "map.json"
    root = {**json.loads(SHORT % ""), **json.loads("{" + text + "}")}
    path.write_text(json.dumps(root), encoding="utf-8")
    refused_alike(path, FIGURES[text])


def tensors(values: dict[str, tuple[str, Any]], metadata: dict[str, str] | None = None) -> bytes:
    """Give a safetensors file: tensors as pairs of the format's type and an array."""
    header: dict[str, Any] = {"__metadata__": metadata} if metadata else {}
    data = b""
    for name, (kind, array) in values.items():
        header[name] = {"dtype": kind, "shape": list(array.shape), "data_offsets": [len(data), len(data) + array.nbytes]}
        data += array.tobytes()
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data


def reworded(data: bytes, old: str, new: str) -> bytes:
    """Give a safetensors file with something else in its header."""
    end = 8 + int(struct.unpack("<Q", data[:8])[0])
    text = data[8:end].decode().replace(old, new).encode()
    return struct.pack("<Q", len(text)) + text + data[end:]


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
    "distances": (tensors({**IDS, "distance": i64(4, 3, 7)}), False),
    "distances of targets": (tensors({**IDS, "distance": i64(4, 3, -1)}), True),
    "a distance of a match": (tensors({**IDS, "match": i64(1, 0, 0), "distance": i64(3, 3, -1)}), False),
    "no distance of a match": (tensors({**IDS, "match": i64(1, 0, 0), "distance": i64(-1, 3, -1)}), True),
    "a match of several": (tensors({**SOME, "match": i64(1, 0, 0)}), False),
    "a match beside several": (tensors({**SOME, "match": i64(0, 1, 0)}), True),
    "several": (tensors(SOME), True),
    "the largest": (tensors(SOME, {"combine": "max"}), True),
    "another word": (tensors(SOME, {"combine": "sum"}), False),
    "a word about nothing": (tensors(IDS, {"combine": "max"}), False),
    "a metadatum of 5": (tensors(SOME, {"combine": 5}), False),  # type: ignore[dict-item]
    "double weights": (tensors({**SOME, "weights": ("F64", np.array([[0.5, 0.5], [1, 0], [0, 0]]))}), True),
    "half weights": (tensors({**SOME, "weights": ("F16", np.array([[0.5, 0.5], [1, 0], [0, 0]], np.float16))}), False),
    "weights of 1": (tensors({**SOME, "weights": f32([3, -2], [1, 0], [0, 0])}), False),
    "weights of nothing": (tensors({**SOME, "weights": f32([np.nan, 1], [1, 0], [0, 0])}), False),
    "no weights": (tensors({**IDS, "indices": SOME["indices"]}), False),
    "nothing but weights": (tensors({**IDS, "weights": SOME["weights"]}), False),
    "weights behind a lone target": (tensors({**SOME, "weights": f32([0.5, 0.5], [1, 0.5], [0, 0])}), False),
    "a share of a lone target": (tensors({**SOME, "weights": f32([0.5, 0.5], [0.5, 0], [0, 0])}), False),
    "a share of two": (tensors({**SOME, "weights": f32([0.5, 0.5], [0.5, 0.5], [0, 0])}), False),
    "a lone target of no number": (tensors({**SOME, "weights": f32([0.5, 0.5], [np.nan, 0], [0, 0])}), False),
    "weights where there is no id": (tensors({**SOME, "weights": f32([0.5, 0.5], [1, 0], [1, 0])}), False),
    "no number where there is no id": (tensors({**SOME, "weights": f32([0.5, 0.5], [1, np.nan], [0, 0])}), False),
    "noughts of a sign": (tensors({**SOME, "weights": f32([0.5, 0.5], [1, -0.0], [0, -0.0])}), True),
    "double weights beyond": (tensors({**SOME, "weights": ("F64", np.array([[1e300, 0], [1, 0], [0, 0]]))}), False),
    "lone targets": (tensors({**IDS, "indices": i64([1], [2], [-1]), "weights": f32([1], [1], [0])}), True),
    "no axis of targets": (tensors({**IDS, "indices": i64(1, 2, -1), "weights": f32(1, 1, 0)}), False),
    "no place for a target": (
        tensors({**IDS, "indices": ("I64", np.zeros((3, 0), np.int64)), "weights": ("F32", np.zeros((3, 0), np.float32))}),
        False,
    ),
    "another first": (tensors({**SOME, "indices": i64([1, 5], [7, -1], [-1, -1])}), False),
    "targets of nothing": (tensors({**SOME, "indices": i64([1, 5], [2, -1], [4, -1])}), False),
    "nothing of a target": (tensors({**SOME, "indices": i64([1, 5], [-1, -1], [-1, -1])}), False),
    "a hole": (tensors({**SOME, "indices": i64([1, 5], [-1, 2], [-1, -1])}), False),
    "below -1": (tensors({**SOME, "indices": i64([1, 5], [2, -2], [-1, -1])}), False),
    "an id beyond the target": (tensors(IDS, {"target_max_id": "1"}), True),
    "a match beyond the target": (tensors({**IDS, "match": i64(1, 1, 0), "distance": i64(0, 0, -1)}, {"target_max_id": "1"}), True),
    "one of several beyond": (tensors(SOME, {"target_max_id": "4"}), True),
    "words that say nothing": (tensors(IDS, {"source_tokens": "x", "source_fingerprint": "zz", "target_max_id": "-1"}), False),
    "a type that is not asked for": (tensors({**IDS, "other": ("BF16", np.zeros(2, np.uint16))}), False),
    "a tensor that is not known": (tensors({**IDS, "mach": i64(1, 0, 0)}), False),
    "ids of another type": (tensors({"user_to_delta": ("BF16", np.zeros(2, np.uint16))}), False),
    "one of two of a name": (reworded(tensors({**IDS, "match": i64(1, 0, 0), "mach": i64(0, 0, 0)}), "mach", "match"), False),
    "a shape beyond": (reworded(tensors({"user_to_delta": i64()}), "[0]", "[0, 99999999999999999999]"), False),
    "half a pair": (tensors(IDS, {"source_name": "\ud800"}), False),
    "a type that there is not": (tensors({**IDS, "other": ("I4", np.zeros(2, np.uint16))}), False),
    "something behind": (tensors(IDS) + b"1234", False),
    "cut short": (tensors(IDS)[:-4], False),
}


WORDS = {
    ("format", "pt"): True,
    ("source_name", "anything"): True,
    ("source_tokens", "3"): True,
    ("source_tokens", "x"): False,
    ("source_tokens", ""): False,
    ("source_tokens", "03"): False,
    ("source_tokens", "+3"): False,
    ("source_tokens", "-1"): False,
    ("source_tokens", "٣"): False,
    ("source_tokens", "4"): False,
    ("source_max_id", "2"): True,
    ("source_max_id", "3"): False,
    ("target_tokens", "9"): True,
    ("target_max_id", "1.0"): False,
    ("target_max_id", "4194303"): True,
    ("target_max_id", "4194304"): False,
    ("target_logits_width", "1e3"): False,
    ("target_logits_width", "0"): True,
    ("source_fingerprint", "AB" * 32): True,
    ("source_fingerprint", "ab" * 31): False,
    ("sorce_name", "a"): False,
    ("note", "by hand"): False,
}


@pytest.mark.parametrize("word", WORDS, ids=" ".join)
def test_words_of_safetensors(tmp_path: Path, word: tuple[str, str]) -> None:
    compare_bytes(tmp_path / "map.safetensors", tensors(IDS, dict([word])), WORDS[word])


def test_figures_of_safetensors(tmp_path: Path) -> None:
    path = tmp_path / "map.safetensors"
    for side in ("source", "target"):
        compare_bytes(path, tensors(IDS, {f"{side}_tokens": "3", f"{side}_max_id": "2"}), True)
        compare_bytes(path, tensors(IDS, {f"{side}_tokens": "3", f"{side}_max_id": "1"}), False)
        refused_alike(path, f"__metadata__.{side}_tokens is 3, but __metadata__.{side}_max_id is 1")
    path.write_bytes(tensors({**IDS, "distance": i64(1, 1, 7)}))
    refused_alike(path, "distance[2] is 7, but the id of row 2 is -1, no target")
    path.write_bytes(tensors({**IDS, "mach": i64(1, 0, 0)}))
    error = refused_alike(path, "tensor.mach: not a known member of token-map.safetensors; what it says would be lost")
    assert error.hint.startswith("did you mean 'match'?")


@pytest.mark.parametrize("name", TENSORS)
def test_safetensors(tmp_path: Path, name: str) -> None:
    compare_bytes(tmp_path / "map.safetensors", *TENSORS[name])


def test_a_header_that_says_something_twice(tmp_path: Path) -> None:
    """The program takes the last, as the reference implementation does."""
    path = tmp_path / "map.safetensors"
    path.write_bytes(reworded(tensors(IDS, {"source_name": "a", "target_name": "b"}), "target_name", "source_name"))
    with pytest.raises(cmc.MapError, match=r"__metadata__\.source_name: stands there twice"):
        cmc.TokenMap.load(path)


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


def test_what_readers_would_refuse_is_not_saved(tmp_path: Path) -> None:
    """A map made by hand whose columns contradict each other, and a file of before that must stay."""
    good = cmc.align(SOURCE, TARGET)
    path = tmp_path / "map.json"
    good.save(path)
    before = path.read_bytes()
    distances = good.distances.copy()
    row = int(np.flatnonzero(good.ids < 0)[0])
    distances[row] = 3
    bad = cmc.TokenMap(good.ids, good.codes, distances, good.sequences, good.source, good.target)
    for name in ("map.json", "map.npy", "map.safetensors"):
        with pytest.raises(cmc.MapError, match=rf"{name}: distance\[{row}\] is 3, but the id of row {row} is -1"):
            bad.save(tmp_path / name)
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["map.json"]


def test_a_link_keeps_its_place(tmp_path: Path) -> None:
    good = cmc.align(SOURCE, TARGET)
    place = tmp_path / "place.json"
    place.write_text("old")
    place.chmod(0o640)
    link = tmp_path / "link.json"
    link.symlink_to("place.json")
    good.save(link)
    assert link.is_symlink() and cmc.TokenMap.load(place).ids.tolist() == good.ids.tolist()
    assert place.stat().st_mode & 0o777 == 0o640
    assert sorted(file.name for file in tmp_path.iterdir()) == ["link.json", "place.json"]

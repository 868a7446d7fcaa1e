"""Files of maps: which format a path has, and who reads and writes it."""

from __future__ import annotations

import tempfile
from os import PathLike, fspath
from pathlib import Path

from .errors import MapError
from .map_arrays import looks_like_safetensors, read_npy, read_safetensors
from .map_json import read_json, write_json
from .program import run_program
from .token_map import TokenMap

FORMATS = (
    "json",
    "cmc-one2one",
    "cmc-one2many",
    "npy",
    "safetensors",
    "tokenkit",
    "dskd",
    "tokalign",
    "fusellm",
    "pairs",
)
"""Every format that `cmc` writes."""

_ENDINGS = {".json": "json", ".npy": "npy", ".safetensors": "safetensors", ".tsv": "pairs"}
_Path = str | PathLike[str]


def load(path: _Path, format: str | None, source: _Path | None, target: _Path | None) -> TokenMap:
    """Read a map; see `TokenMap.load`."""
    _known(format)
    name = fspath(path)
    if Path(name).is_file() and source is None and target is None and format in (None, "json", "npy", "safetensors"):
        data = Path(name).read_bytes()
        if data.startswith(b"\x93NUMPY"):
            return read_npy(data, name)
        if looks_like_safetensors(data):
            return read_safetensors(data, name)
        # Any other object or list is the program's to tell.
        if format == "json" or (data.lstrip()[:1] == b"{" and b'"version"' in data[:200]):
            return read_json(data, name)
    options: list[str] = []
    for option, value in (("--from", format), ("--source", source), ("--target", target)):
        if value is not None:
            options += [option, fspath(value)]
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder, "map.json")
        run_program("map", "convert", name, "--output", output, "--quiet", *options)
        return read_json(output.read_bytes(), name)


def save(
    token_map: TokenMap,
    path: _Path,
    format: str | None,
    fill: str,
    source: _Path | None,
    target: _Path | None,
    pieces: bool,
) -> list[str]:
    """Write a map; see `TokenMap.save`."""
    _known(format)
    chosen = format or _ENDINGS.get(Path(path).suffix)
    if chosen is None:
        raise MapError("the path does not tell the format", where=fspath(path), hint="give format='npy', for instance")
    if chosen == "json":
        Path(path).write_bytes(write_json(token_map, pieces=pieces))
        return []
    options = ["--format", chosen, "--fill", fill, "--force"]
    for option, value in (("--source", source), ("--target", target)):
        if value is not None:
            options += [option, fspath(value)]
    with tempfile.TemporaryDirectory() as folder:
        own = Path(folder, "map.json")
        own.write_bytes(write_json(token_map))
        result = run_program("map", "convert", own, "--output", fspath(path), *options)
    note = f"cmc: note: {chosen}: "
    return [line.removeprefix(note) for line in result.stderr.splitlines() if line.startswith(note)]


def _known(format: str | None) -> None:
    if format is not None and format not in FORMATS:
        raise MapError(f"there is no format {format!r}", hint="one of " + ", ".join(FORMATS))

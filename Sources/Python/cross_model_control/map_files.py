"""Files of maps: which format a path has, and who reads and writes it."""

from __future__ import annotations

import tempfile
from os import PathLike
from pathlib import Path

from .arguments import flag, place_of
from .errors import MapError
from .map_arrays import looks_like_safetensors, read_npy, read_safetensors
from .map_checks import check_columns, check_figures
from .map_json import read_json, write_json
from .program import run_program
from .token_map import TokenMap
from .whole_files import write_whole

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

FILLS = ("error", "nearest", "unk")
"""What an entry without a target becomes where a format cannot say so."""
FILLED = ("tokenkit", "dskd", "tokalign", "fusellm")
"""The formats that cannot say so."""

_ENDINGS = {".json": "json", ".npy": "npy", ".safetensors": "safetensors", ".tsv": "pairs"}
_Path = str | PathLike[str]


def load(path: _Path, format: str | None, source: _Path | None, target: _Path | None) -> TokenMap:
    """Read a map; see `TokenMap.load`."""
    _known(format)
    name = place_of(path, "path", MapError)
    source, target = _tokenizers(source, target)
    if Path(name).is_file() and source is None and target is None and format in (None, "json", "npy", "safetensors"):
        try:
            data = Path(name).read_bytes()
        except OSError as error:
            raise MapError(f"cannot be read: {error}", where=name) from None
        found = _told(data)
        if format is not None and found is not None and found != format:
            raise MapError(f"is of the format {found}, not {format}", where=name, hint="leave out format=")
        # Any other object or list is the program's to tell.
        reader = {"json": read_json, "npy": read_npy, "safetensors": read_safetensors}.get(found or format or "")
        if reader is not None:
            return reader(data, name)
    options: list[str] = []
    for option, value in (("--from", format), ("--source", source), ("--target", target)):
        if value is not None:
            options += [option, value]
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
    path = place_of(path, "path", MapError)
    source, target = _tokenizers(source, target)
    flag(pieces, "pieces", MapError)
    if fill not in FILLS:
        raise MapError(f"there is no {fill!r}", where="fill", hint="one of " + ", ".join(FILLS))
    chosen = format or _ENDINGS.get(Path(path).suffix)
    if chosen is None:
        raise MapError("the path does not tell the format", where=path, hint="give format='npy', for instance")
    if fill != "error" and chosen not in FILLED:
        raise MapError(f"is for formats that cannot say 'unmatched': {chosen} can", where="fill", hint="leave it out")
    # A map that was made by hand may say what its readers would refuse.
    for side, name, rows in ((token_map.source, "source.", len(token_map)), (token_map.target, "target.", None)):
        check_figures(side, name, rows, path)
    check_columns(token_map, "method", path)
    if chosen == "json" and source is None and target is None:
        try:
            # The program makes the folders of its outputs too.
            Path(path).parent.mkdir(parents=True, exist_ok=True)
            write_whole(Path(path), write_json(token_map, pieces=pieces))
        except OSError as error:
            raise MapError(f"cannot be written: {error}", where=path) from None
        return []
    options = ["--format", chosen, "--force"]
    if fill != "error":
        options += ["--fill", fill]
    if chosen == "json" and not pieces:
        options.append("--no-pieces")
    for option, value in (("--source", source), ("--target", target)):
        if value is not None:
            options += [option, value]
    with tempfile.TemporaryDirectory() as folder:
        own = Path(folder, "map.json")
        own.write_bytes(write_json(token_map))
        result = run_program("map", "convert", own, "--output", path, *options)
    note = f"cmc: note: {chosen}: "
    return [line.removeprefix(note) for line in result.stderr.splitlines() if line.startswith(note)]


def _tokenizers(source: _Path | None, target: _Path | None) -> tuple[str | None, str | None]:
    """Give the paths of tokenizers, those that are given."""
    return (
        None if source is None else place_of(source, "source", MapError),
        None if target is None else place_of(target, "target", MapError),
    )


def _told(data: bytes) -> str | None:
    """Give the format that content tells by itself; of the program's formats none does."""
    if data.startswith(b"\x93NUMPY"):
        return "npy"
    if looks_like_safetensors(data):
        return "safetensors"
    # Behind a byte order mark there may be an object too.
    begins = data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{"
    return "json" if begins and b'"version"' in data[:200] else None


def _known(format: str | None) -> None:
    if format is not None and format not in FORMATS:
        raise MapError(f"there is no format {format!r}", hint="one of " + ", ".join(FORMATS))

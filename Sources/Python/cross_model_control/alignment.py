"""Two tokenizers aligned by the program."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from os import PathLike
from pathlib import Path

from .arguments import flag, listed, place_of, text_of
from .map_json import read_json
from .program import run_program
from .token_map import TokenMap

_Path = str | PathLike[str]


def align(
    source: _Path,
    target: _Path,
    *,
    method: str = "pm-mined",
    fallback: str | None = None,
    overrides: _Path | Sequence[_Path] = (),
    default_overrides: bool = True,
) -> TokenMap:
    """Align two tokenizers: for each token of the one, what it is in the other.

    Args:
        source: The user model's tokenizer: a file of any format that `cmc` reads, a model's folder, or a Hugging Face id in
            the local cache.
        target: The delta model's tokenizer.
        method: pm-mined, exact, mined, retokenize or first-piece.
        fallback: A second method for tokens that the first leaves unmatched.
        overrides: Override files; later ones win.
        default_overrides: Whether the override files that come with the program take part.

    Raises:
        ControlError: An argument is of another kind.
        ProgramError: A tokenizer or an override file cannot be read, or a method is unknown; the message is the program's.
    """
    source, target = place_of(source, "source"), place_of(target, "target")
    options = ["--method", text_of(method, "method")]
    if fallback is not None:
        options += ["--fallback", text_of(fallback, "fallback")]
    files = [overrides] if isinstance(overrides, (str, PathLike)) else listed(overrides, "overrides", "paths")
    for place, file in enumerate(files):
        options += ["--overrides", place_of(file, f"overrides[{place}]")]
    if not flag(default_overrides, "default_overrides"):
        options.append("--no-default-overrides")
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder, "map.json")
        run_program("align", source, target, "--output", output, "--quiet", *options)
        return read_json(output.read_bytes(), "cmc align")

"""The JSON of maps, read as strictly as the program reads it, and how messages quote it."""

from __future__ import annotations

import json
from typing import Any

from .errors import MapError


def json_of(data: bytes, where: str) -> Any:
    """Give what a JSON text says.

    Raises:
        MapError: A member stands there twice; the message names its path.
        ValueError: It is not JSON, or not in UTF-8.
    """
    doubled: list[tuple[dict[str, Any], str]] = []

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        result = dict(pairs)
        if len(result) < len(pairs):
            names = [name for name, _ in pairs]
            doubled.append((result, next(name for name in names if names.count(name) > 1)))
        return result

    text = data.decode("utf-8-sig")
    root = json.loads(text, parse_constant=_refuse_constant, object_pairs_hook=once)
    # Half of a surrogate pair is no character, and could not be written again.
    if "\\ud" in text or "\\uD" in text:
        json.dumps(root, ensure_ascii=False).encode()
    if doubled:
        # Objects end after what they hold: nothing around the last one dropped it.
        wanted, name = doubled[-1]
        raise MapError(f"{joined(_path(root, wanted), name)}: stands there twice", where=where, hint="keep one of the two")
    return root


def one_line(text: str, limit: int = 100) -> str:
    """Give a file's text as messages quote it: in one line, and not endless."""
    line = "".join(character if character.isprintable() else repr(character)[1:-1] for character in text[:limit])
    return line + "…" if len(text) > limit else line


def joined(path: str, name: str) -> str:
    """Give the path of a member as messages name it."""
    return one_line(f"{path}.{name}" if path else name)


def _path(root: Any, wanted: object) -> str:
    """Give the path of an object that a value holds."""
    waiting = [(root, "")]
    while waiting:
        value, path = waiting.pop()
        if value is wanted:
            return path
        if isinstance(value, dict):
            waiting += [(inner, f"{path}.{name}" if path else name) for name, inner in value.items()]
        elif isinstance(value, list):
            waiting += [(inner, f"{path}[{at}]") for at, inner in enumerate(value) if isinstance(inner, (dict, list))]
    return ""


def _refuse_constant(text: str) -> Any:
    raise ValueError(f"{text} is no number of JSON")

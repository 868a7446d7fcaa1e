"""What callers hand over, looked at before anything is done with it, so that nothing is taken for what it is not."""

from __future__ import annotations

import numbers
import os
from collections.abc import Iterable, Mapping
from typing import Any

from .errors import ControlError, CrossModelControlError


def listed(value: Any, where: str, what: str, error: type[CrossModelControlError] = ControlError) -> list[Any]:
    """Give a list's items; a text is no list of its letters, and an array none of its rows.

    Args:
        value: What was handed over.
        where: The argument's name.
        what: What a list of is wanted, for messages.
        error: What is raised.

    Raises:
        CrossModelControlError: It is no list.
    """
    if isinstance(value, (str, bytes, Mapping)) or not isinstance(value, Iterable):
        raise error(f"a list of {what} expected, found {shown(value)}", where=where, hint="put a single one into a list")
    if hasattr(value, "ndim"):
        # Rows of an array have one length, so that padding could not be told from tokens.
        raise error(
            f"a list of {what} expected, found {shown(value)}",
            where=where,
            hint="give a list, with tokens as lists without padding",
        )
    return list(value)


def texts(value: Any, where: str, error: type[CrossModelControlError] = ControlError) -> list[str]:
    """Give a list of texts.

    Raises:
        CrossModelControlError: It is no list, or one of its items no text.
    """
    result = listed(value, where, "texts", error)
    for place, text in enumerate(result):
        text_of(text, f"{where}[{place}]", error)
    return result


def text_of(value: Any, where: str, error: type[CrossModelControlError] = ControlError) -> str:
    """Give a text that can be written as UTF-8.

    Raises:
        CrossModelControlError: It is none, or has half of a surrogate pair, which stands for no character.
    """
    if not isinstance(value, str):
        raise error(f"a text expected, found {shown(value)}", where=where)
    try:
        value.encode()
    except UnicodeEncodeError as error_found:
        raise error(
            f"character {error_found.start} is half of a surrogate pair, U+{ord(value[error_found.start]):04X}",
            where=where,
            hint="read the text as UTF-8, or replace what is broken in it",
        ) from None
    return value


def place_of(value: Any, where: str, error: type[CrossModelControlError] = ControlError) -> str:
    """Give a path, or a Hugging Face id, as text.

    Raises:
        CrossModelControlError: It is neither.
    """
    if not isinstance(value, (str, os.PathLike)) or not isinstance(os.fspath(value), str):
        raise error(f"a path expected, found {shown(value)}", where=where)
    return os.fspath(value)


def flag(value: Any, where: str, error: type[CrossModelControlError] = ControlError) -> bool:
    """Give what is true or false; a text such as "no" would count as true.

    Raises:
        CrossModelControlError: It is neither.
    """
    if not isinstance(value, bool):
        raise error(f"True or False expected, found {shown(value)}", where=where)
    return value


def tokens(value: Any, where: str, width: int | None = None) -> list[int]:
    """Give the tokens of one text.

    Args:
        value: A list, or an array or tensor of one dimension.
        where: How messages name it.
        width: How many logits the model gives whose tokens they are.

    Raises:
        ControlError: It is no list of whole numbers, or one of them no token.
    """
    return _tokens(value, where, width, "a text, a list of tokens, or a list of messages")


def listed_tokens(value: Any, where: str, width: int | None = None) -> list[int]:
    """Give tokens where nothing but tokens can stand; sets are taken too.

    Raises:
        ControlError: It is no list of whole numbers, or one of them no token.
    """
    return _tokens(value, where, width, "a list of tokens")


def _tokens(value: Any, where: str, width: int | None, what: str) -> list[int]:
    if getattr(value, "ndim", None) == 1:
        value = value.tolist()
    if isinstance(value, (str, bytes, Mapping)) or hasattr(value, "ndim") or not isinstance(value, Iterable):
        raise ControlError(f"{what} expected, found {shown(value)}", where=where)
    result = []
    for place, token in enumerate(value):
        if isinstance(token, bool) or not isinstance(token, numbers.Integral):
            raise ControlError(f"a token expected, found {shown(token)}", where=f"{where}, place {place}")
        result.append(int(token))
    check_tokens(result, where, width)
    return result


def check_tokens(ids: list[int], where: str, width: int | None) -> None:
    """Refuse tokens that a model does not have.

    Raises:
        ControlError: One of them is below 0 or beyond the logits.
    """
    for place, token in enumerate(ids):
        if token < 0 or (width is not None and token >= width):
            bound = "" if width is None else f"; the model has 0…{width - 1}"
            raise ControlError(f"there is no token {token}", where=f"{where}, place {place}", hint=bound.removeprefix("; "))


def whole(value: Any, where: str, least: int, error: type[CrossModelControlError] = ControlError, most: int | None = None) -> int:
    """Give a whole number that is neither too small nor too large.

    Raises:
        CrossModelControlError: It is none.
    """
    fits = isinstance(value, numbers.Integral) and not isinstance(value, bool)
    if not fits or int(value) < least or (most is not None and int(value) > most):
        bound = f"of {least} or more" if most is None else f"from {least} to {most}"
        raise error(f"must be a whole number {bound}, not {value!r}", where=where)
    return int(value)


def shown(value: Any) -> str:
    """Give a value as messages show it: a number or a short text as it is, anything else by its type."""
    shape = getattr(value, "shape", None)
    if shape:
        return f"{type(value).__name__} of the shape {tuple(shape)}"
    if value is None or isinstance(value, (str, bytes, numbers.Number)):
        text = repr(value)
        return text if len(text) <= 60 else text[:57] + "…"
    return type(value).__name__

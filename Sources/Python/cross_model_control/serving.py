"""What steering in an engine is set up with, by the environment, and what a request may ask for."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .errors import ControlError
from .scores import check_factor, check_mode

VARIABLE = "CMC_VLLM"
_FIELDS = {"deltas", "alpha", "mode", "unmatched", "tokenizer", "dtype"}
_EXAMPLE = 'for instance {"deltas": {"small": {"model": "path", "maps": {"mined": "map.json"}}}, "alpha": 1}'
_ARGUMENTS = {"cmc_alpha", "cmc_delta", "cmc_map", "cmc_prompt"}


@dataclass(frozen=True)
class Delta:
    """A delta model that is served.

    Attributes:
        model: Its place.
        maps: The files of its maps by name; the first is taken where a request names none, and one is made where there is none.
    """

    model: str
    maps: Mapping[str, str]

    @classmethod
    def of(cls, name: str, value: Any) -> Delta:
        """Read a delta model's settings: its place, or an object with its maps too."""
        entry = {"model": value} if isinstance(value, str) else value
        fits = isinstance(entry, dict) and isinstance(entry.get("model"), str) and not set(entry) - {"model", "maps"}
        maps = entry.get("maps", {}) if fits else None
        if not isinstance(maps, dict) or not all(isinstance(path, str) for path in maps.values()):
            raise ControlError("is neither a path nor an object of model and maps", where=f"{VARIABLE}, {name}", hint=_EXAMPLE)
        return cls(entry["model"], maps)


@dataclass(frozen=True)
class Settings:
    """Delta models and maps by name, and what holds where a request says nothing.

    Attributes:
        deltas: The delta models by name; the first is taken where a request names none.
        alpha: The factor.
        mode: add, normalize or base-normalize.
        unmatched: zero, mean, min or mask.
        tokenizer: The user model's tokenizer; the engine's where empty.
        dtype: What delta models are computed in.
    """

    deltas: Mapping[str, Delta]
    alpha: float = 1.0
    mode: str = "base-normalize"
    unmatched: str = "zero"
    tokenizer: str = ""
    dtype: str = "float32"

    @classmethod
    def read(cls) -> Settings | None:
        """Give what the environment's CMC_VLLM says, a JSON object or a file with one; None where it is not set.

        Raises:
            ControlError: It is no such object; the message names the place.
        """
        text = os.environ.get(VARIABLE, "")
        if not text:
            return None
        try:
            value = json.loads(text if text.lstrip().startswith("{") else Path(text).read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise ControlError(f"is neither a JSON object nor a file with one: {error}", where=VARIABLE) from None
        if not isinstance(value, dict) or not isinstance(value.get("deltas"), dict) or not value["deltas"]:
            raise ControlError("has no deltas", where=VARIABLE, hint=_EXAMPLE)
        if set(value) - _FIELDS:
            raise ControlError("has unknown members: " + ", ".join(sorted(set(value) - _FIELDS)), where=VARIABLE, hint=_EXAMPLE)
        result = cls(**{**value, "deltas": {name: Delta.of(name, entry) for name, entry in value["deltas"].items()}})
        check_factor(result.alpha, f"{VARIABLE}, alpha")
        check_mode(result.mode, result.unmatched)
        return result


@dataclass(frozen=True)
class Request:
    """What a request asks for.

    Attributes:
        alpha: The factor; 0 for no steering at all.
        delta: The name of the delta model.
        map: The name of the map; None for the one that was made.
        prompt: What the delta model reads first; None for the text of the user's prompt.
    """

    alpha: float
    delta: str
    map: str | None
    prompt: str | None

    @classmethod
    def parse(cls, arguments: Mapping[str, Any] | None, settings: Settings | None) -> Request | None:
        """Give what a request's extra arguments say; None where it is not to be steered.

        Raises:
            ControlError: An argument that there is not, or a value that cannot be.
        """
        given = {name: value for name, value in (arguments or {}).items() if name.startswith("cmc_")}
        for name in given:
            if name not in _ARGUMENTS:
                raise ControlError("there is no such argument", where=name, hint="one of " + ", ".join(sorted(_ARGUMENTS)))
        if settings is None:
            if given:
                raise ControlError(
                    "no delta model is served", where=next(iter(given)), hint=f"start the engine with {VARIABLE} set"
                )
            return None
        alpha = check_factor(given.get("cmc_alpha", settings.alpha), "cmc_alpha")
        delta = cls._named(given, "cmc_delta", settings.deltas) or next(iter(settings.deltas))
        maps = settings.deltas[delta].maps
        chosen = cls._named(given, "cmc_map", maps) or next(iter(maps), None)
        prompt = given.get("cmc_prompt")
        if prompt is not None and not isinstance(prompt, str):
            raise ControlError(f"must be a text, not {prompt!r}", where="cmc_prompt")
        return cls(alpha, delta, chosen, prompt) if alpha else None

    @staticmethod
    def _named(given: Mapping[str, Any], argument: str, known: Mapping[str, Any]) -> str | None:
        name = given.get(argument)
        if name is None:
            return None
        if not isinstance(name, str) or name not in known:
            raise ControlError(f"there is none named {name!r}", where=argument, hint="one of " + ", ".join(known))
        return name

"""Cross-model control: let a small language model steer a large one that has another vocabulary.

Maps and alignment need NumPy alone. What runs models (`DeltaModel`, `ControlledLogits`, `steer`, `capture`) is loaded when it is
first asked for, and needs the extra `transformers`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .alignment import align
from .errors import (
    CaptureError,
    ControlError,
    CrossModelControlError,
    MapError,
    ModelError,
    ProgramError,
    TokenizerError,
)
from .token_map import Targets, TokenMap

if TYPE_CHECKING:
    from .capturing import capture
    from .delta import DeltaModel
    from .processor import ControlledLogits
    from .scoring import Score
    from .steering import SteeredModel, steer
    from .terms import Term

__version__ = "0.2.0"

__all__ = [
    "CaptureError",
    "ControlError",
    "ControlledLogits",
    "CrossModelControlError",
    "DeltaModel",
    "MapError",
    "ModelError",
    "ProgramError",
    "Score",
    "SteeredModel",
    "Targets",
    "Term",
    "TokenMap",
    "TokenizerError",
    "align",
    "capture",
    "steer",
]

_LATER = {
    "ControlledLogits": "processor",
    "DeltaModel": "delta",
    "Score": "scoring",
    "SteeredModel": "steering",
    "Term": "terms",
    "capture": "capturing",
    "steer": "steering",
}


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        return getattr(import_module(f".{_LATER[name]}", __name__), name)
    except ModuleNotFoundError as error:
        if error.name not in ("torch", "transformers", "tokenizers"):
            raise
        raise CrossModelControlError(f"{name} needs {error.name}", hint="pip install 'cross-model-control[transformers]'") from None


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})

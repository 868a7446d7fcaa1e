"""What a model's configuration says of its attention: the kinds of layers, their window, and how far positions hold."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from .errors import ControlError, ModelError

_KNOWN_LAYERS = {"full_attention", "sliding_attention"}
_HINT = "a delta model is a decoder with full or sliding attention"

_WINDOWS = re.compile(r"window|local_att|attention_chunk|index_local")
# Other words for the one window, what decides which layers have it, and nothing of it where `sliding_window` is None.
_HARMLESS = {
    "sliding_window",
    "use_sliding_window",
    "max_window_layers",
    "sliding_window_pattern",
    "_sliding_window_pattern",
    "prefix_dense_sliding_window_pattern",
    "local_attention",
}


@dataclass(frozen=True)
class Attention:
    """What the layers of a model see.

    Attributes:
        kinds: The kinds of its layers, where the configuration names them.
        window: How many positions a layer with a window sees, itself included; None where every layer sees all.
    """

    kinds: frozenset[str]
    window: int | None

    @classmethod
    def of(cls, config: Any, name: str) -> Attention:
        """Read a configuration; that the model does what it says is for a trial to show.

        Args:
            config: The configuration of the model that writes text.
            name: How messages name the model.

        Raises:
            ModelError: There are layers of another kind, or a window of the model's own making.
        """
        kinds = frozenset(getattr(config, "layer_types", None) or ())
        if getattr(config, "is_encoder_decoder", False) or kinds - _KNOWN_LAYERS:
            raise ModelError(f"has layers of the kinds {sorted(kinds)}", where=name, hint=_HINT)
        listed = getattr(config, "attention_layers", None)
        if "local" in (listed or ()):
            # GPT-Neo's masks go by the longest row of a pass, whatever the mask that is given.
            raise ModelError(f"has layers of the kind 'local' ({config.model_type})", where=name, hint=_HINT)
        for key, value in config.to_dict().items() if listed is None else ():
            if _WINDOWS.search(key) and key not in _HARMLESS and isinstance(value, int) and value:
                raise ModelError(f"has a window of its own kind, {key} {value} ({config.model_type})", where=name, hint=_HINT)
        window: int | None = getattr(config, "sliding_window", None) or None
        limit = context_length(config)
        if kinds == {"full_attention"} or (window is not None and limit is not None and window >= limit):
            window = None
        return cls(kinds, window)


@contextlib.contextmanager
def window_of(model: Any, window: int) -> Iterator[None]:
    """Let a model have another window for a while, so that a short row is beyond it.

    Args:
        model: A model that makes its masks by its configuration, as all but refused ones do.
        window: How many positions are seen.
    """
    found: dict[int, tuple[Any, Any]] = {}
    for module in model.modules():
        config = getattr(module, "config", None)
        if config is not None and getattr(config, "sliding_window", None):
            found[id(config)] = (config, config.sliding_window)
    try:
        for config, _ in found.values():
            config.sliding_window = window
        yield
    finally:
        for config, before in found.values():
            config.sliding_window = before


@dataclass(frozen=True)
class Context:
    """How many positions a pass of several rows may have.

    Attributes:
        length: The number; None where there is no bound.
        reason: Why it is not the model's whole context; empty where it is.
    """

    length: int | None
    reason: str = ""

    @classmethod
    def of(cls, config: Any) -> Context:
        """Read a configuration.

        Some kinds of rope choose their factors by the longest row of a pass once that is longer than what the model was first
        trained on, so that a row would be computed otherwise beside a longer one: that length is the bound then.
        """
        length = context_length(config)
        ropes = [(original, kind) for kind, original in changing_ropes(config) if original is not None]
        if ropes and (length is None or min(ropes)[0] < length):
            length, kind = min(ropes)
            return cls(length, f"up to which its rope of the type {kind} does not depend on the other rows of a pass")
        return cls(length)

    def check(self, count: int, where: str) -> None:
        """Refuse a row that is too long.

        Raises:
            ControlError: More positions are needed than there are.
        """
        if self.length is not None and count > self.length:
            reason = f", {self.reason}" if self.reason else ""
            raise ControlError(
                f"{count} positions are needed, the context has {self.length}{reason}",
                where=where,
                hint="give shorter prompts, or ask for fewer tokens",
            )


def context_length(config: Any) -> int | None:
    """Give how many positions a model has: MPT alone calls it otherwise. None where it has no bound."""
    length: int | None = getattr(config, "max_position_embeddings", None) or getattr(config, "max_seq_len", None)
    return length


def changing_ropes(config: Any) -> Iterator[tuple[str, int | None]]:
    """Give the types of rope that change with the length of a pass, and the length from which on they do."""
    rope = getattr(config, "rope_parameters", None) or getattr(config, "rope_scaling", None) or {}
    for entry in [rope, *(value for value in rope.values() if isinstance(value, dict))]:
        kind = str(entry.get("rope_type", entry.get("type", "")))
        if kind == "longrope" or "dynamic" in kind:
            original = entry.get("original_max_position_embeddings", getattr(config, "original_max_position_embeddings", None))
            yield kind, original

"""Texts of user models whose rope changes with the length of a pass: what transformers' `generate` cannot get right is refused."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from typing import Any

from .attention import changing_ropes, context_length
from .errors import ControlError

_DEFAULT_NEW = 20


def check_lengths(model: Any, lengths: Sequence[int], options: dict[str, Any]) -> None:
    """Refuse a generation in which a rope would change on the way, or by another row.

    A pass takes the factors that belong to its longest row, and keys that are kept stay turned as they were. So a batch is right
    where it stays within the length that the model was first trained on, and with longrope where every prompt is longer already.
    Phi-3's class reads a text anew when it gets there, which serves rows of one length.

    Args:
        model: The user model.
        lengths: How many tokens each prompt has.
        options: Those of `generate`.

    Raises:
        ControlError: Rows would get other tokens than each by itself, or than a model that reads each text anew.
    """
    config = model.config.get_text_config()
    needed = max(lengths) + _most_new(model, max(lengths), options) - 1
    for kind, stated in changing_ropes(config):
        original = stated if stated is not None else context_length(config)
        if original is None or needed <= original:
            continue
        is_long = kind == "longrope" and min(lengths) > original
        if is_long or (kind == "longrope" and len(set(lengths)) == 1 and _reads_anew(model, original)):
            continue
        ways = "in which every prompt is longer, or every text stays within it" if kind == "longrope" else "that stay within it"
        raise ControlError(
            f"{needed} positions are needed, and beyond {original} the rope of the type {kind} changes for the whole batch; "
            f"prompts have {min(lengths)} to {max(lengths)} tokens",
            where="generate",
            hint=f"ask for fewer tokens, by max_new_tokens, or for batches {ways}",
        )


def _most_new(model: Any, widest: int, options: dict[str, Any]) -> int:
    """Give how many tokens `generate` writes at most."""
    said = [options.get("generation_config"), getattr(model, "generation_config", None)]

    def value(name: str) -> int | None:
        values = [options.get(name), *(getattr(config, name, None) for config in said)]
        return next((int(each) for each in values if each is not None), None)

    new, length = value("max_new_tokens"), value("max_length")
    return new if new is not None else max(0, length - widest) if length is not None else _DEFAULT_NEW


def _reads_anew(model: Any, original: int) -> bool:
    """Whether a class lets go of its keys where a text becomes longer than what the model was first trained on."""
    name = "original_max_position_embeddings"
    if getattr(model.config, name, None) != original:
        return False
    try:
        return f"self.config.{name} + 1" in inspect.getsource(type(model).prepare_inputs_for_generation)
    except (OSError, TypeError):
        return False

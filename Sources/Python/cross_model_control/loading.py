"""Models and tokenizers that are given by their place; what transformers says of a failure, said by this package."""

from __future__ import annotations

import json
from os import PathLike, fspath
from pathlib import Path
from typing import Any

from .errors import ModelError


def load_model(place: str | PathLike[str], **options: Any) -> Any:
    """Load a causal model from its folder, or by a Hugging Face id.

    Args:
        place: The folder or the id.
        options: What `from_pretrained` takes.

    Raises:
        ModelError: transformers cannot load it; the message is its own.
    """
    from transformers import AutoModelForCausalLM

    try:
        return AutoModelForCausalLM.from_pretrained(fspath(place), **options)
    except Exception as error:
        raise ModelError(f"cannot be loaded: {error}", where=fspath(place)) from error


def moved(model: Any, device: Any, where: str) -> Any:
    """Give a model on a device; as it is where none is named.

    Raises:
        ModelError: There is no such device, or no room on it.
    """
    if device is None:
        return model
    try:
        return model.to(device)
    except (RuntimeError, TypeError, AssertionError) as error:
        raise ModelError(f"cannot be moved to the device {device!r}: {error}", where=where) from error


def load_tokenizer(place: str | PathLike[str]) -> Any:
    """Load a tokenizer from a model's folder, or by a Hugging Face id.

    Raises:
        ModelError: transformers cannot load it; the message is its own.
    """
    from transformers import AutoTokenizer

    try:
        return AutoTokenizer.from_pretrained(fspath(place))
    except Exception as error:
        raise ModelError(f"has no tokenizer beside it: {error}", where=fspath(place), hint="give tokenizer=") from error


def logits_width(model: Any, where: str) -> int:
    """Give how many logits a causal model gives.

    Raises:
        ModelError: It is no causal model of transformers, or does not say.
    """
    try:
        head, config = model.get_output_embeddings(), model.config.get_text_config()
    except AttributeError:
        raise ModelError(f"is a {type(model).__name__}, no causal model of transformers", where=where) from None
    if head is not None and hasattr(head, "weight"):
        return int(head.weight.shape[0])
    if hasattr(config, "vocab_size"):
        return int(config.vocab_size)
    raise ModelError("does not say how many logits it gives", where=where)


def check_tokenizer(tokenizer: Any, width: int, where: str = "") -> None:
    """Refuse a tokenizer that has more tokens than its model has logits.

    Args:
        tokenizer: The tokenizer.
        width: How many logits the model gives.
        where: How messages name the model.

    Raises:
        ModelError: A token of the tokenizer's own has no logit; those that files beside it add may have none.
    """
    ids = tokenizer.get_vocab().values()
    if max(ids, default=-1) < width:
        return
    place = str(getattr(tokenizer, "name_or_path", "") or "")
    last = max(_own_ids(place) or ids)
    if last >= width:
        raise ModelError(
            f"the tokenizer of {Path(place).name or type(tokenizer).__name__} has token {last}, but the model gives {width} logits",
            where=where,
            hint="are tokenizer and weights of the same model?",
        )


def _own_ids(place: str) -> list[int]:
    """Give the ids that a folder's tokenizer.json has itself; none where there is no such file."""
    if not place:
        return []
    try:
        parts = json.loads(Path(place, "tokenizer.json").read_text(encoding="utf-8"))
        vocabulary = parts["model"]["vocab"]
        own = list(vocabulary.values()) if isinstance(vocabulary, dict) else list(range(len(vocabulary)))
        return [*own, *(token["id"] for token in parts.get("added_tokens") or ())]
    except (OSError, ValueError, KeyError, TypeError):
        return []

"""Models and tokenizers that are given by their place; what transformers says of a failure, said by this package."""

from __future__ import annotations

from os import PathLike, fspath
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

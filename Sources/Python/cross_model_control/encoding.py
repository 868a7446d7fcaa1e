"""A delta model's tokenizer as histories need it: prompts with its own beginning, text that goes on without one."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from .arguments import text_of, tokens
from .errors import TokenizerError

Message = Mapping[str, str]
"""A turn of a conversation: `role` and `content`."""


def is_conversation(prompt: Any) -> bool:
    """Whether a prompt is the messages of a conversation."""
    return isinstance(prompt, (list, tuple)) and bool(prompt) and isinstance(prompt[0], Mapping)


class Encoder:
    """Encodes for a model with the fast tokenizer of transformers that belongs to it."""

    def __init__(self, tokenizer: Any) -> None:
        """Prepare a tokenizer.

        Args:
            tokenizer: A `PreTrainedTokenizerFast`, or any tokenizer of transformers with a `backend_tokenizer`.

        Raises:
            TokenizerError: It has none.
        """
        backend = getattr(tokenizer, "backend_tokenizer", None)
        if backend is None:
            raise TokenizerError(
                "is not a fast tokenizer",
                where=type(tokenizer).__name__,
                hint="save it with a tokenizer.json, and load that",
            )
        self.tokenizer = tokenizer
        self._inside = _continuing(backend.to_str())
        self._prefix = self._beginning()

    def continuation(self, text: str) -> list[int]:
        """Give the tokens of a text that goes on inside a text; special tokens that it spells are text."""
        ids: list[int] = self._inside.encode(text, add_special_tokens=False).ids
        return ids

    def prompt(self, prompt: str | Sequence[int] | Sequence[Message], where: str = "prompt") -> list[int]:
        """Give the tokens of a prompt.

        Args:
            prompt: A text, with its template around it; the tokens themselves; or the messages of a conversation, which go
                through the tokenizer's own chat template.
            where: How messages name it.

        Raises:
            ControlError: It is neither of these, or has what is no character.
            TokenizerError: The tokenizer has no template for the messages.
        """
        if isinstance(prompt, str):
            text_of(prompt, where)
            ids: list[int] = self.tokenizer(prompt, add_special_tokens=False)["input_ids"]
        elif is_conversation(prompt):
            try:
                text = self.tokenizer.apply_chat_template(list(prompt), tokenize=False, add_generation_prompt=True)
            except Exception as error:
                raise TokenizerError(f"the messages cannot be written by its chat template: {error}", where=where) from error
            return self.prompt(text, where)
        else:
            return tokens(prompt, where)
        # A template that writes the beginning itself gets no second one.
        return ids if self._prefix and ids[: len(self._prefix)] == self._prefix else self._prefix + ids

    def _beginning(self) -> list[int]:
        """Give the tokens that the tokenizer puts before a text, those behind it left out."""
        whole: list[int] = self.tokenizer("a")["input_ids"]
        bare: list[int] = self.tokenizer("a", add_special_tokens=False)["input_ids"]
        for start in range(len(whole) - len(bare) + 1):
            if whole[start : start + len(bare)] == bare:
                return whole[:start]
        return []


def _continuing(description: str) -> Any:
    """Give the same tokenizer without the steps that put something before a text."""
    from tokenizers import Tokenizer

    parts = json.loads(description)
    parts["normalizer"] = _without_beginning(parts.get("normalizer"), "normalizers")
    parts["pre_tokenizer"] = _without_beginning(parts.get("pre_tokenizer"), "pretokenizers")
    parts["truncation"] = parts["padding"] = None
    result = Tokenizer.from_str(json.dumps(parts))
    result.encode_special_tokens = True
    return result


def _without_beginning(step: Any, several: str) -> Any:
    if not isinstance(step, dict):
        return step
    kind = step.get("type")
    if kind == "Sequence":
        steps = [_without_beginning(part, several) for part in step[several]]
        return {**step, several: [part for part in steps if part is not None]}
    if kind == "Prepend":
        return None
    if kind == "Metaspace":
        return {**step, "prepend_scheme": "never"}
    if kind == "ByteLevel" and "add_prefix_space" in step:
        return {**step, "add_prefix_space": False}
    return step

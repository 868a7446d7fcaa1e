"""A delta model: a small causal model with its tokenizer, whose logits follow texts that another model writes."""

from __future__ import annotations

from collections.abc import Sequence
from os import PathLike
from typing import Any

import torch

from .arguments import check_tokens, place_of
from .encoding import Encoder, Message
from .errors import ModelError
from .history import History, Translation
from .loading import check_tokenizer, load_model, load_tokenizer, logits_width, moved
from .passes import ForwardPass
from .rows import DeltaBatch


class DeltaModel:
    """A delta model, or an expert with its anti-expert, of transformers.

    Attributes:
        name: How messages name it.
        model: The model of transformers; of two the expert.
        tokenizer: Its tokenizer.
        encoder: The same as histories need it.
        width: How many logits it gives.
        has_anti_expert: Whether its logits are the difference of two models'.
    """

    def __init__(self, model: Any, tokenizer: Any, *, anti_expert: Any = None, name: str = "") -> None:
        """Take loaded models.

        Args:
            model: A causal model of transformers.
            tokenizer: Its fast tokenizer.
            anti_expert: A model of the same vocabulary, whose logits are subtracted.
            name: How messages name it; the model's own name where left out.

        Raises:
            ModelError: A model is of a kind that cannot follow a text that is encoded anew, or the two differ in width.
            TokenizerError: The tokenizer is not a fast one.
        """
        for given in [model] if anti_expert is None else [model, anti_expert]:
            logits_width(given, name or type(given).__name__)
        self.name = name or str(getattr(model, "name_or_path", "")) or type(model).__name__
        self.model, self.tokenizer, self.encoder = model, tokenizer, Encoder(tokenizer)
        self._passes = [ForwardPass(model.eval(), self.name)]
        if anti_expert is not None:
            anti_name = str(getattr(anti_expert, "name_or_path", "")) or "the anti-expert"
            self._passes.append(ForwardPass(anti_expert.eval(), anti_name))
        widths = {each.width for each in self._passes}
        if len(widths) > 1:
            raise ModelError(
                f"gives {self._passes[0].width} logits, its anti-expert {self._passes[1].width}",
                where=self.name,
                hint="both must share a vocabulary",
            )
        self.width = widths.pop()
        check_tokenizer(tokenizer, self.width, self.name)

    @classmethod
    def load(
        cls,
        path: str | PathLike[str],
        *,
        anti_expert: str | PathLike[str] | None = None,
        dtype: torch.dtype | str = torch.float32,
        device: torch.device | str | None = None,
    ) -> DeltaModel:
        """Load a model's folder, or a Hugging Face id.

        Args:
            path: Weights, configuration and tokenizer.
            anti_expert: The same for a model whose logits are subtracted; its tokenizer is not read.
            dtype: What it is computed in.
            device: Where it is computed.

        Raises:
            ModelError: transformers cannot load it, in whose words it is said, or there is no such device.
        """
        path = place_of(path, "path", ModelError)

        def model(place: str) -> Any:
            # transformers takes SDPA by itself where a class has it, and what the class has where not.
            return moved(load_model(place, dtype=dtype), device, place)

        expert = model(path)
        return cls(
            expert,
            load_tokenizer(path),
            anti_expert=None if anti_expert is None else model(place_of(anti_expert, "anti_expert", ModelError)),
            name=path,
        )

    @property
    def has_anti_expert(self) -> bool:
        """Whether its logits are the difference of two models'."""
        return len(self._passes) > 1

    def batch(self) -> DeltaBatch:
        """Begin a batch, without rows yet."""
        return DeltaBatch(self._passes)

    def history(self, prompt: str | Sequence[int] | Sequence[Message], translation: Translation | None) -> History:
        """Begin the history of a text.

        Args:
            prompt: What the model reads first: a text, tokens, or the messages of a conversation.
            translation: How the user's tokens become this model's; None where both share a vocabulary.

        Raises:
            ModelError: The prompt has no tokens.
            ControlError: It is neither of these, or has tokens that the model does not have.
        """
        ids = self.encoder.prompt(prompt, f"{self.name}, prompt")
        check_tokens(ids, f"{self.name}, prompt", self.width)
        if not ids:
            raise ModelError(
                "the prompt has no tokens",
                where=self.name,
                hint="give it a prompt, or a template with a beginning",
            )
        return History(ids, translation, width=self.width)

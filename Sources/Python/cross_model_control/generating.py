"""What a call of `SteeredModel` was given: prompts that belong together, and options of transformers' `generate`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .arguments import listed, shown, tokens
from .ends import end_tokens
from .errors import ControlError
from .terms import Prompt

_ASSISTANTS = ("assistant_model", "prompt_lookup_num_tokens", "assistant_early_exit")
_MORE = ("return_dict_in_generate", "output_scores", "output_logits", "output_attentions", "output_hidden_states")
_OWN = ("inputs", "input_ids", "inputs_embeds", "attention_mask", "position_ids", "past_key_values", "decoder_input_ids")


@dataclass(frozen=True)
class Given:
    """The lists of a call.

    Attributes:
        prompts: What the user model reads.
        read: What the delta models read.
        factor_count: How many factors the call has; None where it has one for all, or none.
    """

    prompts: list[Prompt]
    read: list[Prompt]
    factor_count: int | None

    @classmethod
    def of(cls, prompts: Any, delta_prompts: Any, alpha: Any) -> Given:
        """Look at the lists of a call.

        Raises:
            ControlError: One of them is no list.
        """
        own = listed(prompts, "prompts", "prompts")
        read = own if delta_prompts is None else listed(delta_prompts, "delta_prompts", "prompts")
        if getattr(alpha, "ndim", 0) == 1:
            alpha = alpha.tolist()
        # That there are no factors at all is for the terms to say.
        return cls(own, read, (len(alpha) or None) if isinstance(alpha, Sequence) and not isinstance(alpha, str) else None)

    def check_counts(self, factors: Sequence[int], continuations: int | None = None) -> None:
        """Refuse lists of different lengths, which transformers would spread over rows.

        Args:
            factors: How many factors each term has; 1 serves every prompt, unless the call gave a list itself.
            continuations: How many continuations there are, where they are to be scored.

        Raises:
            ControlError: They differ, or there is nothing to generate from.
        """
        if continuations is None and not self.prompts:
            raise ControlError("there are none", where="prompts", hint="give one at least")
        factors = [count for count in factors if count > 1] if self.factor_count is None else [self.factor_count]
        counts = {len(self.prompts), len(self.read), *factors, *([] if continuations is None else [continuations])}
        if len(counts) > 1:
            raise ControlError(
                f"there are lists of {', '.join(map(str, sorted(counts)))} prompts, "
                + ("delta_prompts or factors" if continuations is None else "delta_prompts, continuations or factors"),
                where="generate" if continuations is None else "score",
                hint="give one of each for each " + ("prompt" if continuations is None else "continuation"),
            )


def says_ends(options: dict[str, Any]) -> bool:
    """Whether a caller's options say which tokens end a text, be it none."""
    return "eos_token_id" in options or getattr(options.get("generation_config"), "eos_token_id", None) is not None


def generation_options(options: dict[str, Any], padding: int, width: int) -> tuple[dict[str, Any], int]:
    """Give the options for transformers' `generate`, and the padding: what is not said is greedy.

    Args:
        options: What the caller gave; what stands in its `generation_config` counts as given.
        padding: The padding where nothing is said.
        width: How many logits the user model gives.

    Raises:
        ControlError: One of them cannot be steered, or is what steering gives itself.
    """
    config = options.get("generation_config")
    if config is not None and not hasattr(config, "eos_token_id"):
        raise ControlError(f"a GenerationConfig expected, found {shown(config)}", where="generation_config")
    for name in _ASSISTANTS:
        if options.get(name) is not None or getattr(config, name, None) is not None:
            raise ControlError("assisted generation cannot be steered", where=name, hint="leave it out")
    for name in _MORE:
        if options.get(name) or (name not in options and getattr(config, name, None)):
            raise ControlError(
                "texts alone are given back", where=name, hint="call generate of the model itself, with processor() of this one"
            )
    for name in _OWN:
        if name in options:
            raise ControlError("is made of the prompts", where=name, hint="give prompts as texts or tokens")
    result: dict[str, Any] = {}
    for name, value in (("eos_token_id", None), ("pad_token_id", padding), ("do_sample", False)):
        said = getattr(config, name, None)
        result[name] = value if said is None else said
    result.update(options)
    for name in ("logits_processor", "stopping_criteria"):
        given = result.get(name)
        result[name] = [] if given is None else listed(given, name, "processors or criteria")
    if result["pad_token_id"] is None:
        result["pad_token_id"] = padding
    end_tokens(result, width)
    return result, tokens([result["pad_token_id"]], "pad_token_id", width)[0]


def chosen_padding(tokenizer: Any, width: int) -> int:
    """Give the token that rows are padded with where nothing is said; it is masked, and only has to be there."""
    for value in (tokenizer.pad_token_id, tokenizer.eos_token_id):
        if value is not None and 0 <= int(value) < width:
            return int(value)
    return 0

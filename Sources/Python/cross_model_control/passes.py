"""One forward pass of a causal model of transformers for rows of different lengths."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from .attention import Attention, Context, window_of
from .cache import LeftAlignedCache, Plan
from .errors import ModelError
from .loading import logits_width

_SHORT = 2
"""The window that models with one are tried with, whatever their own."""


class ForwardPass:
    """Runs a model with masks and positions of its own making, which hold for any mixture of rows."""

    def __init__(self, model: Any, name: str) -> None:
        """Look at a model's kind, and try that passes of mixed rows give what it gives by itself.

        Args:
            model: A causal model of transformers.
            name: How messages name it.

        Raises:
            ModelError: It has layers that cannot be cut back, an attention that takes no mask, or gives other logits than by
                itself: beyond its window too, where it states one.
        """
        self.model, self.name = model, name
        self.width: int = logits_width(model, name)
        config = model.config.get_text_config()
        self.context = Context.of(config)
        self.layer_count: int = int(config.num_hidden_layers)
        self.device: torch.device = next(model.parameters()).device
        self._dtype: torch.dtype = next(model.parameters()).dtype
        attention = Attention.of(config, name)
        self._kinds, self._window = attention.kinds, attention.window
        if getattr(config, "_attn_implementation", "eager") not in ("eager", "sdpa"):
            raise ModelError(
                f"uses the attention {config._attn_implementation}, which takes no mask",
                where=name,
                hint="load it with attn_implementation='sdpa'",
            )
        self._by_kind = bool(self._kinds) and self._takes_masks_by_kind()
        self._try_out()
        self._try_window()

    def new_cache(self) -> LeftAlignedCache:
        """Give an empty cache for the model."""
        return LeftAlignedCache(self.layer_count)

    @torch.no_grad()
    def run(self, cache: LeftAlignedCache, slots: Sequence[int], kept: Sequence[int], new: Sequence[Sequence[int]]) -> torch.Tensor:
        """Append tokens to rows and give the logits behind each row's last.

        Args:
            cache: With room for them.
            slots: The place of each row in the cache, no two the same.
            kept: How many positions of each row stay.
            new: The tokens that follow them, at least one a row.

        Returns:
            float32 [rows, width].
        """
        widest = max(map(len, new))
        counts = torch.tensor([len(tokens) for tokens in new])
        starts = torch.tensor(list(kept))
        # Tokens stand at the right end of a row, so that every row's last one is in the last column.
        ids = torch.tensor([[0] * (widest - len(tokens)) + list(tokens) for tokens in new])
        positions = torch.arange(widest)[None] - (widest - counts)[:, None] + starts[:, None]
        counted = torch.arange(widest)[None] >= (widest - counts)[:, None]
        rows, columns = torch.nonzero(counted, as_tuple=True)
        length = int((starts + counts).max())
        first = slots[0] if list(slots) == list(range(slots[0], slots[0] + len(slots))) else None
        to = self.device
        cache.plan = Plan(
            torch.tensor(list(slots), device=to),
            length,
            rows.to(to),
            columns.to(to),
            positions[rows, columns].to(to),
            first,
        )
        positions = positions.clamp(min=0)
        try:
            output = self.model(
                input_ids=ids.to(to),
                attention_mask=self._masks(positions, length),
                position_ids=positions.to(to),
                past_key_values=cache,
                use_cache=True,
                logits_to_keep=1,
            )
        finally:
            cache.plan = None
        logits: torch.Tensor = output.logits[:, -1].float()
        return logits

    def _masks(self, positions: torch.Tensor, length: int) -> Any:
        """Give additive masks [rows, 1, new, length] of what each position may see."""
        places = torch.arange(length)[None, None, None]
        queries = positions[:, None, :, None]
        seen = places <= queries
        windowed = seen if self._window is None else seen & (places > queries - self._window)
        masks = {"full_attention": seen, "sliding_attention": windowed}
        least = torch.finfo(self._dtype).min
        made = {
            kind: torch.zeros(mask.shape, dtype=self._dtype).masked_fill_(~mask, least).to(self.device)
            for kind, mask in masks.items()
        }
        if self._by_kind:
            return made
        return made[next(iter(self._kinds), "full_attention" if self._window is None else "sliding_attention")]

    def _takes_masks_by_kind(self) -> bool:
        """Whether the model takes a dictionary of masks, as those with several kinds of layers do."""
        import inspect

        body = getattr(self.model, "model", self.model)
        try:
            return "causal_mask_mapping := attention_mask" in inspect.getsource(type(body).forward)
        except (OSError, TypeError):
            return len(self._kinds) > 1

    def _try_window(self) -> None:
        """Try a window so short that rows go beyond it, for no bounded trial goes beyond every model's own.

        A family that states a window and does otherwise, or makes its masks by something else, is seen by that, whichever it is.
        """
        if self._window is None:
            return
        window, self._window = self._window, _SHORT
        try:
            with window_of(self.model, _SHORT):
                self._try_out(f"by a window of {window} positions that its configuration states, ")
        finally:
            self._window = window

    @torch.no_grad()
    def _try_out(self, why: str = "") -> None:
        """Compare a pass of two rows, one of them cut back, with the model by itself."""
        ids = [place % self.width for place in (3, 1, 4, 1, 5, 9, 2, 6)]
        other = ids[::-1]
        try:
            cache = self.new_cache()
            cache.reserve(2, 10)
            self.run(cache, [1, 0], [0, 0], [ids, other[:3]])
            found = self.run(cache, [0, 1], [3, 5], [other[3:7], [ids[2], other[0]]])
            expected = [
                self.model(input_ids=torch.tensor([row], device=self.device), use_cache=False).logits[0, -1].float()
                for row in (other[:7], [*ids[:5], ids[2], other[0]])
            ]
        except Exception as error:
            raise ModelError(f"cannot be run with rows of different lengths: {error}", where=self.name) from error
        for row, wanted in zip(found, expected, strict=True):
            spread = float(wanted.max() - wanted.min()) or 1.0
            bound = 1e-3 if self._dtype == torch.float32 else 5e-2
            if not float((row - wanted).abs().max()) <= bound * spread:
                raise ModelError(
                    f"{why}gives other logits in a batch of rows of different lengths ({type(self.model).__name__})",
                    where=self.name,
                    hint="a delta model is a decoder with full or sliding attention",
                )

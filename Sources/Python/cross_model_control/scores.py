"""The sum of a user model's logits and mapped terms: `B + α · D[map]`, by mode (exact semantics, section 4)."""

from __future__ import annotations

import math

import numpy as np
import torch

from .errors import ControlError

MODES = ("add", "normalize", "base-normalize")
"""Both as they are; log-softmax of both; log-softmax of the user's logits alone, the default."""

_LARGEST = float(torch.finfo(torch.float32).max)


def check_mode(mode: str, unmatched: str) -> None:
    """Refuse what is no mode or no policy.

    Raises:
        ControlError: Naming what there is.
    """
    from .columns import POLICIES

    for name, value, known in (("mode", mode, MODES), ("unmatched", unmatched, POLICIES)):
        if value not in known:
            raise ControlError(f"there is no {value!r}", where=name, hint="one of " + ", ".join(known))


def check_factor(alpha: object, where: str = "alpha") -> float:
    """Give a factor α as a number.

    Raises:
        ControlError: It is no finite number, or one that float32, in which scores are added up, does not hold.
    """
    plain = alpha.item() if isinstance(alpha, np.generic) else alpha
    try:
        value = float("nan") if isinstance(plain, (bool, str, bytes)) else float(plain)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        value = float("nan")
    if not math.isfinite(value):
        raise ControlError(f"must be a finite number, not {alpha!r}", where=where)
    if abs(value) > _LARGEST:
        raise ControlError(f"must be a finite number in float32, not {alpha!r}", where=where, hint="choose a smaller one")
    return value


def user_part(logits: torch.Tensor, mode: str) -> torch.Tensor:
    """Give the user model's part of the scores, a new tensor.

    Args:
        logits: float [rows, user width].
        mode: One of MODES.
    """
    if mode == "add":
        return logits.float().clone()
    result = torch.empty(logits.shape, dtype=torch.float32, device=logits.device)
    # On a CPU one row after the other, which then stays in its caches; and in one go, where a sum of exponentials and a
    # difference would take twice as long.
    for rows in range(len(logits)) if logits.device.type == "cpu" else [slice(None)]:
        torch.log_softmax(logits[rows].float(), -1, out=result[rows])
    return result


def delta_part(logits: torch.Tensor, mode: str, anti: torch.Tensor | None = None) -> torch.Tensor:
    """Give a delta model's part, in its own columns.

    Args:
        logits: float32 [rows, delta width].
        mode: One of MODES.
        anti: The same of the anti-expert that is subtracted, if there is one.
    """
    shift: torch.Tensor | float = torch.logsumexp(logits, -1, keepdim=True) if mode == "normalize" else 0.0
    if anti is None:
        return logits - shift if mode == "normalize" else logits
    if mode == "normalize":
        shift = shift - torch.logsumexp(anti, -1, keepdim=True)
    return logits - (anti + shift)


def check_scores(scores: torch.Tensor) -> None:
    """Refuse scores of which none can be chosen.

    Args:
        scores: float32 [rows, user width].

    Raises:
        ControlError: A row has NaN or +∞, or nothing but -∞.
    """
    best = scores.amax(-1)
    if bool(torch.isfinite(best).all()):
        return
    row = int(torch.nonzero(~torch.isfinite(best))[0])
    if bool(best[row] == -torch.inf):
        raise ControlError("every token is masked", where=f"row {row}", hint="choose another policy than mask")
    raise ControlError(
        f"the best score is {float(best[row])}",
        where=f"row {row}",
        hint="choose a smaller factor α, or look at the weights",
    )

"""A small summary of a map for notebooks; every text out of a file is escaped."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from .token_map import TokenMap


def summary(token_map: TokenMap) -> str:
    """Give a table of how many entries each method decided, with the two vocabularies as its caption."""
    from .token_map import METHODS

    counts = np.bincount(token_map.codes, minlength=len(METHODS))
    total = max(len(token_map), 1)
    rows = "".join(
        f"<tr><td>{name}</td><td style='text-align:right'>{count:,}</td><td style='text-align:right'>{count / total:.2%}</td></tr>"
        for name, count in zip(METHODS, counts.tolist(), strict=True)
        if count
    )
    names = f"{escape(token_map.source.name or '?')} → {escape(token_map.target.name or '?')}"
    several = f", {len(token_map.sequences):,} with several targets" if token_map.sequences else ""
    return (
        f"<table><caption>{names}: {len(token_map):,} tokens{several}</caption>"
        f"<thead><tr><th>method</th><th>tokens</th><th>share</th></tr></thead><tbody>{rows}</tbody></table>"
    )

"""Records what tuning did to a model's log-probabilities, as `cmc capture` does."""

from __future__ import annotations

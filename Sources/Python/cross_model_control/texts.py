"""Which row of a generating batch goes on from which: rows come, end, and change places in beam search."""

from __future__ import annotations

from collections.abc import Sequence

from .errors import ControlError
from .rows import DeltaBatch, Row


class Text:
    """A text that is being written.

    Attributes:
        group: The prompt it belongs to, as its place in the batch that was asked for.
        tokens: What the user model wrote so far.
        rows: For each term its row, None where the term's factor is 0.
        is_finished: Whether an end token was written.
    """

    def __init__(self, group: int, tokens: tuple[int, ...], rows: list[Row | None], is_finished: bool = False) -> None:
        self.group, self.tokens, self.rows, self.is_finished = group, tokens, rows, is_finished


def follow(
    texts: Sequence[Text],
    written: Sequence[tuple[int, ...]],
    batches: Sequence[DeltaBatch],
    ends: frozenset[int],
) -> list[Text]:
    """Find for each row of a step the text that it goes on from, and take its new token.

    Args:
        texts: The rows of the step before.
        written: For each row of this step what was written, one token more than before.
        batches: For each term the batch that its rows are in.
        ends: Tokens that end a text: what follows one is padding.

    Raises:
        ControlError: A row goes on from no text of the step before.
    """
    parents = [_parent(texts, place, tokens) for place, tokens in enumerate(written)]
    children: dict[int, int] = {}
    for parent in parents:
        children[parent] = children.get(parent, 0) + 1
    for place, text in enumerate(texts):
        if place not in children:
            _release(text, batches)
    result = []
    for parent, tokens in zip(parents, written, strict=True):
        text = texts[parent]
        children[parent] -= 1
        rows = list(text.rows)
        if children[parent]:
            # Others go on from here too, and the last of them takes the rows themselves.
            rows = [None if row is None else batch.fork(row) for row, batch in zip(rows, batches, strict=True)]
        child = Text(text.group, tokens, rows, text.is_finished or tokens[-1] in ends)
        if child.is_finished:
            _release(child, batches)
        for row in child.rows:
            if row is not None:
                row.append(tokens[-1])
        result.append(child)
    return result


def _release(text: Text, batches: Sequence[DeltaBatch]) -> None:
    for row, batch in zip(text.rows, batches, strict=True):
        if row is not None:
            batch.remove(row)
    text.rows = [None] * len(text.rows)


def _parent(texts: Sequence[Text], place: int, tokens: tuple[int, ...]) -> int:
    before = tokens[:-1]
    if texts[place].tokens == before:
        return place
    group = texts[place].group
    for other, text in enumerate(texts):
        if text.group == group and text.tokens == before:
            return other
    raise ControlError(
        "a row goes on from no text of the step before",
        where=f"row {place}",
        hint="assisted generation and prompts that change on the way cannot be steered",
    )

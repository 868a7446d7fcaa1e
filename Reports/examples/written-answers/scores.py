"""What a written record is worth, by rule."""

import math

from task import FIELDS


def fields(text):
    """The fields of a record: of lines `field: value` the first of each field."""
    found = {}
    for line in text.split("\n"):
        key, sign, value = line.partition(":")
        if sign and key.strip() in FIELDS:
            found.setdefault(key.strip(), value.strip())
    return found


def form(text):
    """Whether it is a record: the four fields, in their order, a line each and nothing else, each with a value."""
    rows = [line.partition(": ") for line in text.strip().split("\n")]
    return [key for key, _, _ in rows] == list(FIELDS) and all(sign and value.strip() for _, sign, value in rows)


def scored(item):
    """An evaluation's item: exact with its end, the share of right fields, each field, and the form."""
    right, given = fields(item["answer"]), fields(item["generated"])
    each = {field: float(given.get(field) == right[field]) for field in FIELDS}
    written = item["generated"].strip()
    return {
        "exact": float(item["ended"] and written == item["answer"].strip()),
        # Without the demand that the model stops behind it.
        "begins": float(written.startswith(item["answer"].strip())),
        "form": float(form(item["generated"])),
        "fields": sum(each.values()) / len(FIELDS),
        "probability": math.exp(item["log_probability"] / item["tokens"]),
        **each,
    }

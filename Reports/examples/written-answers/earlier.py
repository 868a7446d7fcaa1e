"""The text on which the small model learns before it becomes a delta model: passages, and records in many other forms.

Its records have other keys, signs and orders than the task's, and never its form; values of test records do not occur.
"""

from task import passage_of

KEYS = {
    "name": ("who", "person", "full name", "called", "name"),
    "town": ("city", "home", "lives in", "residence", "town"),
    "trade": ("job", "work", "profession", "occupation", "trade"),
    "born": ("year", "birth", "year of birth", "since", "born"),
    "hobby": ("pastime", "free time", "likes", "also"),
}
HEADS = ("Card:", "Notes:", "Facts", "In short:", "Summary:", "Sheet:", "What we know:", "Entry", "Data:")
# Between key and value, between fields, before the first and behind the last. ": " with a line a field is the task's.
SIGNS = (" = ", " - ", " -> ", "=", " / ", " is ", " | ", ": ")
JOINTS = ("\n", "; ", ", ", " | ", "\n- ", "\n* ", " / ")
EDGES = (("", ""), ("", "."), ("{ ", " }"), ("[", "]"), ("- ", ""), ("* ", ""), ("(", ")"))


def document(pools, chance):
    """A passage and a record in a form drawn for it; at times two records."""
    text, values, hobby = passage_of(pools, chance)
    values = {**values, "hobby": hobby}
    parts = [text]
    for _ in range(chance.choice((1, 1, 2))):
        fields = chance.sample(list(KEYS), chance.randint(2, 5))
        sign, joint, (before, behind) = chance.choice(SIGNS), chance.choice(JOINTS), chance.choice(EDGES)
        if sign == ": " and joint == "\n":
            joint = "; "
        rows = [chance.choice(KEYS[field]) + sign + values[field] for field in fields]
        parts.append(chance.choice(HEADS) + chance.choice(("\n", " ")) + before + joint.join(rows) + behind)
    return {"text": "\n".join(parts)}

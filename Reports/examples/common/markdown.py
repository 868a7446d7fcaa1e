"""Numbers and tables of a README, and its tables between their markers."""


def number(value, digits=3):
    text = f"{abs(value):.{digits}f}"
    return ("−" if value < 0 and float(text) > 0 else "") + text


def bounds(estimate, digits=3):
    return f"{number(estimate['value'], digits)} [{number(estimate['low'], digits)}, {number(estimate['high'], digits)}]"


def signed(estimate, digits=3):
    """A difference and its interval; bold where that leaves out 0."""
    text = ("+" if estimate["value"] > 0 else "") + bounds(estimate, digits)
    return f"**{text}**" if estimate["low"] > 0 or estimate["high"] < 0 else text


def table(head, rows):
    def line(cells):
        return "| " + " | ".join(cells) + " |"

    return "\n".join([line(head), "|" + "|".join(" --- " for _ in head) + "|", *map(line, rows)])


def spread(found, digits=3):
    """A mean of seeds and the least and greatest of them."""
    if not found:
        return "·"
    return f"{number(sum(found) / len(found), digits)} ({number(min(found), digits)} … {number(max(found), digits)})"


def megabytes(count):
    return f"{count / 1e6:,.0f} MB".replace(",", " ")


def with_tables(text, found):
    """A README with the tables between their markers."""
    for name, body in found.items():
        start = f"<!-- table: {name} -->\n"
        head, marker, rest = text.partition(start)
        if not marker or "<!-- end -->" not in rest:
            raise SystemExit(f"README.md: no table named {name}")
        _, end, rest = rest.partition("<!-- end -->")
        text = head + marker + body + "\n" + end + rest
    return text

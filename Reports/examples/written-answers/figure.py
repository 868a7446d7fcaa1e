"""records.svg, from results.json: what is written over α, and through which map."""

from tables import FACTORS, factor_row

BLUE, ORANGE, GREEN, GREY, INK, MUTED = "#1f5fa8", "#c2570c", "#2c7a4b", "#d9dce1", "#1d2129", "#5b6470"
WIDTH, HEIGHT, PANEL, LEFT, TOP = 1000, 540, 370, 70, 84
MAPS = (
    ("gemma.first-piece", "first piece"),
    ("gemma.retokenize", "retokenize"),
    ("gemma.exact", "exact only"),
    ("gemma.shuffled", "shuffled"),
    ("gemma.alone", "delta alone"),
    ("gemma.lora", "LoRA"),
    ("gemma.proxy", "proxy"),
    ("smollm2.delta", "SmolLM2 + delta"),
)


def figure(results):
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        f'font-family="system-ui, sans-serif" font-size="13" fill="{INK}" role="img" '
        'aria-label="Records written right over α, and by each row">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        f'<text x="{LEFT}" y="30" font-size="17" font-weight="600">Records written by Gemma under a delta model that has met '
        "SmolLM2 alone</text>",
        f'<text x="{LEFT}" y="50" fill="{MUTED}">Left: over α through PM-MinED, with 95 % intervals; rhombi: first piece. Right: '
        "rows at α 0.75 (SmolLM2, proxy: 1). Dots: each seed.</text>",
    ]
    parts += over_factors(results, LEFT)
    parts += rows_at_one(results, LEFT + PANEL + 210)
    parts.append("</svg>\n")
    return "\n".join(parts)


def grid(left, title, name):
    def y(value):
        return TOP + 30 + PANEL * (1 - value)

    parts = [f'<text x="{left}" y="{TOP + 8}" font-weight="600">{title}</text>']
    for tick in (0, 0.2, 0.4, 0.6, 0.8, 1):
        parts.append(f'<path d="M{left} {y(tick):.1f}h{PANEL}" stroke="{GREY}" fill="none"/>')
        parts.append(f'<text x="{left - 8}" y="{y(tick) + 4:.1f}" text-anchor="end" fill="{MUTED}">{tick:g}</text>')
    parts.append(f'<text x="{left + PANEL / 2}" y="{y(0) + 40:.1f}" text-anchor="middle">{name}</text>')
    return parts, y


def over_factors(results, left):
    parts, y = grid(left, "Share of records and of fields right", "α")

    def x(factor):
        return left + PANEL * float(factor) / 1.6

    for factor in ("0", *FACTORS):
        parts.append(f'<text x="{x(factor):.1f}" y="{y(0) + 18:.1f}" text-anchor="middle" fill="{MUTED}">{factor}</text>')
    for metric, colour, label in (("fields", BLUE, "fields"), ("exact", ORANGE, "whole records")):
        points = []
        for factor in ("0", *FACTORS):
            row = results["rows"].get("gemma" if factor == "0" else factor_row(factor))
            if row:
                points.append((x(factor), row[metric]))
        if not points:
            continue
        line = "L".join(f"{place:.1f} {y(found['value']):.1f}" for place, found in points)
        parts.append(f'<path d="M{line}" fill="none" stroke="{colour}" stroke-width="2.5"/>')
        for place, found in points:
            parts.append(
                f'<path d="M{place:.1f} {y(found["low"]):.1f}V{y(found["high"]):.1f}" stroke="{colour}" stroke-opacity="0.5"/>'
            )
            parts.append(f'<circle cx="{place:.1f}" cy="{y(found["value"]):.1f}" r="4" fill="{colour}" stroke="#ffffff"/>')
        half = results["rows"].get("gemma.first-piece-0.5")
        if half:
            place, top = x("0.5"), y(half[metric]["value"])
            parts.append(
                f'<path d="M{place - 6:.1f} {top:.1f}l6 -6l6 6l-6 6z" fill="#ffffff" stroke="{colour}" stroke-width="2"/>'
            )
        place, found = points[-1]
        parts.append(f'<text x="{place + 9:.1f}" y="{y(found["value"]) + 4:.1f}" fill="{colour}">{label}</text>')
    return parts


def rows_at_one(results, left):
    """A bar for each row: the share of records that are right."""
    parts = [f'<text x="{left - 130}" y="{TOP + 8}" font-weight="600">Share of whole records right</text>']
    wide = WIDTH - left - 40
    rows = [("gemma.pm-mined", "PM-MinED"), *MAPS]
    for tick in (0, 0.25, 0.5, 0.75, 1):
        place = left + wide * tick
        parts.append(f'<path d="M{place:.1f} {TOP + 24}V{TOP + 30 + PANEL}" stroke="{GREY}" fill="none"/>')
        parts.append(
            f'<text x="{place:.1f}" y="{TOP + 48 + PANEL}" text-anchor="middle" fill="{MUTED}">{tick:g}</text>'
        )
    for number, (name, label) in enumerate(rows):
        row = results["rows"].get(name)
        if not row:
            continue
        top = TOP + 34 + number * 41
        found = row["exact"]
        colour = GREEN if name in ("gemma.lora", "smollm2.delta") else ORANGE
        parts.append(f'<text x="{left - 10}" y="{top + 17}" text-anchor="end">{label}</text>')
        width = wide * found["value"]
        parts.append(f'<rect x="{left}" y="{top}" width="{width:.1f}" height="24" fill="{colour}" fill-opacity="0.75"/>')
        low, high = left + wide * found["low"], left + wide * found["high"]
        parts.append(f'<path d="M{low:.1f} {top + 12}H{high:.1f}" stroke="{INK}" stroke-width="1.5"/>')
        for value in found["seeds"]:
            parts.append(f'<circle cx="{left + wide * value:.1f}" cy="{top + 12}" r="3.5" fill="{INK}" fill-opacity="0.6"/>')
    return parts

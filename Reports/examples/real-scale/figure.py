"""forget-retain.svg, from results.json."""

from tables import alphas, swept

BLUE, ORANGE, GREY, INK, MUTED = "#1f5fa8", "#c2570c", "#d9dce1", "#1d2129", "#5b6470"
WIDTH, HEIGHT, PANEL, LEFT, TOP = 1000, 550, 380, 70, 84


def figure(results):
    """Forget against retain over α, a panel for each model; thin lines are seeds, thick ones their mean."""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        f'font-family="system-ui, sans-serif" font-size="13" fill="{INK}" role="img" '
        'aria-label="Answer probability on forget and retain records over α">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        f'<text x="{LEFT}" y="30" font-size="17" font-weight="600">Unlearning through one delta model: forget against '
        "retain over α</text>",
        f'<text x="{LEFT}" y="50" fill="{MUTED}">Answer probability. Thick: mean of the seeds; thin: each seed. Better is '
        "up and to the left.</text>",
    ]
    panels = (("smollm2", "SmolLM2, beside which the delta model learnt", BLUE), ("gemma", "Gemma, through the map", ORANGE))
    for index, (user, title, colour) in enumerate(panels):
        parts += panel(results, user, title, colour, LEFT + index * (PANEL + 90))
    parts.append("</svg>\n")
    return "\n".join(parts)


def panel(results, user, title, colour, left):
    def x(value):
        return f"{left + PANEL * value:.1f}"

    def y(value):
        return f"{TOP + 20 + PANEL * (1 - value):.1f}"

    parts = [f'<text x="{left}" y="{TOP + 8}" font-weight="600" fill="{colour}">{title}</text>']
    for tick in (0, 0.2, 0.4, 0.6, 0.8, 1):
        parts.append(f'<path d="M{x(0)} {y(tick)}H{x(1)}M{x(tick)} {y(0)}V{y(1)}" stroke="{GREY}" fill="none"/>')
        parts.append(f'<text x="{x(tick)}" y="{float(y(0)) + 18:.1f}" text-anchor="middle" fill="{MUTED}">{tick:g}</text>')
        parts.append(f'<text x="{left - 8}" y="{float(y(tick)) + 4:.1f}" text-anchor="end" fill="{MUTED}">{tick:g}</text>')
    parts.append(f'<text x="{x(0.5)}" y="{float(y(0)) + 38:.1f}" text-anchor="middle">probability of forget answers</text>')
    parts.append(
        f'<text transform="translate({left - 42} {y(0.5)}) rotate(-90)" text-anchor="middle">'
        "probability of retain answers</text>"
    )

    def places(evaluations, value):
        found = []
        for alpha in alphas(results, user):
            sets = evaluations.get(swept(results, user, alpha), {})
            if "forget" in sets and "retain" in sets:
                found.append((alpha, value(sets["forget"]), value(sets["retain"])))
        return found

    def path(found):
        return "M" + "L".join(f"{x(a)} {y(b)}" for _, a, b in found)

    def probability(entry):
        return entry["probability"]["value"]

    for seed in results["seeds"].values():
        found = places(seed["evaluations"], probability)
        if found:
            parts.append(f'<path d="{path(found)}" fill="none" stroke="{colour}" stroke-opacity="0.35"/>')
    means = results["over_seeds"]["evaluations"]
    found = places(means, probability)
    if found:
        parts.append(f'<path d="{path(found)}" fill="none" stroke="{colour}" stroke-width="2.5"/>')
    for alpha, a, b in found:
        parts.append(f'<circle cx="{x(a)}" cy="{y(b)}" r="4.5" fill="{colour}" stroke="#ffffff"/>')
        parts.append(f'<text x="{float(x(a)) + 7:.1f}" y="{float(y(b)) + 16:.1f}" fill="{colour}">{label_of(alpha)}</text>')
    for row, label in (("lora", "LoRA"), ("before", "before"), ("shuffled", "shuffled map"), ("alone", "delta alone")):
        sets = means.get(f"{user}.{row}", {})
        if "forget" not in sets or "retain" not in sets:
            continue
        a, b = float(x(probability(sets["forget"]))), float(y(probability(sets["retain"])))
        parts.append(f'<path d="M{a - 5:.1f} {b - 5:.1f}l10 10m0 -10l-10 10" stroke="{INK}" stroke-width="2" fill="none"/>')
        below = 20 if row == "shuffled" else -6
        parts.append(f'<text x="{a + 9:.1f}" y="{b + below:.1f}">{label}</text>')
    return parts


def label_of(alpha):
    return "taught, α 0" if alpha == "0" else f"α {alpha}"

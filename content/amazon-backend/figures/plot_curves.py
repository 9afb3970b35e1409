"""Draws the plotted curves of this set: `python plot_curves.py` rewrites the three SVGs beside it."""

import math
from dataclasses import dataclass
from pathlib import Path

INK, QUIET, LINE, ACCENT = "#1c1c1c", "#5f5f5f", "#b8b8b8", "#1f5a96"


@dataclass(frozen=True)
class Axis:
    """Maps data from `low` to `high` onto drawing units from `start` to `end`."""

    low: float
    high: float
    start: float
    end: float
    logarithmic: bool = False

    def __call__(self, value: float) -> float:
        if self.logarithmic:
            share = math.log(value / self.low) / math.log(self.high / self.low)
        else:
            share = (value - self.low) / (self.high - self.low)
        return self.start + share * (self.end - self.start)


# The formulas.


def amdahl(parallel: float, nodes: float) -> float:
    """Speed-up on `nodes` nodes if the share `parallel` of the work can be spread."""
    return 1 / ((1 - parallel) + parallel / nodes)


def response(utilisation: float) -> float:
    """Mean response time of an M/M/1 queue, in service times."""
    return 1 / (1 - utilisation)


CODES = 62**7


def collision(count: float) -> float:
    """Probability that `count` random codes out of CODES are not all different.

    The product of (1 - i/CODES) in its exponential form; the error is below 1e-5 at these sizes.
    """
    return -math.expm1(-count * (count - 1) / (2 * CODES))


# The frames: (horizontal, vertical) axis of each plot.

AMDAHL = Axis(1, 256, 40, 264, logarithmic=True), Axis(1, 128, 192, 24, logarithmic=True)
MM1 = Axis(0, 1, 40, 260), Axis(0, 20, 204, 24)
BIRTHDAY = Axis(0, 6_000_000, 40, 345), Axis(0, 1, 184, 24)

SHARES = (0.90, 0.95, 0.99)


# Pieces of SVG.


def number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def line(x1: float, y1: float, x2: float, y2: float, stroke: str = LINE, more: str = "") -> str:
    ends = f'x1="{number(x1)}" y1="{number(y1)}" x2="{number(x2)}" y2="{number(y2)}"'
    return f'  <line {ends} stroke="{stroke}" stroke-width="0.5"{more}/>'


def dashed(x1: float, y1: float, x2: float, y2: float) -> str:
    return line(x1, y1, x2, y2, QUIET, ' stroke-dasharray="3 2"')


def text(x: float, y: float, words: str, anchor: str = "start", fill: str = INK, weight: int = 400) -> str:
    where = f'x="{number(x)}" y="{number(y)}" text-anchor="{anchor}"'
    return f'  <text {where} fill="{fill}" font-weight="{weight}">{words}</text>'


def curve(name: str, points: list[tuple[float, float]], stroke: str = ACCENT, width: int = 2) -> str:
    pairs = [f"{number(x)},{number(y)}" for x, y in points]
    rows = [" ".join(pairs[i : i + 8]) for i in range(0, len(pairs), 8)]
    body = "\n    ".join(rows)
    return f'  <polyline id="{name}" fill="none" stroke="{stroke}" stroke-width="{width}" points="\n    {body}"/>'


def mark(name: str, x: float, y: float) -> str:
    fill = f'fill="{ACCENT}" stroke="#ffffff" stroke-width="1"'
    return f'  <circle id="{name}" cx="{number(x)}" cy="{number(y)}" r="3.5" {fill}/>'


def axes(
    x: Axis, y: Axis, x_title: str, y_title: str, x_ticks: dict[float, str], y_ticks: dict[float, str]
) -> list[str]:
    """Both axes with ticks, numbers and titles."""
    parts = [
        "  <!-- Axes -->",
        f'  <path d="M{number(x.start)} {number(y.end)} V{number(y.start)} H{number(x.end)}"'
        f' fill="none" stroke="{INK}" stroke-width="1"/>',
        text(x.start - 24, y.end - 12, y_title, fill=QUIET),
        text((x.start + x.end) / 2, y.start + 28, x_title, "middle", QUIET),
    ]
    for value, label in x_ticks.items():
        parts += [line(x(value), y.start, x(value), y.start + 3, INK), text(x(value), y.start + 13, label, "middle")]
    for value, label in y_ticks.items():
        parts += [line(x.start - 3, y(value), x.start, y(value), INK), text(x.start - 7, y(value) + 3, label, "end")]
    return parts


def svg(height: int, title: str, parts: list[str]) -> str:
    root = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 357 {height}" width="357pt" height="{height}pt"\n'
        f'  font-family="Inter, Helvetica, Arial, sans-serif" font-size="8" fill="{INK}">'
    )
    return "\n".join([root, f"  <title>{title}</title>", "  <!-- Written by plot_curves.py -->", *parts, "</svg>", ""])


# The plots.


def amdahl_plot() -> str:
    x, y = AMDAHL
    powers = {float(2**i): str(2**i) for i in range(9)}
    parts = axes(
        x, y, "Nodes, doubling at each mark", "Speed-up over one node, doubling at each mark",
        powers, {n: f"{label}×" for n, label in powers.items() if n <= y.high},
    )  # fmt: skip
    parts += ["  <!-- The bound without any serial work -->", line(x(1), y(1), x(128), y(128), QUIET)]
    parts += [text(x(32) - 9, y(32) + 3, "no serial part", "end", QUIET)]
    for parallel in SHARES:
        percent, limit = f"{parallel:.0%}", round(1 / (1 - parallel))
        points = [(x(n), y(amdahl(parallel, n))) for n in (2 ** (i / 8) for i in range(65))]
        width, stroke = (2, ACCENT) if parallel == 0.95 else (1, INK)
        parts += [
            f"  <!-- {percent} parallel: its limit, the curve, its label -->",
            dashed(x(limit), y(limit), x.end, y(limit)),
            curve(f"parallel-{percent[:-1]}", points, stroke, width),
            text(x.end + 7, y(limit) + 1, f"{percent} parallel", weight=600, fill=stroke),
            text(x.end + 7, y(limit) + 11, f"at most {limit}×", fill=QUIET),
        ]
    parts += ["  <!-- Two points of the curve for 95% -->"]
    for nodes, label_x, label_y, anchor in ((8, x(8) + 5, y(1.6), "start"), (64, x(64) - 5, y(3.2), "end")):
        value = amdahl(0.95, nodes)
        parts += [
            line(x(nodes), y.start, x(nodes), y(value)),
            mark(f"at-{nodes}", x(nodes), y(value)),
            text(label_x, label_y, f"95%, {nodes} nodes:", anchor),
            text(label_x, label_y + 10, f"{value:.1f}×", anchor, ACCENT, 600),
        ]
    return svg(226, "Amdahl’s law: speed-up over the number of nodes for 90, 95 and 99% parallel work", parts)


def mm1_plot() -> str:
    x, y = MM1
    parts = axes(
        x, y, "Utilisation ρ of the server", "Mean response time, in service times S",
        {i / 10: f"{i * 10}%" for i in range(0, 11, 2)}, {float(v): str(v) for v in range(0, 21, 5)},
    )  # fmt: skip
    parts += [
        "  <!-- At 100% the queue has no end -->",
        dashed(x(1), y.start, x(1), y.end),
        text(x(1) + 7, 62, "At 100% the queue", fill=QUIET),
        text(x(1) + 7, 72, "grows without end", fill=QUIET),
        "  <!-- Two points to remember -->",
    ]
    for percent in (50, 90):
        at, value = x(percent / 100), response(percent / 100)
        parts += [line(x.start, y(value), at, y(value)), line(at, y.start, at, y(value))]
        parts += [text(at - 8, y(value) - 6, f"{percent}% busy: {value:.0f} × S", "end", weight=600)]
    parts += ["  <!-- The curve -->", curve("response", [(x(i / 200), y(response(i / 200))) for i in range(191)])]
    parts += [text(x(0.93) - 8, y(17), "S ÷ (1 − ρ)", "end", ACCENT, 600)]
    parts += [mark(f"at-{percent}", x(percent / 100), y(response(percent / 100))) for percent in (50, 90)]
    return svg(238, "Mean response time of an M/M/1 queue over its utilisation", parts)


def birthday_plot() -> str:
    x, y = BIRTHDAY
    parts = axes(
        x, y, "Random codes in use, millions", "Probability of at least one collision",
        {i * 1e6: str(i) for i in range(7)}, {i / 4: f"{i * 25}%" for i in range(5)},
    )  # fmt: skip
    half = math.sqrt(2 * CODES * math.log(2))
    parts += [
        "  <!-- Even odds -->",
        line(x.start, y(0.5), x(half), y(0.5)),
        line(x(half), y.start, x(half), y(0.5)),
        "  <!-- The curve -->",
        curve("collision", [(x(n), y(collision(n))) for n in range(0, 6_000_001, 50_000)]),
        mark("at-half", x(half), y(0.5)),
        text(x(half) + 14, y(0.5) + 8, "50% near 2.2 million codes,", weight=600),
        text(x(half) + 14, y(0.5) + 18, f"which is {half / CODES:.5%} of all 62⁷", fill=QUIET),
    ]
    return svg(218, "Probability of a collision among random codes of seven base62 characters", parts)


PLOTS = {
    "horizontal-vs-vertical-scaling-amdahl.svg": amdahl_plot,
    "backend-performance-mm1.svg": mm1_plot,
    "design-url-shortener-birthday.svg": birthday_plot,
}

if __name__ == "__main__":
    for name, plot in PLOTS.items():
        Path(__file__).with_name(name).write_text(plot(), encoding="utf-8", newline="\n")

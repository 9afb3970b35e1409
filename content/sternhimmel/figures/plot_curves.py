"""Draws the computed figures of this set: `python plot_curves.py` rewrites the three SVGs beside it."""

import math
from pathlib import Path

INK, QUIET, LINE, TINT, SHADE, ACCENT = "#1c1c1c", "#5f5f5f", "#b8b8b8", "#f1f3f5", "#dde3ea", "#1f5a96"
DASHED = 'stroke-dasharray="3 2"'
Point = tuple[float, float]


# Pieces of SVG.


def number(value: float) -> str:
    return f"{round(value, 2) + 0:.2f}".rstrip("0").rstrip(".")


def at(centre: Point, radius: float, degrees: float) -> Point:
    """The point at an angle, counted against the clock from the right as in geometry."""
    angle = math.radians(degrees)
    return centre[0] + radius * math.cos(angle), centre[1] - radius * math.sin(angle)


def line(start: Point, end: Point, stroke: str = INK, width: float = 1, more: str = "") -> str:
    (x1, y1), (x2, y2) = start, end
    ends = f'x1="{number(x1)}" y1="{number(y1)}" x2="{number(x2)}" y2="{number(y2)}"'
    return f'  <line {ends} stroke="{stroke}" stroke-width="{width}"{more and " " + more}/>'


def circle(centre: Point, radius: float, fill: str = "none", stroke: str = INK, width: float = 1) -> str:
    where = f'cx="{number(centre[0])}" cy="{number(centre[1])}" r="{number(radius)}"'
    return f'  <circle {where} fill="{fill}" stroke="{stroke}" stroke-width="{width}"/>'


def path(data: str, fill: str = "none", stroke: str = INK, width: float = 1, more: str = "") -> str:
    return f'  <path d="{data}" fill="{fill}" stroke="{stroke}" stroke-width="{width}"{more and " " + more}/>'


def polygon(points: list[Point], fill: str) -> str:
    return f'  <polygon points="{pairs(points)}" fill="{fill}"/>'


def curve(points: list[Point], stroke: str, width: float, name: str = "") -> str:
    named = f'id="{name}" ' if name else ""
    return f'  <polyline {named}points="{pairs(points)}" fill="none" stroke="{stroke}" stroke-width="{width}"/>'


def pairs(points: list[Point]) -> str:
    return " ".join(f"{number(x)},{number(y)}" for x, y in points)


def text(where: Point, words: str, anchor: str = "start", fill: str = INK, weight: int = 400) -> str:
    place = f'x="{number(where[0])}" y="{number(where[1])}" text-anchor="{anchor}"'
    return f'  <text {place} fill="{fill}" font-weight="{weight}">{words}</text>'


def svg(height: int, title: str, parts: list[str]) -> str:
    root = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 357 {height}" width="357pt" height="{height}pt"\n'
        f'  font-family="Inter, Helvetica, Arial, sans-serif" font-size="8" fill="{INK}">'
    )
    head = [root, f"  <title>{title}</title>", "  <!-- Written by plot_curves.py -->"]
    return "\n".join([*head, *parts, "</svg>", ""])


# The figures.


def ellipse_point(mean: float, eccentricity: float) -> Point:
    """The place on an ellipse of semi-major axis 1, seen from its focus, at a mean anomaly in degrees (Kepler)."""
    target = math.radians(mean)
    angle = target
    for _ in range(50):
        angle -= (angle - eccentricity * math.sin(angle) - target) / (1 - eccentricity * math.cos(angle))
    return math.cos(angle) - eccentricity, math.sqrt(1 - eccentricity**2) * math.sin(angle)


def equal_areas() -> str:
    eccentricity, size = 0.5, 92.0
    sun = (102.0 + eccentricity * size, 88.0)

    def place(mean: float) -> Point:
        x, y = ellipse_point(mean, eccentricity)
        return sun[0] + size * x, sun[1] - size * y

    parts = []
    for middle, name in ((0, "near"), (180, "far")):
        swept = [place(middle - 22.5 + 0.5 * step) for step in range(91)]
        parts += [polygon([sun, *swept], SHADE), curve(swept, ACCENT, 2, name)]
    parts += [
        curve([place(2 * step) for step in range(181)], INK, 1),
        line(place(0), place(180), QUIET, 0.5, DASHED),
        circle(sun, 4, INK),
        text((sun[0], sun[1] + 15), "Sonne", "middle"),
        text((206, 54), "Perihel: sonnennächster Punkt,"),
        text((206, 64), "hier läuft der Planet schneller"),
        text((206, 112), "gleiche Zeiten (1/8 Umlauf),", fill=ACCENT, weight=600),
        text((206, 122), "gleiche Flächen", fill=ACCENT, weight=600),
        text((16, 84), "Aphel"),
    ]
    return svg(176, "Eine Bahnellipse mit zwei gleich großen Flächen, die in gleicher Zeit überstrichen werden", parts)


MARS = 1.524


def retrograde() -> str:
    sun, unit, sky = (70.0, 92.0), 40.0, 240.0
    parts = [circle(sun, unit, "none", QUIET, 0.5), circle(sun, unit * MARS, "none", QUIET, 0.5), circle(sun, 4, INK)]
    parts += [
        text((sun[0], sun[1] + 15), "Sonne", "middle"),
        text((70, 76), "Erdbahn", "middle", QUIET),
        text((22, 160), "Marsbahn", "middle", QUIET),
    ]
    seen: list[Point] = []
    for index in range(9):
        days = 22 * (index - 4)
        earth, mars = at(sun, unit, 360 * days / 365.256), at(sun, unit * MARS, 360 * days / 686.98)
        reach = sky + 11 * index
        slope = (mars[1] - earth[1]) / (mars[0] - earth[0])
        there = (reach, earth[1] + slope * (reach - earth[0]))
        seen.append(there)
        parts += [line(earth, there, LINE, 0.5), circle(earth, 2, INK), circle(mars, 2.5, ACCENT, ACCENT)]
    parts += [curve(seen, ACCENT, 2, "path")]
    for index, (x, y) in enumerate(seen, 1):
        parts += [
            circle((x, y), 2, "#ffffff", ACCENT),
            text((x + 5, y + (-5 if index in (4, 5) else 10)), str(index), "start", ACCENT, 600),
        ]
    for place in (0, 8):
        days = 22 * (place - 4)
        beside = at(sun, unit - 9, 360 * days / 365.256), at(sun, unit * MARS + 9, 360 * days / 686.98)
        parts += [
            text((x, y + 3), str(place + 1), "middle", fill, 600)
            for (x, y), fill in zip(beside, (INK, ACCENT), strict=True)
        ]
    parts += [text((252, 22), "Weg des Mars am Himmel", "middle", ACCENT, 600)]
    return svg(186, "Erde und Mars in neun Stellungen und die Richtungen, in denen Mars von der Erde aus steht", parts)


def planck(wavelength: float, temperature: float) -> float:
    """Spectral radiance over wavelength (nm) at a temperature (K), without its constant factor."""
    return wavelength**-5 / math.expm1(1.438777e7 / (wavelength * temperature))


COLOURS = {"Beteigeuze, 3600 K": 3600, "Sonne, 5772 K": 5772, "Sirius, 9900 K": 9900}


def star_colours() -> str:
    left, right, base, height = 34.0, 345.0, 160.0, 106.0

    def across(wavelength: float) -> float:
        return left + (right - left) * (wavelength - 200) / 1200

    parts = [polygon([(across(w), y) for w, y in ((400, base), (400, 52), (750, 52), (750, base))], TINT)]
    parts += [text((across(748), base - 5), "sichtbares Licht", "end", QUIET)]
    for (name, kelvin), top in zip(COLOURS.items(), (46, 34, 46), strict=True):
        peak = 2.897772e6 / kelvin
        points = [(across(w), base - height * planck(w, kelvin) / planck(peak, kelvin)) for w in range(200, 1401, 10)]
        stroke, width = (ACCENT, 2) if name.startswith("Sonne") else (INK, 1)
        parts += [
            line((across(peak), base), (across(peak), top + 2), QUIET, 0.5, DASHED),
            curve(points, stroke, width, f"k{kelvin}"),
            text((across(peak), top), name, "middle", stroke, 600),
        ]
    parts += [path(f"M{left} 52 V{base} H{right}")]
    for wavelength in range(200, 1401, 200):
        x = across(wavelength)
        parts += [line((x, base), (x, base + 3)), text((x, base + 13), str(wavelength), "middle")]
    parts += [text((across(800), base + 27), "Wellenlänge in Nanometern", "middle", QUIET)]
    parts += [text((left - 22, 14), "Strahlung, größter Wert = 1", fill=QUIET)]
    title = "Strahlung dreier Sterne über der Wellenlänge, jede Kurve auf ihren größten Wert bezogen"
    return svg(194, title, parts)


FIGURES = {
    "kepler-flaechen.svg": equal_areas,
    "marsschleife-blickrichtungen.svg": retrograde,
    "sternfarbe-strahlung.svg": star_colours,
}

if __name__ == "__main__":
    for name, draw in FIGURES.items():
        Path(__file__).with_name(name).write_text(draw(), encoding="utf-8", newline="\n")

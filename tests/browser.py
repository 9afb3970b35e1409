"""Cards in a headless browser, as Anki's reviewer shows them: measured, and drawn for people to look at.

Every side is a frame of one page, as wide as a phone or a window: one start of the browser shows them all.
"""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest

from tests.anki_reading import Side

CHROMIUM: Final = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
needs_chromium: Final = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium (Debian: apt-get install chromium)")

PHONE: Final = 360
WINDOW: Final = 1000
"""Pixels."""

_REVIEWER: Final = """<!doctype html>
<html{night_root}><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<script>window.failed = []; addEventListener("error", e => failed.push(String(e.message || e.target.src)), true);
addEventListener("unhandledrejection", e => failed.push(String(e.reason)));</script>
<style>body {{ margin: 20px; overflow-wrap: break-word }} img {{ max-width: 100%; max-height: 95vh }}
.night-mode {{ color-scheme: dark }}</style>
</head><body class="card card1{night}"><div id="qa">{side}</div>{unfold}</body></html>
"""
"""What stands around a side in Anki's reviewer, as far as it bears on the looks."""
_UNFOLD: Final = '<script>document.querySelectorAll("details").forEach(d => d.open = true)</script>'

_MEASURE: Final = """<script>
addEventListener("load", async () => {
  const found = {};
  for (const frame of document.querySelectorAll("iframe")) {
    const page = frame.contentDocument, root = page.documentElement;
    await page.fonts.ready;
    const scrolls = e => e && (["auto", "scroll"].includes(frame.contentWindow.getComputedStyle(e).overflowX)
      || scrolls(e.parentElement));
    const wide = [...page.querySelectorAll("#qa *")].filter(e => !scrolls(e) &&
      (e.getBoundingClientRect().right > frame.clientWidth + 1 || e.getBoundingClientRect().left < -1));
    found[frame.name] = {
      width: frame.clientWidth, needs: Math.max(root.scrollWidth, page.body.scrollWidth),
      wide: wide.map(e => e.tagName + "." + e.className),
      failed: frame.contentWindow.failed,
      fonts: [...page.fonts].filter(f => f.status !== "unloaded").map(f => f.family + " " + f.status),
      broken: [...page.images].filter(i => !i.naturalWidth).map(i => i.src),
      folded: [...page.querySelectorAll("#qa > * > details")].map(d => d.open),
      labels: [...page.querySelectorAll("[class*=sp-say-]")].map(
        e => frame.contentWindow.getComputedStyle(e, "::before").content),
      ground: frame.contentWindow.getComputedStyle(page.body).backgroundColor,
      scrolling: [...page.querySelectorAll("#qa *")].filter(e => scrolls(e) && e.scrollWidth > e.clientWidth + 1)
        .map(e => e.tagName.toLowerCase()),
      height: page.body.scrollHeight,
      figures: [...page.querySelectorAll(".sp-paper img")].map(i => i.getBoundingClientRect().width),
    };
  }
  const result = document.createElement("pre");
  result.id = "result";
  result.textContent = JSON.stringify(found);
  document.body.replaceChildren(result);
});
</script>"""


class Screen(NamedTuple):
    """How a side is shown: width in pixels, by day or by night, with its layers folded or all of them open."""

    width: int
    night: bool = False
    unfolded: bool = True


def measured(folder: Path, sides: Sequence[Side], *screens: Screen) -> dict[tuple[str, Screen], dict[str, Any]]:
    """Return what the browser found of each side on each screen, by the side's name; see `_MEASURE`.

    The pages are written into the folder of the media.
    """
    shown = {f"{n}-{side.name}": (side, screen) for n, screen in enumerate(screens) for side in sides}
    frames = "".join(_frame(folder, name, *what) for name, what in shown.items())
    page = folder / "measure.html"
    page.write_text(f"<!doctype html><meta charset='utf-8'>{frames}{_MEASURE}", "utf-8")
    result = re.search(r'<pre id="result">(.*?)</pre>', _chromium("--dump-dom", page.as_uri()), re.DOTALL)
    assert result, "the page was measured"
    return {
        (shown[name][0].name, shown[name][1]): found for name, found in json.loads(html.unescape(result[1])).items()
    }


def draw(folder: Path, side: Side, screen: Screen, target: Path, height: int = 900) -> None:
    """Draw a side as a PNG of a screen of this height; for looking at cards, not for any test."""
    frame = _frame(folder, "drawn", side, screen, height)
    page = folder / "draw.html"
    page.write_text(f"<!doctype html><style>body, iframe {{ margin: 0; border: 0 }}</style>{frame}", "utf-8")
    _chromium(f"--screenshot={target}", f"--window-size={max(screen.width, 500)},{height}", page.as_uri())


def _frame(folder: Path, name: str, side: Side, screen: Screen, height: int = 800) -> str:
    """Write the page of a side and return the frame that shows it."""
    text = _REVIEWER.format(
        side=side.html,
        night=" nightMode" if screen.night else "",
        night_root=' class="night-mode"' if screen.night else "",
        unfold=_UNFOLD if screen.unfolded else "",
    )
    (folder / f"{name}.html").write_text(text, "utf-8")
    size = f'width="{screen.width}" height="{height}"'
    return f'<iframe name="{name}" src="{name}.html" {size} style="border: 0"></iframe>'


def _chromium(*arguments: str) -> str:
    assert CHROMIUM is not None
    done = subprocess.run(
        [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--allow-file-access-from-files",
         "--virtual-time-budget=10000", "--force-color-profile=srgb", *arguments],
        capture_output=True, text=True, check=True, timeout=120,
    )  # fmt: skip  # one option, one glance
    return done.stdout


AXE: Final = Path(__file__).parents[1] / ".venv" / "node" / "node_modules" / "axe-core" / "axe.min.js"


@contextmanager
def opened_browser() -> Iterator[Any]:
    """Yield Chromium, driven by Playwright."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


def serious_faults(page: Any) -> list[str]:
    """Return the serious and critical faults of accessibility that axe finds in a page, each with its first element.

    The test is skipped where axe could not be installed.
    """
    if not AXE.exists():
        pytest.skip("no axe-core (npm was not there when the environment was set up)")
    page.evaluate(AXE.read_text("utf-8"))  # evaluated, not added: a page's policy allows no other script
    found = page.evaluate("axe.run({resultTypes: ['violations']})")["violations"]
    return [
        f"{each['id']}: {each['nodes'][0]['html'][:200]} {each['nodes'][0]['failureSummary'][:300]}"
        for each in found
        if each["impact"] in ("serious", "critical")
    ]

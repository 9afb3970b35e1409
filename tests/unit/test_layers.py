"""The floors of the package hold: imports point down, and each liberty belongs to one module."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "generator"

FLOORS = {
    "generator.__main__": 5, "generator.cli": 4,
    "generator.watch": 3.5, "generator.deck_files": 3.5, "generator.packs": 3.5, "generator.build": 3,
    "generator.product_jobs": 2.7, "generator.request": 1.5, "generator.options": 1.7,
    "generator.products": 2.5, "generator.products.base": 2,
    "generator.preflight": 1.5,
    "generator.workshop": 0.7, "generator.fingerprint": 0.7, "generator.cache": 0.3, "generator.temporaries": 0.2,
    "generator.endings": 0.7, "generator.resources": 0.3,
    "generator.model": 0.5, "generator.errors": 0, "generator": 0,
}  # fmt: skip  # higher above lower; any other module stands on floor 1, products on 2.2
ALONE = {
    "weasyprint": ("generator.typesetting",),
    "click": ("generator.cli", "generator.options"),
    "rich": ("generator.cli",),
}
"""Packages that few modules of ours may import."""
NEVER = {"anki", "aqt"}
"""Anki's own engine is AGPL: the tests may import it, the package never."""
EXITS = {"sys.exit", "os._exit", "os.abort", "sys.stdout", "sys.stderr", "exit", "quit", "print", "input"}


def _floor(module: str) -> float:
    return FLOORS.get(module, 2.2 if module.startswith("generator.products.") else 1)


def _imports(tree: ast.AST, modules: Iterable[str]) -> Iterator[str]:
    """Yield the full name of every module that is imported anywhere in a source, also inside functions."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide the floor"
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield inner if inner in modules else str(node.module)


def _calls(tree: ast.AST) -> Iterator[str]:
    """Yield the dotted names that a source uses, such as `print` and `sys.exit`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            yield f"{node.value.id}.{node.attr}"
        elif isinstance(node, ast.Raise) and "SystemExit" in ast.dump(node):
            yield "exit"


def violations(sources: Mapping[str, str]) -> list[str]:
    """Return what is wrong between the modules: full name to source text."""
    found: list[str] = []
    graph: dict[str, set[str]] = {}
    for module, text in sources.items():
        tree = ast.parse(text)
        graph[module] = imported = set(_imports(tree, sources))
        found += [f"{module} imports {other}" for other in imported if not _allowed(module, other)]
        if module not in ("generator.cli", "generator.__main__"):  # the entrance tells an old Python before all else
            found += [f"{module} uses {name}" for name in set(_calls(tree)) & EXITS]
    found += [f"{module} imports itself by way of others" for module in graph if _reaches(graph, module, module)]
    return sorted(found)


def _allowed(module: str, other: str) -> bool:
    package = other.split(".")[0]
    if package != "generator":
        return package not in NEVER and module in ALONE.get(package, (module,))
    same = _floor(other) == _floor(module) and not other.startswith("generator.products.")
    return _floor(other) < _floor(module) or same


def _reaches(graph: Mapping[str, set[str]], start: str, goal: str) -> bool:
    seen: set[str] = set()
    ahead = list(graph.get(start, ()))
    while ahead:
        module = ahead.pop()
        if module == goal:
            return True
        if module not in seen:
            seen.add(module)
            ahead += graph.get(module, ())
    return False


def _package() -> dict[str, str]:
    paths = sorted(PACKAGE.rglob("*.py"))
    names = [".".join(p.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__") for p in paths]
    return {name: path.read_text("utf-8") for name, path in zip(names, paths, strict=True) if "_data" not in name}


def test_the_floors_hold() -> None:
    """Imports point down, without circles; one module typesets, one prints and exits, none imports Anki."""
    assert violations(_package()) == []


def test_the_check_sees_the_package() -> None:
    """It reads what is there: the modules that the rules name, and an import inside a function of each kind."""
    sources = _package()
    assert set(FLOORS) | {module for modules in ALONE.values() for module in modules} <= set(sources)
    assert "weasyprint" in set(_imports(ast.parse(sources["generator.typesetting"]), sources))
    assert "generator.build" in set(_imports(ast.parse(sources["generator.cli"]), sources))


@pytest.mark.parametrize(
    ("module", "text", "said"),
    [
        ("generator.model", "from generator.loader import load", "imports generator.loader"),
        ("generator.markup", "def f():\n    from generator import build", "imports generator.build"),
        ("generator.build", "import generator.cli", "imports generator.cli"),
        ("generator.selection", "from generator.products.base import Rendered", "imports generator.products.base"),
        ("generator.errors", "from generator import model", "imports generator.model"),
        ("generator.products.deck", "from generator.products.handbook import x", "imports generator.products.handbook"),
        ("generator.products.deck", "from generator.products import handbook", "imports generator.products.handbook"),
        ("generator.products.deck", "import generator.products", "imports generator.products"),
        ("generator.products.base", "import generator.products.deck", "imports generator.products.deck"),
        ("generator.binding", "from weasyprint.urls import x", "imports weasyprint.urls"),
        ("generator.products.handbook", "if True:\n    import weasyprint", "imports weasyprint"),
        ("generator.build", "import click", "imports click"),
        ("generator.cli", "import anki.collection", "imports anki.collection"),
        ("generator.build", "print('x')", "uses print"),
        ("generator.build", "import sys\nsys.exit(1)", "uses sys.exit"),
        ("generator.build", "say = print", "uses print"),
        ("generator.build", "raise SystemExit(1)", "uses exit"),
        ("generator.build", "import sys\nsys.stderr.write('x')", "uses sys.stderr"),
    ],
)
def test_a_violation_would_be_caught(module: str, text: str, said: str) -> None:
    """A made-up source of one of the modules, beside empty others, is found out."""
    sources = dict.fromkeys(_package(), "") | {module: text}
    assert violations(sources) == [f"{module} {said}"]


def test_a_circle_would_be_caught() -> None:
    """Two modules of one floor may not import each other, not even by way of a third."""
    sources = {"generator.a": "import generator.b", "generator.b": "import generator.c", "generator.c": ""}
    assert violations(sources) == []
    sources["generator.c"] = "from generator import a"
    assert violations(sources) == [f"generator.{name} imports itself by way of others" for name in "abc"]

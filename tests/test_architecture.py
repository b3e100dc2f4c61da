"""The direction of imports is the one that docs/architecture.md draws."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "publisher"
LAYERS = [
    line.split()
    for line in re.search(
        r"```layers\n(.*?)```", (ROOT / "docs" / "architecture.md").read_text(), re.S
    )[1].splitlines()
]
POSITION = {
    name: (row, column) for row, names in enumerate(LAYERS) for column, name in enumerate(names)
}
PURE = {
    name
    for names in LAYERS[next(i for i, n in enumerate(LAYERS) if "validate" in n) :]
    for name in names
}
IMPURE = {
    "os",
    "pathlib",
    "flask",
    "click",
    "granian",
    "rich",
    "httpx",
    "subprocess",
    "socket",
    "time",
}
FILES = sorted(PACKAGE.rglob("*.py"))


def module_of(path: Path) -> str:
    return path.relative_to(PACKAGE).with_suffix("").parts[0]


def imported_modules(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module == "publisher":
            names |= {f"publisher.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return names


def test_every_module_has_a_layer():
    modules = {module_of(path) for path in FILES} - {"__init__"}
    assert modules == set(POSITION)


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_point_down(path):
    own = module_of(path)
    for name in imported_modules(path):
        package, _, rest = name.partition(".")
        other = rest.partition(".")[0]
        if package == "publisher" and other in POSITION and other != own and own in POSITION:
            row, column = POSITION[other]
            assert (row, column) > POSITION[own], f"{own} must not import {other}"


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_pure_modules_touch_nothing_outside(path):
    if module_of(path) in PURE:
        touched = {name.partition(".")[0] for name in imported_modules(path)} & IMPURE
        assert not touched, f"{module_of(path)} is pure, but imports {touched}"

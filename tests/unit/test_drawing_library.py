"""The drawing library that is shipped draws what the figures are made of."""

import ast
import re
from pathlib import Path

import plotly

from dashboards import figures
from dashboards.kept import ASSETS

SHIPPED = ASSETS / "plotly" / "plotly.min.js"
OTHERS = {"Figure"}
"""What figures take from plotly that is no kind of trace."""


def _begins(file: Path) -> str:
    with file.open(encoding="utf-8") as text:
        return text.read(300)


def _version(file: Path) -> str:
    found = re.search(r"plotly\.js v([\d.]+)", _begins(file))
    assert found, file
    return found[1]


def test_it_is_of_the_version_that_the_figures_are_written_for() -> None:
    """Else: dashboards/plotly/README.md."""
    whole = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
    assert _version(SHIPPED) == _version(whole)


def test_it_knows_every_kind_of_trace_that_is_drawn() -> None:
    """And no other."""
    drawn = {
        node.attr.lower()
        for file in Path(figures.__file__).parent.glob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
        and node.value.id == "go" and node.attr not in OTHERS}
    said = re.search(r"plotly\.js v[\d.]+: ([\w, ]+)\.", _begins(SHIPPED))
    assert said
    assert set(said[1].split(", ")) == drawn

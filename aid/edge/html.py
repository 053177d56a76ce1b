"""The few pages of the edge itself, from templates: no script, no inline style, text escaped."""

from functools import partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from aid.edge.words import WORDS
from aid.text import Locale

STATIC = Path(__file__).parent / "static"
_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True,
    undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
)


def render(
    template: str, locale: Locale, *, status: int = 200, **more: Any
) -> HTMLResponse:
    """A page of the edge in a language."""
    page = _TEMPLATES.get_template(template)
    return HTMLResponse(page.render(
        lang="zh-CN" if locale == "zh" else "en", locale=locale, w=partial(_say, locale),
        status=status, **more), status_code=status)


def _say(locale: Locale, name: str) -> str:
    return WORDS[name].to(locale)

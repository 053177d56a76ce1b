"""Both languages of the pages are complete and used."""

import re
from pathlib import Path
from string import Formatter

import pytest

import dashboards
from aid.access.policy import Permission
from aid.access.roles import Role
from aid.audit.model import AuditKind, Outcome
from aid.plans.terms import TargetKind, Theme
from aid.text import LOCALES
from dashboards.i18n import (
    PARTS,
    WORDS,
    kind_key,
    listing,
    permission_key,
    role_key,
    theme_key,
    words,
)
from dashboards.view import PAGES

SOURCES = sorted(Path(dashboards.__file__).parent.rglob("*.py"))
_KEY = re.compile(r'["\']([a-z]+(?:\.[a-z_]+)+)["\']')
_BUILT = re.compile(r'f"([a-z]+(?:\.[a-z_]+)*\.)\{')


def _fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("key", sorted(WORDS))
def test_every_word_is_there_in_both_languages(key: str) -> None:
    """Nobody meets a blank, or a sentence that names fewer things in one language."""
    text = WORDS[key]
    assert all(text.to(locale).strip() for locale in LOCALES)
    for name in _fields(text.en):
        assert name in _fields(text.zh), f"{name} is missing in Chinese"


def test_every_theme_and_kind_has_a_name() -> None:
    """A new theme in the domain needs words before it can be shown."""
    assert all(theme_key(theme) in WORDS for theme in Theme)
    assert all(kind_key(kind) in WORDS for kind in TargetKind)


def test_no_word_is_unused() -> None:
    """The table holds what the pages say and nothing else."""
    code = "\n".join(path.read_text("utf-8") for path in SOURCES if path.parent.name != "words")
    named = set(_KEY.findall(code))
    built = tuple(_BUILT.findall(code))
    unused = [key for key in WORDS if key not in named and not key.startswith(built)]
    assert unused == []


def test_every_word_used_is_known() -> None:
    """A key with a slip in it would only show when somebody opens the page."""
    for path in SOURCES:
        for key in re.findall(r'\bw(?:ords\([^)]*\))?\("([a-z_.]+)"', path.read_text("utf-8")):
            assert key in WORDS, f"{path.name}: {key}"


def test_every_role_permission_and_event_has_a_name() -> None:
    """A new one needs words before it can be shown."""
    assert all(role_key(role) in WORDS for role in Role)
    assert all(permission_key(permission) in WORDS for permission in Permission)
    assert all(f"event.{kind.value}" in WORDS for kind in AuditKind)
    assert all(f"outcome.{outcome.value}" in WORDS for outcome in Outcome)
    assert all(f"nav.{page}" in WORDS for page in PAGES)


def test_no_word_stands_in_two_files() -> None:
    """One of them would never be seen."""
    assert sum(len(part.WORDS) for part in PARTS) == len(WORDS)


def test_an_unknown_word_is_an_error_not_a_blank() -> None:
    """Silence would hide it."""
    with pytest.raises(KeyError):
        words("zh")("no.such.word")


def test_things_are_listed_as_each_language_does() -> None:
    """甲、乙 and A, B."""
    assert listing(["甲", "乙"], "zh") == "甲、乙"
    assert listing(["A", "B"], "en") == "A, B"

"""Looking up the words of the pages, which stand in dashboards/words/, in either language."""

from collections.abc import Callable

from aid.access.policy import Permission
from aid.access.roles import Inner, Role
from aid.plans.terms import TargetKind, Theme
from aid.text import Locale, Text
from dashboards.words import (
    accounts,
    audit,
    cadres,
    facts,
    frame,
    funds,
    invested,
    investment,
    log,
    log_life,
    overview,
    plan,
    project,
    project_money,
    projects,
    report,
    shared,
    terms,
    villages,
)

Words = Callable[..., str]
"""Looks a key up in one language: `w("nav.plan")`, `w("targets.count", count=97)`."""

PARTS = (
    frame, shared, overview, investment, invested, funds, villages, projects, project,
    project_money, cadres, plan, report, log, audit, log_life, facts, accounts, terms)
"""The files that words stand in."""
WORDS: dict[str, Text] = {key: said for part in PARTS for key, said in part.WORDS.items()}


def words(locale: Locale) -> Words:
    """A look-up in one language. An unknown key is a defect and raises KeyError."""

    def word(key: str, **values: object) -> str:
        return WORDS[key].to(locale).format(**values)

    return word


def listing(items: list[str], locale: Locale) -> str:
    """Several things in one sentence: 甲、乙 or "A, B"."""
    return ("、" if locale == "zh" else ", ").join(items)


def theme_key(theme: str) -> str:
    """The key of a theme's name."""
    return f"theme.{Theme(theme)}"


def kind_key(kind: str) -> str:
    """The key of a target kind's name."""
    return f"kind.{TargetKind(kind)}"


def role_key(role: Role | Inner) -> str:
    """The key of a role's name. The program's own roles have none: ValueError."""
    return f"role.{Role(role)}"


def permission_key(permission: Permission) -> str:
    """The key of what somebody may do."""
    return f"permission.{permission.value.replace('.', '_')}"

"""The facts of an entry of the audit log in plain words; what has no word is shown as it is. Pure.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from aid.access.policy import Permission
from aid.access.roles import Role
from aid.text import Locale
from dashboards.i18n import WORDS, listing, permission_key, role_key, words

ORDER = {key: at for at, key in enumerate(WORDS)}
CODED = ("reason", "why", "method", "stage", "step")
"""Facts whose values are codes with words of their own."""
OPPOSITES = {"disabled": "enabled", "enrolled": "proved"}
"""What a fact that does not hold means instead, where that means anything."""


def told(facts: Mapping[str, Any], locale: Locale) -> str:
    """All facts in one line."""
    return " · ".join(_each(facts, locale))


def _each(facts: Mapping[str, Any], locale: Locale) -> Iterator[str]:
    w = words(locale)
    for name, value in sorted(facts.items(), key=_place):
        known = f"fact.{name}" in WORDS
        if value is False and name in OPPOSITES:
            yield w(f"fact.{OPPOSITES[name]}")
        elif value not in (None, [], {}, False):
            said = _value(name, value, locale)
            yield w(f"fact.{name}", value=said) if known else f"{name}: {said}"


def _place(fact: tuple[str, Any]) -> tuple[int, str]:
    """Facts stand in the order of their words; those without come last, by name."""
    return ORDER.get(f"fact.{fact[0]}", len(ORDER)), fact[0]


def _value(name: str, value: Any, locale: Locale) -> str:
    """A value by the word for its code, a list by its parts."""
    w = words(locale)
    if isinstance(value, list):
        return listing([_value(name, each, locale) for each in value], locale)
    if not isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if name == "role" and value in list(Role):
        return w(role_key(Role(value)))
    if name in ("needed", "scopes") and value in list(Permission):
        return w(permission_key(Permission(value)))
    code = f"code.{value.lower()}"
    return w(code) if name in CODED and code in WORDS else value

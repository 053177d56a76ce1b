"""What a search finds, in plain Python: written without the SQL."""

import re
from unicodedata import normalize

_BLANK = re.compile(r"[\x01-/:-@\[-`{-\xbf\u2000-\u206f\u3000-\u303f]+")
_CASE = {at: at + 32 for at in range(ord("A"), ord("Z") + 1)}


def holds(query: str, name: str, name_en: str | None, code: str) -> bool:
    """Whether a thing of these names is found: it holds each word of the query.

    A query of nothing but blanks asks for nothing; one of nothing but punctuation, or of more than
    600 characters, finds nothing.
    """
    words = _plain(query).split() if len(query) <= 600 else []
    if not words:
        return not normalize("NFKC", query).strip(" ")
    return all(word in _plain(f"{name} {name_en or ''} {code}") for word in words)


def _plain(said: str) -> str:
    """Words, and a mark before each run of ASCII letters and digits: it has to begin there."""
    said = _BLANK.sub(" ", normalize("NFKC", said).translate(_CASE))
    return re.sub(r"[a-z0-9]+", lambda run: "\x01" + run[0], said)

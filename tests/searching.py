"""What a search for words in names means, in plain Python: the law that the database is held to."""

import re
from unicodedata import normalize

_BLANK = re.compile(r"[\x01-/:-@\[-`{-\xbf\u2000-\u206f\u3000-\u303f]+")
_CASE = {at: at + 32 for at in range(ord("A"), ord("Z") + 1)}


def _plain(said: str) -> str:
    said = _BLANK.sub(" ", normalize("NFKC", said).translate(_CASE))
    return re.sub(r"[a-z0-9]+", lambda run: "\x01" + run[0], said)


def is_found(query: str, *names: str | None) -> bool:
    """Whether the names hold every word: in Chinese anywhere, in English from its beginning."""
    whole = _plain(" ".join(name or "" for name in names))
    return all(word in whole for word in _plain(query).split(" "))

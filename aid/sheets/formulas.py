"""Text of people in CSV that a spreadsheet would take for a formula, made harmless. Pure.

The accepted way (OWASP, CSV injection): an apostrophe before it. Text that already has apostrophes
there gets one more, so that taking one away always gives what was meant.
"""

import re

OPENS_FORMULA = r"^'*[=+\-@\t\r\n＝＋－＠]"
"""The beginning of such text, in the words of Python's and PostgreSQL's expressions alike."""

_OPENS = re.compile(OPENS_FORMULA)


def harmless(text: str) -> str:
    """The text as it is written into CSV."""
    return f"'{text}" if _OPENS.match(text) else text


def meant(text: str) -> str:
    """The text that was written into CSV as `harmless` does."""
    return text[1:] if text.startswith("'") and _OPENS.match(text) else text

"""The names of the terms of a plan."""

from aid.plans.terms import TARGET_KIND_NAMES, THEME_NAMES
from aid.text import Text

WORDS: dict[str, Text] = {
    **{f"kind.{kind}": said for kind, said in TARGET_KIND_NAMES.items()},
    **{f"theme.{theme}": said for theme, said in THEME_NAMES.items()},
}

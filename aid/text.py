"""A sentence in the two languages of the product, chosen at the moment of showing it."""

from typing import Literal, NamedTuple

Locale = Literal["zh", "en"]
LOCALES: tuple[Locale, ...] = ("zh", "en")


class Text(NamedTuple):
    """One thing said twice: `zh` for 中文, `en` for English."""

    zh: str
    en: str

    def to(self, locale: Locale) -> str:
        """The sentence in `locale`."""
        return self.zh if locale == "zh" else self.en


def preferred_locale(accept_language: str | None, default: Locale) -> Locale:
    """The first of our languages that an Accept-Language header names (RFC 9110, 12.5.4).

    Weights are honoured; anything unreadable falls back to `default`.
    """
    best: tuple[float, Locale] | None = None
    for part in (accept_language or "")[:500].split(","):
        tag, _, parameters = part.strip().partition(";")
        weight = 1.0
        if parameters.strip().startswith("q="):
            try:
                weight = float(parameters.strip()[2:])
            except ValueError:
                continue
        for locale in LOCALES:
            if tag.lower().split("-")[0] == locale and weight > (best[0] if best else 0.0):
                best = (weight, locale)
    return best[1] if best else default

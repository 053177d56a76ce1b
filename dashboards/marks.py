"""Marks that say what a thing is by a word as well as by colour, as light elements. Pure."""

from collections.abc import Iterable, Mapping
from urllib.parse import quote

from aid.access.actor import SIMULATION
from aid.projects.queries import DocumentRow
from aid.projects.terms import STAGE_NAMES, Stage
from aid.text import Locale
from dashboards.format import exact_yuan, rounded
from dashboards.i18n import Words, words
from dashboards.light import Light, element

PICTURES = ("image/png", "image/jpeg", "image/webp")
_ASIDE = {Stage.SUSPENDED: "aside", Stage.CANCELLED: "ended"}
_DONE = (Stage.COMPLETED, Stage.ACCEPTED, Stage.AUDITED, Stage.HANDED_OVER, Stage.EVALUATED,
         Stage.CLOSED)


def stage_mark(stage: str, held: str | None, locale: Locale) -> Light:
    """The stage of a project; one that is set aside says where it goes on."""
    at = Stage(stage)
    look = _ASIDE.get(at) or ("done" if at in _DONE else "open")
    said = STAGE_NAMES[at].to(locale)
    if not held:
        return element("span", said, cls=f"mark {look}")
    w, goes_on = words(locale), STAGE_NAMES[Stage(held)].to(locale)
    if at is Stage.RESERVE:
        said = w("mark.again")
    return element("span", w("mark.held", stage=said, held=goes_on), cls=f"mark {look}",
                   title=w("mark.held.is", held=goes_on))


def actor_name(name: str, locale: Locale) -> str:
    """Who recorded something: an account's name, or in words that it was simulated."""
    return words(locale)("mark.simulated") if name == SIMULATION.name else name


def late_mark(locale: Locale) -> Light:
    """What is late."""
    return element("span", f"⚠ {words(locale)('mark.late')}", cls="mark late")


def simulated_mark(locale: Locale) -> Light:
    """What is simulated."""
    w = words(locale)
    return element("span", w("mark.simulated"), cls="mark simulated",
                   title=w("mark.simulated.why"))


def document_link(number: int, files: Mapping[int, str], w: Words) -> Light:
    """A document by its number; only named where its file is not known."""
    if number not in files:
        return w("mark.document")
    return element("a", w("mark.document"), title=files[number],
                   href=f"/documents/{number}/{quote(files[number], safe='')}")


def pictures(documents: Iterable[DocumentRow]) -> list[Light]:
    """What a report came with: pictures as such, other documents by their title, each a link."""
    return [element(
        "a", element("img", src=there, alt=one.title, loading="lazy")
        if one.media_type in PICTURES else one.title, href=there, title=one.title, cls="picture")
        for one in documents
        for there in [f"/documents/{one.id}/{quote(one.file_name, safe='')}"]]


def money(fen: int | None, locale: Locale) -> list[Light]:
    """An amount in the unit its size asks for, with the exact yuan on pointing at it."""
    if fen is None:
        return [element("span", "—", cls="nothing")]
    said = rounded(fen, locale)
    return [element("span", said.number, element("span", f" {said.unit}", cls="unit"),
                    title=exact_yuan(fen, locale), cls="money")]

"""The fields of the forms about people: registered, posted, succeeded; posts agreed on."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from aid.cadres.terms import CATEGORY_NAMES, DIRECTION_NAMES, Direction
from dashboards.forms import Field, node_id
from dashboards.i18n import words
from dashboards.pages.log_inputs import coming_day, label, past_day, reason, version_of
from dashboards.reading_log import LogData, People
from dashboards.view import View


def _register(view: View, data: LogData) -> list[Field]:
    people = data.people
    cities = [one for one in people.supporters if one.district_id is None] if people else []
    districts = [one for one in people.supporters if one.district_id] if people else []
    return [
        Field("name", "text", label(view, "name"), required=True),
        Field("category", "choice", label(view, "category"), required=True, options=[
            (one.name, said.to(view.locale)) for one, said in CATEGORY_NAMES.items()]),
        Field("homeUnit", "text", label(view, "home_unit")),
        Field("supporterCode", "choice", label(view, "supporter"), required=True,
              options=[(one.code, one.name.to(view.locale)) for one in cities],
              chosen=cities[0].code if len(cities) == 1 else ""),
        Field("districtCode", "choice", label(view, "district"),
              options=[(one.code, one.name.to(view.locale)) for one in districts]),
    ]


def _post(view: View, data: LogData) -> list[Field]:
    w, people, locale = words(view.locale), data.people, view.locale
    if people is None:
        return []
    posts = [(node_id("Post", one.id), " · ".join([
        one.recipient.to(locale), f"{one.unit} {one.title.to(locale)}",
        CATEGORY_NAMES[one.category].to(locale),
        *([] if one.vacant else [w("form.post.held")])])) for one in people.posts]
    chosen = next((node_id("Post", one.id) for one in people.posts if str(one.id) == view.item), "")
    return [
        _who(view, people),
        Field("postId", "choice", label(view, "post"), required=True, options=posts,
              chosen=chosen),
        *_when(view, people),
    ]


def _who(view: View, people: People) -> Field:
    """Whoever holds no term."""
    w, locale = words(view.locale), view.locale
    return Field("cadreId", "choice", label(view, "cadre"), required=True, options=[
        (node_id("SecondedCadre", one.id), " · ".join([
            one.name, CATEGORY_NAMES[one.category].to(locale),
            *([one.home_unit] if one.home_unit else []), one.code])) for one in people.free],
        hint=w("form.cadre.hint"))


def _when(view: View, people: People, starts: str = "") -> list[Field]:
    """The days of a term, or the batch that says them; `starts` is a hint for the first."""
    return [
        Field("batchCode", "choice", label(view, "batch"), options=[
            (one.code, f"{one.name.to(view.locale)} · {one.starts_on} · {one.months}")
            for one in people.batches], hint=words(view.locale)("form.batch.hint")),
        Field("startsOn", "day", label(view, "starts_on"), hint=starts),
        Field("plannedEnd", "day", label(view, "planned_end")),
    ]


def _extend(view: View, data: LogData) -> list[Field]:
    [one] = data.terms
    w = words(view.locale)
    return [
        *version_of(node_id("Secondment", one.id), one.version),
        coming_day(view, "newEnd", "new_end", hint=w("form.planned.hint", day=one.planned_end)),
        reason(view),
    ]


def _end(view: View, data: LogData) -> list[Field]:
    [one] = data.terms
    return [
        *version_of(node_id("Secondment", one.id), one.version),
        past_day(view, data, "endedOn", "ended_on"), reason(view),
    ]


def _succeed(view: View, data: LogData) -> list[Field]:
    [one], people = data.terms, data.people
    if people is None:
        return []
    return [
        Field("id", "hidden", "", chosen=node_id("Secondment", one.id)),
        _who(view, people), *_when(view, people, words(view.locale)(
            "form.succeed.hint", day=one.last_day)),
    ]


def _agree(view: View, data: LogData) -> list[Field]:
    locale, [pairing] = view.locale, data.pairings
    return [
        Field("recipientCode", "hidden", "", chosen=pairing.recipient.code),
        Field("pairingCode", "hidden", "", chosen=pairing.code),
        Field("unit", "text", label(view, "post_unit"), required=True),
        Field("category", "choice", label(view, "category"), required=True, options=[
            (one.name, said.to(locale)) for one, said in CATEGORY_NAMES.items()]),
        Field("title", "text", label(view, "post_title"), required=True),
        Field("titleEn", "text", label(view, "title_en")),
        coming_day(view, "agreedFrom", "agreed_from", data.today),
        Field("agreedUntil", "day", label(view, "agreed_until"),
              hint=words(locale)("form.agreed.hint")),
        Field("direction", "choice", label(view, "direction"), required=True, options=[
            (one.name, said.to(locale)) for one, said in DIRECTION_NAMES.items()],
            chosen=Direction.OUT.name),
    ]


PEOPLE: Mapping[str, Callable[[View, LogData], Sequence[Field]]] = MappingProxyType({
    "register": _register, "agree": _agree, "post": _post, "succeed": _succeed,
    "extend": _extend, "end": _end,
})
"""The fields of each of these forms, by its name."""

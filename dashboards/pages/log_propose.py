"""The fields of the form that proposes a project of a pairing."""

from aid.projects.terms import DELIVERY_NAMES, KIND_NAMES
from dashboards.forms import Field
from dashboards.i18n import words
from dashboards.pages.log_inputs import coming_day, label, past_day
from dashboards.reading_log import LogData
from dashboards.view import View


def propose(view: View, data: LogData) -> list[Field]:
    """The pairing says who gives and who receives; codes of a plan and its target go together."""
    w, locale, found, [pairing] = words(view.locale), view.locale, data.proposing, data.pairings
    if found is None:
        return []
    return [
        Field("pairingCode", "hidden", "", chosen=pairing.code),
        Field("recipientCode", "hidden", "", chosen=pairing.recipient.code),
        Field("supporterCode", "hidden", "", chosen=pairing.supporter_code),
        Field("districtCode", "hidden", "", chosen=pairing.district_code or ""),
        Field("name", "text", label(view, "project_name"), required=True),
        Field("nameEn", "text", label(view, "name_en")),
        Field("sectorCode", "choice", label(view, "sector"), required=True,
              options=[(one.code, one.name.to(locale)) for one in found.sectors]),
        Field("kind", "choice", label(view, "kind"), required=True,
              options=[(one.name, said.to(locale)) for one, said in KIND_NAMES.items()]),
        Field("deliveryMode", "choice", label(view, "delivery_mode"), required=True,
              options=[(one.name, said.to(locale)) for one, said in DELIVERY_NAMES.items()],
              hint=w("form.delivery.hint")),
        Field("proposedInvestment", "yuan", label(view, "proposed_investment"), required=True,
              unit=label(view, "yuan")),
        Field("regionCode", "choice", label(view, "region"),
              options=[(one.code, one.name.to(locale)) for one in found.below],
              hint=w("form.region.hint")),
        Field("place", "text", label(view, "place"), hint=w("form.place.hint")),
        coming_day(view, "plannedStart", "planned_start"),
        coming_day(view, "plannedEnd", "planned_finish"),
        past_day(view, data, "proposedOn", "proposed_on"),
        Field("planCode targetCode", "choice", label(view, "target"), options=[
            (f"{one.plan} {one.code}", f"{one.code} {_short(one.statement.to(locale))}")
            for one in found.targets], hint=w("form.target.hint")),
        Field("description", "long", label(view, "description")),
    ]


def _short(statement: str) -> str:
    return statement if len(statement) <= LONGEST else f"{statement[:LONGEST]}…"


LONGEST = 60
"""Characters of a target's statement: a list of them is read line by line."""

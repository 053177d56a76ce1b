"""Fields that several forms of the log have."""

from datetime import date

from aid.funds.choosing import Instalment, Undoable
from aid.projects.files import LARGEST, MOST, TOGETHER
from aid.projects.queries import MilestoneRow, ProjectRow
from aid.regions.queries import PairingRow
from aid.text import Locale
from dashboards.forms import Field, node_id
from dashboards.i18n import words
from dashboards.reading_log import LogData
from dashboards.view import View


def label(view: View, key: str) -> str:
    """What a field is called."""
    return words(view.locale)(f"field.of.{key}")


def project_id(data: LogData) -> str:
    """The API's id of the project that the form is about."""
    return node_id("AidProject", data.project.id) if data.project else ""


def project_of(data: LogData) -> ProjectRow:
    """The project that the form is about; a form of one is drawn of nothing else."""
    assert data.project is not None  # noqa: S101
    return data.project


def past_day(view: View, data: LogData, name: str, key: str, hint: str = "") -> Field:
    """A day that has come; today stands there at first."""
    today = data.today.isoformat()
    return Field(name, "day", label(view, key), required=True, chosen=today, latest=today,
                 hint=hint)


def coming_day(view: View, name: str, key: str, chosen: date | None = None,
               hint: str = "") -> Field:
    """Any day."""
    return Field(name, "day", label(view, key), required=True, hint=hint,
                 chosen=chosen.isoformat() if chosen else "")


def files(view: View) -> list[Field]:
    """A file and its title."""
    w = words(view.locale)
    return [Field("file", "file", label(view, "file"), hint=w("form.file.hint")),
            Field("title", "text", label(view, "title"), hint=w("form.title.hint"))]


def pictures(view: View) -> list[Field]:
    """Several files, pictures as a rule, and the title of all of them."""
    w = words(view.locale)
    return [Field("files", "files", label(view, "files"), hint=w(
                "form.files.hint", most=MOST, each=LARGEST // 1024**2, all=TOGETHER // 1024**2)),
            Field("title", "text", label(view, "title"), hint=w("form.titles.hint"))]


def version_of(identity: str, version: int) -> list[Field]:
    """Which thing, and the version of it that is looked at."""
    return [Field("id", "hidden", "", chosen=identity),
            Field("expectedVersion", "version", "", chosen=str(version))]


def reason(view: View, hint: str = "") -> Field:
    """Why, which is needed."""
    return Field("reason", "long", label(view, "reason"), required=True, hint=hint)


def open_milestones(data: LogData) -> list[MilestoneRow]:
    """The project's milestones that are not met."""
    return [one for one in data.project.milestones if one.met_on is None] if data.project else []


def giver_of(pairing: PairingRow, locale: Locale) -> str:
    """Who gives: the city, and its district where it is that one's pairing."""
    givers = [pairing.supporter, *([pairing.district] if pairing.district else [])]
    return " ".join(giver.to(locale) for giver in givers)


def chosen_milestone(view: View, data: LogData) -> MilestoneRow | None:
    """The one of them that was chosen."""
    return next((one for one in open_milestones(data) if str(one.id) == view.item), None)


def logged_milestones(data: LogData) -> list[MilestoneRow]:
    """The project's milestones that are logged as met."""
    return [one for one in data.project.milestones if one.met_on is not None] \
        if data.project else []


def chosen_logged(view: View, data: LogData) -> MilestoneRow | None:
    """The one of them that was chosen."""
    return next((one for one in logged_milestones(data) if str(one.id) == view.item), None)


def chosen_movement(view: View, data: LogData) -> Undoable | None:
    """The movement that was chosen, if the actor may undo it."""
    found = data.money.movements if data.money else ()
    return next((one for one in found if str(one.seq) == view.item), None)


def open_instalments(data: LogData) -> list[Instalment]:
    """The project's instalments that the form may be about: no money of a withdrawn one moved."""
    return [one for one in (data.money.instalments if data.money else ())
            if data.form != "withdraw_instalment" or not one.moved]


def chosen_instalment(view: View, data: LogData) -> Instalment | None:
    """The one of them that was chosen."""
    return next((one for one in open_instalments(data) if str(one.id) == view.item), None)

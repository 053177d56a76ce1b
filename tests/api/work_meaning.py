"""What villages, people and posts mean, in plain Python over rows in memory: by the pure rules."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from aid.cadres.rules import Agreed, Term, vacant
from aid.clock import today
from aid.villages.rules import Work, actual_progress, planned_progress, standing
from aid.villages.terms import Component
from tests.api.meaning import Field, history, many, place_of_code
from tests.api.meaning_of_projects import lies_in
from tests.api.rows import Row, Rows
from tests.searching import holds

Given = Mapping[str, Any]


def _day(given: Given) -> date:
    found: date | None = given.get("asOf")
    return found or today()


def _percent(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.01"), ROUND_HALF_UP)


def _last(rows: list[Row], dated: str, day: date) -> Row | None:
    """The last by its day, then by number, of those up to a day."""
    known = [row for row in rows if row[dated] <= day]
    return max(known, key=lambda row: (row[dated], row["id"]), default=None)


def _work(rows: Rows, work: Row, day: date) -> Work:
    last = _last(rows.where("VillageReport", "work_id", work["id"]), "reported_on", day)
    return Work(
        component=Component(work["component"]), planned=work["planned"],
        done=last["done"] if last else Decimal(0), cost_fen=work["cost_fen"],
        planned_start=work["planned_start"], planned_end=work["planned_end"],
        reported_on=last["reported_on"] if last else None)


def works_on_day(rows: Rows, village: Row, day: date) -> list[Work]:
    """A village's works as the rules want them, with what was reported by a day."""
    return [_work(rows, work, day) for work in rows.where("VillageWork", "village_id",
                                                          village["id"])]


def accepted_by(rows: Rows, village: Row, day: date) -> bool:
    """Whether its last acceptance by a day was passed."""
    last = _last(rows.where("VillageAcceptance", "village_id", village["id"]), "accepted_on", day)
    return bool(last and last["passed"])


def _components(rows: Rows, village: Row, given: Given) -> list[Row]:
    day = _day(given)
    works = works_on_day(rows, village, day)
    actual, planned = actual_progress(works), planned_progress(works, day)
    found = []
    for component in Component:
        own = [work for work in works if work.component is component]
        costs = [work.cost_fen for work in own if work.cost_fen is not None]
        if own:
            found.append(Row("ComponentProgress", {
                "component": component.value, "works": len(own),
                "progress": _percent(actual.components[component]),
                "planned": _percent(planned.components[component]),
                "done": sum(work.finished for work in own),
                "cost": sum(costs) if len(costs) == len(own) else None}))
    return found


def _progress(rows: Rows, village: Row, given: Given) -> Decimal | None:
    found = actual_progress(works_on_day(rows, village, _day(given))).village
    return None if found is None else _percent(found)


def _standing(rows: Rows, village: Row, given: Given) -> Row | None:
    day = _day(given)
    works, accepted = works_on_day(rows, village, day), accepted_by(rows, village, day)
    progress, planned = _progress(rows, village, given), planned_progress(works, day).village
    if progress is None or planned is None:
        return None
    stood = standing(works, day, accepted=accepted)
    reported = [work.reported_on for work in works if work.reported_on]
    return Row("VillageStanding", {
        "progress": progress, "planned": _percent(planned), "works": len(works),
        "done": len(works) - stood.unfinished, "late_works": stood.late_works,
        "planned_end": stood.planned_end, "reported_on": max(reported, default=None),
        "quiet_since": stood.quiet_since, "accepted": accepted, "late": stood.late,
        "stalled": stood.stalled})


def _work_standing(rows: Rows, work: Row, given: Given) -> Row:
    day = _day(given)
    one = _work(rows, work, day)
    actual, planned = actual_progress([one]).village, planned_progress([one], day).village
    assert actual is not None
    assert planned is not None
    return Row("WorkStanding", {
        "done": one.done, "progress": _percent(actual), "planned": _percent(planned),
        "reported_on": one.reported_on, "finished": one.finished,
        "late": not one.finished and one.planned_end < day})


def _scores(rows: Rows, acceptance: Row, _: Given) -> list[Row]:
    found = rows.where("AcceptanceScore", "acceptance_id", acceptance["id"])
    return sorted(found, key=lambda row: row["criterion_id"])


def _term(row: Row) -> Term:
    return Term(row["starts_on"], row["planned_end"], row["ended_on"])


def _holders(rows: Rows, post: Row, given: Given) -> list[Row]:
    terms = rows.where("Secondment", "post_id", post["id"])
    return sorted((row for row in terms if _term(row).holds(_day(given))),
                  key=lambda row: (row["starts_on"], row["id"]))


def _agreed(post: Row) -> Agreed:
    return Agreed(post["agreed_from"], post["agreed_until"])


def _vacant(rows: Rows, post: Row, given: Given) -> bool:
    terms = [_term(row) for row in rows.where("Secondment", "post_id", post["id"])]
    return vacant(_agreed(post), terms, _day(given))


def _days_left(_: Rows, term: Row, given: Given) -> int | None:
    day = _day(given)
    if term["ended_on"] is not None or not _term(term).holds(day):
        return None
    left: int = (term["planned_end"] - day).days
    return left


def _through(kind: str, link: str, column: str) -> Field:
    """A value of the row that the object names."""

    def value(rows: Rows, source: Row, _: Given) -> Any:
        found = rows.one(kind, "id", source[link])
        assert found is not None
        return found[column].upper()

    return value


def _recipient(rows: Rows, source: Row, _: Given) -> Row | None:
    return rows.one("RecipientRegion", "id", source["recipient_id"])


def _successor(rows: Rows, term: Row, _: Given) -> Row | None:
    return rows.one("Secondment", "predecessor_id", term["id"])


def _linked(link: str, kind: str, own: str, parent: str, order: str) -> Field:
    """Rows that a table of pairs links with one, in an order."""

    def asked(rows: Rows, row: Row, _: Given) -> list[Row]:
        ids = {pair[own] for pair in rows.where(link, parent, row["id"])}
        found = (one for one in rows.all(kind) if one["id"] in ids)
        return sorted(found, key=lambda one: (
            rows.rank[one[order]] if isinstance(one[order], str) else one[order], one["id"]))

    return asked


FIELDS: Mapping[tuple[str, str], Field] = {
    ("KeyVillage", "projects"): _linked(
        "ProjectVillageRow", "AidProject", "project_id", "village_id", "code"),
    ("AidProject", "villages"): _linked(
        "ProjectVillageRow", "KeyVillage", "village_id", "project_id", "code"),
    ("Secondment", "projects"): _linked(
        "SecondmentProjectRow", "AidProject", "project_id", "secondment_id", "code"),
    ("AidProject", "secondments"): _linked(
        "SecondmentProjectRow", "Secondment", "secondment_id", "project_id", "starts_on"),
    ("ProgressReport", "documents"): _linked(
        "ProgressDocumentRow", "Document", "document_id", "report_id", "id"),
    ("VillageReport", "documents"): _linked(
        "VillageReportDocumentRow", "Document", "document_id", "report_id", "id"),
    ("KeyVillage", "naturalVillages"): many("NaturalVillage", "village_id"),
    ("KeyVillage", "works"): many("VillageWork", "village_id", "code"),
    ("KeyVillage", "components"): _components,
    ("KeyVillage", "progress"): _progress,
    ("KeyVillage", "standing"): _standing,
    ("KeyVillage", "acceptances"): many("VillageAcceptance", "village_id"),
    ("KeyVillage", "history"): history("key_village"),
    ("VillageWork", "cost"): lambda _, work, __: work["cost_fen"],
    ("VillageWork", "progress"): lambda *asked: _work_standing(*asked)["progress"],
    ("VillageWork", "standing"): _work_standing,
    ("VillageWork", "reports"): many("VillageReport", "work_id", "reported_on"),
    ("VillageWork", "adjustments"): many("WorkAdjustment", "work_id"),
    ("VillageWork", "history"): history("village_work"),
    ("VillageAcceptance", "scores"): _scores,
    ("SecondedCadre", "secondments"): many("Secondment", "cadre_id", "starts_on"),
    ("SecondedCadre", "history"): history("cadre"),
    ("Post", "region"): _recipient,
    ("Post", "vacant"): _vacant,
    ("Post", "holders"): _holders,
    ("Post", "secondments"): many("Secondment", "post_id", "starts_on"),
    ("Secondment", "region"): _recipient,
    ("Secondment", "category"): _through("SecondedCadre", "cadre_id", "category"),
    ("Secondment", "direction"): _through("Post", "post_id", "direction"),
    ("Secondment", "start"): lambda _, term, __: term["starts_on"],
    ("Secondment", "end"): lambda _, term, __: term["ended_on"],
    ("Secondment", "endsWithinDays"): _days_left,
    ("Secondment", "successor"): _successor,
    ("Secondment", "extensions"): many("SecondmentExtension", "secondment_id"),
    ("Secondment", "history"): history("secondment"),
    ("PostFill", "region"): _recipient,
}
"""As in meaning.py."""


def _sheet(rows: Rows, given: Given) -> list[Row]:
    found = rows.where("AcceptanceCriterion", "sheet", given["sheet"])
    return sorted(found, key=lambda row: (row["ordinal"], row["id"]))


def _batches(rows: Rows, _: Given) -> list[Row]:
    return sorted(rows.all("Batch"), key=lambda row: (
        row["starts_on"], rows.rank[row["code"]], row["id"]))


def _post_fill(rows: Rows, given: Given) -> list[Row]:
    groups: dict[tuple[str, str, str], list[Row]] = {}
    for post in rows.all("Post"):
        place = rows.one("RecipientRegion", "id", post["recipient_id"])
        assert place is not None
        if _agreed(post).holds(_day(given)) and _in_region(rows, post, given, "recipient_id"):
            groups.setdefault((place["code"], post["category"], post["direction"]), []).append(post)
    ordered = sorted(groups, key=lambda key: [rows.rank[text] for text in key])
    return [_filled(rows, groups[key], given) for key in ordered]


def _filled(rows: Rows, posts: list[Row], given: Given) -> Row:
    filled = sum(not _vacant(rows, post, given) for post in posts)
    same = {name: posts[0][name] for name in ("recipient_id", "category", "direction")}
    return Row("PostFill", same | {
        "agreed": len(posts), "filled": filled, "vacant": len(posts) - filled,
        "rate": _percent(Decimal(100) * filled / len(posts))})


ROOT: Mapping[str, Callable[[Rows, Given], Any]] = {
    "keyVillage": lambda rows, given: rows.one("KeyVillage", "code", given["code"]),
    "acceptanceSheet": _sheet,
    "batches": _batches,
    "postFill": _post_fill,
}


def _village_of(rows: Rows, report: Row) -> int | None:
    work = rows.one("VillageWork", "id", report["work_id"])
    return work["village_id"] if work else None


WITHIN: Mapping[tuple[str, str], Callable[[Rows, Row, Row], bool]] = {
    ("RecipientRegion", "keyVillages"): lambda rows, row, place: lies_in(rows, row, place["id"]),
    ("RecipientRegion", "secondments"): lambda rows, row, place: lies_in(
        rows, row, place["id"], "recipient_id"),
    ("SupportingCity", "secondedCadres"): lambda _, row, city: row["supporter_id"] == city["id"],
    ("KeyVillage", "reports"): lambda rows, row, village: _village_of(rows, row) == village["id"],
}
"""Which rows belong to the object whose connection it is."""


def _in_region(rows: Rows, row: Row, given: Given, *columns: str) -> bool:
    """Whether columns name what lies in the place with the code that is asked for, if one is."""
    return given.get("regionCode") is None or lies_in(
        rows, row, place_of_code(rows, given["regionCode"]), *columns)


def _supported(rows: Rows, row: Row, given: Given) -> bool:
    for name, column, kind in (("supporterCode", "supporter_id", "SupportingCity"),
                               ("districtCode", "district_id", "SupportingDistrict")):
        supporter = rows.one(kind, "id", row[column])
        if given.get(name) is not None and not (
                supporter and supporter["division_id"] == place_of_code(rows, given[name])):
            return False
    return True


def _is(value: Any, wanted: Any) -> bool:
    return wanted is None or bool(value == wanted)


def _searched(row: Row, given: Given, *columns: str) -> bool:
    words = given.get("search")
    return words is None or row["code"].startswith(words) or any(
        words.lower() in (row[column] or "").lower() for column in columns)


def _village_fits(rows: Rows, village: Row, given: Given) -> bool:
    stood = _standing(rows, village, given)
    return (
        _supported(rows, village, given)
        and _in_region(rows, village, given, "recipient_id", "region_id")
        and _is(village["designated_in"], given.get("designatedIn"))
        and holds(given.get("search") or "", village["name"], village["name_en"],
                     village["code"])
        and _is(bool(stood and stood["late"]), given.get("late"))
        and _is(bool(stood and stood["stalled"]), given.get("stalled"))
        and _is(village["simulated"], given.get("simulated")))


def _report_fits(rows: Rows, report: Row, given: Given) -> bool:
    village = rows.one("KeyVillage", "id", _village_of(rows, report))
    return (
        _is(village and village["code"], given.get("villageCode"))
        and _in_region(rows, report, given, "recipient_id")
        and (given.get("from") is None or report["reported_on"] >= given["from"])
        and (given.get("to") is None or report["reported_on"] <= given["to"]))


def _cadre_fits(rows: Rows, cadre: Row, given: Given) -> bool:
    terms = rows.where("Secondment", "cadre_id", cadre["id"])
    current = any(_term(row).holds(_day(given)) for row in terms)
    return (
        _supported(rows, cadre, given)
        and (given.get("regionCode") is None
             or any(_in_region(rows, row, given, "recipient_id") for row in terms))
        and _is(cadre["category"].upper(), given.get("category"))
        and _searched(cadre, given, "name", "home_unit")
        and _is(current, given.get("current"))
        and _is(cadre["simulated"], given.get("simulated")))


def _term_fits(rows: Rows, term: Row, given: Given) -> bool:
    cadre = rows.one("SecondedCadre", "id", term["cadre_id"])
    post, batch = (rows.one(kind, "id", term[link])
                   for kind, link in (("Post", "post_id"), ("Batch", "batch_id")))
    assert cadre is not None
    assert post is not None
    left, most = _days_left(rows, term, given), given.get("endingWithinDays")
    return (
        _supported(rows, cadre, given)
        and _in_region(rows, term, given, "recipient_id")
        and _is(cadre["code"], given.get("cadreCode"))
        and _is(batch and batch["code"], given.get("batchCode"))
        and _is(cadre["category"].upper(), given.get("category"))
        and _is(post["direction"].upper(), given.get("direction"))
        and _is(_term(term).holds(_day(given)), given.get("current"))
        and (most is None or (left is not None and left <= most)))


def _post_fits(rows: Rows, post: Row, given: Given) -> bool:
    return (
        _in_region(rows, post, given, "recipient_id")
        and _is(post["category"].upper(), given.get("category"))
        and _is(post["direction"].upper(), given.get("direction"))
        and _is(_agreed(post).holds(_day(given)), given.get("agreed"))
        and _is(_vacant(rows, post, given), given.get("vacant")))


FITS: Mapping[str, Callable[[Rows, Row, Given], bool]] = {
    "KeyVillage": _village_fits,
    "VillageReport": _report_fits,
    "SecondedCadre": _cadre_fits,
    "Secondment": _term_fits,
    "Post": _post_fits,
}
"""As in pages.py."""

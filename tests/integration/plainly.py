"""The metrics once more, in plain Python over plain records: what the SQL is compared with."""

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from fractions import Fraction

from aid.metrics.terms import By, Scope
from aid.projects.terms import Stage
from aid.villages.rules import Work, actual_progress
from tests.integration.measuring import (
    MilestoneOf,
    Places,
    PostOf,
    ProjectOf,
    VillageOf,
    World,
)

Found = dict[int | None, tuple[Fraction, Fraction]]
Part = tuple[int | None, Fraction, Fraction]
"""A key, and what it adds to the numerator and to the denominator."""


def plainly(
    code: str, world: World, at: Places, scope: Scope, by: By | None, as_of: date
) -> Found:
    """Numerator and denominator by key; those without a denominator are left out."""
    found: Found = {}
    for key, numerator, denominator in _METRICS[code](world, at, scope, by, as_of):
        above, below = found.get(key, (Fraction(), Fraction()))
        found[key] = above + numerator, below + denominator
    return {key: both for key, both in found.items() if both[1]}


def _narrowed(
    scope: Scope, at: Places, place: int, district: int | None, sector: int | None
) -> bool:
    return ((scope.recipients is None or at.recipients[place] in scope.recipients)
            and (scope.supporter is None or scope.supporter == at.city)
            and (scope.district is None
                 or (district is not None and at.districts[district] == scope.district))
            and (scope.sector is None
                 or (sector is not None and at.sectors[sector] == scope.sector)))


def _in_period(scope: Scope, day: date) -> bool:
    return (scope.since or date.min) <= day <= (scope.until or date.max)


def _entered(one: ProjectOf, stage: Stage, as_of: date) -> date | None:
    return next((move.on for move in one.moves if move.to_stage is stage and move.on <= as_of),
                None)


def _cancelled(one: ProjectOf, as_of: date) -> bool:
    return _entered(one, Stage.CANCELLED, as_of) is not None


def _key(by: By | None, at: Places, place: int, year: int, sector: int | None = None) -> int | None:
    if by is None:
        return None
    if by is By.SECTOR:
        assert sector is not None
        return at.sectors[sector]
    return year if by is By.YEAR else at.recipients[place]


Metric = Callable[[World, Places, Scope, By | None, date], Iterable[Part]]


def _reaching(among: Stage, reached: Stage, dated: Stage | None) -> Metric:
    """Of projects that entered a stage, those that entered another; None: dated by planned end."""

    def parts(world: World, at: Places, scope: Scope, by: By | None, as_of: date) -> Iterable[Part]:
        for one in world.projects:
            day = one.planned_end if dated is None else _entered(one, dated, as_of)
            late = dated is None and scope.until is None and one.planned_end > as_of
            if (_entered(one, among, as_of) and not _cancelled(one, as_of) and day and not late
                    and _in_period(scope, day)
                    and _narrowed(scope, at, one.place, one.district, one.sector)):
                yield (_key(by, at, one.place, day.year, one.sector),
                       Fraction(_entered(one, reached, as_of) is not None), Fraction(1))

    return parts


def _investment(
    world: World, at: Places, scope: Scope, by: By | None, as_of: date
) -> Iterable[Part]:
    for one in world.projects:
        day = _entered(one, Stage.APPROVED, as_of)
        if (day and not _cancelled(one, as_of) and _in_period(scope, day)
                and _narrowed(scope, at, one.place, one.district, one.sector)):
            fen, percent = _fen(one, as_of), _last(one.reports, as_of)
            yield (_key(by, at, one.place, day.year, one.sector),
                   Fraction(percent) * fen / 10_000, Fraction(fen, 100))


def _fen(one: ProjectOf, as_of: date) -> int:
    """The approved investment on a day: the first later adjustment tells what was before it."""
    approvals = [move.on for move in one.moves if move.from_stage is Stage.RESERVE
                 and move.to_stage not in (Stage.SUSPENDED, Stage.CANCELLED)][1:]
    for on, old, _, anew in one.adjusted:
        in_force = on if not anew else approvals.pop(0) if approvals else date.max
        if in_force > as_of:
            return old
    return one.fen


def _last(reports: list[tuple[date, Decimal]], as_of: date) -> Decimal:
    """The last of the reports up to a day, the later written of those of one day; or none."""
    known = [(on, number, what) for number, (on, what) in enumerate(reports) if on <= as_of]
    return max(known)[2] if known else Decimal(0)


def _on_time(
    world: World, at: Places, scope: Scope, by: By | None, as_of: date
) -> Iterable[Part]:
    for one in world.projects:
        if _cancelled(one, as_of) or not _narrowed(
                scope, at, one.place, one.district, one.sector):
            continue
        for milestone in one.milestones:
            planned = _planned(milestone, as_of)
            if planned <= as_of and _in_period(scope, planned):
                yield (_key(by, at, one.place, planned.year, one.sector),
                       Fraction((met := _met(milestone, as_of)) is not None and met <= planned),
                       Fraction(1))


def _met(one: MilestoneOf, as_of: date) -> date | None:
    return next((old for recorded, old in one.corrected if recorded > as_of), one.met)


def _planned(one: MilestoneOf, as_of: date) -> date:
    return next((old for recorded, old in one.moved if recorded > as_of), one.planned)


def _villages(
    world: World, at: Places, scope: Scope, by: By | None, as_of: date
) -> Iterable[Part]:
    for one in world.villages:
        if (one.works and one.year <= as_of.year
                and (scope.since or date.min).year <= one.year <= (scope.until or date.max).year
                and _narrowed(scope, at, one.place, one.district, None)):
            yield (_key(by, at, one.place, one.year), Fraction(_share(one, as_of)), Fraction(1))


def _share(one: VillageOf, as_of: date) -> Decimal:
    """By the rules of key villages."""
    village = actual_progress([
        Work(component=work.component, planned=work.planned, done=_last(work.reports, as_of),
             cost_fen=work.cost_fen, planned_start=as_of, planned_end=as_of)
        for work in one.works]).village
    assert village is not None
    return village / 100


def _posts(
    world: World, at: Places, scope: Scope, by: By | None, as_of: date
) -> Iterable[Part]:
    last = min(as_of, scope.until or as_of)
    years = range((scope.since or date(2000, 1, 1)).year, last.year + 1)
    closes = [min(last, date(year, 12, 31)) for year in years] if by is By.YEAR else [last]
    for day in closes if scope.since is None or scope.since <= last else []:
        for one in world.posts:
            if one.since <= day <= (one.until or day) and _narrowed(
                    scope, at, one.place, 0 if one.place == 0 else None, None):
                yield (_key(by, at, one.place, day.year), Fraction(_filled(one, day)), Fraction(1))


def _filled(one: PostOf, day: date) -> bool:
    return any(starts <= day <= (ended or planned) for starts, planned, ended in one.terms)


_METRICS: dict[str, Metric] = {
    "start_rate": _reaching(Stage.APPROVED, Stage.STARTED, Stage.APPROVED),
    "completion_rate": _reaching(Stage.APPROVED, Stage.COMPLETED, None),
    "acceptance_rate": _reaching(Stage.COMPLETED, Stage.ACCEPTED, Stage.COMPLETED),
    "audit_rate": _reaching(Stage.ACCEPTED, Stage.AUDITED, Stage.ACCEPTED),
    "investment_completion": _investment,
    "on_time_rate": _on_time,
    "village_progress": _villages,
    "cadre_fill": _posts,
}

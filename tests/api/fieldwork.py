"""Villages and seconded people of the furnished database, made as offices make them."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal as D
from itertools import cycle
from random import Random

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from aid.cadres.drafts import (
    BatchDraft,
    CadreDraft,
    EndDraft,
    ExtensionDraft,
    PostDraft,
    TermDraft,
)
from aid.cadres.model import Secondment
from aid.cadres.service import (
    agree_post,
    end_early,
    end_post,
    extend,
    make_batch,
    post_cadre,
    register_cadre,
    succeed,
)
from aid.cadres.terms import CadreCategory, Direction
from aid.villages.changing import change_work
from aid.villages.drafts import (
    AcceptanceDraft,
    NaturalVillageDraft,
    VillageDraft,
    WorkChangeDraft,
    WorkDraft,
    WorkReportDraft,
)
from aid.villages.model import AcceptanceCriterion, KeyVillage
from aid.villages.service import (
    accept_village,
    add_natural_village,
    designate_village,
    plan_work,
    report_work,
)
from aid.villages.terms import Component
from tests.actors import LOCAL
from tests.integration.paper import PNG, attached

RECIPIENTS = ("540200", "532600", "652900", "420506", "533400")
DISTRICTS = ("310101", None, "310115")
BATCHES = ("officials-2006", "teachers-2007")
PAIRINGS = {("540200", 0): "310000-540200-tibet", ("532600", 1): "310000-532600-east-west"}
"""Under which a recipient's post is agreed."""
FIRST = date(2006, 1, 1)


async def villages(session: AsyncSession, texts: tuple[str, ...], *, today: date) -> None:
    """Three villages of each recipient: much planned, little, nothing; late, stalled, accepted."""
    chance, said = Random(7), cycle(texts)  # noqa: S311  no secret
    for number, recipient in enumerate(RECIPIENTS):
        for at in range(3):
            village = await designate_village(session, VillageDraft(
                recipient=recipient, name=f"{next(said)}村"[:40], name_en=[None, "Village"][at % 2],
                township=[None, "TOWN 镇"][at // 2], supporter="310000",
                district=DISTRICTS[(number + at) % 3], designated_in=2005 + at + number % 2,
                households=[None, 80][at % 2], population=400, simulated=at == 1))
            await add_natural_village(session, village.id, NaturalVillageDraft(
                name=f"寨{at}", households=at or None))
            for _ in range((0, 2, 5)[at]):
                await _work(session, chance, village, next(said), today)
            if at == 2 and number != 2:
                await _accept(session, village, number, next(said), today)


async def _work(
    session: AsyncSession, chance: Random, village: KeyVillage, said: str, today: date
) -> None:
    starts = FIRST + timedelta(chance.randrange(600))
    work = await plan_work(session, village.id, WorkDraft(
        component=chance.choice(list(Component)), name=said[:40] or "路", unit="公里",
        planned=D(chance.choice(["3", "7.5", "0.0003", "12345"])),
        cost_fen=chance.choice([None, 1, 7, 10**13]), planned_start=starts,
        planned_end=starts + timedelta(chance.choice([0, 90, 800])),
        natural_village=chance.choice([None, "寨1"]) if village.name_en else None))
    for at in range(chance.randrange(5)):
        done = chance.choice([D(0), work.planned / 2, work.planned, work.planned * 2])
        await report_work(session, work.id, WorkReportDraft(
            reported_on=starts + timedelta(chance.randrange(900)), done=round(done, 4), note=said),
            actor=LOCAL, today=today, files=[
                attached(f"{said}{number}.png", PNG) for number in range(at + 1)])
    if chance.random() < 0.4:
        await change_work(session, work.id, WorkChangeDraft(
            planned=work.planned + 1, cost_fen=5, reason=said), expected_version=1, actor=LOCAL)


async def _accept(
    session: AsyncSession, village: KeyVillage, number: int, said: str, today: date
) -> None:
    lines = list(await session.scalars(
        select(AcceptanceCriterion).order_by(AcceptanceCriterion.sheet)))
    sheet = lines[0].sheet
    for at in range(2):
        share = D("0.5") if (at + number) % 3 else D(1)
        await accept_village(session, village.id, AcceptanceDraft(
            sheet=sheet, accepted_on=date(2008 + at, 5, 1), assessor="验收组", note=said,
            points={line.code: line.points * share for line in lines if line.sheet == sheet}),
            actor=LOCAL, today=today)


async def people(session: AsyncSession, texts: tuple[str, ...], *, today: date) -> None:
    """Posts with holders, without, handed over, ended early, made longer; one person in two places.
    """
    for at, code in enumerate(BATCHES):
        await make_batch(session, BatchDraft(
            code=code, name=f"第{at}批", starts_on=date(2006 + at, 7, 1), months=36 - 18 * at,
            direction=Direction.OUT))
    said, categories = cycle(texts), cycle(CadreCategory)
    everybody = [await register_cadre(session, CadreDraft(
        name=next(said)[:30], category=next(categories),
        home_unit=[None, "UNIT 单位"][at % 2], supporter="310000", district=DISTRICTS[at % 3],
        simulated=at % 4 == 0)) for at in range(16)]
    free: Iterator[int] = iter([cadre.id for cadre in everybody])
    for number, recipient in enumerate(RECIPIENTS):
        posts = [(await agree_post(session, PostDraft(
            recipient=recipient, pairing=PAIRINGS.get((recipient, at)), unit="教育局",
            title=next(said)[:30], title_en=[None, "Head"][at % 2],
            category=list(CadreCategory)[(number + at) % 6],
            direction=Direction.IN if at == 2 else Direction.OUT,
            agreed_from=date(2006, 1, 1 + number)))).id for at in range(3)]
        first = await post_cadre(
            session, next(free), posts[0], TermDraft(batch=BATCHES[number % 2]))
        await _go_on(session, first, next(free), number, today)
        await post_cadre(
            session, next(free) if number != 1 else everybody[0].id, posts[1],
            TermDraft(starts_on=date(2020 + 4 * (number % 2), 7, 1),
                      planned_end=date(2030, 6, 30)))
        await end_post(session, posts[2], agreed_until=date(2010, 12, 31))


async def _go_on(
    session: AsyncSession, term: Secondment, other: int, number: int, today: date
) -> None:
    if number % 2:
        await end_early(session, term.id, EndDraft(ended_on=date(2008, 3, 1), reason="调回"),
                        expected_version=1, today=today)
    else:
        await extend(session, term.id, ExtensionDraft(new_end=date(2012, 1, 15), reason="需要"),
                     expected_version=1, actor=LOCAL)
    await succeed(session, term.id, TermDraft(
        starts_on=date(2012, 1, 1), planned_end=date(2015, 1, 1)), cadre_id=other)


__all__ = ["BATCHES", "RECIPIENTS", "people", "villages"]

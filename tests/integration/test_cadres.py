"""Cadres in a real database: posts, terms, who follows whom, and who may do and see what."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal as D
from random import Random
from typing import Any

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from aid.cadres.drafts import (
    BatchDraft,
    CadreDraft,
    EndDraft,
    ExtensionDraft,
    PostDraft,
    TermDraft,
)
from aid.cadres.model import Cadre, Extension, Post, Secondment, SecondmentProject
from aid.cadres.queries import ending_rows, fill_rows, timeline_rows, vacancy_rows
from aid.cadres.rules import Agreed, Term, vacant
from aid.cadres.service import (
    AlreadyOver,
    PostHeld,
    SecondmentOverlaps,
    agree_post,
    assign_project,
    end_early,
    end_post,
    extend,
    make_batch,
    post_cadre,
    register_cadre,
    succeed,
    unassign_project,
)
from aid.cadres.terms import CadreCategory, Direction
from aid.database.engine import Database
from aid.errors import InputRefused, NotFound, StaleVersion
from aid.history import Change
from tests.actors import LEADER, LOCAL, recipient
from tests.conftest import TODAY
from tests.integration.furnishing import Places, add_project, collide, places_of

CADRE = CadreDraft(name="张三", category=CadreCategory.OFFICIAL, home_unit="市发展改革委",
                   supporter="310000", district="310104")
POST = PostDraft(recipient="540200", pairing="310000-540200-tibet", unit="行署", title="副专员",
                 category=CadreCategory.OFFICIAL, agreed_from=date(2007, 1, 1))
BATCH = BatchDraft(code="tibet-5", name="第五批", starts_on=date(2007, 7, 1), months=36)
FIRST, LAST = date(2007, 7, 1), date(2010, 6, 30)
FIFTH = TermDraft(batch="tibet-5")


@dataclass(frozen=True, slots=True)
class World:
    """Two people, a post in Rikaze and one in Wenshan, a batch of 36 months."""

    database: Database
    places: Places
    zhang: int
    li: int
    rikaze: int
    wenshan: int

    async def do(self, act: Callable[[AsyncSession], Awaitable[Secondment]]) -> Secondment:
        """Something done by the office."""
        async with self.database.writing(LOCAL) as session:
            return await act(session)

    async def post(self, cadre: int, post: int, draft: TermDraft = FIFTH) -> Secondment:
        """A person posted."""
        return await self.do(lambda session: post_cadre(session, cadre, post, draft))

    async def extend(self, number: int, version: int, new_end: date) -> Secondment:
        """A term made longer."""
        draft = ExtensionDraft(new_end=new_end, reason="工作需要")
        return await self.do(lambda session: extend(
            session, number, draft, expected_version=version, actor=LOCAL))

    async def end(self, number: int, version: int, ended_on: date) -> Secondment:
        """A term ended early."""
        draft = EndDraft(ended_on=ended_on, reason="工作调动")
        return await self.do(lambda session: end_early(
            session, number, draft, expected_version=version, today=TODAY))

    async def succeed(self, number: int, cadre: int, **given: Any) -> Secondment:
        """A successor posted."""
        return await self.do(lambda session: succeed(
            session, number, TermDraft(**given), cadre_id=cadre))


@pytest.fixture
async def world(seeded_database: Database) -> World:
    """What each test starts from."""
    async with seeded_database.writing(LOCAL) as session:
        zhang = await register_cadre(session, CADRE)
        li = await register_cadre(session, CADRE.model_copy(update={"name": "李四"}))
        rikaze = await agree_post(session, POST)
        wenshan = await agree_post(session, POST.model_copy(update={
            "recipient": "532600", "pairing": None}))
        await make_batch(session, BATCH)
    return World(seeded_database, await places_of(seeded_database), zhang.id, li.id, rikaze.id,
                 wenshan.id)


def _fields(refused: pytest.ExceptionInfo[InputRefused]) -> list[str]:
    return [complaint.field for complaint in refused.value.complaints]


async def test_codes_follow_one_after_the_other(world: World) -> None:
    """People by city, posts by recipient; both are in the history as far as it follows them."""
    async with world.database.reading(LOCAL) as session:
        people = list(await session.scalars(select(Cadre.code).order_by(Cadre.id)))
        posts = list(await session.scalars(select(Post.code).order_by(Post.id)))
        made = list(await session.scalars(select(Change.entity_id).where(
            Change.entity == "cadre", Change.field.is_(None)).order_by(Change.id)))
    assert people == ["C-310000-00001", "C-310000-00002"]
    assert posts == ["P-540200-0001", "P-532600-0001"]
    assert made == [world.zhang, world.li]


@pytest.mark.parametrize(("changes", "fields"), [
    ({"recipient": "110000"}, ["recipient"]),
    ({"recipient": "532600"}, ["pairing"]),
    ({"agreed_until": date(2006, 1, 1), "recipient": "999999", "pairing": None},
     ["agreed_until", "recipient"]),
])
async def test_a_post_is_agreed_with_a_paired_recipient(
    world: World, changes: dict[str, Any], fields: list[str]
) -> None:
    """Under a pairing of its own."""
    with pytest.raises(InputRefused) as refused:
        async with world.database.writing(LOCAL) as session:
            await agree_post(session, POST.model_copy(update=changes))
    assert _fields(refused) == fields


async def test_a_person_and_a_batch_are_checked_too(world: World) -> None:
    """Every mistake at once; a batch's code is its own."""
    with pytest.raises(InputRefused) as refused:
        async with world.database.writing(LOCAL) as session:
            await register_cadre(session, CADRE.model_copy(update={
                "name": "张13800000000", "district": "540200"}))
    assert _fields(refused) == ["name", "district"]
    with pytest.raises(InputRefused) as refused:
        async with world.database.writing(LOCAL) as session:
            await make_batch(session, BATCH)
    assert _fields(refused) == ["code"]


async def test_a_term_follows_from_its_batch_or_is_said(world: World) -> None:
    """Thirty-six months from the batch's start, or from the person's own."""
    one = await world.post(world.zhang, world.rikaze)
    assert (one.starts_on, one.planned_end, one.ended_on) == (FIRST, LAST, None)
    other = await world.post(world.li, world.wenshan, TermDraft(
        batch="tibet-5", starts_on=date(2007, 9, 1)))
    assert other.planned_end == date(2010, 8, 31)
    third = await world.post(world.zhang, world.rikaze, TermDraft(
        starts_on=date(2011, 1, 1), planned_end=date(2011, 3, 31)))
    assert third.batch_id is None


@pytest.mark.parametrize(("given", "fields"), [
    ({}, ["starts_on", "planned_end"]),
    ({"starts_on": FIRST}, ["planned_end"]),
    ({"batch": "unknown"}, ["batch", "starts_on", "planned_end"]),
    ({"batch": "inward"}, ["batch"]),
    ({"starts_on": date(2006, 12, 31), "planned_end": date(2006, 1, 1)},
     ["planned_end", "starts_on"]),
])
async def test_a_senseless_term_is_refused(
    world: World, given: dict[str, Any], fields: list[str]
) -> None:
    """With all that is wrong with it."""
    async with world.database.writing(LOCAL) as session:
        await make_batch(session, BATCH.model_copy(update={
            "code": "inward", "direction": Direction.IN}))
    with pytest.raises(InputRefused) as refused:
        await world.post(world.zhang, world.rikaze, TermDraft(**given))
    assert _fields(refused) == fields


async def test_one_person_holds_one_secondment_at_a_time(world: World) -> None:
    """The refusal names the other's dates; the day after is free."""
    await world.post(world.zhang, world.rikaze)
    with pytest.raises(SecondmentOverlaps) as refused:
        await world.post(world.zhang, world.wenshan, TermDraft(batch="tibet-5", starts_on=LAST))
    assert refused.value.other == Term(FIRST, LAST)
    assert "2007-07-01 至 2010-06-30" in refused.value.said.zh
    await world.post(world.zhang, world.wenshan, TermDraft(
        batch="tibet-5", starts_on=LAST + timedelta(1)))


async def test_what_is_refused_leaves_the_transaction_usable(world: World) -> None:
    """A caller that goes on in the same transaction, as an import does, can do so."""
    await world.post(world.zhang, world.rikaze)
    async with world.database.writing(LOCAL) as session:
        with pytest.raises(SecondmentOverlaps):
            await post_cadre(session, world.zhang, world.wenshan, FIFTH)
        await post_cadre(session, world.li, world.wenshan, FIFTH)
    async with world.database.reading(LOCAL) as session:
        rows = await timeline_rows(session, start=FIRST, end=LAST)
    assert [(row.cadre, row.post_code) for row in rows] == [
        ("张三", "P-540200-0001"), ("李四", "P-532600-0001")]


@pytest.mark.parametrize("round_", range(3))
async def test_of_two_that_post_one_person_at_once_one_is_refused(
    world: World, round_: int
) -> None:
    """Plainly, whichever comes first: no deadlock, no fault, one secondment."""
    posts = [world.rikaze, world.wenshan]
    found = await asyncio.gather(
        *(world.post(world.zhang, posts[(round_ + at) % 2]) for at in range(6)),
        return_exceptions=True)
    assert sorted(type(one).__name__ for one in found) == [
        "Secondment", *["SecondmentOverlaps"] * 5]
    async with world.database.reading(LOCAL) as session:
        assert len(await timeline_rows(session, start=FIRST, end=LAST)) == 1


async def test_of_two_people_posted_to_one_post_at_once_one_is_refused(world: World) -> None:
    """The second waits for the first, and then sees it there."""
    second = await collide(
        world.database, lambda session: post_cadre(session, world.zhang, world.rikaze, FIFTH),
        lambda session: post_cadre(session, world.li, world.rikaze, FIFTH))
    assert isinstance(second, PostHeld)


async def test_a_post_is_not_ended_while_somebody_is_being_posted(world: World) -> None:
    """Whoever ends it sees the one that came first."""
    second = await collide(
        world.database, lambda session: post_cadre(session, world.zhang, world.rikaze, FIFTH),
        lambda session: end_post(session, world.rikaze, agreed_until=FIRST))
    assert isinstance(second, PostHeld)


async def test_the_database_itself_refuses_an_overlap(world: World) -> None:
    """Whoever passes the service by meets the constraint."""
    await world.post(world.zhang, world.rikaze)
    with pytest.raises(DBAPIError, match="ex_secondment_one_at_a_time"):
        async with world.database.writing(LOCAL) as session:
            session.add(Secondment(
                recipient_id=world.places.wenshan, cadre_id=world.zhang, post_id=world.wenshan,
                starts_on=LAST, planned_end=LAST))


async def test_a_post_is_held_by_one_but_for_a_handover(world: World) -> None:
    """Thirty-one days together, no more; whoever stays on must make room too."""
    await world.post(world.zhang, world.rikaze)
    june = TermDraft(starts_on=date(2010, 5, 31), planned_end=date(2013, 5, 30))
    with pytest.raises(PostHeld, match="2007-07-01"):
        await world.post(world.li, world.rikaze, june.model_copy(update={
            "starts_on": date(2010, 5, 30)}))
    first = await world.post(world.li, world.rikaze, june)
    assert first.starts_on == date(2010, 5, 31)
    zhang = await _term_of(world, world.zhang)
    with pytest.raises(PostHeld, match="2010-05-31"):
        await world.extend(zhang.id, 1, LAST + timedelta(1))


async def _term_of(world: World, cadre_id: int) -> Secondment:
    async with world.database.reading(LOCAL) as session:
        return (await session.scalars(
            select(Secondment).where(Secondment.cadre_id == cadre_id))).one()


async def test_an_extension_keeps_the_old_end(world: World) -> None:
    """Twice; with the version one saw; and not into another secondment of the person."""
    term = await world.post(world.zhang, world.rikaze)
    await world.extend(term.id, 1, date(2010, 9, 30))
    with pytest.raises(StaleVersion):
        await world.extend(term.id, 1, date(2011, 1, 1))
    await world.extend(term.id, 2, date(2010, 12, 31))
    async with world.database.reading(LOCAL) as session:
        kept = [(row.old_end, row.new_end, row.actor) for row in await session.scalars(
            select(Extension).order_by(Extension.id))]
    assert kept == [(LAST, date(2010, 9, 30), "local"),
                    (date(2010, 9, 30), date(2010, 12, 31), "local")]
    await world.post(world.zhang, world.wenshan, TermDraft(
        starts_on=date(2011, 1, 1), planned_end=date(2011, 12, 31)))
    with pytest.raises(SecondmentOverlaps, match="2011-01-01"):
        await world.extend(term.id, 3, date(2011, 1, 1))
    with pytest.raises(InputRefused) as refused:
        await world.extend(term.id, 3, date(2010, 12, 31))
    assert _fields(refused) == ["new_end"]
    with pytest.raises(DBAPIError, match="permission denied"):
        async with world.database.writing(LOCAL) as session:
            await session.execute(update(Extension).values(reason="改"))


async def test_extending_and_posting_at_once_do_not_deadlock(world: World) -> None:
    """Whoever comes second is refused plainly."""
    term = await world.post(world.zhang, world.rikaze)
    later = TermDraft(starts_on=LAST + timedelta(1), planned_end=date(2011, 12, 31))
    longer = ExtensionDraft(new_end=date(2010, 12, 31), reason="工作需要")
    second = await collide(
        world.database,
        lambda session: extend(session, term.id, longer, expected_version=1, actor=LOCAL),
        lambda session: post_cadre(session, world.zhang, world.wenshan, later))
    assert isinstance(second, SecondmentOverlaps)


async def test_an_early_end_frees_the_person_and_the_post(world: World) -> None:
    """From the next day on; the planned end stays, and what is over is not ended again."""
    term = await world.post(world.zhang, world.rikaze)
    with pytest.raises(InputRefused) as refused:
        await world.end(term.id, 1, LAST + timedelta(1))
    assert _fields(refused) == ["ended_on"]
    over = await world.end(term.id, 1, date(2008, 3, 1))
    assert (over.ended_on, over.planned_end, over.end_reason) == (
        date(2008, 3, 1), LAST, "工作调动")
    with pytest.raises(AlreadyOver):
        await world.end(term.id, 2, date(2008, 2, 1))
    with pytest.raises(AlreadyOver):
        await world.extend(term.id, 2, date(2011, 1, 1))
    next_day = TermDraft(starts_on=date(2008, 3, 2), planned_end=date(2009, 3, 1))
    await world.post(world.zhang, world.wenshan, next_day)
    await world.post(world.li, world.rikaze, next_day)


async def test_a_successor_takes_the_post_of_the_one_before(world: World) -> None:
    """It says whom it follows, comes later, and there is one."""
    term = await world.post(world.zhang, world.rikaze)
    with pytest.raises(InputRefused) as refused:
        await world.succeed(term.id, world.li, starts_on=FIRST, planned_end=FIRST)
    assert _fields(refused) == ["starts_on"]
    after = {"starts_on": date(2010, 6, 20), "planned_end": date(2013, 6, 19)}
    successor = await world.succeed(term.id, world.li, **after)
    assert (successor.post_id, successor.predecessor_id) == (world.rikaze, term.id)
    async with world.database.writing(LOCAL) as session:
        wang = await register_cadre(session, CADRE.model_copy(update={"name": "王五"}))
    with pytest.raises(InputRefused) as refused:
        await world.succeed(term.id, wang.id, starts_on=date(2013, 6, 20),
                            planned_end=date(2014, 6, 19))
    assert _fields(refused) == ["id"]
    async with world.database.reading(LOCAL) as session:
        rows = await timeline_rows(session, start=LAST, end=LAST)
    assert [(row.cadre, row.succeeded, row.predecessor_id) for row in rows] == [
        ("张三", True, None), ("李四", False, term.id)]


async def test_a_post_ends_when_nobody_holds_it_any_more(world: World) -> None:
    """Nobody is posted beyond that."""
    await world.post(world.zhang, world.rikaze)
    async with world.database.writing(LOCAL) as session:
        with pytest.raises(PostHeld, match="2010-06-30"):
            await end_post(session, world.rikaze, agreed_until=LAST - timedelta(1))
        with pytest.raises(InputRefused):
            await end_post(session, world.wenshan, agreed_until=date(2006, 12, 31))
        await end_post(session, world.rikaze, agreed_until=LAST)
        with pytest.raises(NotFound):
            await end_post(session, 10**9, agreed_until=LAST)
    with pytest.raises(InputRefused) as refused:
        await world.post(world.li, world.rikaze, TermDraft(starts_on=LAST + timedelta(1),
                                                           planned_end=date(2011, 1, 1)))
    assert _fields(refused) == ["starts_on"]
    term = await _term_of(world, world.zhang)
    with pytest.raises(InputRefused) as refused:
        await world.extend(term.id, 1, LAST + timedelta(1))
    assert _fields(refused) == ["new_end"]


async def test_a_cadre_answers_for_projects_of_the_same_recipient(world: World) -> None:
    """Once; until it is taken away; never for another recipient's."""
    term = await world.post(world.zhang, world.rikaze)
    own, other = [
        await add_project(world.database, world.places, code=code, recipient_id=number)
        for code, number in (("RKZ-1", world.places.rikaze), ("WS-1", world.places.wenshan))]
    async with world.database.writing(LOCAL) as session:
        link = await assign_project(session, term.id, own)
        assert await assign_project(session, term.id, own) is link
        with pytest.raises(NotFound):
            await assign_project(session, term.id, other)
        with pytest.raises(NotFound):
            await assign_project(session, 10**9, own)
    async with world.database.writing(LOCAL) as session:
        await unassign_project(session, term.id, own)
        with pytest.raises(NotFound):
            await unassign_project(session, term.id, own)
    async with world.database.reading(LOCAL) as session:
        assert list(await session.scalars(select(SecondmentProject))) == []


@pytest.mark.parametrize("act", [
    lambda s, w, _: post_cadre(s, w.zhang, w.rikaze, FIFTH),
    lambda s, w, t: succeed(s, t, FIFTH, cadre_id=w.li),
    lambda s, w, t: extend(s, t, ExtensionDraft(new_end=date(2011, 1, 1), reason="续"),
                           expected_version=1, actor=LOCAL),
    lambda s, w, t: end_early(s, t, EndDraft(ended_on=FIRST, reason="调"), expected_version=1,
                              today=TODAY),
    lambda s, w, t: assign_project(s, t, 1),
    lambda s, w, _: end_post(s, w.rikaze, agreed_until=TODAY),
])
async def test_a_recipient_changes_nothing_of_its_cadres(
    world: World, act: Callable[[AsyncSession, World, int], Awaitable[object]]
) -> None:
    """What it may not lock is not there for it."""
    term = await world.post(world.zhang, world.rikaze)
    with pytest.raises(NotFound):
        async with world.database.writing(recipient(world.places.rikaze)) as session:
            await act(session, world, term.id)


async def test_whoever_reads_sees_the_cadres_of_their_own_recipient(world: World) -> None:
    """Posts, terms, and people only by their terms there; a leader sees all."""
    await world.post(world.zhang, world.rikaze)
    await world.post(world.li, world.wenshan)
    seen = []
    for actor in (recipient(world.places.rikaze), recipient(world.places.wenshan), recipient(),
                  LEADER):
        async with world.database.reading(actor) as session:
            people = list(await session.scalars(select(Cadre.name).order_by(Cadre.id)))
            terms = [row.cadre for row in await timeline_rows(session, start=FIRST, end=LAST)]
            fill = [(row.agreed, row.filled) for row in await fill_rows(session, on=FIRST)]
        seen.append((people, terms, fill))
    assert seen == [
        (["张三"], ["张三"], [(1, 1)]), (["李四"], ["李四"], [(1, 1)]), ([], [], []),
        (["张三", "李四"], ["张三", "李四"], [(1, 1), (1, 1)])]
    with pytest.raises(DBAPIError, match="row-level security"):
        async with world.database.writing(recipient(world.places.rikaze)) as session:
            await register_cadre(session, CADRE)
    with pytest.raises(DBAPIError, match="permission denied"):
        async with world.database.writing(LOCAL) as session:
            await session.execute(delete(Secondment))


async def test_fill_counts_posts_by_recipient_and_category(world: World) -> None:
    """Two in one post during a handover fill it once."""
    async with world.database.writing(LOCAL) as session:
        await agree_post(session, POST.model_copy(update={"category": CadreCategory.DOCTOR}))
        await agree_post(session, POST)
    term = await world.post(world.zhang, world.rikaze)
    await world.succeed(term.id, world.li, starts_on=LAST, planned_end=date(2013, 6, 29))
    async with world.database.reading(LOCAL) as session:
        rows = await fill_rows(session, on=LAST)
        narrowed = await fill_rows(session, on=LAST, recipient_ids=[world.places.wenshan])
    assert [(row.recipient.zh, row.category, row.agreed, row.filled, row.vacant, row.rate)
            for row in rows] == [
        ("文山壮族苗族自治州", "official", 1, 0, 1, 0), ("日喀则市", "doctor", 1, 0, 1, 0),
        ("日喀则市", "official", 2, 1, 1, D(50))]
    assert narrowed == rows[:1]


async def test_a_vacancy_says_since_when_and_until_when(world: World) -> None:
    """Since it was agreed, or since the last one left; until the next one comes."""
    term = await world.post(world.zhang, world.rikaze)
    await world.end(term.id, 1, date(2008, 3, 1))
    await world.post(world.li, world.rikaze, TermDraft(
        starts_on=date(2008, 6, 1), planned_end=date(2009, 6, 1)))
    async with world.database.reading(LOCAL) as session:
        found = [[(row.code, row.since, row.next_start)
                  for row in await vacancy_rows(session, on=day)]
                 for day in (date(2008, 4, 1), date(2008, 6, 1), date(2009, 6, 2))]
    wenshan = ("P-532600-0001", date(2007, 1, 1), None)
    assert found == [
        [wenshan, ("P-540200-0001", date(2008, 3, 2), date(2008, 6, 1))],
        [wenshan],
        [wenshan, ("P-540200-0001", date(2009, 6, 2), None)]]


async def test_terms_that_end_soon_are_found_by_days(world: World) -> None:
    """Ninety, or as many as one asks for; what was ended is not ending."""
    term = await world.post(world.zhang, world.rikaze)
    await world.post(world.li, world.wenshan, TermDraft(
        starts_on=FIRST, planned_end=LAST + timedelta(30)))

    async def ending(on: date, **given: Any) -> list[str]:
        async with world.database.reading(LOCAL) as session:
            return [row.cadre for row in await ending_rows(session, on=on, **given)]

    assert await ending(LAST - timedelta(91)) == []
    assert await ending(LAST - timedelta(90)) == ["张三"]
    assert await ending(LAST - timedelta(60)) == ["张三", "李四"]
    assert await ending(LAST - timedelta(60), within=60) == ["张三"]
    assert await ending(LAST + timedelta(1)) == ["李四"]
    assert await ending(LAST, recipient_ids=[world.places.wenshan]) == ["李四"]
    await world.end(term.id, 1, LAST - timedelta(10))
    assert await ending(LAST - timedelta(20)) == ["李四"]


async def test_vacancies_in_the_database_are_those_of_the_rules(world: World) -> None:
    """On any day, with random posts and terms."""
    chance = Random(6)  # noqa: S311  no secret is made with it
    start = date(2007, 1, 1)

    def day(first: date = start) -> date:
        return first + timedelta(chance.randrange(400))

    posts: dict[int, tuple[Agreed, list[Term]]] = {
        number: (Agreed(POST.agreed_from, None), []) for number in (world.rikaze, world.wenshan)}
    async with world.database.writing(LOCAL) as session:
        for _ in range(15):
            agreed_from = day()
            agreed = Agreed(agreed_from, chance.choice([None, day(agreed_from)]))
            post = await agree_post(session, POST.model_copy(update={
                "agreed_from": agreed.agreed_from, "agreed_until": agreed.agreed_until}))
            terms = []
            for _ in range(chance.randrange(3)):
                first = day()
                last = day(first)
                terms.append(Term(first, last, chance.choice(
                    [None, first + timedelta(chance.randrange(50))])))
                cadre = await register_cadre(session, CADRE)
                session.add(Secondment(
                    recipient_id=post.recipient_id, cadre_id=cadre.id, post_id=post.id,
                    starts_on=first, planned_end=last, ended_on=terms[-1].ended_on,
                    end_reason="调" if terms[-1].ended_on else None))
            posts[post.id] = (agreed, terms)
    async with world.database.reading(LOCAL) as session:
        for at in range(0, 900, 45):
            on = start + timedelta(at)
            found = {row.post_id for row in await vacancy_rows(session, on=on)}
            rows = await fill_rows(session, on=on)
            expected = {number for number, (agreed, terms) in posts.items()
                        if vacant(agreed, terms, on)}
            assert found == expected
            assert sum(row.vacant for row in rows) == len(expected)
            assert sum(row.agreed for row in rows) == sum(
                agreed.holds(on) for agreed, _ in posts.values())

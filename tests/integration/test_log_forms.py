"""What the log's forms read and ask for: each field is the API's, and nothing it needs is left out.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from graphql import GraphQLInputObjectType, get_named_type, is_required_input_field
from sqlalchemy import text

from aid.access.actor import Actor
from aid.cadres.choosing import LATELY, terms_to_succeed
from aid.cadres.drafts import CadreDraft, PostDraft, TermDraft
from aid.cadres.service import agree_post, post_cadre, register_cadre, succeed
from aid.cadres.terms import CadreCategory
from aid.database.engine import Database
from aid.funds.service import withdraw_tranche
from aid.funds.terms import Balance
from aid.projects.service import MilestoneLog, log_milestone, plan_milestones
from aid.projects.terms import Stage
from dashboards.forms import FORMS, STEPS, Field
from dashboards.pages.log_fields import FIELDS
from dashboards.reading_log import LogData, read_log
from dashboards.view import View
from schema.schema import schema
from tests.actors import LOCAL
from tests.conftest import TODAY
from tests.integration.funding import Funded, a_tranche, funded, moved_to


async def _read(database: Database, actor: Actor, name: str, **at: Any) -> LogData:
    return await read_log(database, actor, View(page="log", form=name, **at))


async def _code(database: Database, at: Funded) -> str:
    async with database.reading(LOCAL) as session:
        return str(await session.scalar(
            text("SELECT code FROM project WHERE id = :id"), {"id": at.project}))


async def _in_post(database: Database) -> int:
    async with database.writing(LOCAL) as session:
        post = await agree_post(session, PostDraft(
            recipient="532600", unit="州人民医院", title="副院长",
            category=CadreCategory.DOCTOR, agreed_from=date(2020, 1, 1)))
        cadre = await register_cadre(session, CadreDraft(
            name="王强", category=CadreCategory.DOCTOR, supporter="310000"))
        return (await post_cadre(session, cadre.id, post.id, TermDraft(
            starts_on=date(2025, 1, 1), planned_end=date(2098, 12, 31)))).id


def _wrong(name: str, fields: list[Field]) -> list[str]:
    """Fields that the mutation's input does not have, and what it needs that nobody must give."""
    sent = STEPS[Stage.ACCEPTED] if name == "advance" else FORMS[name].mutation
    of = schema._schema.type_map[sent.input]
    places = {place: one for one in fields for place in one.name.split(" ")}
    wrong = []
    for place in places:
        inside: Any = of
        for step in (step for step in place.split(".") if not step.isdecimal()):
            if isinstance(inside, GraphQLInputObjectType):
                inside = get_named_type(inside.fields[step].type) if step in inside.fields else None
        if inside is None:
            wrong.append(f"{name}: {place}")
    given = {place.split(".")[0] for place, one in places.items()
             if one.required or one.kind in ("hidden", "version")}
    assert isinstance(of, GraphQLInputObjectType)
    needed = {field for field, type_ in of.fields.items() if is_required_input_field(type_)}
    return wrong + [f"{name} lacks {field}" for field in needed - given - {"idempotencyKey"}]


async def test_every_form_asks_for_what_its_mutation_takes(seeded_database: Database) -> None:
    """And for all that it cannot do without, whatever the form is about."""
    at = await funded(seeded_database, a_tranche(), a_tranche())
    await moved_to(seeded_database, at, Balance.HELD, 100)
    async with seeded_database.writing(LOCAL) as session:
        [milestone, logged, *_] = await plan_milestones(session, at.project)
        await log_milestone(session, logged.id, today=TODAY,
                            log=MilestoneLog(met_on=TODAY, note="完成"))
        pairing = await session.scalar(text("SELECT id FROM pairing ORDER BY id LIMIT 1"))
    chosen: Mapping[str | None, object] = {
        "milestone": milestone.id, "logged": logged.id, "movement": 1,
        "term": await _in_post(seeded_database),
        "pairing": pairing, "instalment": at.tranches[1]}
    code, wrong = await _code(seeded_database, at), []
    for name, form in FORMS.items():
        actor = LOCAL if LOCAL.may(form.needs) else at.recipient
        view = View(page="log", form=name, of=code if form.about == "project" else None,
                    item=str(chosen.get(form.chooses, "")))
        data = await read_log(seeded_database, actor, view)
        assert data.form == name
        wrong += _wrong(name, list(FIELDS[name](view, data)))
    assert wrong == []


async def test_a_project_is_proposed_of_a_pairing_that_one_sees(seeded_database: Database) -> None:
    """A recipient's own alone; its targets are those that concern it."""
    at = await funded(seeded_database)
    office = await _read(seeded_database, LOCAL, "propose")
    theirs = await _read(seeded_database, at.recipient, "propose")
    assert len(office.pairings) > len(theirs.pairings) == 1
    [own] = theirs.pairings
    assert own.recipient.code == "532600"
    other = next(one for one in office.pairings if one.recipient.code == "540200")
    hidden = await _read(seeded_database, at.recipient, "propose", item=str(other.id))
    assert hidden.pairings == () and hidden.proposing is None
    found = [(await _read(seeded_database, LOCAL, "propose", item=str(one.id))).proposing
             for one in (own, other)]
    targets = [{one.code for one in each.targets} for each in found if each]
    assert targets[0] - targets[1] and targets[1] - targets[0] and targets[0] & targets[1]
    by_name = await _read(seeded_database, LOCAL, "propose", text="文山")
    assert [one.id for one in by_name.pairings] == [own.id]


async def test_only_pairings_in_force_are_offered(seeded_database: Database) -> None:
    """Today's, unless another day is asked for: one that has ended by then is not there."""
    aksu = {"text": "652900"}
    assert (await _read(seeded_database, LOCAL, "propose", **aksu)).pairings == ()
    [ended] = (await _read(
        seeded_database, LOCAL, "propose", on=date(2010, 12, 31), **aksu)).pairings
    assert ended.ends_on == date(2010, 12, 31)
    for form in ("propose", "agree"):
        late = await _read(seeded_database, LOCAL, form, item=str(ended.id))
        assert late.pairings == () and late.proposing is None
    in_time = await _read(
        seeded_database, LOCAL, "propose", on=date(2009, 6, 1), item=str(ended.id))
    assert in_time.proposing is not None
    before = await _read(seeded_database, LOCAL, "propose", on=date(1990, 1, 1))
    assert before.pairings == ()


async def test_a_term_is_succeeded_once_and_not_long_after_it_is_over(
    seeded_database: Database
) -> None:
    """Half a year after its last day it is history."""
    number, last = await _in_post(seeded_database), date(2098, 12, 31)

    async def offered(on: date, **more: Any) -> list[int]:
        async with seeded_database.reading(LOCAL) as session:
            return [one.id for one in await terms_to_succeed(session, on=on, limit=5, **more)]

    assert await offered(date(2026, 1, 1)) == await offered(last + LATELY) == [number]
    assert await offered(date(2026, 1, 1), text="李") == await offered(
        last + LATELY + timedelta(days=1)) == []
    async with seeded_database.writing(LOCAL) as session:
        cadre = await register_cadre(session, CadreDraft(
            name="李梅", category=CadreCategory.DOCTOR, supporter="310000"))
        after = await succeed(session, number, TermDraft(
            starts_on=date(2098, 12, 1), planned_end=date(2099, 12, 31)), cadre_id=cadre.id)
    assert await offered(date(2026, 1, 1)) == [after.id]


async def test_instalments_to_change_are_those_that_were_not_withdrawn(
    seeded_database: Database
) -> None:
    """With what they wait for, whether they moved, and the version looked at."""
    at = await funded(seeded_database, a_tranche(1000), a_tranche(at_stage="completed"),
                      a_tranche())
    await moved_to(seeded_database, at, Balance.COMMITTED, 100)
    async with seeded_database.writing(LOCAL) as session:
        await withdraw_tranche(session, at.tranches[2], expected_version=1, reason="重复",
                               actor=LOCAL, today=TODAY)
    data = await _read(seeded_database, LOCAL, "change_instalment",
                       of=await _code(seeded_database, at))
    assert data.money is not None
    assert [(one.id, one.source, one.moved, one.taken, one.at_stage, one.version)
            for one in data.money.instalments] == [
        (at.tranches[0], "310000-city", True, 100, None, 1),
        (at.tranches[1], "310000-city", False, 0, "completed", 1)]

"""Simulated villages, posts and people: the rules of the services are asked of every one."""

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

import pytest
from sqlalchemy import select

from aid.cadres.drafts import EndDraft, ExtensionDraft, PostDraft, TermDraft
from aid.cadres.model import Batch, Cadre, Extension, Post, Secondment, SecondmentProject
from aid.cadres.posting import term_of
from aid.cadres.rules import (
    Agreed,
    Term,
    check_early_end,
    check_extension,
    check_post,
    check_term,
    check_words,
    held_too_long,
)
from aid.cadres.terms import CadreCategory
from aid.database.engine import Database
from aid.projects.model import Project
from aid.villages.checks import check_report, check_scores, check_work
from aid.villages.drafts import AcceptanceDraft, WorkDraft, WorkReportDraft
from aid.villages.model import (
    AcceptanceCriterion,
    AcceptanceScore,
    KeyVillage,
    NaturalVillage,
    ProjectVillage,
    VillageAcceptance,
    VillageReport,
    VillageWork,
)
from aid.villages.terms import Component
from tests.actors import LOCAL
from tests.conftest import TODAY
from tests.integration.replaying import projects_by_id, rows_by


async def test_villages_and_their_works_are_by_the_rules(demo_database: Database) -> None:
    """Six components, hamlets of its own, costs that are the project's, reports that add up."""
    async with demo_database.reading(LOCAL) as session:
        works = await rows_by(session, VillageWork, "village_id")
        reports = await rows_by(session, VillageReport, "work_id")
        hamlets = await rows_by(session, NaturalVillage, "village_id")
        links = {row.village_id: row.project_id for row in await session.scalars(
            select(ProjectVillage))}
        projects = await projects_by_id(session)
        villages = list(await session.scalars(select(KeyVillage)))
    assert len(set(links.values())) == len(links) == len(villages)
    for village in villages:
        project, own = projects[links[village.id]], works[village.id]
        assert {work.component for work in own} == set(Component)
        assert sum(work.cost_fen or 0 for work in own) == project.approved_fen or (
            project.approved_fen is None)
        assert [work.code for work in own] == [f"W{at:03}" for at in range(1, len(own) + 1)]
        mine = {row.id: row.households or 0 for row in hamlets[village.id]}
        assert sum(mine.values()) == village.households
        for work in own:
            assert work.natural_village_id is None or work.natural_village_id in mine
            _check_work(work, reports[work.id])


def _check_work(work: VillageWork, reports: Sequence[VillageReport]) -> None:
    assert check_work(WorkDraft(
        component=Component(work.component), name=work.name, unit=work.unit,
        planned=work.planned, planned_start=work.planned_start,
        planned_end=work.planned_end)) == []
    before: Decimal | None = None
    for report in reports:
        assert check_report(WorkReportDraft(reported_on=report.reported_on, done=report.done),
                            unit=work.unit, before=before, after=None, today=TODAY) == []
        before = report.done
    days = [report.reported_on for report in reports]
    assert days == sorted(days)
    assert before is None or before <= work.planned


async def test_villages_were_accepted_by_the_sheet(demo_database: Database) -> None:
    """All lines, points within each; only what passed was the last word."""
    async with demo_database.reading(LOCAL) as session:
        lines = {row.id: row for row in await session.scalars(select(AcceptanceCriterion))}
        points: dict[int, dict[str, Decimal]] = defaultdict(dict)
        for score in await session.scalars(select(AcceptanceScore)):
            points[score.acceptance_id][lines[score.criterion_id].code] = score.points
        years = dict((await session.execute(
            select(KeyVillage.id, KeyVillage.designated_in))).all())
        judged = await rows_by(session, VillageAcceptance, "village_id")
    most = {line.code: line.points for line in lines.values()}
    assert any(len(rows) > 1 for rows in judged.values())
    for village, rows in judged.items():
        assert [row.passed for row in rows] == [False] * (len(rows) - 1) + [True]
        for row in rows:
            draft = AcceptanceDraft(sheet=row.sheet, accepted_on=row.accepted_on,
                                    assessor=row.assessor, points=points[row.id])
            assert check_scores(draft, most, designated_in=years[village], today=TODAY) == []
            assert row.score == sum(points[row.id].values())


async def test_terms_are_by_the_rules(demo_database: Database) -> None:
    """Within what was agreed, one after the other, ended and made longer as is allowed."""
    async with demo_database.reading(LOCAL) as session:
        posts = {row.id: row for row in await session.scalars(select(Post))}
        terms = await rows_by(session, Secondment, "post_id")
        longer = await rows_by(session, Extension, "secondment_id")
        batches = {row.id: row for row in await session.scalars(select(Batch))}
    assert any(row.ended_on for rows in terms.values() for row in rows)
    assert longer
    for number, post in posts.items():
        agreed = Agreed(post.agreed_from, post.agreed_until)
        draft = PostDraft(recipient="540200", unit=post.unit, title=post.title,
                          category=CadreCategory(post.category), agreed_from=post.agreed_from,
                          agreed_until=post.agreed_until)
        assert check_post(draft) == []
        rows = terms[number]
        for row in rows:
            term = term_of(row)
            assert check_term(TermDraft(), term, agreed) == [], (post.code, term)
            others = [term_of(other) for other in rows if other is not row]
            assert held_too_long(term, others) is None, (post.code, term)
            _check_end(row, longer[row.id])
            if row.batch_id is not None:
                assert batches[row.batch_id].starts_on <= row.starts_on
        for one, next_ in pairwise(rows):
            assert next_.predecessor_id == one.id
            assert next_.starts_on > one.starts_on


def _check_end(row: Secondment, longer: Sequence[Extension]) -> None:
    if row.ended_on is not None:
        ended = EndDraft(ended_on=row.ended_on, reason=row.end_reason or "")
        assert check_early_end(ended, Term(row.starts_on, row.planned_end), today=TODAY) == []
    for extension in longer:
        draft = ExtensionDraft(new_end=extension.new_end, reason=extension.reason)
        assert check_extension(draft, Term(row.starts_on, extension.old_end)) == []
        assert row.planned_end == extension.new_end


@pytest.mark.parametrize("column", ["name", "home_unit"])
async def test_no_person_has_more_than_a_name(demo_database: Database, column: str) -> None:
    """No number stands in what is said of people, and everybody is marked as simulated."""
    async with demo_database.reading(LOCAL) as session:
        people = list(await session.scalars(select(Cadre)))
    assert all(check_words(TermDraft(), column, getattr(row, column)) == [] and row.simulated
               for row in people)


async def test_who_answers_for_a_project_was_there_when_it_began(
    demo_database: Database
) -> None:
    """An official of the same recipient, in the post on the planned start."""
    async with demo_database.reading(LOCAL) as session:
        rows = (await session.execute(
            select(Secondment, Project).join(
                SecondmentProject, SecondmentProject.secondment_id == Secondment.id)
            .join(Project, Project.id == SecondmentProject.project_id))).all()
    assert len(rows) > 500
    for term, project in rows:
        assert term.recipient_id == project.recipient_id
        assert term_of(term).holds(project.planned_start)

"""What a list on a page offers as a file holds the rows of the list, whatever it is narrowed by."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select

from aid.clock import today
from aid.database.engine import Database
from aid.errors import InputRefused
from aid.interchange.exports.narrowing import narrowed
from aid.interchange.exports.projects import project_rows
from aid.interchange.exports.terms import KINDS, Filter, Kind
from aid.projects.listing import listed
from aid.projects.narrowing import read_choices
from aid.projects.terms import Delay, ProjectKind, Stage
from aid.sheets.writing import Form
from dashboards.pages.projects import projects_page
from dashboards.reading_projects import asked_for, read_projects
from dashboards.view import View, exported, params, read_view
from tests.actors import LOCAL, recipient
from tests.integration.working import division

VIEWS = (
    View(page="projects"),
    View(page="projects", region=("530800", "540200")),
    View(page="projects", region=("530000",), stage=Stage.COMPLETED.value),
    View(page="projects", supporter="310000", sector="education", text="小学 学生"),
    View(page="projects", kind=ProjectKind.NON_FIXED_ASSET.value, state=Delay.LATE.value),
    View(page="projects", state=Delay.BEHIND.value, end=today() - timedelta(300)),
    View(page="projects", text="2026", start=today() - timedelta(400), end=today()),
    View(page="projects", stage=Stage.SUSPENDED.value, order="-investment", locale="en"),
)


def _filters(address: str) -> dict[str, str]:
    given = {name: value for name, [value] in parse_qs(urlsplit(address).query).items()}
    return {name: value for name, value in given.items() if name != "lang"}


@pytest.mark.parametrize("view", VIEWS, ids=[str(number) for number in range(len(VIEWS))])
async def test_an_exports_rows_are_the_lists(demo_database: Database, view: View) -> None:
    """By the address that stands on the page; for an office and for a recipient."""
    place = await division(demo_database, "530800")
    for actor in (LOCAL, recipient(place)):
        async with demo_database.reading(actor) as session:
            choices = await read_choices(
                session, actor, regions=view.region, supporter=view.supporter, sector=view.sector,
                today=today())
            page = await listed(session, asked_for(view, choices), order="code", descending=False,
                                at=None, first=10_000)
            wanted = await narrowed(
                session, Kind.PROJECTS, _filters(exported(view, Kind.PROJECTS, Form.CSV)),
                locale="zh", today=today())
            found = await session.scalars(select(project_rows(wanted).subquery().c.code))
        assert sorted(found) == sorted(row.code for row in page.rows)
        assert page.rows or actor is not LOCAL


async def test_the_page_offers_that_address(demo_database: Database) -> None:
    """In each form, and nothing is lost of what the list is narrowed by."""
    for view in VIEWS[1:]:
        drawn = str(projects_page(view, await read_projects(demo_database, LOCAL, view)).body)
        address = exported(view, Kind.PROJECTS, Form.XLSX)
        assert f"href='{address}'" in drawn
        told = params(read_view("/dashboards/projects", urlsplit(address).query, remembered=None,
                                default="zh"))
        assert told == {name: value for name, value in params(view).items() if name != "order"}


async def test_filters_that_cannot_be_are_all_complained_of(demo_database: Database) -> None:
    """By their names; projects alone are narrowed by their stage."""
    given = {"stage": "opened", "kind": "bridge", "state": "lazy", "q": "一\x00二",
             "region": "530800,999999"}
    async with demo_database.reading(LOCAL) as session:
        with pytest.raises(InputRefused) as refused:
            await narrowed(session, Kind.PROJECTS, given, locale="zh", today=today())
        with pytest.raises(InputRefused):
            await narrowed(session, Kind.VILLAGES, {Filter.STAGE: "started"}, locale="zh",
                           today=today())
    assert [one.field for one in refused.value.complaints] == [
        Filter.REGION, Filter.STAGE, Filter.KIND, Filter.STATE, Filter.TEXT]
    assert refused.value.complaints[0].value == "999999"
    assert {kind for kind, said in KINDS.items() if Filter.TEXT in said.filters} == {Kind.PROJECTS}

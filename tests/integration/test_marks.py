"""Every mark of every chart leads to what stands behind it, over simulated records."""

import ast
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import plotly.graph_objects as go
from dash import html
from sqlalchemy import text

from aid.clock import today
from aid.database.engine import Database
from dashboards.pages import chart
from dashboards.pages.mark_list import leading_marks
from dashboards.reading_cadres import read_cadres
from dashboards.reading_villages import read_village, read_villages
from dashboards.rooms import room_of
from dashboards.view import View, read_view
from tests.actors import LOCAL

MOVED = (
    "SELECT p.code FROM project p WHERE EXISTS (SELECT FROM movement m WHERE m.project_id = p.id"
    " AND m.kind = 'pay') AND EXISTS (SELECT FROM milestone n WHERE n.project_id = p.id AND"
    " n.planned_on < :today) AND EXISTS (SELECT FROM progress_report r WHERE r.project_id = p.id)"
    " ORDER BY p.planned_end DESC, p.code LIMIT 1")
BUILT = "SELECT code FROM key_village ORDER BY designated_in DESC, code LIMIT 1"
NOWHERE = {
    "flows": "the sources, and what a layer has beyond its largest: the page has no such filter",
    "curve": "a plan of days to come: there is no state of them yet",
    "progress": "the plan is a line between the two days that stand at the top of the page",
    "posts": "a term to come: nobody is in post yet",
    "batches": "a batch to come: nobody is in post yet",
    "balances": "nothing moved there",
}
"""Charts of which some marks lead nowhere, and why."""


async def _drawn(database: Database, view: View) -> Any:
    """A page with what comes later below it."""
    room = room_of(view)
    body: list[Any] = []
    for each in (room, room.later):
        if each is not None:
            body += each.draw(view, await each.read(database, LOCAL, view)).body
    return html.Div(body)


def _charts(page: Any) -> Iterator[tuple[str, Any]]:
    for node in page._traverse():
        if said := getattr(node, "data-figure", None):
            yield str(node.id).removeprefix("chart-"), go.Figure(json.loads(said))


def _named() -> set[str]:
    """Every chart that any page may draw."""
    pages = Path(chart.__file__).parent.glob("*.py")
    return {
        str(call.args[1].value) for path in pages
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name)
        and call.func.id == "chart" and isinstance(call.args[1], ast.Constant)}


def _places(page: Any) -> set[str]:
    """What a page can be gone to at: the ids of its elements and of the rows of its tables."""
    found: set[str] = set()
    for node in page._traverse():
        found.add(str(getattr(node, "id", None)))
        if said := getattr(node, "data-light", None):
            found |= set(_ids(json.loads(said)))
    return found


def _ids(node: Any) -> Iterator[str]:
    if isinstance(node, list):
        if "id" in node[1]:
            yield node[1]["id"]
        for child in node[2]:
            yield from _ids(child)


def _view(address: str) -> View:
    parts = urlsplit(address)
    return read_view(parts.path, parts.query, remembered=None, default="zh")


async def _pages(database: Database) -> list[View]:
    async with database.reading(LOCAL) as session:
        project = (await session.execute(text(MOVED), {"today": today()})).scalar_one()
        village = (await session.execute(text(BUILT))).scalar_one()
    return [View(page="investment"), View(page="investment", part="published"),
            View(page="funds"), View(page="cadres"), View(page="cadres", part="batches"),
            View(page="villages"),
            View(page="villages", code=village), View(page="projects", code=project)]


async def test_every_chart_leads_to_what_is_behind_it(demo_database: Database) -> None:
    """To a page that there is, or to a row of its own; and to nowhere only for a reason."""
    drawn: set[str] = set()
    silent: set[str] = set()
    for view in await _pages(demo_database):
        page = await _drawn(demo_database, view)
        places = _places(page)
        for name, figure in _charts(page):
            drawn.add(name)
            marks = leading_marks(figure)
            assert marks, name
            for label, _, there in marks:
                assert label, name
                if there.startswith("#"):
                    assert there[1:] in places, (name, there)
                else:
                    assert urlsplit(there).path.startswith("/dashboards/"), (name, there)
                    assert _view(there) != view or view.page == "investment", (name, there)
            silent |= {name} if _is_silent(figure) else set()
    assert drawn == _named()
    assert silent <= set(NOWHERE)


def _is_silent(figure: Any) -> bool:
    """Whether a mark that can be pointed at leads nowhere."""
    for trace in figure.data:
        for marks in (trace.node, trace.link) if trace.type == "sankey" else (trace,):
            if trace.hoverinfo != "skip" and not all(
                    marks.customdata if marks.customdata is not None else [""]):
                return True
    return False


async def _figure(database: Database, view: View, chart: str) -> Any:
    return dict(_charts(await _drawn(database, view)))[chart]


async def test_a_term_and_a_batch_lead_to_the_people_in_post(demo_database: Database) -> None:
    """Over, going on or begun since: on a day of theirs; and to nobody else."""
    posts = leading_marks(await _figure(demo_database, View(page="cadres"), "posts"))
    for name, _, there in posts[::9]:
        found = await read_cadres(demo_database, LOCAL, _view(there))
        assert found.people
        assert [row.cadre for row in found.people.rows] == [name], there
    batches = await _figure(demo_database, View(page="cadres", part="batches"), "batches")
    days = set()
    for _, _, there in leading_marks(batches):
        view = _view(there)
        found = await read_cadres(demo_database, LOCAL, view)
        days.add(found.on)
        assert found.people
        assert found.people.rows, there
        assert {row.batch for row in found.people.rows} == {view.text}, there
    assert len(days) > 1


async def test_a_point_of_a_curve_leads_to_the_state_of_its_day(demo_database: Database) -> None:
    """What is said of it is what the page of that day says."""
    for view in [one for one in await _pages(demo_database) if one.page == "villages"]:
        marks = leading_marks(await _figure(demo_database, view, "curve"))
        for _, said, there in marks[-3 if view.code else -1:]:
            at = _view(there)
            if at.code:
                one = await read_village(demo_database, LOCAL, at)
                assert one.village
                mean = one.village.progress
            else:
                mean = (await read_villages(demo_database, LOCAL, at)).sums.mean
            assert at.on
            assert f"实际 {mean:.1f}%" in said


async def test_a_stream_leads_to_what_flows_between_its_ends(demo_database: Database) -> None:
    """Narrowed to both; a source, which is no filter, leaves it to the other end."""
    figure = await _figure(demo_database, View(page="funds", start=date(2008, 1, 1)), "flows")
    nodes, links = figure.data[0].node.customdata, figure.data[0].link
    found = set()
    for source, target, there in zip(links.source, links.target, links.customdata, strict=True):
        ends = [_view(nodes[end]) if nodes[end] else View(page="funds") for end in (source, target)]
        stream = _view(there) if there else View(page="funds")
        for name in ("region", "sector", "kind"):
            assert getattr(stream, name) in {getattr(end, name) for end in ends}
            assert getattr(stream, name) or not any(getattr(end, name) for end in ends)
        found.add((bool(stream.region), bool(stream.sector), bool(stream.kind)))
    assert {(True, False, False), (True, True, False), (False, True, True)} <= found

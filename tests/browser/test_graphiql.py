"""GraphiQL as a newcomer meets it."""

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


def test_the_example_runs_at_a_click(page: Page, server_url: str) -> None:
    """Everything comes from this server, and the first query answers with the plan."""
    page.goto(f"{server_url}/graphql")
    expect(page.locator(".graphiql-query-editor")).to_contain_text("shanghai-2006-2010")
    page.get_by_role("button", name="Execute query").click()
    expect(page.locator(".result-window")).to_contain_text("三(二)1(3)", timeout=10_000)
    expect(page.locator(".result-window")).not_to_contain_text("errors")

"""A client over real HTTP, on behalf of one of the accounts of the tests."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from tests.people import PASSWORD, bearer


def ask(
    base: str, query: str, variables: dict[str, Any] | None = None, *, as_: str = "office",
    **headers: str,
) -> dict[str, Any]:
    """The whole answer to one operation."""
    answer = httpx.post(
        f"{base}/graphql",
        json={"query": query, "variables": variables or {}},
        headers=bearer(base, as_) | {
            name.replace("_", "-"): value for name, value in headers.items()},
        timeout=30,
    )
    found: dict[str, Any] = answer.json()
    return found


def data(
    base: str, query: str, variables: dict[str, Any] | None = None, *, as_: str = "office"
) -> dict[str, Any]:
    """The data of an operation that must not fail."""
    answer = ask(base, query, variables, as_=as_)
    assert "errors" not in answer, answer["errors"]
    found: dict[str, Any] = answer["data"]
    return found


@contextmanager
def sign_in(
    base: str, name: str = "office", *, password: str = PASSWORD
) -> Iterator[httpx.Client]:
    """A browser without scripts, signed in by the form of /login."""
    with httpx.Client(base_url=base, timeout=30) as client:
        answer = send_form(client, "/login", name=name, password=password)
        assert answer.status_code == 303, answer.text
        yield client


def send_form(client: httpx.Client, path: str, **fields: str) -> httpx.Response:
    """The answer to a form of the edge, filled in on its own page."""
    found = re.search(r'name="csrf" value="([^"]+)"', client.get(path).text)
    assert found is not None
    return client.post(path, data={"csrf": found[1], **fields})

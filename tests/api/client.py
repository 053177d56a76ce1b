"""A client over real HTTP."""

from typing import Any

import httpx


def ask(
    base: str, query: str, variables: dict[str, Any] | None = None, **headers: str
) -> dict[str, Any]:
    """The whole answer to one operation."""
    answer = httpx.post(
        f"{base}/graphql",
        json={"query": query, "variables": variables or {}},
        headers={name.replace("_", "-"): value for name, value in headers.items()},
        timeout=30,
    )
    found: dict[str, Any] = answer.json()
    return found


def data(base: str, query: str, variables: dict[str, Any] | None = None) -> dict[str, Any]:
    """The data of an operation that must not fail."""
    answer = ask(base, query, variables)
    assert "errors" not in answer, answer["errors"]
    found: dict[str, Any] = answer["data"]
    return found

"""The two entries of the real endpoint, each alone, through the ASGI application."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import httpx
import orjson
from graphql.execution.values import VariableValues
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from aid.access.actor import Actor
from aid.access.asking import let_in
from aid.database.engine import Database
from schema.endpoint import Endpoint
from schema.read.prepared import Prepared
from tests.actors import LOCAL
from tests.api.doing import form
from tests.api.operations import Operation
from tests.integration.paper import PDF

A_FILE = object()
"""Among the variables of an operation: the same small file for all of them."""


class CompiledOnly(Endpoint):
    """The fast entry. What it leaves to the other one is an error of the test."""

    async def _fast(
        self, prepared: Prepared, variables: VariableValues, actor: Actor
    ) -> bytes | None:
        answer = await super()._fast(prepared, variables, actor)
        if answer is None:
            statement = self._documents.statement(prepared, variables, actor)
            assert statement is not None, "not all of it is compiled"
            values = statement.values(variables.coerced)
            await self._database.read_json(actor, statement.sql, values)
            raise AssertionError("the fast entry did not answer")
        return answer


class OrdinaryOnly(Endpoint):
    """The ordinary entry, whatever the operation."""

    async def _fast(
        self, prepared: Prepared, variables: VariableValues, actor: Actor
    ) -> bytes | None:
        return None


@lru_cache(maxsize=6)
def _served(kind: Callable[..., Endpoint], database: Database) -> Starlette:
    """One endpoint for all actors, as a server has it: what is compiled for one serves others."""
    return Starlette(routes=[Route("/graphql", kind(database, locale="zh"), methods=["POST"])])


class Entry:
    """A client of an endpoint."""

    def __init__(
        self, kind: Callable[..., Endpoint], database: Database, actor: Actor = LOCAL
    ) -> None:
        app = _served(kind, database)

        async def as_actor(scope: Scope, receive: Receive, send: Send) -> None:
            let_in(scope, actor, "127.0.0.1")
            await app(scope, receive, send)

        self._client = httpx.AsyncClient(
            transport=httpx.ASGITransport(as_actor), base_url="http://127.0.0.1")

    async def raw(self, operation: Operation) -> bytes:
        """The answer as it is sent."""
        sent: Mapping[str, Any] = {
            "query": operation.text, "variables": operation.variables,
            "operationName": operation.name,
        }
        if A_FILE in operation.variables.values():
            sent = {**sent, "variables": dict.fromkeys(operation.variables)}
            places = {"0": [f"variables.{name}" for name in operation.variables]}
            whole = form(sent, places, {"0": ("批复.pdf", PDF)})
            return (await self._client.post("/graphql", **whole)).content
        return (await self.send(orjson.dumps(sent))).content

    async def send(self, body: bytes) -> httpx.Response:
        """The response to a body, whatever it is."""
        return await self._client.post(
            "/graphql", content=body, headers={"content-type": "application/json"})

    async def ask(self, operation: Operation) -> dict[str, Any]:
        """The whole answer."""
        found: dict[str, Any] = orjson.loads(await self.raw(operation))
        return found

    async def data(self, operation: Operation) -> dict[str, Any]:
        """The data of an operation that must not fail."""
        answer = await self.ask(operation)
        assert "errors" not in answer, answer["errors"]
        found: dict[str, Any] = answer["data"]
        return found

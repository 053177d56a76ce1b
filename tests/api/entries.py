"""The two entries of the real endpoint, each alone, through the ASGI application."""

from collections.abc import Mapping
from typing import Any

import httpx
import orjson
from graphql.execution.values import VariableValues
from starlette.applications import Starlette
from starlette.routing import Route

from aid.access.actor import LOCAL
from aid.database.engine import Database
from schema.endpoint import Endpoint
from schema.read.prepared import Prepared
from tests.api.operations import Operation


class CompiledOnly(Endpoint):
    """The fast entry. What it leaves to the other one is an error of the test."""

    async def _fast(self, prepared: Prepared, variables: VariableValues) -> bytes | None:
        answer = await super()._fast(prepared, variables)
        if answer is None:
            statement = self._documents.statement(prepared, variables, (LOCAL.role.value,))
            assert statement is not None, "not all of it is compiled"
            values = statement.values(variables.coerced)
            await self._database.read_json(LOCAL, statement.sql, values)
            raise AssertionError("the fast entry did not answer")
        return answer


class OrdinaryOnly(Endpoint):
    """The ordinary entry, whatever the operation."""

    async def _fast(self, prepared: Prepared, variables: VariableValues) -> bytes | None:
        return None


class Entry:
    """A client of an endpoint."""

    def __init__(self, kind: type[Endpoint], database: Database) -> None:
        endpoint = kind(database, actor=LOCAL, locale="zh")
        app = Starlette(routes=[Route("/graphql", endpoint, methods=["POST"])])
        self._client = httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url="http://127.0.0.1")

    async def ask(self, operation: Operation) -> dict[str, Any]:
        """The whole answer."""
        sent: Mapping[str, Any] = {
            "query": operation.text, "variables": operation.variables,
            "operationName": operation.name,
        }
        answer = await self._client.post(
            "/graphql", content=orjson.dumps(sent), headers={"content-type": "application/json"})
        found: dict[str, Any] = orjson.loads(answer.content)
        return found

    async def data(self, operation: Operation) -> dict[str, Any]:
        """The data of an operation that must not fail."""
        answer = await self.ask(operation)
        assert "errors" not in answer, answer["errors"]
        found: dict[str, Any] = answer["data"]
        return found

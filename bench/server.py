"""The server under measurement: the API, and beside it the same SQL through a bare handler.

The bare handler is the limit: no GraphQL, no request body, the statement and its values known
beforehand, on connections opened just as the API's are.
"""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from aid.access.actor import Actor, Role
from aid.access.asking import let_in
from aid.database.engine import Database
from bench.operations import OPERATIONS
from schema.endpoint import graphql_routes
from schema.read.prepared import Documents
from schema.schema import schema

LOCAL = Actor("bench", Role.OFFICE)
database = Database(os.environ["AID_DATABASE_URL"])
documents = Documents(schema._schema)


def _bare(name: str) -> Route:
    query, variables = OPERATIONS[name]
    prepared = documents.prepare(query, None)
    assert not prepared.errors, prepared.errors
    coerced = documents.variables(prepared, variables)
    assert coerced is not None
    statement = documents.statement(prepared, coerced, (LOCAL.role.value,))
    assert statement is not None
    sql, values = statement.sql, [*statement.values(coerced.coerced), *LOCAL.claims.values()]

    async def handler(_: Request) -> Response:
        async with database._pool.acquire() as connection:  # type: ignore[union-attr]
            found = await connection.fetchval(sql, *values)
        return Response(b'{"data":' + found.encode() + b"}", media_type="application/json")

    return Route(f"/bare/{name}", handler, methods=["POST"])


@asynccontextmanager
async def _lifespan(_: Starlette) -> AsyncIterator[None]:
    await database.open()
    yield
    await database.close()


app = Starlette(
    routes=[*map(_bare, OPERATIONS), *graphql_routes(database, locale="zh")],
    lifespan=_lifespan,
)


async def asked_by_the_office(scope: Scope, receive: Receive, send: Send) -> None:
    """The application, for one actor: what stands before it is measured elsewhere."""
    let_in(scope, LOCAL, "127.0.0.1")
    await app(scope, receive, send)


if __name__ == "__main__":
    uvicorn.run(asked_by_the_office, port=int(os.environ["BENCH_PORT"]), log_level="warning",
                access_log=False)

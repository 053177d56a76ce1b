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

from aid.access.actor import LOCAL
from aid.database.engine import Database
from bench.operations import OPERATIONS
from schema.endpoint import graphql_routes
from schema.read.prepared import Documents
from schema.schema import schema

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
    routes=[*map(_bare, OPERATIONS), *graphql_routes(database, actor=LOCAL, locale="zh")],
    lifespan=_lifespan,
)

if __name__ == "__main__":
    uvicorn.run(app, port=int(os.environ["BENCH_PORT"]), log_level="warning", access_log=False)

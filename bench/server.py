"""The server under measurement: the whole application, and in its place the same SQL, bare.

The bare handler is the limit: no GraphQL, no request body, the statement and its values known
beforehand, on connections opened just as the API's are. It stands once where the API stands, behind
the edge (a request that names it in `X-Bare`), and once before the edge (`/bare/…`): the first says
what the API costs, the second what the edge costs on top.
"""

import os

import uvicorn
from graphql.execution.values import VariableValues
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from aid.access.actor import Actor, Role
from aid.database.engine import Database
from aid.secrets import Keys
from aid.server import create_app
from aid.settings import Settings
from bench.operations import PLAN, WORK
from schema.read.prepared import Documents
from schema.schema import schema

OPERATIONS = {**PLAN, **WORK}
OFFICE = Actor("bench", Role.OFFICE)
database = Database(os.environ["AID_DATABASE_URL"])
documents = Documents(schema._schema)


def _bare(name: str) -> ASGIApp:
    query, variables = OPERATIONS[name]
    prepared = documents.prepare(query, None)
    assert not prepared.errors, prepared.errors
    coerced = documents.variables(prepared, variables)
    assert isinstance(coerced, VariableValues), coerced
    statement = documents.statement(prepared, coerced, OFFICE)
    assert statement is not None
    sql, values = statement.sql, [*statement.values(coerced.coerced), *OFFICE.claims.values()]

    async def handler(scope: Scope, receive: Receive, send: Send) -> None:
        async with database._pool.acquire() as connection:  # type: ignore[union-attr]
            found = await connection.fetchval(sql, *values)
        answer = Response(b'{"data":' + found.encode() + b"}", media_type="application/json")
        await answer(scope, receive, send)

    return handler


BARE = {name.encode(): _bare(name) for name in OPERATIONS}
served = create_app(database, Settings(), Keys(os.environ["AID_SECRET_KEY"]))
api = next(one for one in served.routes if isinstance(one, Route) and one.path == "/graphql")
graphql = api.app


async def behind_the_edge(scope: Scope, receive: Receive, send: Send) -> None:
    """The API, or the bare handler that the request names."""
    named = next((value for name, value in scope["headers"] if name == b"x-bare"), b"")
    await BARE.get(named, graphql)(scope, receive, send)


api.app = behind_the_edge


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """The application as it is served, and the bare handlers before everything else."""
    bare = scope.get("path", "").removeprefix("/bare/").encode()
    await BARE.get(bare, served)(scope, receive, send)


if __name__ == "__main__":
    uvicorn.run(app, port=int(os.environ["BENCH_PORT"]), log_level="warning", access_log=False)

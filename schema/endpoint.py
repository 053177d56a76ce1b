"""POST /graphql, once for both entries of the read path: limits, masking and logs live here.

The fast entry answers a query whose every field is read by SQL: one statement, its text sent out
unparsed. Anything else (mutations, introspection, errors) goes through strawberry's own execution.
"""

from collections.abc import Sequence
from typing import Any, NoReturn

import orjson
import structlog
from graphql import GraphQLError
from graphql.execution.values import VariableValues
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

from aid.access.actor import Actor
from aid.access.asking import actor_of, address_of
from aid.access.policy import Permission
from aid.audit.model import AuditKind, Outcome
from aid.audit.service import note
from aid.database.engine import Database, TooSlow
from aid.errors import AidError
from aid.text import Locale, preferred_locale
from schema.context import Context
from schema.graphiql import ASSETS, graphiql_page
from schema.introspection import introspected
from schema.masking import masked
from schema.read.allowed import Forbidden, missing
from schema.read.arguments import ArgumentRefused
from schema.read.cost import TooCostly
from schema.read.prepared import Documents, Prepared
from schema.read.reckoning import run
from schema.requests import Asked, BadRequest, asked, body_of
from schema.schema import schema
from schema.uploads import FORM, form_of

log = structlog.get_logger()

JSON = b"application/json"
GRAPHQL_JSON = b"application/graphql-response+json"


class InvalidDocument(Exception):
    """A document, or variables, that does not parse, does not fit the schema, or is too much."""

    def __init__(self, errors: Sequence[GraphQLError]) -> None:
        super().__init__("invalid document")
        self.errors = errors


class Endpoint:
    """The GraphQL endpoint over one database, as an ASGI application for POST.

    Plain ASGI, because a request object costs more than everything else the fast entry does.
    """

    def __init__(self, database: Database, *, locale: Locale) -> None:
        self._database, self._locale = database, locale
        self._documents = Documents(schema._schema)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one operation."""
        headers: dict[bytes, bytes] = dict(scope["headers"])
        kind = GRAPHQL_JSON if GRAPHQL_JSON in headers.get(b"accept", b"") else JSON
        strict = kind == GRAPHQL_JSON
        locale = self._language(headers)
        try:
            answer, status = await self._read(headers, receive, locale, scope), 200
        except BadRequest as refused:
            answer, status = _failed([{"message": str(refused)}]), refused.status
        except TooSlow as refused:
            answer, status = _failed([masked(_wrapped(refused), locale)]), 200
        except Forbidden as refused:
            answer, status = _failed([masked(_wrapped(refused), locale)]), 403 if strict else 200
        except InvalidDocument as invalid:
            answer = _failed([masked(error, locale) for error in invalid.errors])
            status = 400 if strict else 200
        length = str(len(answer)).encode()
        await send({
            "type": "http.response.start",
            "status": status,
            "headers": [(b"content-type", kind), (b"content-length", length)],
        })
        await send({"type": "http.response.body", "body": answer})

    async def _read(
        self, headers: dict[bytes, bytes], receive: Receive, locale: Locale, scope: Scope
    ) -> bytes:
        """Read the operation and answer it."""
        kind = headers.get(b"content-type", b"").partition(b";")[0].strip().lower()
        if kind == JSON:
            return await self._answer(asked(await body_of(receive)), locale, scope)
        if kind != FORM:
            raise BadRequest(415, "Send the operation as application/json, or with files as "
                                  "multipart/form-data.")
        if not actor_of(scope).may(Permission.DOCUMENT_ATTACH):
            await self._refuse((FORM.decode(),), scope)
        async with form_of(headers, receive) as sent:
            return await self._answer(sent, locale, scope)

    async def _answer(self, sent: Asked, locale: Locale, scope: Scope) -> bytes:
        actor = actor_of(scope)
        prepared = self._documents.prepare(sent.query, sent.name)
        if prepared.errors:
            raise InvalidDocument(prepared.errors)
        if not prepared.needs <= actor.permissions:
            await self._refuse(missing(prepared.fields, actor.permissions), scope)
        coerced = self._coerced(prepared, sent.variables)
        if prepared.introspects:
            return introspected(self._documents.schema, prepared, coerced)
        if prepared.reads:
            answer = await self._fast(prepared, coerced, actor)
            if answer is not None:
                return answer
        context = Context(
            self._database, actor, address_of(scope), locale, self._documents, prepared, coerced)
        return await self._ordinary(sent, context)

    async def _refuse(self, fields: tuple[str, ...], scope: Scope) -> NoReturn:
        """Nothing of an operation is run of which the actor may not do all. Raises Forbidden."""
        actor = actor_of(scope)
        await note(
            self._database, kind=AuditKind.REFUSAL, outcome=Outcome.REFUSED, actor=actor.name,
            role=actor.role.value, subject="/graphql", address=address_of(scope) or None,
            detail={"fields": list(fields)},
        )
        raise Forbidden(fields)

    def _coerced(self, prepared: Prepared, variables: dict[str, Any]) -> VariableValues:
        coerced = self._documents.variables(prepared, variables)
        if not isinstance(coerced, VariableValues):
            raise InvalidDocument(coerced)
        try:
            self._documents.weigh(prepared, coerced)
        except TooCostly as refused:
            raise InvalidDocument([_wrapped(refused)]) from None
        return coerced

    def _language(self, headers: dict[bytes, bytes]) -> Locale:
        wished = headers.get(b"accept-language", b"").decode("latin-1")
        return preferred_locale(wished, self._locale)

    async def _fast(
        self, prepared: Prepared, variables: VariableValues, actor: Actor
    ) -> bytes | None:
        """The whole operation as one statement; None when it needs the ordinary entry.

        That is also where a failing statement goes, so that only its own root field fails there.
        """
        try:
            statement = self._documents.statement(prepared, variables, actor)
            if statement is None:
                return None
            values = statement.values(variables.coerced)
            text = await run(self._database, actor, statement.sql, values)
        except (Forbidden, TooSlow):
            raise
        except (AidError, ArgumentRefused, GraphQLError):
            return None
        except Exception as failure:
            log.error("fast_entry_failed", exc_info=failure)
            return None
        return b'{"data":' + text.encode() + b"}"

    async def _ordinary(self, sent: Asked, context: Context) -> bytes:
        result = await schema.execute(
            sent.query, sent.variables, context_value=context, operation_name=sent.name
        )
        answer: dict[str, Any] = {"data": result.data}
        if result.errors:
            answer["errors"] = [masked(error, context.locale) for error in result.errors]
        text: bytes = orjson.dumps(answer)
        return text


def graphql_routes(
    database: Database, *, locale: Locale, graphiql: bool = True
) -> list[Route | Mount]:
    """The routes of the API. GraphiQL is served from files of the project."""
    endpoint = Endpoint(database, locale=locale)
    routes: list[Route | Mount] = [Route("/graphql", endpoint, methods=["POST"])]
    if graphiql:
        routes.append(Route("/graphql", graphiql_page, methods=["GET"]))
        routes.append(Mount("/graphiql", StaticFiles(directory=ASSETS)))
    return routes


def _failed(errors: list[Any]) -> bytes:
    text: bytes = orjson.dumps({"errors": errors})
    return text


def _wrapped(refused: AidError) -> GraphQLError:
    return GraphQLError(str(refused), original_error=refused)

"""What a request to the API holds: an operation, as one JSON object."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from starlette.types import Receive

MAX_BODY = 256 * 1024
"""Bytes of an operation, files aside."""


class BadRequest(Exception):
    """A request that is not GraphQL over HTTP at all."""

    def __init__(self, status: int, said: str) -> None:
        super().__init__(said)
        self.status = status


@dataclass(frozen=True, slots=True)
class Asked:
    """An operation as it was sent."""

    query: str
    variables: dict[str, Any]
    name: str | None


async def body_of(receive: Receive) -> bytes:
    """The whole body, which holds an operation. Raises BadRequest."""
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise BadRequest(400, "The request ended early.")
        body += message.get("body", b"")
        if len(body) > MAX_BODY:
            raise BadRequest(413, f"An operation has at most {MAX_BODY // 1024} KB.")
        if not message.get("more_body", False):
            return bytes(body)


def asked(text: bytes | str, what: str = "The body") -> Asked:
    """The operation from its JSON text. Raises BadRequest."""
    try:
        sent = orjson.loads(text)
    except orjson.JSONDecodeError as failure:
        raise BadRequest(400, f"{what} is not JSON: {failure}") from None
    if not isinstance(sent, Mapping):
        raise BadRequest(400, f"{what} is one JSON object with query, variables, operationName.")
    query, variables, name = sent.get("query"), sent.get("variables"), sent.get("operationName")
    if not isinstance(query, str) or not query.strip():
        raise BadRequest(400, "query is the text of a GraphQL document.")
    if variables is not None and not isinstance(variables, dict):
        raise BadRequest(400, "variables is a JSON object.")
    if name is not None and not isinstance(name, str):
        raise BadRequest(400, "operationName is a text.")
    return Asked(query, dict(variables or {}), name)

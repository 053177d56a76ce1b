"""Errors as a client may see them: refusals as they are, faults as an id to quote."""

import secrets
from typing import Any

import structlog
from graphql import GraphQLError

from aid.errors import AidError
from aid.text import Locale, Text
from schema.read.allowed import Forbidden
from schema.read.arguments import ArgumentRefused

log = structlog.get_logger()


def masked(error: GraphQLError, locale: Locale) -> dict[str, Any]:
    """The error as a client may see it. A fault is logged under the id that the client is told."""
    formatted: dict[str, Any] = dict(error.formatted)
    original = error.original_error
    if isinstance(original, GraphQLError) or original is None:
        return formatted
    if isinstance(original, ArgumentRefused):
        formatted["extensions"] = {"code": "ARGUMENT_REFUSED"}
        return formatted
    if isinstance(original, AidError):
        formatted["message"] = original.to(locale)
        formatted["extensions"] = {"code": original.code}
        if isinstance(original, Forbidden):
            formatted["extensions"]["fields"] = list(original.fields)
        return formatted
    incident = secrets.token_hex(6)
    log.error("request_failed", incident=incident, exc_info=original)
    said = Text(f"出错了，请向管理员提供编号 {incident}。",
                f"Something went wrong. Tell the administrator this number: {incident}.")
    formatted["message"] = said.to(locale)
    formatted["extensions"] = {"code": "INTERNAL_ERROR", "incident": incident}
    return formatted


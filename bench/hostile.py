"""Documents that ask for trouble, each of at most 10 KB, and what answering or refusing them costs.

Measured in this process, without a database: parsing, weighing, validating, compiling, executing.
"""

import asyncio
import gc
import statistics
import time
from collections.abc import Mapping, Sequence
from typing import Any, cast

import orjson
from graphql import get_introspection_query
from starlette.types import Message

from aid.access.actor import Actor, Role
from aid.access.asking import let_in
from aid.database.engine import Database
from schema.endpoint import Endpoint

PROMISED_MS = 100
LARGEST = 10 * 1024
OFFICE = Actor("bench", Role.OFFICE)

_FILTER = ('filter: {planCode: "x", groupCode: "g", regionCode: "540200", section: "三",'
           ' search: "a", adjusted: true, kind: QUALITATIVE}')


def _times(text: str, times: int) -> str:
    return " ".join(text.replace("#", str(number)) for number in range(times))


def _chain(depth: int, twice: str = "...A# ...A#") -> str:
    """Fragments that each spread the next one twice: 2 to the power of `depth` fields."""
    fragments = [
        f"fragment A{at} on Query {{ {twice.replace('#', str(at + 1))} }}" for at in range(depth)]
    return f"{{ ...A0 }} {' '.join(fragments)} fragment A{depth} on Query {{ __typename }}"


DOCUMENTS: Mapping[str, str] = {
    "nested fragments": _chain(16, "...A#...A#").replace(" ", "", 1),
    "nested fragments, long": _chain(39),
    "nested fragments with fields": _chain(35, "plans { code } ...A# ...A#"),
    "fragments in a circle": "{ ...A0 } " + _times("fragment A# on Query { ...A# ...B }", 30)
    + " fragment B on Query { ...A0 }",
    "fragments that are not there": "{ " + _times("...Nobody#", 600) + " }",
    "many fragments": "{ " + _times("...F#", 100) + " } "
    + _times("fragment F# on Query { plans { id } plans { code } }", 100),
    "fragments of one name": "{ ...F } " + _times(
        "fragment F on Query { " + "plans { id } " * 21 + "}", 6)
    + " fragment F on Query { __typename }",
    "many fields in few fragments": "{ ...F0 } " + _times(
        "fragment F# on Query { " + "plans { id } " * 74 + "}", 6),
    "many fields in few operations": _times("query Q# { " + "plans { id } " * 48 + "}", 9),
    "fields again and again": "{ " + "plans { id } " * 390 + "}",
    "one field again and again": '{ plan(code: "x") { ' + "code " * 1900 + "} }",
    "fields to be merged": "{ " + "plans { sections { parent { parent { id } } } } " * 79 + "}",
    "fields to be merged, few fragments": "{ " + _times("...F#", 39) + " } " + _times(
        "fragment F# on Query { plans { id } plans { code } plans { title } }", 39),
    "aliases": "{ " + _times('a#: plan(code: "x") { code }', 190) + " }",
    "aliases, as many as may be": "{ " + _times(
        'a#: recipientRegion(code: "540200", on: "2001-01-01") { parent { name } }', 30) + " }",
    "directives": "{ __typename " + "@skip(if: false) " * 200 + "}",
    "directives nobody knows": "{ __typename " + "@a " * 900 + "}",
    "operations": _times("query Q# { __typename }", 380),
    "variables": "query (" + _times("$v#: Int", 480) + ") { __typename }",
    "a list of arguments": "{ planTargets(filter: {themes: [" + "X " * 1900
    + "]}) { totalCount } }",
    "a long text": '{ plan(code: "' + "x" * 10_000 + '") { code } }',
    "comments": "# \n" * 3000 + "{ __typename }",
    "unclosed": "{ node " * 900,
    "brackets": "{ plan(code: " + "[" * 1900,
    "inline fragments": "{ " + "... { " * 150 + "__typename" + " }" * 151,
    "a deep tree": '{ plan(code: "x") { ' + "sections { children { " * 60 + "id" + " } }" * 61,
    "pages of pages": "{ planTargets(first: 100) { nodes { plan { targets(first: 100) { nodes {"
                      " plan { targets(first: 100) { totalCount } } } } } } } }",
    "node": "{ " + _times('n#: node(id: "UGxhbjox") { id }', 30) + " }",
    "node, as often as may be": "{ " + _times('n#: node(id: "UGxhbjox") { id }', 5) + " }",
    "pages": "{ " + _times(
        f"p#: planTargets({_FILTER}) {{ totalCount nodes {{ code }} }}", 30) + " }",
    "pages, as many as may be": "{ " + _times(
        f"p#: planTargets(first: 1, {_FILTER}) {{ totalCount nodes {{ code section {{ number }} }}"
        " pageInfo { endCursor startCursor } }", 4) + " }",
    "projects of regions, as many as may be": '{ recipientRegion(code: "540200") { ' + _times(
        'p#: aidProjects(first: 1, filter: {regionCode: "540200"}) { totalCount nodes { id } }', 9)
    + " } }",
    "plain fields, as many as may be": "{ " + _times(
        'a#: plan(code: "x") { id code title titleEn periodStart periodEnd reviewStart source }',
        30) + " }",
    "fields that are not there": "{ " + _times("x#", 900) + " }",
    "introspection": get_introspection_query(),
    "introspection in circles": "{ __schema { types { fields { type { fields { type { fields {"
                                " type { fields { type { name } } } } } } } } } } }",
    "introspection, two lists deep":
        "{ __schema { types { fields { type { fields { name } } } } } }",
    "introspection, thirty times": "{ " + _times(
        'a#: __type(name: "PlanTarget") { fields { name type { name fields { name } } } }', 30)
    + " }",
    "introspection twice": "{ " + _times(
        "a#: __schema { types { fields { name description args { name } type { name } } } }", 2)
    + " }",
}
"""What they are, by what they try."""


class _NoDatabase:
    """Answers every read at once: what is measured is what happens before it."""

    async def read_json(self, _: object, __: str, ___: Sequence[Any]) -> str:
        return "{}"


def bench_hostile(rounds: int = 5) -> dict[str, dict[str, float]]:
    """Each document several times, never from the cache. Promised: 100 ms of CPU at the worst."""
    print("\nhostile documents of at most 10 KB                  bytes   median ms    worst ms   "
          "promised")
    endpoint = Endpoint(cast(Database, _NoDatabase()), locale="en")
    for text in DOCUMENTS.values():  # what is made at first use
        asyncio.run(answered(text, endpoint))
    gc.collect()
    gc.freeze()  # nothing of the program's own is looked at again, as in a server long at work
    figures = {}
    for name, text in DOCUMENTS.items():
        took = [_milliseconds(f"{text}\n#{number}", endpoint) for number in range(rounds)]
        figures[name] = {"median_ms": statistics.median(took), "worst_ms": max(took)}
        print(f"  {name:<46} {len(text.encode()):>8,}   {statistics.median(took):>9.1f}   "
              f"{max(took):>9.1f}   ≤ {PROMISED_MS}")
    return figures


def _milliseconds(text: str, endpoint: Endpoint) -> float:
    gc.collect()  # what others left is not charged to it
    began = time.process_time()
    asyncio.run(answered(text, endpoint))
    return (time.process_time() - began) * 1000


async def answered(text: str, endpoint: Endpoint | None = None) -> dict[str, Any]:
    """The answer to a document, from an endpoint without a database."""
    endpoint = endpoint or Endpoint(cast(Database, _NoDatabase()), locale="en")
    body, sent = orjson.dumps({"query": text}), list[Message]()

    async def receive() -> Message:
        return {"type": "http.request", "body": body}

    async def send(message: Message) -> None:
        sent.append(message)

    scope: dict[str, Any] = {
        "type": "http", "headers": [(b"content-type", b"application/json")]}
    let_in(scope, OFFICE, "127.0.0.1")
    await endpoint(scope, receive, send)
    found: dict[str, Any] = orjson.loads(sent[1]["body"])
    return found


if __name__ == "__main__":
    bench_hostile()

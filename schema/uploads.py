"""Files sent with an operation, as the convention for GraphQL multipart requests has it.

A form of three kinds of parts: `operations`, which is what else would be the body, with null where
a file goes; `map`, which says of each file where it goes, as {"0": ["variables.input.file"]}; and
the files. A file is on disk, never in memory whole.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, NewType

import orjson
import strawberry
from starlette.datastructures import FormData, Headers, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.types import Receive

from aid.projects.files import LARGEST, MOST, TOGETHER
from schema.requests import MAX_BODY, Asked, BadRequest, asked

FORM = b"multipart/form-data"
CHUNK = 256 * 1024
_SPECIFIED = "https://github.com/jaydenseric/graphql-multipart-request-spec"


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file that came with a request, under the name that its sender gave it."""

    name: str
    _file: UploadFile

    async def chunks(self) -> AsyncIterator[bytes]:
        """Its bytes, from the first."""
        await self._file.seek(0)
        while chunk := await self._file.read(CHUNK):
            yield chunk


Upload = NewType("Upload", SentFile)


def _sent(value: object) -> SentFile:
    if not isinstance(value, SentFile):
        raise ValueError("a file is sent as a part of a multipart/form-data request")
    return value


UPLOAD = strawberry.scalar(
    name="Upload",
    description=f"A file, sent as a part of a multipart/form-data request: at most {MOST} a "
                f"request, of {LARGEST // 1024**2} MB each and {TOGETHER // 1024**2} MB together.",
    specified_by_url=_SPECIFIED,
    parse_value=_sent,
)


@asynccontextmanager
async def form_of(headers: Mapping[bytes, bytes], receive: Receive) -> AsyncIterator[Asked]:
    """The operation of a form, its files in its variables until the block is left.

    Raises BadRequest for a form that is malformed or against the convention.
    """
    parser = _Parser(Headers(raw=list(headers.items())), _stream(receive), max_files=MOST,
                     max_fields=2, max_part_size=MAX_BODY)
    try:
        form = await parser.parse()
    except MultiPartException as refused:
        raise BadRequest(400, refused.message) from None
    try:
        yield _filled(form)
    finally:
        await form.close()


class _Parser(MultiPartParser):
    """Keeps what is larger than a chunk on disk."""

    spool_max_size = CHUNK


async def _stream(receive: Receive) -> AsyncGenerator[bytes, None]:
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise BadRequest(400, "The request ended early.")
        yield message.get("body", b"")
        if not message.get("more_body", False):
            return


def _filled(form: FormData) -> Asked:
    """The operation with each file where the map says."""
    texts: dict[str, str] = {}
    files: dict[str, SentFile] = {}
    for name, value in form.multi_items():
        if name in texts or name in files:
            raise BadRequest(400, f"The form has two parts named {name[:80]!r}.")
        if isinstance(value, UploadFile):
            files[name] = SentFile(value.filename or "", value)
        else:
            texts[name] = value
    if texts.keys() != {"operations", "map"}:
        raise BadRequest(400, "A form has the fields operations and map, and files.")
    found = asked(texts["operations"], "operations")
    places = _places(texts["map"])
    if places.keys() != files.keys():
        raise BadRequest(400, "map names each file of the form, and no other.")
    for name, paths in places.items():
        for path in paths:
            _put(files[name], found.variables, path)
    return found


def _places(text: str) -> dict[str, list[str]]:
    try:
        places = orjson.loads(text)
    except orjson.JSONDecodeError as failure:
        raise BadRequest(400, f"map is not JSON: {failure}") from None
    if not isinstance(places, dict) or not all(map(_are_paths, places.values())):
        raise BadRequest(400, 'map is a JSON object such as {"0": ["variables.input.file"]}.')
    return places


def _are_paths(paths: object) -> bool:
    return isinstance(paths, list) and bool(paths) and all(isinstance(one, str) for one in paths)


def _put(file: SentFile, variables: dict[str, Any], path: str) -> None:
    root, *steps = path.split(".")
    inside: Any = variables
    try:
        if root != "variables":
            raise KeyError(root)
        for step in steps[:-1]:
            inside = inside[_key(inside, step)]
        last = _key(inside, steps[-1])
        if inside[last] is not None:
            raise KeyError(last)
    except (KeyError, IndexError, TypeError, ValueError):
        raise BadRequest(400, f"There is no null at {path[:80]!r} for a file to go.") from None
    inside[last] = file


def _key(inside: object, step: str) -> str | int:
    return int(step) if isinstance(inside, list) and step.isdecimal() else step

"""Documents: kept once, whole, in parts; of the kinds that are allowed, and no others."""

import asyncio
import hashlib
import os
import tracemalloc
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import func, select

from aid.access.actor import Actor
from aid.database.engine import Database
from aid.errors import InputRefused, NotFound
from aid.projects import documents, service
from aid.projects.document_model import Content
from aid.projects.documents import PART, Upload
from aid.projects.files import LARGEST
from aid.projects.model import Document, Project
from aid.projects.terms import Stage
from tests.actors import LOCAL, recipient
from tests.conftest import TODAY
from tests.integration.paper import BAD, GOOD, PDF, PNG
from tests.integration.working import a_step, chunks, division, led_to, proposed


async def _attached(
    database: Database, project: Project, data: bytes | AsyncIterator[bytes], *,
    name: str = "批复.pdf", title: str | None = None, actor: Actor = LOCAL,
) -> Document:
    sent = chunks(data) if isinstance(data, bytes) else data
    async with database.writing(actor) as session:
        return await service.attach_document(
            session, project.id, Upload(file_name=name, title=title), sent, actor=actor)


async def _read(database: Database, document: Document, actor: Actor = LOCAL) -> list[bytes]:
    async with database.reading(actor) as session:
        return [part async for part in documents.parts(session, document.id)]


async def _counts(database: Database) -> tuple[int | None, int | None]:
    async with database.reading(LOCAL) as session:
        return (await session.scalar(select(func.count()).select_from(Document)),
                await session.scalar(select(func.count()).select_from(Content)))


@pytest.mark.parametrize("name", GOOD)
async def test_a_file_of_an_allowed_kind_comes_back_as_it_was(
    seeded_database: Database, name: str
) -> None:
    """Byte for byte, with its hash, size and type."""
    project = await proposed(seeded_database)
    document = await _attached(seeded_database, project, GOOD[name], name=name)
    assert b"".join(await _read(seeded_database, document)) == GOOD[name]
    assert (document.sha256, document.size) == (
        hashlib.sha256(GOOD[name]).digest(), len(GOOD[name]))
    assert document.media_type.partition("/")[0] in ("application", "image")
    assert document.title == document.file_name == name.replace("PNG", "png")


@pytest.mark.parametrize("name", BAD)
async def test_a_file_that_is_not_what_it_may_be_is_refused(
    seeded_database: Database, name: str
) -> None:
    """By its bytes or by its name; nothing of it is kept."""
    project = await proposed(seeded_database)
    with pytest.raises(InputRefused) as refused:
        await _attached(seeded_database, project, BAD[name], name=name)
    assert [complaint.field for complaint in refused.value.complaints] == ["file"]
    assert await _counts(seeded_database) == (0, 0)


@pytest.mark.parametrize("size", [PART - 1, PART, PART + 1, 3 * PART])
async def test_a_file_is_kept_in_parts(seeded_database: Database, size: int) -> None:
    """Of 256 KB, the last perhaps smaller, however the bytes came."""
    data = PDF + os.urandom(size - len(PDF))
    project = await proposed(seeded_database)
    document = await _attached(seeded_database, project, chunks(data, 7919))
    parts = await _read(seeded_database, document)
    assert b"".join(parts) == data
    assert [len(part) for part in parts[:-1]] == [PART] * (len(parts) - 1)
    assert 0 < len(parts[-1]) <= PART


async def test_the_largest_file_is_kept_and_one_byte_more_is_not(
    seeded_database: Database,
) -> None:
    """Neither is ever in memory whole; of an endless one no more is read than that."""
    read = 0

    async def endless(size: int) -> AsyncIterator[bytes]:
        nonlocal read
        yield PDF
        read = len(PDF)
        while read < size:
            block = bytes(min(PART, size - read))
            read += len(block)
            yield block

    project = await proposed(seeded_database)
    tracemalloc.start()
    try:
        document = await _attached(seeded_database, project, endless(LARGEST))
        async with seeded_database.reading(LOCAL) as session:
            size = 0
            async for part in documents.parts(session, document.id):
                size += len(part)
        highest = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert size == LARGEST
    assert highest < 8 * 1024**2
    for too_large in (LARGEST + 1, 10 * LARGEST):
        with pytest.raises(InputRefused):
            await _attached(seeded_database, project, endless(too_large), title="更大")
    assert read <= LARGEST + PART
    with pytest.raises(InputRefused):
        await _attached(seeded_database, project, b"")


async def test_the_same_bytes_are_stored_once(seeded_database: Database) -> None:
    """Whichever project they are attached to, by whomever, at once or one after the other."""
    wenshan = await proposed(seeded_database)
    rikaze = await proposed(seeded_database, recipient="540200")
    own = recipient(rikaze.recipient_id)
    found = await asyncio.gather(
        *(_attached(seeded_database, wenshan, PDF) for _ in range(4)),
        *(_attached(seeded_database, rikaze, PDF, actor=own) for _ in range(4)),
        _attached(seeded_database, wenshan, PDF, title="立项批复"))
    assert len({document.id for document in found}) == 3
    assert await _counts(seeded_database) == (3, 1)
    assert await _read(seeded_database, found[4], own) == [PDF]


async def test_nobody_reads_a_document_that_is_not_theirs(seeded_database: Database) -> None:
    """Nor attaches one to another's project."""
    project = await proposed(seeded_database)
    document = await _attached(seeded_database, project, PNG, name="现场.png")
    other = recipient(await division(seeded_database, "540200"))
    with pytest.raises(NotFound):
        await _read(seeded_database, document, other)
    with pytest.raises(NotFound):
        await _attached(seeded_database, project, PDF, actor=other)


async def test_a_document_shows_what_a_stage_needs(seeded_database: Database) -> None:
    """Of its own project, and not of another."""
    project = await led_to(seeded_database, Stage.APPROVED)
    other = await proposed(seeded_database)
    mine, others = [(await _attached(seeded_database, one, PDF)).id for one in (project, other)]
    for document_id, fields in ((others, ["document_id"]), (mine, [])):
        found = []
        try:
            async with seeded_database.writing(LOCAL) as session:
                await service.advance(
                    session, project.id, Stage.TENDERED, expected_version=project.version,
                    step=a_step(TODAY, evidence_no=None, document_id=document_id), actor=LOCAL,
                    today=TODAY)
        except InputRefused as refused:
            found = [complaint.field for complaint in refused.complaints]
        assert found == fields

"""Documents: files kept once by their SHA-256, in parts, never in memory whole."""

import asyncio
import hashlib
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import IO

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from aid.access.actor import Actor
from aid.database.turns import take_turn
from aid.errors import Complaint, InputRefused, NotFound
from aid.projects.document_model import Content
from aid.projects.files import BY_EXTENSION, LARGEST, MOST, Kind, clean_name, kind_of
from aid.projects.holding import check_document
from aid.projects.model import Document, Project
from aid.text import Text

PART = 256 * 1024
"""How many bytes a part of a file has; the last may have fewer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file as sent: its name, and the title under which it is listed (its name if blank)."""

    file_name: str
    title: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that comes with what it shows, and who sends it."""

    upload: Upload
    chunks: AsyncIterator[bytes]
    actor: Actor


async def stored(
    session: AsyncSession,
    upload: Upload,
    chunks: AsyncIterator[bytes],
    *,
    recipient_id: int,
    project_id: int | None = None,
    actor: Actor,
) -> Document:
    """Keep a file as a document of a recipient, and of one of its projects if one is given.

    The same bytes are stored once. A document of the same bytes and title, of the same project or
    of none, is answered as it stands. Raises InputRefused for a file that is empty, larger than
    LARGEST, or not of a kind that is kept (aid/projects/files.py).
    """
    with tempfile.TemporaryFile() as file:
        received = await _received(file, upload, chunks)
        await take_turn(session, f"content {received.sha256.hex()}")
        return await _document(session, received, recipient_id, project_id, actor)


async def stored_together(
    session: AsyncSession,
    files: Sequence[Attachment],
    *,
    recipient_id: int,
    project_id: int | None = None,
) -> tuple[list[Document], list[Complaint]]:
    """Keep each of several files as `stored` does, all of them or none; what came twice, once.

    Answers the documents in the order of the files, or what is wrong with each file, at
    `files.0`, `files.1` …
    """
    complaints: list[Complaint] = []
    with ExitStack() as held:
        received: list[_Received] = []
        for number, one in enumerate(files):
            file = held.enter_context(tempfile.TemporaryFile())
            try:
                received.append(await _received(file, one.upload, one.chunks))
            except InputRefused as refused:
                complaints += [_of_several(number, one, said) for said in refused.complaints]
        if complaints:
            return [], complaints
        # In one order, so that two requests with the same files never wait for each other.
        for digest in sorted({one.sha256 for one in received}):
            await take_turn(session, f"content {digest.hex()}")
        documents = [
            await _document(session, one, recipient_id, project_id, sent.actor)
            for one, sent in zip(received, files, strict=True)]
    return list(dict.fromkeys(documents)), []


def check_count(files: int) -> list[Complaint]:
    """At most MOST documents show one thing."""
    return [] if files <= MOST else [Complaint("", "files", str(files), Text(
        f"最多 {MOST} 个文件", f"at most {MOST} files"))]


def _of_several(number: int, sent: Attachment, said: Complaint) -> Complaint:
    """A complaint about one of several files, which says which."""
    name = clean_name(sent.upload.file_name)
    return Complaint(f"files.{number}", "", said.value, Text(
        f"{name}：{said.expected.zh}", f"{name}: {said.expected.en}"))


async def shown_by(
    session: AsyncSession, project: Project, document_id: int | None, file: Attachment | None
) -> tuple[int | None, list[Complaint]]:
    """The document that shows something of a project: one of its own, or a file that is kept now.

    Or else what is wrong with it.
    """
    if file is None:
        return document_id, await check_document(session, document_id, project_id=project.id)
    if document_id is not None:
        return None, [Complaint("", "file", clean_name(file.upload.file_name), Text(
            "附件与文件只能给出其一", "either a document or a file"))]
    try:
        document = await stored(session, file.upload, file.chunks, actor=file.actor,
                                recipient_id=project.recipient_id, project_id=project.id)
    except InputRefused as refused:
        return None, list(refused.complaints)
    return document.id, []


async def document_of(session: AsyncSession, document_id: int) -> Document:
    """What is known of a document, its bytes aside. Raises NotFound."""
    found = await session.get(Document, document_id)
    if found is None:
        raise NotFound(Text("没有这个附件。", "There is no such document."))
    return found


async def part_of(session: AsyncSession, document: Document, number: int) -> bytes:
    """One part of a document's bytes, of parts_of(its size), counted from 0."""
    part = await session.scalar(
        select(Content.bytes).where(Content.sha256 == document.sha256, Content.part == number))
    if part is None:
        raise RuntimeError(f"part {number} of document {document.id} is missing")
    return part


async def parts(session: AsyncSession, document_id: int) -> AsyncIterator[bytes]:
    """A document's bytes, part by part. Raises NotFound."""
    document = await document_of(session, document_id)
    for number in range(parts_of(document.size)):
        yield await part_of(session, document, number)


def parts_of(size: int) -> int:
    """In how many parts so many bytes are kept."""
    return -(-size // PART)


@dataclass(frozen=True, slots=True)
class _Received:
    """A file that came and may be kept: its bytes on disk, and what is known of them."""

    file: IO[bytes]
    sha256: bytes
    size: int
    media_type: str
    name: str
    title: str


async def _received(file: IO[bytes], upload: Upload, chunks: AsyncIterator[bytes]) -> _Received:
    """Write what comes to a file on disk. Raises InputRefused for what is not kept."""
    digest, size = hashlib.sha256(), 0
    async for chunk in chunks:
        size += len(chunk)
        if size > LARGEST:
            raise _refused(f"> {LARGEST}", f"不超过 {LARGEST // 1024**2} MB",
                           f"a file of at most {LARGEST // 1024**2} MB")
        digest.update(chunk)
        await asyncio.to_thread(file.write, chunk)
    if size == 0:
        raise _refused("0", "不能是空文件", "a file that is not empty")
    kind = await asyncio.to_thread(_kind, upload, file, size)
    name = clean_name(upload.file_name)
    return _Received(file, digest.digest(), size, kind.media_type, name,
                     (upload.title or "").strip()[:200] or name)


async def _document(
    session: AsyncSession, received: _Received, recipient_id: int, project_id: int | None,
    actor: Actor,
) -> Document:
    """The document that a file is kept as, its turn at the bytes taken before."""
    sha256, size = received.sha256, received.size
    found = await _present(session, recipient_id, project_id, sha256, received.title)
    if found is not None:
        return found
    document = Document(
        recipient_id=recipient_id, project_id=project_id, sha256=sha256, size=size,
        media_type=received.media_type, file_name=received.name, title=received.title,
        actor=actor.name)
    session.add(document)
    await session.flush()  # before the bytes: only whose document has them may see or add them
    if not await _is_kept(session, sha256, size):
        await _keep(session, received.file, sha256)
    return document


def _kind(upload: Upload, file: IO[bytes], size: int) -> Kind:
    file.flush()
    kind = kind_of(upload.file_name.strip(), file)  # type: ignore[arg-type]
    if kind is None:
        known = "、".join(name.lstrip(".") for name in BY_EXTENSION)
        raise _refused(f"{clean_name(upload.file_name)} ({size})",
                       f"内容与扩展名一致的文件，可用：{known}",
                       f"a file that is what its name says, one of: {known.replace('、', ', ')}")
    return kind


def _refused(value: str, zh: str, en: str) -> InputRefused:
    return InputRefused([Complaint("", "file", value[:80], Text(zh, en))])


async def _present(
    session: AsyncSession, recipient_id: int, project_id: int | None, sha256: bytes, title: str
) -> Document | None:
    return await session.scalar(
        select(Document).where(
            Document.recipient_id == recipient_id, Document.sha256 == sha256,
            Document.project_id.is_not_distinct_from(project_id), Document.title == title)
        .order_by(Document.id).limit(1))


async def _is_kept(session: AsyncSession, sha256: bytes, size: int) -> bool:
    count = await session.scalar(
        select(func.count()).select_from(Content).where(
            Content.sha256 == sha256, Content.part < parts_of(size)))
    return count == parts_of(size)


async def _keep(session: AsyncSession, file: IO[bytes], sha256: bytes) -> None:
    await asyncio.to_thread(file.seek, 0)
    number = 0
    while part := await asyncio.to_thread(file.read, PART):
        await session.execute(
            Content.__table__.insert(),  # type: ignore[attr-defined]
            {"sha256": sha256, "part": number, "bytes": part})
        number += 1

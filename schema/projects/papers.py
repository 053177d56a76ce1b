"""What is sent to show something: a document of the project, or a file to keep with it."""

from typing import Any

import strawberry

from aid.access.policy import Permission
from aid.projects import service
from schema.ids import decode_id_of
from schema.read.allowed import Forbidden
from schema.uploads import Upload


def document_number(given: strawberry.ID | None) -> int | None:
    """The number of a document by its id, if one is given. Raises ArgumentRefused."""
    return None if given is None else decode_id_of(given, "Document")


def document_numbers(given: list[strawberry.ID] | None) -> list[int]:
    """The numbers of documents by their ids, each once. Raises ArgumentRefused."""
    return list(dict.fromkeys(decode_id_of(one, "Document") for one in given or ()))


def attachments(
    info: Any, files: list[Upload] | None, title: str | None
) -> list[service.Attachment]:
    """The files to keep with what they show. Raises Forbidden for who may attach none."""
    found = (attachment(info, file, title) for file in files or ())
    return [one for one in found if one is not None]


def attachment(info: Any, file: Upload | None, title: str | None) -> service.Attachment | None:
    """The file to keep with what it shows. Raises Forbidden for who may attach none."""
    if file is None:
        return None
    actor = info.context.actor
    if not actor.may(Permission.DOCUMENT_ATTACH):
        raise Forbidden((info.field_name,))
    return service.Attachment(upload=service.Upload(file_name=file.name, title=title),
                              chunks=file.chunks(), actor=actor)

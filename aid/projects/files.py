"""Which files are kept as documents: by what they hold and by how they are named. Pure.

Nothing that a browser or an office program runs: no HTML, no SVG, no macros, no programs.
"""

import re
import struct
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO

LARGEST = 20 * 1024 * 1024
"""How many bytes a document may have."""
MOST = 10
"""How many documents may come in one request."""
TOGETHER = 100 * 1024 * 1024
"""How many bytes the documents of one request may have together."""
DIRECTORY = 1024 * 1024
"""How many bytes the table of contents of an office file may have."""
NAME = 120
"""How many characters a file's name is cut to."""

_END, _ENTRY = b"PK\x05\x06", b"PK\x01\x02"
_RESERVED = re.compile(r"(?i)con|prn|aux|nul|com\d|lpt\d")
_OFFICE = "application/vnd.openxmlformats-officedocument"
_OASIS = "application/vnd.oasis.opendocument"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file: its extensions, its media type, and what tells whether bytes are of it."""

    extensions: tuple[str, ...]
    media_type: str
    is_of: Callable[[BinaryIO], bool]


def _begins(*magic: bytes) -> Callable[[BinaryIO], bool]:
    def is_of(file: BinaryIO) -> bool:
        return _head(file).startswith(magic)

    return is_of


def _head(file: BinaryIO) -> bytes:
    file.seek(0)
    return file.read(64)


def _is_webp(file: BinaryIO) -> bool:
    head = _head(file)
    return head[:4] == b"RIFF" and head[8:12] == b"WEBP"


def _is_office(part: str) -> Callable[[BinaryIO], bool]:
    """An Office Open XML file whose main part is there, and no macros."""
    def is_of(file: BinaryIO) -> bool:
        names = entries(file)
        return {"[Content_Types].xml", part} <= names and not any(map(_runs, names))

    return is_of


def _is_open_document(media_type: str) -> Callable[[BinaryIO], bool]:
    """An OpenDocument file: its first entry, stored as it is, says which; and no macros."""
    def is_of(file: BinaryIO) -> bool:
        head = _head(file) + file.read(64)
        said = b"mimetype" + media_type.encode()
        names = entries(file)
        return (head[:4] == b"PK\x03\x04" and head[30 : 30 + len(said)] == said
                and "content.xml" in names and not any(map(_runs, names)))

    return is_of


def _runs(name: str) -> bool:
    """Whether an entry of an office file is something that would run."""
    lower = name.lower()
    return ("vbaproject" in lower or lower.startswith(("basic/", "scripts/"))
            or "activex" in lower or lower.endswith((".exe", ".dll", ".js", ".vbs", ".jar")))


KINDS: tuple[Kind, ...] = (
    Kind((".pdf",), "application/pdf", _begins(b"%PDF-")),
    Kind((".png",), "image/png", _begins(b"\x89PNG\r\n\x1a\n")),
    Kind((".jpg", ".jpeg"), "image/jpeg", _begins(b"\xff\xd8\xff")),
    Kind((".webp",), "image/webp", _is_webp),
    Kind((".docx",), f"{_OFFICE}.wordprocessingml.document", _is_office("word/document.xml")),
    Kind((".xlsx",), f"{_OFFICE}.spreadsheetml.sheet", _is_office("xl/workbook.xml")),
    Kind((".pptx",), f"{_OFFICE}.presentationml.presentation",
         _is_office("ppt/presentation.xml")),
    Kind((".odt",), f"{_OASIS}.text", _is_open_document(f"{_OASIS}.text")),
    Kind((".ods",), f"{_OASIS}.spreadsheet", _is_open_document(f"{_OASIS}.spreadsheet")),
)
BY_EXTENSION: Mapping[str, Kind] = {
    extension: kind for kind in KINDS for extension in kind.extensions}


def kind_of(file_name: str, file: BinaryIO) -> Kind | None:
    """The kind that a file's name says, if its bytes are of it; None for all that is not kept."""
    kind = BY_EXTENSION.get(extension_of(file_name))
    return kind if kind is not None and kind.is_of(file) else None


def extension_of(file_name: str) -> str:
    """The extension in lower case, with its dot; empty without one."""
    _, dot, extension = file_name.rpartition(".")
    return f"{dot}{extension.lower()}"


def clean_name(file_name: str) -> str:
    """A name that is safe to write into headers and onto disks; the extension is kept.

    No folders, no control or invisible direction characters, none that a file system refuses.
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", file_name))[-1]
    printable = "".join(
        " " if char.isspace() else char for char in last
        if unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Co", "Cn") or char.isspace())
    kept = re.sub(r'[<>:"|?*]', "_", re.sub(r" +", " ", printable)).rstrip(" .")
    stem, extension = kept, ""
    if found := re.fullmatch(r"(.*)(\.[A-Za-z0-9]{1,10})", kept):
        stem, extension = found[1], found[2].lower()
    stem = stem.strip(" .")[: NAME - len(extension)].strip(" .") or "file"
    return ("_" if _RESERVED.fullmatch(stem) else "") + stem + extension


def entries(file: BinaryIO) -> frozenset[str]:
    """The names in a ZIP archive that fills the whole file; none where anything is odd.

    Only the table of contents is read, and no more of it than DIRECTORY: nothing is unpacked.
    """
    size = file.seek(0, 2)
    file.seek(0)
    if file.read(4) != b"PK\x03\x04":
        return frozenset()
    file.seek(max(0, size - 65_557))
    tail = file.read()
    at = tail.rfind(_END)
    if at < 0 or len(tail) - at < 22:
        return frozenset()
    length, offset, comment = struct.unpack("<IIH", tail[at + 12 : at + 22])
    end = size - len(tail) + at
    if length > DIRECTORY or offset + length != end or end + 22 + comment != size:
        return frozenset()
    file.seek(offset)
    return frozenset(_names(file.read(length)))


def _names(directory: bytes) -> Iterator[str]:
    at = 0
    while directory[at : at + 4] == _ENTRY and len(directory) - at >= 46:
        name, extra, comment = struct.unpack("<HHH", directory[at + 28 : at + 34])
        yield directory[at + 46 : at + 46 + name].decode("utf-8", "replace")
        at += 46 + name + extra + comment

"""The file of a backup: a tar of the dump, of what it should hold, and of who says so.

The dump comes first and is streamed, so what is said of it comes last: a file that ends too early
has no manifest and is none. Anybody with tar and PostgreSQL can read it without this program.
"""

import hashlib
import json
import os
import secrets
import tarfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

from aid.errors import AidError
from aid.text import Text

DUMP, MANIFEST, SIGNATURE = "database.dump", "manifest.json", "manifest.signature"
FORM = 1
"""Of the file. A program that changes it raises this number."""

CHUNK = 1 << 20
_SMALL = 1 << 20  # no manifest is longer
_BLOCK = 512


class NotABackup(AidError):
    """A file that is not a backup, or not the whole of one, or not as it was made."""

    code = "NOT_A_BACKUP"

    def __init__(self, path: Path, why: Text) -> None:
        super().__init__(Text(f"{path} 不能恢复：{why.zh}。未作任何更改。",
                              f"{path} cannot be restored: {why.en}. Nothing was touched."))


class AlreadyThere(AidError):
    """A backup never overwrites a file."""

    code = "FILE_EXISTS"

    def __init__(self, path: Path) -> None:
        super().__init__(Text(f"{path} 已存在：请另取名称。",
                              f"{path} exists already: choose another name."))


class CannotWrite(AidError):
    """There is no place, or no right, to write the file."""

    code = "CANNOT_WRITE"

    def __init__(self, path: Path, failure: OSError) -> None:
        super().__init__(Text(f"无法写入 {path}：{failure.strerror}。",
                              f"{path} cannot be written: {failure.strerror}."))


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the dump holds. `rows` by table; `digests` are SHA-256 by member; `keys` fingerprints.

    `roles` is for people to read: a restore makes the roles itself and takes none from a file.
    """

    form: int
    program: str
    revision: str
    postgresql: str
    made_at: str
    rows: Mapping[str, int]
    roles: Sequence[Mapping[str, Any]]
    keys: Sequence[str]
    sizes: Mapping[str, int]
    digests: Mapping[str, str]

    def to_json(self) -> str:
        """The manifest as it stands in the file, and as it is signed."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


class Writing:
    """A backup's file while it is written."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.sizes: dict[str, int] = {}
        self.digests: dict[str, str] = {}

    @contextmanager
    def member(self, name: str) -> Iterator[Callable[[bytes], None]]:
        """Append a member in as many pieces as it takes; its head is written when all are there."""
        head, digest, size = self._file.tell(), hashlib.sha256(), 0
        self._file.write(bytes(_BLOCK))

        def write(piece: bytes) -> None:
            nonlocal size
            digest.update(piece)
            size += len(piece)
            self._file.write(piece)

        yield write
        self._file.write(bytes(-size % _BLOCK))
        end = self._file.tell()
        info = tarfile.TarInfo(name)
        info.size, info.mode = size, 0o600
        self._file.seek(head)
        self._file.write(info.tobuf(tarfile.GNU_FORMAT))
        self._file.seek(end)
        self.sizes[name], self.digests[name] = size, digest.hexdigest()

    def add(self, name: str, text: str) -> None:
        """Append a short text."""
        with self.member(name) as write:
            write(text.encode())

    def finish(self) -> None:
        """Write the end of the tar and wait until the disk has it."""
        self._file.write(bytes(2 * _BLOCK))
        self._file.flush()
        os.fsync(self._file.fileno())


@contextmanager
def written(path: Path) -> Iterator[tuple[Path, Writing]]:
    """A file beside `path`, for its owner only, that takes its name when the block ends well.

    Whatever goes wrong, `path` holds a whole backup or nothing. A kill leaves `.NAME.….partial`.
    Raises AlreadyThere, CannotWrite.
    """
    if path.exists():
        raise AlreadyThere(path)
    partial = path.with_name(f".{path.name}.{secrets.token_hex(4)}.partial")
    try:
        descriptor = os.open(partial, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
        try:
            with os.fdopen(descriptor, "w+b") as file:
                yield partial, Writing(file)
            _name(partial, path)
        finally:
            with suppress(FileNotFoundError):
                partial.unlink()
    except OSError as failure:
        raise CannotWrite(path, failure) from failure


def _name(partial: Path, path: Path) -> None:
    """Give the finished file its name, which nobody may have taken meanwhile."""
    try:
        path.hardlink_to(partial)  # unlike a rename it never overwrites
    except FileExistsError:
        raise AlreadyThere(path) from None
    except OSError:  # a file system without links
        if path.exists():
            raise AlreadyThere(path) from None
        partial.rename(path)
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


@dataclass(frozen=True, slots=True)
class Archive:
    """A backup's file, open, whole and as its manifest says."""

    path: Path
    manifest: Manifest
    manifest_text: str
    signature: str
    _file: IO[bytes]
    _offset: int

    def dump(self) -> Iterator[bytes]:
        """The dump, piece by piece."""
        self._file.seek(self._offset)
        left = self.manifest.sizes[DUMP]
        while left and (piece := self._file.read(min(CHUNK, left))):
            left -= len(piece)
            yield piece


@contextmanager
def opened(path: Path) -> Iterator[Archive]:
    """A backup's file, read once from end to end to see that nothing is missing or changed.

    Raises NotABackup.
    """
    try:
        with path.open("rb") as file:
            yield _checked(path, file)
    except (FileNotFoundError, IsADirectoryError, PermissionError) as failure:
        raise NotABackup(path, Text("无法读取", f"it cannot be read ({failure.strerror})")) \
            from failure


def _checked(path: Path, file: IO[bytes]) -> Archive:
    try:
        with tarfile.open(fileobj=file, mode="r:") as tar:
            members = {member.name: member for member in tar.getmembers() if member.isreg()}
            names = [member.name for member in tar.getmembers()]
            if names != [DUMP, MANIFEST, SIGNATURE]:
                raise NotABackup(path, Text("不是备份文件，或不完整",
                                            "it is no backup, or not the whole of one"))
            text, signature = (_text(tar, members[name]) for name in (MANIFEST, SIGNATURE))
        manifest = _manifest(path, text)
    except (tarfile.TarError, ValueError, KeyError, TypeError) as failure:
        raise NotABackup(path, Text("不是备份文件，或不完整",
                                    "it is no backup, or not the whole of one")) from failure
    archive = Archive(path, manifest, text, signature, file, members[DUMP].offset_data)
    digest = hashlib.sha256()
    for piece in archive.dump():
        digest.update(piece)
    if (manifest.sizes[DUMP], manifest.digests[DUMP]) != (members[DUMP].size, digest.hexdigest()):
        raise NotABackup(path, Text("内容与清单中的摘要不符，文件已损坏或被改动",
                                    "its content is not what its manifest says: it was damaged "
                                    "or altered"))
    return archive


def _text(tar: tarfile.TarFile, member: tarfile.TarInfo) -> str:
    content = tar.extractfile(member)
    if content is None or member.size > _SMALL:
        raise ValueError(member.name)
    return content.read().decode()


def _manifest(path: Path, text: str) -> Manifest:
    found = json.loads(text)
    if found["form"] != FORM:
        raise NotABackup(path, Text(f"由另一版本的程序（{found['program']}）以另一格式写成",
                                    f"another version of the program ({found['program']}) wrote "
                                    "it in another form"))
    manifest = Manifest(**found)
    counted = {**manifest.rows, **manifest.sizes}
    if not all(isinstance(count, int) for count in counted.values()):
        raise ValueError(counted)
    if not all(isinstance(key, str) for key in manifest.keys):
        raise ValueError(manifest.keys)
    return manifest

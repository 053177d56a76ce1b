"""What the imports of all kinds share: whose import it is, what it may name, what it found."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol, TypeVar, runtime_checkable

from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from aid.access.actor import Actor
from aid.database.numbering import last_number
from aid.drafts import Draft
from aid.errors import Complaint
from aid.history import plain
from aid.interchange.imports.references import References
from aid.interchange.imports.report import Recorder
from aid.money import yuan
from aid.sheets.headings import Row
from aid.text import Text

Drafted = TypeVar("Drafted", bound=Draft)


ANYWHERE = "000000"
"""Stands in a draft for places, which are looked up otherwise."""
_CODE = re.compile(r"[A-Z0-9][A-Z0-9-]{0,99}")


@dataclass(frozen=True, slots=True)
class Work:
    """An import under way, in its transaction.

    `seen` says in which row a natural key stood, `names` whether it had a code, `numbers` the last
    number given in a series of codes.
    """

    session: AsyncSession
    actor: Actor
    today: date
    references: References
    recorder: Recorder
    seen: dict[object, int] = field(default_factory=dict)
    names: dict[object, tuple[int, bool]] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)

    def complain(self, complaints: Sequence[Complaint]) -> bool:
        """Keep complaints; whether there were some."""
        self.recorder.complain(complaints)
        return bool(complaints)

    def code(self, row: Row) -> tuple[str | None, list[Complaint]]:
        """The code of a row, if it has one."""
        given: str | None = row["code"]
        if given is None or _CODE.fullmatch(given.upper()):
            return given.upper() if given else None, []
        return None, [row.complaint("code", Text(
            "应为大写字母、数字与连字符", "capital letters, digits and hyphens"))]

    def once(self, row: Row, key: str, natural: object) -> list[Complaint]:
        """A natural key stands in one row of a sheet only; `key` is the column that is named."""
        first = self.seen.setdefault(natural, row.number)
        if first == row.number:
            return []
        return [row.complaint(key, Text(f"与第 {first} 行重复", f"unique; row {first} has it"))]

    def told_apart(self, row: Row, code: str | None, name: object) -> list[Complaint]:
        """A code stands in one row; of rows with one name each has a code."""
        complaints = self.once(row, "code", code) if code is not None else []
        first, coded = self.names.setdefault(name, (row.number, code is not None))
        if first != row.number and not (coded and code is not None):
            complaints.append(row.complaint("code", Text(
                f"与第 {first} 行同名，两行都须填编号",
                f"a code here and in row {first}, which has the same name")))
        return complaints

    async def next_code(
        self, code: InstrumentedAttribute[str], series: str, *, digits: int
    ) -> str:
        """The next code of a series, as aid/database/numbering.py gives them."""
        if series not in self.numbers:
            self.numbers[series] = await last_number(self.session, code, series)
        self.numbers[series] += 1
        return f"{series}-{self.numbers[series]:0{digits}d}"

    def glance(self, row: Row, on: date | None) -> list[Complaint]:
        """Whether the places and the sector of a row are known, as far as they can be read."""
        references, complaints = self.references, list[Complaint]()
        if row["recipient"] is not None:
            complaints += references.place(row, "recipient", on or self.today)[1]
        if row["supporter"] is not None or row["district"] is not None:
            complaints += references.giver(row)[1]
        if row["sector"] is not None:
            complaints += references.sector(row)[1]
        return complaints

    def shown(
        self, fields: Mapping[str, tuple[Any, Any]], columns: Mapping[str, str]
    ) -> dict[str, tuple[Any, Any]]:
        """Old and new by the columns' keys, as a sheet says them: codes for ids, yuan for fen."""
        return {columns.get(name, name): (self._said(name, old), self._said(name, new))
                for name, (old, new) in fields.items()}

    def _said(self, name: str, value: Any) -> Any:
        if value is None:
            return None
        if name.endswith("_fen"):
            return yuan(value)
        if name.endswith("_id"):
            return self.references.code(name, value, self.today)
        return plain(value)


class Importer(Protocol):
    """Brings in rows of one kind, so many at a time."""

    async def take(self, rows: Sequence[Row]) -> None:
        """Look up what these rows name and mean, note what is wrong, and write the rest."""

    def glance(self, row: Row) -> list[Complaint]:
        """What else is wrong with a row some of whose cells cannot be read, as far as is seen."""


@runtime_checkable
class Concluding(Protocol):
    """Brings in rows once all of them are read."""

    async def conclude(self) -> None:
        """Write what the rows taken so far say."""


def drafted(
    kind: type[Drafted], row: Row, columns: Mapping[str, str] | None = None, /, **values: Any
) -> tuple[Drafted | None, list[Complaint]]:
    """The draft of a row, blanks left out; complaints name the row's cells.

    `columns` says which column fills a field, where that is not the one of the same name.
    """
    given = {name: value for name, value in values.items() if value is not None}
    draft, complaints = kind.check(**given)
    return draft, placed(row, complaints, columns)


def placed(
    row: Row, complaints: Sequence[Complaint], columns: Mapping[str, str] | None = None
) -> list[Complaint]:
    """Complaints of rules about a row's draft, as complaints about its cells."""
    return [row.complaint((columns or {}).get(one.field, one.field), one.expected)
            for one in complaints]


def besides(more: Sequence[Complaint], said: Sequence[Complaint]) -> list[Complaint]:
    """More complaints, about cells of which nothing is said yet."""
    places = {one.place for one in said}
    return [one for one in more if one.place not in places]


def differing(thing: object, values: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Old and new of the attributes that a row gives otherwise; what it leaves blank stays."""
    return {name: (getattr(thing, name), value) for name, value in values.items()
            if value is not None and getattr(thing, name) != value}


def carry_out(thing: object, fields: Mapping[str, tuple[Any, Any]]) -> None:
    """Set the new values; the history follows by itself."""
    for name, (_, value) in fields.items():
        setattr(thing, name, value)

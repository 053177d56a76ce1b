"""Bringing in key villages: by code, or by recipient, region and name where a row has none."""

import re
from collections import defaultdict
from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import any_, select

from aid.database.bulk import add_rows, ids, texts
from aid.errors import Complaint
from aid.interchange.imports.work import ANYWHERE, Work, carry_out, differing, drafted
from aid.sheets.headings import Row
from aid.text import Text
from aid.villages.drafts import NaturalVillageDraft, VillageDraft
from aid.villages.model import KeyVillage, NaturalVillage

_BETWEEN = re.compile(r"[、,，;；\n]")
_SAME = {"recipient_id": "recipient", "supporter_id": "supporter",
         "designated_in": "designated_in"}
_COLUMNS = {"region_id": "region", "district_id": "district"}


@dataclass(frozen=True, slots=True)
class _Read:
    """A row, what it names and says of a village, its hamlets."""

    row: Row
    code: str | None
    values: dict[str, Any]
    hamlets: tuple[str, ...]

    @property
    def key(self) -> object:
        """What the village is known by."""
        return self.code or (self.values["recipient_id"], self.region_id, self.values["name"])

    @property
    def region_id(self) -> int:
        """Where it lies: the recipient itself if nothing is said."""
        found: int = self.values["region_id"] or self.values["recipient_id"]
        return found


class Villages:
    """Brings in key villages and the names of their hamlets."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def glance(self, row: Row) -> list[Complaint]:
        """Whether the supporter and the recipient are known, where they can be read."""
        year = row["designated_in"]
        return self._work.glance(row, date(year, 1, 1) if year and 1979 <= year <= 2100 else None)

    async def take(self, rows: Sequence[Row]) -> None:
        """Bring in these rows; those with mistakes are left out."""
        read = [one for one in map(self._read, rows) if one is not None]
        known = await self._known(read)
        hamlets = await self._hamlets({one.id for found in known.values() for one in found})
        taken: list[tuple[KeyVillage, list[str]]] = []
        for one in read:
            found = known.get(one.key, [])
            if len(found) > 1:
                self._work.complain([one.row.complaint("code", Text(
                    f"有 {len(found)} 个同名村，请填重点村编号",
                    f"a code, as there are {len(found)} villages of this name"))])
            elif found:
                there = hamlets[found[0].id]
                if self._change(one, found[0], there):
                    taken.append((found[0], [name for name in one.hamlets if name not in there]))
            else:
                taken.append((await self._new(one), list(one.hamlets)))
        await self._write(taken)

    def _read(self, row: Row) -> _Read | None:
        draft, complaints = drafted(
            VillageDraft, row, recipient=ANYWHERE, supporter=ANYWHERE, name=row["name"],
            name_en=row["name_en"], township=row["township"], designated_in=row["designated_in"],
            households=row["households"], population=row["population"])
        code, wrong = self._work.code(row)
        complaints += wrong
        hamlets = tuple(dict.fromkeys(
            name.strip() for name in _BETWEEN.split(row["natural_villages"] or "")
            if name.strip()))
        complaints += [row.complaint("natural_villages", wrong.expected, name)
                       for name in hamlets
                       for wrong in drafted(NaturalVillageDraft, row, name=name)[1]]
        if draft is None:
            self._work.complain(complaints + self.glance(row))
            return None
        named, wrong = self._named(row, draft.designated_in)
        if named is not None:
            natural = (named["recipient_id"], named["region_id"] or named["recipient_id"],
                       draft.name)
            wrong += self._work.told_apart(row, code, natural)
        if self._work.complain(complaints + wrong) or named is None:
            return None
        said = draft.model_dump(include={"name", "name_en", "township", "designated_in",
                                         "households", "population"})
        return _Read(row, code, said | named, hamlets)

    def _named(self, row: Row, year: int) -> tuple[dict[str, Any] | None, list[Complaint]]:
        """The places that a row names, by attribute of a village."""
        references, on, end = self._work.references, date(year, 1, 1), date(year, 12, 31)
        giver, complaints = references.giver(row)
        recipient_id, wrong = references.place(row, "recipient", on)
        complaints += wrong
        region_id = None
        if giver is not None and recipient_id is not None:
            complaints += references.paired(row, giver.city_id, recipient_id, on, end)[1]
        if recipient_id is not None and row["region"] is not None:
            region_id, wrong = references.place(row, "region", on, below=recipient_id)
            complaints += wrong
        if giver is None or recipient_id is None:
            return None, complaints
        return {"recipient_id": recipient_id, "region_id": region_id,
                "supporter_id": giver.city_id, "district_id": giver.district_id}, complaints

    async def _known(self, read: Sequence[_Read]) -> dict[object, list[KeyVillage]]:
        """The villages there are, by code and by recipient, region and name."""
        found: dict[object, list[KeyVillage]] = defaultdict(list)
        query = select(KeyVillage).order_by(KeyVillage.id).with_for_update()
        for village in await self._work.session.scalars(
                query.where(KeyVillage.code == any_(texts(one.code for one in read if one.code)))):
            found[village.code].append(village)
        nameless = [one for one in read if one.code is None]
        for village in await self._work.session.scalars(query.where(
                KeyVillage.recipient_id == any_(
                    ids({one.values["recipient_id"] for one in nameless})),
                KeyVillage.name == any_(texts({one.values["name"] for one in nameless})))):
            found[village.recipient_id, village.region_id, village.name].append(village)
        return found

    async def _hamlets(self, villages: Set[int]) -> dict[int, list[str]]:
        found: dict[int, list[str]] = defaultdict(list)
        for village_id, name in await self._work.session.execute(
                select(NaturalVillage.village_id, NaturalVillage.name)
                .where(NaturalVillage.village_id == any_(ids(villages)))
                .order_by(NaturalVillage.id)):
            found[village_id].append(name)
        return found

    async def _new(self, one: _Read) -> KeyVillage:
        work, values = self._work, one.values | {"region_id": one.region_id}
        year = values["designated_in"]
        code = one.code
        if code is None:
            place = work.references.places.period(values["recipient_id"], work.today)
            code = await work.next_code(KeyVillage.code, f"V-{place.code}-{year}", digits=3)
            work.complain(work.once(one.row, "code", code))
        work.recorder.note(one.row.number, f"{code} {values['name']}")
        return KeyVillage(**values, code=code)

    def _change(self, one: _Read, village: KeyVillage, hamlets: Sequence[str]) -> bool:
        work, row = self._work, one.row
        fields = differing(village, one.values)
        complaints = work.once(row, "code", ("village", village.id))
        complaints += [row.complaint(key, Text(
            f"与已有的村 {village.code} 不同，此项不能更改", f"as village {village.code} has it"))
            for name, key in _SAME.items() if name in fields]
        if work.complain(complaints):
            return False
        shown = work.shown(fields, _COLUMNS)
        if more := [name for name in one.hamlets if name not in hamlets]:
            shown["natural_villages"] = ("、".join(hamlets) or None, "、".join([*hamlets, *more]))
        work.recorder.note(row.number, f"{village.code} {village.name}", shown)
        carry_out(village, fields)
        return True

    async def _write(self, taken: Sequence[tuple[KeyVillage, Sequence[str]]]) -> None:
        session = self._work.session
        session.add_all(village for village, _ in taken if village not in session)
        await session.flush()
        await add_rows(session, NaturalVillage, [
            {"village_id": village.id, "recipient_id": village.recipient_id, "name": name}
            for village, hamlets in taken for name in hamlets])
        session.expunge_all()

"""Sources of money as sheets name them: by code, by code and name, or by name alone."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from aid.funds.model import FundSource
from aid.sheets.cells import simplified


@dataclass(frozen=True, slots=True)
class Sources:
    """Sources by supporter: ids by code, and codes by how they may be written."""

    ids: Mapping[int, Mapping[str, int]]
    written: Mapping[int, Mapping[str, str]]

    def of(self, supporter_id: int) -> Mapping[str, int]:
        """The ids of a supporter's sources by code."""
        return self.ids.get(supporter_id, {})

    def code(self, text: str, supporter_id: int) -> str | None:
        """The code of the supporter's source that a cell names."""
        known = self.written.get(supporter_id, {})
        return known.get(simplified(text)) or known.get(simplified(text.split(maxsplit=1)[0]))


async def the_sources(session: AsyncSession) -> Sources:
    """All that there are."""
    numbers: dict[int, dict[str, int]] = defaultdict(dict)
    written: dict[int, dict[str, str]] = defaultdict(dict)
    for one in await session.scalars(select(FundSource).order_by(FundSource.code)):
        numbers[one.supporter_id][one.code] = one.id
        for text in (one.name_en, one.name, one.code):
            if text is not None:
                written[one.supporter_id][simplified(text)] = one.code
    return Sources(numbers, written)

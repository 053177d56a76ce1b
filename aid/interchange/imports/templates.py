"""The template of a kind, with drop-downs of what there is to name."""

from typing import IO

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from aid.cadres.model import Batch
from aid.funds.model import FundSource
from aid.interchange.imports.examples import EXAMPLES
from aid.interchange.imports.terms import IMPORTS, ImportKind
from aid.projects.model import Sector
from aid.regions.model import Division, Pairing, SupportingCity, SupportingDistrict
from aid.sheets.templates import write_template


async def make_template(session: AsyncSession, kind: ImportKind, file: IO[bytes]) -> None:
    """Write a workbook to fill in, in which places, sectors and batches can be chosen."""
    options = {
        "recipient": await _places(session, select(Pairing.recipient_id)),
        "supporter": await _places(session, select(SupportingCity.division_id)),
        "district": await _places(session, select(SupportingDistrict.division_id)),
        "sector": list(await session.scalars(select(Sector.name).order_by(Sector.ordinal))),
        "source": [f"{code} {name}" for code, name in await session.execute(
            select(FundSource.code, FundSource.name).order_by(FundSource.code))],
        "batch": list(await session.scalars(select(Batch.code).order_by(Batch.starts_on))),
    }
    columns = IMPORTS[kind].columns
    named = {column.key for column in columns}
    write_template(file, columns, example=EXAMPLES[kind], options={
        key: values for key, values in options.items() if key in named and values})


async def _places(session: AsyncSession, ids: object) -> list[str]:
    """Code and name of today of some places, by code."""
    rows = await session.execute(
        select(Division.code, Division.name).where(Division.id.in_(ids))  # type: ignore[arg-type]
        .order_by(Division.code))
    return [f"{code} {name}" for code, name in rows]

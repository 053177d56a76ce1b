"""Rebuilding what is kept of the movements: the balances of instalments, and the sums by year.

The owner of the tables does it, in one transaction in which nobody records anything. Movements are
never touched: what is kept is made to say what they say.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import asyncpg
from sqlalchemy.engine import make_url

from aid.database.engine import asyncpg_dsn
from aid.database.provision import OWNER
from aid.funds.proof import BALANCES, FLOWS
from aid.text import Text

NAMES = (*BALANCES, *(f"total_{kind}" for kind in FLOWS))
"""The columns of tranche_balance that are added up."""
STATES = ("source_id", "sector_id", "began_at", "moved_at")
"""Those that say of which source and sector it is, and when its first and last movement were
recorded."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What was kept and is not what the movements make: fen, an id, a moment. `of` names it."""

    of: Text
    kept: int | datetime
    anew: int | datetime


def _standing(name: str) -> str:
    return (f"sum(m.amount_fen * ((m.credit = '{name}')::int - (m.debit = '{name}')::int))::bigint"
            f" AS {name}")


def _moved(kind: str) -> str:
    return (f"sum(CASE WHEN m.kind = '{kind}' THEN m.amount_fen WHEN u.kind = '{kind}'"
            f" THEN -m.amount_fen ELSE 0 END)::bigint AS total_{kind}")


ANEW = f"""
SELECT m.tranche_id, m.project_id, m.recipient_id,
  {", ".join([*map(_standing, BALANCES), *map(_moved, FLOWS)])},
  t.source_id, p.sector_id, min(m.recorded_at) AS began_at, max(m.recorded_at) AS moved_at
FROM movement m JOIN tranche t ON t.id = m.tranche_id JOIN project p ON p.id = m.project_id
LEFT JOIN movement u ON u.id = m.reverses_id
GROUP BY m.tranche_id, m.project_id, m.recipient_id, t.source_id, p.sector_id
"""  # noqa: S608  names of columns
"""What tranche_balance has to hold, added up anew from the movements."""
_SUMS, KEPT = ", ".join(NAMES), ", ".join((*NAMES, *STATES))
_BALANCES_DIFFER = f"""
WITH anew AS ({ANEW})
SELECT coalesce(p.code, '?') AS project, coalesce(t.seq, 0) AS seq, tranche_id,
  {", ".join(f"coalesce(k.{n}, 0) AS kept_{n}, coalesce(a.{n}, 0) AS anew_{n}" for n in NAMES)},
  {", ".join(f"coalesce(k.{n}, a.{n}) AS kept_{n}, coalesce(a.{n}, k.{n}) AS anew_{n}"
             for n in STATES)}
FROM tranche_balance k FULL JOIN anew a USING (tranche_id)
LEFT JOIN tranche t ON t.id = tranche_id LEFT JOIN project p ON p.id = t.project_id
WHERE ({", ".join(f"coalesce(k.{n}, 0)" for n in NAMES)})
  <> ({", ".join(f"coalesce(a.{n}, 0)" for n in NAMES)})
  OR ({", ".join(f"k.{n}" for n in STATES)}) <> ({", ".join(f"a.{n}" for n in STATES)})
ORDER BY 1, 2
"""  # noqa: S608
_TOTALS_DIFFER = """
SELECT coalesce(d.key, '?') AS recipient, year, kind, sector_id, source_id, slot,
  coalesce(k.fen, 0) AS kept, coalesce(a.fen, 0) AS anew
FROM fund_total k FULL JOIN aid_rebuilt_totals() a USING (recipient_id, year, kind, sector_id,
  source_id, supporter_id, district_id, slot) LEFT JOIN division d ON d.id = recipient_id
WHERE (coalesce(k.fen, 0), coalesce(k.movements, 0))
  <> (coalesce(a.fen, 0), coalesce(a.movements, 0)) ORDER BY 1, 2, 3, 4, 5, 6
"""
_REBUILD = f"""
INSERT INTO tranche_balance AS k (tranche_id, project_id, recipient_id, {KEPT}) {ANEW}
  ON CONFLICT (tranche_id) DO UPDATE
  SET {", ".join(f"{name} = excluded.{name}" for name in (*NAMES, *STATES))}
  WHERE ({", ".join(f"k.{name}" for name in (*NAMES, *STATES))})
    <> ({", ".join(f"excluded.{name}" for name in (*NAMES, *STATES))});
UPDATE tranche_balance k SET {", ".join(f"{name} = 0" for name in NAMES)}
  WHERE ({_SUMS}) <> ({", ".join("0" for _ in NAMES)})
    AND NOT EXISTS (SELECT FROM movement m WHERE m.tranche_id = k.tranche_id);
INSERT INTO fund_total AS k SELECT * FROM aid_rebuilt_totals()
  ON CONFLICT (recipient_id, year, kind, sector_id, source_id, supporter_id, district_id, slot)
  DO UPDATE SET fen = excluded.fen, movements = excluded.movements
  WHERE (k.fen, k.movements) <> (excluded.fen, excluded.movements);
UPDATE fund_total k SET fen = 0, movements = 0 WHERE (fen, movements) <> (0, 0)
  AND NOT EXISTS (SELECT FROM aid_rebuilt_totals() a
    WHERE (a.recipient_id, a.year, a.kind, a.sector_id, a.source_id, a.supporter_id, a.district_id,
           a.slot) = (k.recipient_id, k.year, k.kind, k.sector_id, k.source_id, k.supporter_id,
           k.district_id, k.slot))
"""  # noqa: S608


async def rebuild(admin_url: str, *, dry_run: bool = False) -> list[Difference]:
    """What differed, and no longer does; a dry run changes nothing.

    `admin_url` is a login that may become the owner of the tables.
    """
    connection = await asyncpg.connect(asyncpg_dsn(make_url(admin_url)))
    try:
        async with connection.transaction(readonly=False):
            await connection.execute(f"SET LOCAL ROLE {OWNER}")
            await connection.execute("SET LOCAL statement_timeout = 0")
            await connection.execute(
                "LOCK TABLE movement, tranche_balance, fund_total IN SHARE ROW EXCLUSIVE MODE")
            found = [one for row in await connection.fetch(_BALANCES_DIFFER)
                     for one in _of_balance(row)]
            found += [_of_total(row) for row in await connection.fetch(_TOTALS_DIFFER)]
            if found and not dry_run:
                await connection.execute(_REBUILD)
            return found
    finally:
        await connection.close()


def _of_balance(row: Any) -> list[Difference]:
    said = f"{row['project']}/{row['seq']}"
    return [Difference(Text(f"批次 {said} 的 {name}", f"{name} of instalment {said}"),
                       row[f"kept_{name}"], row[f"anew_{name}"])
            for name in (*NAMES, *STATES) if row[f"kept_{name}"] != row[f"anew_{name}"]]


def _of_total(row: Any) -> Difference:
    said = f"{row['recipient']} {row['year']} {row['kind']}"
    return Difference(Text(f"汇总 {said}", f"the total of {said}"), row["kept"], row["anew"])

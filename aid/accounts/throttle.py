"""Guessing is slow: five failures a quarter of an hour for a name from an address, thirty for an
address. Names nobody has count alike, so a refusal tells nothing of who exists.

An attempt is written down before it is judged and taken away when it succeeds, so that many at once
count like many in a row.
"""

import hashlib
import ipaddress
import math
from datetime import timedelta

from sqlalchemy import ColumnElement, delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from aid.accounts.model import FailedSignIn
from aid.errors import AidError
from aid.text import Text

PER_NAME, PER_ADDRESS = 5, 30
_WINDOW, _KEPT = timedelta(minutes=15), timedelta(hours=1)
_REMOVAL = 4_260_116_002  # any fixed number: one removes old rows, the others need not wait


class TooManyAttempts(AidError):
    """Too many failures: nothing is even tried for some minutes."""

    code = "TOO_MANY_ATTEMPTS"

    def __init__(self, minutes: int) -> None:
        self.minutes = minutes
        super().__init__(Text(
            f"失败次数过多，请在 {minutes} 分钟后再试。",
            f"Too many failures: try again in {minutes} minute{'s' if minutes != 1 else ''}."))


async def attempt(session: AsyncSession, name: str, address: str) -> None:
    """Write an attempt down. Raises TooManyAttempts, with how long to wait."""
    where = _network(address)
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(where, 0))))
    await _remove_old(session)
    of_name = (FailedSignIn.name_hash == _hash(name)) & (FailedSignIn.address == where)
    waits = [await _wait(session, of_name, PER_NAME),
             await _wait(session, FailedSignIn.address == where, PER_ADDRESS)]
    if (longest := max(waits)) > 0:
        raise TooManyAttempts(math.ceil(longest / 60))
    await session.execute(
        insert(FailedSignIn.__table__).inline(),  # type: ignore[arg-type]
        {"name_hash": _hash(name), "address": where})


async def succeeded(session: AsyncSession, name: str, address: str) -> None:
    """Take away what was written down of this name from this address."""
    await session.execute(delete(FailedSignIn).where(
        FailedSignIn.name_hash == _hash(name), FailedSignIn.address == _network(address),
        FailedSignIn.at > func.now() - _KEPT))


async def _wait(session: AsyncSession, condition: ColumnElement[bool], most: int) -> float:
    """Seconds until fewer than `most` failures are in the window; 0: they are."""
    left = func.extract("epoch", FailedSignIn.at + _WINDOW - func.now())
    found = await session.scalar(
        select(left)
        .where(condition, FailedSignIn.at > func.now() - _WINDOW)
        .order_by(FailedSignIn.at.desc())
        .offset(most - 1)
        .limit(1))
    return float(found or 0)


async def _remove_old(session: AsyncSession) -> None:
    alone = select(func.pg_try_advisory_xact_lock(_REMOVAL).label("alone")).cte()
    await session.execute(
        delete(FailedSignIn)
        .where(select(alone.c.alone).scalar_subquery(), FailedSignIn.at < func.now() - _KEPT)
        .execution_options(synchronize_session=False))


def _hash(name: str) -> bytes:
    return hashlib.sha256(name.encode(errors="surrogatepass")).digest()


def _network(address: str) -> str:
    """The address; of IPv6 its network, as anybody there has a whole one to themselves."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)

"""Append-only history: for every change of a thing, each field's old and new value, who and when.

It is written in the same transaction as the change itself, by a listener on the session, so no
service can forget it. The application's role may insert and read these rows, never change them.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, ClassVar

from sqlalchemy import Index, and_, event, func, inspect, or_, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, Session, UOWTransaction, mapped_column

from aid.database.base import Base, Id, columns_of


class Change(Base):
    """One field of one row, before and after.

    `field` is null where the whole row came (`new` is all of it) or went (`old` is).
    """

    __tablename__ = "change"
    __table_args__ = (Index("ix_change_entity", "entity", "entity_id"),)

    id: Mapped[Id]
    entity: Mapped[str]
    entity_id: Mapped[int]
    field: Mapped[str | None]
    old: Mapped[Any] = mapped_column(JSONB(none_as_null=True), nullable=True)
    new: Mapped[Any] = mapped_column(JSONB(none_as_null=True), nullable=True)
    actor: Mapped[str]
    at: Mapped[datetime] = mapped_column(server_default=func.now())


class Tracked:
    """Mixin: rows of this class are followed by the history. `unfollowed` names fields left out."""

    unfollowed: ClassVar[frozenset[str]] = frozenset({"id", "version"})


@event.listens_for(Session, "before_flush")
def _note_updates(session: Session, _flush: UOWTransaction, _instances: object) -> None:
    for row in session.dirty:
        if not (isinstance(row, Tracked) and isinstance(row, Base)):
            continue
        state = inspect(row)
        for attribute in row.__mapper__.column_attrs:
            changed = state.attrs[attribute.key].history
            if attribute.key in row.unfollowed or not changed.has_changes():
                continue
            old = changed.deleted[0] if changed.deleted else None
            new = getattr(row, attribute.key)
            session.add(_change(session, row, attribute.key, plain(old), plain(new)))
    for row in session.deleted:
        if isinstance(row, Tracked) and isinstance(row, Base):
            session.add(_change(session, row, None, _whole(row), None))


@event.listens_for(Session, "after_flush")
def _note_creations(session: Session, _flush: UOWTransaction) -> None:
    # The new rows have their ids only now; plain Core insert, as the flush is already under way.
    created = [
        {
            "entity": row.__tablename__,
            "entity_id": columns_of(row)["id"],
            "new": _whole(row),
            "actor": session.info["actor"].name,
        }
        for row in session.new
        if isinstance(row, Tracked) and isinstance(row, Base)
    ]
    if created:
        session.execute(Change.__table__.insert(), created)  # type: ignore[attr-defined]


def _whole(row: Base) -> dict[str, Any]:
    unfollowed = row.unfollowed if isinstance(row, Tracked) else ()
    return {
        key: plain(value)
        for key, value in columns_of(row).items()
        if key not in unfollowed and value is not None
    }


def _change(session: Session, row: Base, field: str | None, old: Any, new: Any) -> Change:
    return Change(
        entity=row.__tablename__,
        entity_id=columns_of(row)["id"],
        field=field,
        old=old,
        new=new,
        actor=session.info["actor"].name,
    )


async def changed_by_others(
    session: AsyncSession, entity: str, actor: str
) -> dict[int, set[str | None]]:
    """By row of an entity: the fields that somebody other than `actor` changed (None: made it)."""
    found = await session.execute(
        select(Change.entity_id, Change.field)
        .where(Change.entity == entity, Change.actor != actor)
        .distinct()
    )
    fields: dict[int, set[str | None]] = {}
    for entity_id, name in found:
        fields.setdefault(entity_id, set()).add(name)
    return fields


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One field of one row, before and after; `field` is None where the whole row came or went."""

    entity: str
    entity_id: int
    field: str | None
    old: Any
    new: Any
    actor: str
    at: datetime


async def changes_of(
    session: AsyncSession, rows: Mapping[str, Collection[int]], *, limit: int
) -> list[ChangeRow]:
    """What changed of these rows, by their ids by entity; the newest first."""
    found = await session.execute(
        select(Change.entity, Change.entity_id, Change.field, Change.old, Change.new, Change.actor,
               Change.at)
        .where(or_(*(and_(Change.entity == entity, Change.entity_id.in_(ids))
                     for entity, ids in rows.items())))
        .order_by(Change.id.desc()).limit(limit))
    return [ChangeRow(*row) for row in found]


def plain(value: Any) -> Any:
    """The value as JSON can hold it, losslessly: decimals and dates as text."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    return value

"""Seconded people, a row a term; whoever has had none yet has one row."""

from typing import Any

from sqlalchemy import Text as Words
from sqlalchemy import and_, case, cast, null, select
from sqlalchemy.orm import aliased

from aid.cadres.model import Batch, Cadre, Post, Secondment
from aid.cadres.queries import last_day
from aid.cadres.terms import ENDING_SOON_DAYS
from aid.interchange.exports.selecting import (
    SIMULATED,
    Giver,
    Query,
    extended,
    keyed,
    named,
    narrowed_to,
    of_model,
    overlapping,
)
from aid.interchange.exports.terms import Wanted
from aid.interchange.imports import cadre_columns as imports
from aid.regions.model import Division
from aid.sheets.columns import Column, Shape
from aid.text import Text

_STANDING = {
    "coming": Text("未到任", "coming"),
    "in_post": Text("在任", "in post"),
    "ended": Text("已结束", "ended"),
}
_DERIVED = (
    Column(key="recipient_name", title=Text("受援地", "Recipient name")),
    Column(key="standing", title=Text("任职状态", "Standing"), shape=Shape.CHOICE,
           choices=_STANDING),
    Column(key="ending_soon", title=Text("即将期满", "Ending soon"), shape=Shape.FLAG),
    SIMULATED,
)
CADRE_COLUMNS = extended(imports.CADRE_COLUMNS, _DERIVED)
_RECIPIENT = aliased(Division)


def cadre_rows(wanted: Wanted) -> Query:
    """Terms by cadre and first day."""
    giver = Giver()
    values: dict[str, Any] = {
        **of_model(CADRE_COLUMNS, Post), **of_model(CADRE_COLUMNS, Secondment),
        **of_model(CADRE_COLUMNS, Cadre),
        "supporter": giver.city.code, "district": giver.district.code,
        "recipient": _RECIPIENT.code, "post": Post.code,
        "batch": Batch.code, "extension_reason": cast(null(), Words),
        "recipient_name": named(_RECIPIENT.name, _RECIPIENT.name_en, wanted.locale),
        "standing": case((Secondment.starts_on > wanted.today, "coming"),
                         (last_day < wanted.today, "ended"),
                         (Secondment.id.is_not(None), "in_post")),
        "ending_soon": and_(
            Secondment.ended_on.is_(None), Secondment.starts_on <= wanted.today,
            (Secondment.planned_end - wanted.today).between(0, ENDING_SOON_DAYS)),
    }
    query: Query = (
        select(*keyed(CADRE_COLUMNS, values))
        .select_from(Cadre)
        .outerjoin(Secondment, Secondment.cadre_id == Cadre.id)
        .outerjoin(Post, Post.id == Secondment.post_id)
        .outerjoin(Batch, Batch.id == Secondment.batch_id)
        .outerjoin(_RECIPIENT, _RECIPIENT.id == Secondment.recipient_id)
        .where(*narrowed_to(wanted, region=Secondment.recipient_id, city=Cadre.supporter_id,
                            district=Cadre.district_id),
               *overlapping(Secondment.starts_on, last_day, wanted))
        .order_by(Cadre.code.collate("C"), Secondment.starts_on)
    )
    return giver.joined(query, Cadre.supporter_id, Cadre.district_id)

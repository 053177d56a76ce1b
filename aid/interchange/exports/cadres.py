"""Seconded people, a row a term; whoever has had none yet has one row."""

from typing import Any

from sqlalchemy import and_, case, select
from sqlalchemy.orm import aliased

from aid.cadres.model import Batch, Cadre, Post, Secondment
from aid.cadres.queries import last_day
from aid.cadres.terms import CATEGORY_NAMES, DIRECTION_NAMES, ENDING_SOON_DAYS
from aid.interchange.exports.selecting import (
    SIMULATED,
    Giver,
    Query,
    keyed,
    named,
    narrowed_to,
    of_model,
    overlapping,
)
from aid.interchange.exports.terms import Wanted
from aid.regions.model import Division
from aid.sheets.columns import Column, Shape
from aid.text import Text

_STANDING = {
    "coming": Text("未到任", "coming"),
    "in_post": Text("在任", "in post"),
    "ended": Text("已结束", "ended"),
}
CADRE_COLUMNS = (
    Column(key="code", title=Text("干部编号", "Cadre code"), shape=Shape.CODE),
    Column(key="name", title=Text("姓名", "Name")),
    Column(key="category", title=Text("类别", "Category"), shape=Shape.CHOICE,
           choices=CATEGORY_NAMES),
    Column(key="home_unit", title=Text("派出单位", "Home unit")),
    Column(key="supporter", title=Text("支援城市代码", "Supporter code"), shape=Shape.CODE),
    Column(key="district", title=Text("支援区县代码", "District code"), shape=Shape.CODE),
    Column(key="recipient", title=Text("受援地代码", "Recipient code"), shape=Shape.CODE),
    Column(key="post", title=Text("岗位编号", "Post code"), shape=Shape.CODE),
    Column(key="unit", title=Text("挂任单位", "Unit")),
    Column(key="title", title=Text("挂任职务", "Post")),
    Column(key="direction", title=Text("方向", "Direction"), shape=Shape.CHOICE,
           choices=DIRECTION_NAMES),
    Column(key="batch", title=Text("批次", "Batch"), shape=Shape.CODE),
    Column(key="starts_on", title=Text("任期开始", "Starts on"), shape=Shape.DAY),
    Column(key="planned_end", title=Text("计划结束", "Planned end"), shape=Shape.DAY),
    Column(key="ended_on", title=Text("实际结束", "Ended on"), shape=Shape.DAY),
    Column(key="end_reason", title=Text("结束原因", "Reason of the end")),
    Column(key="recipient_name", title=Text("受援地", "Recipient"), derived=True),
    Column(key="standing", title=Text("任职状态", "Standing"), shape=Shape.CHOICE,
           choices=_STANDING, derived=True),
    Column(key="ending_soon", title=Text("即将期满", "Ending soon"), shape=Shape.FLAG,
           derived=True),
    SIMULATED,
)
_RECIPIENT = aliased(Division)


def cadre_rows(wanted: Wanted) -> Query:
    """Terms by cadre and first day."""
    giver = Giver()
    values: dict[str, Any] = {
        **of_model(CADRE_COLUMNS, Post), **of_model(CADRE_COLUMNS, Secondment),
        **of_model(CADRE_COLUMNS, Cadre),
        "supporter": giver.city.code, "district": giver.district.code,
        "recipient": _RECIPIENT.code, "post": Post.code,
        "title": named(Post.title, Post.title_en, wanted.locale),
        "batch": Batch.code,
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

"""Planned instalments, a row each, with where their money stands."""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from aid.funds.model import FundSource, Tranche, TrancheBalance
from aid.interchange.exports.selecting import (
    SIMULATED,
    Giver,
    Query,
    extended,
    keyed,
    named,
    narrowed_to,
    of_model,
    within,
)
from aid.interchange.exports.terms import Wanted
from aid.interchange.imports import fund_columns as imports
from aid.projects.model import Milestone, Project
from aid.regions.model import Division
from aid.sheets.columns import Column, Shape
from aid.text import Text

_STANDING = {
    "total_commit": Text("已下达（元）", "Committed (yuan)"),
    "total_disburse": Text("已拨付（元）", "Disbursed (yuan)"),
    "total_receive": Text("已到账（元）", "Received (yuan)"),
    "total_pay": Text("已支付（元）", "Paid (yuan)"),
    "total_return": Text("已退回（元）", "Returned (yuan)"),
    "total_cancel": Text("已撤销下达（元）", "Cancelled (yuan)"),
    "in_transit": Text("在途（元）", "In transit (yuan)"),
    "held": Text("到账未付（元）", "Held (yuan)"),
}
TRANCHE_COLUMNS = extended(imports.TRANCHE_COLUMNS, (
    Column(key="seq", title=Text("批次序号", "Instalment no."), shape=Shape.INTEGER),
    Column(key="project_name", title=Text("项目名称", "Project name")),
    Column(key="recipient", title=Text("受援地代码", "Recipient code"), shape=Shape.CODE),
    Column(key="recipient_name", title=Text("受援地", "Recipient name")),
    Column(key="supporter", title=Text("支援城市代码", "Supporter code"), shape=Shape.CODE),
    Column(key="source_name", title=Text("资金来源", "Source name")),
    *(Column(key=key, title=title, shape=Shape.YUAN, total=True)
      for key, title in _STANDING.items()),
    SIMULATED,
), total={"amount_yuan"})
_RECIPIENT = aliased(Division)


def tranche_rows(wanted: Wanted) -> Query:
    """Instalments by project and number, but those withdrawn; of a period those due in it."""
    giver = Giver()
    values: dict[str, Any] = of_model(TRANCHE_COLUMNS, Tranche) | {
        "project": Project.code, "source": FundSource.code, "amount_yuan": Tranche.amount_fen,
        "milestone": Milestone.name, "recipient": _RECIPIENT.code, "supporter": giver.city.code,
        "project_name": named(Project.name, Project.name_en, wanted.locale),
        "recipient_name": named(_RECIPIENT.name, _RECIPIENT.name_en, wanted.locale),
        "source_name": named(FundSource.name, FundSource.name_en, wanted.locale),
        "simulated": Project.simulated,
        **{key: func.coalesce(getattr(TrancheBalance, key), 0) for key in _STANDING},
    }
    query: Query = (
        select(*keyed(TRANCHE_COLUMNS, values)).select_from(Tranche)
        .join(Project, Project.id == Tranche.project_id)
        .join(FundSource, FundSource.id == Tranche.source_id)
        .join(_RECIPIENT, _RECIPIENT.id == Tranche.recipient_id)
        .outerjoin(Milestone, Milestone.id == Tranche.milestone_id)
        .outerjoin(TrancheBalance, TrancheBalance.tranche_id == Tranche.id)
        .where(*narrowed_to(wanted, region=Project.region_id, city=Project.supporter_id,
                            district=Project.district_id, sector=Project.sector_id),
               Tranche.withdrawn_on.is_(None),
               *([Project.id == wanted.project_id] if wanted.project_id else []),
               *([Tranche.source_id == wanted.source_id] if wanted.source_id else []),
               *within(Tranche.due_on, wanted))
        .order_by(Project.code.collate("C"), Tranche.seq)
    )
    return giver.joined(query, Project.supporter_id, Project.district_id)

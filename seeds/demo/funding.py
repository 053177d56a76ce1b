"""Simulated money as rows: instalments, chains of movements, what waits for a second person."""

import hashlib
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from aid.access.actor import SIMULATION
from aid.bulk import insert_many
from aid.funds.bodies import chained
from aid.funds.chaining import linked
from aid.funds.model import Movement, Tranche
from aid.funds.request_model import DisbursementRequest
from aid.projects.document_model import Content
from aid.projects.model import Document
from seeds.demo.filling import Filling
from seeds.demo.lives import Life
from seeds.demo.money import SHEET, Money
from seeds.demo.projects import Row, named
from seeds.demo.world import Recipient

SHA256 = hashlib.sha256(SHEET).digest()
DIGEST = SHA256.hex()


async def write_sheet(session: AsyncSession) -> None:
    """Keep the one sheet that stands for all papers."""
    await insert_many(session, Content, [{"sha256": SHA256, "part": 0, "bytes": SHEET}], same={})


class FundRows:
    """Rows of money. Until they are written, each stands in them by its project's code."""

    def __init__(self) -> None:
        self.tranches: list[Row] = []
        self.documents: list[Row] = []
        self.movements: list[Row] = []
        self.requests: list[Row] = []

    def fill(self, filling: Filling, recipient: Recipient, projects: dict[str, int]) -> None:
        """Put all of them into their tables."""
        of: dict[str, Any] = {"recipient_id": recipient.place.id}
        tranches = filling.add(
            Tranche, named(self.tranches, "project_id", projects),
            same={**of, "version": 1}, key=("project_id", "seq"), noted=False)
        documents = filling.add(
            Document, named(self.documents, "project_id", projects), key=("project_id",),
            same={**of, "sha256": SHA256, "size": len(SHEET), "media_type": "text/plain",
                  "file_name": "模拟.txt", "title": "支付凭证（模拟）", "actor": SIMULATION.name})
        filling.add(Movement, linked(
            self.movements, filling.numbers(Movement, len(self.movements)), projects=projects,
            tranches=tranches, documents=documents), same=of)
        for row in named(self.requests, "project_id", projects):
            row["tranche_id"] = tranches[row["project_id"], row["tranche_id"]]
        filling.add(DisbursementRequest, self.requests, same={
            **of, "actor": SIMULATION.name})


def add_money(rows: FundRows, life: Life, money: Money) -> None:
    """Put the money of a project among the rows."""
    code = life.brief.code
    rows.tranches += [
        {"project_id": code, "seq": one.seq, "name": one.part.name, "name_en": one.part.name_en,
         "source_id": one.source.id, "amount_fen": one.fen, "due_on": one.due_on,
         "at_stage": one.part.at_stage, "at_progress": one.part.at_progress,
         "after_days": one.part.after_days, "retention": one.part.retention}
        for one in money.instalments
    ]
    if money.shown:
        rows.documents.append({"project_id": code})
    rows.movements += chained(code, money.lines)
    rows.requests += [
        {"project_id": code, "tranche_id": seq, "amount_fen": fen, "occurred_on": on,
         "voucher_no": f"模拟拨{code}-{seq:02}申", "idempotency_key": f"{code}-asked-{seq}"}
        for seq, fen, on in money.asked
    ]

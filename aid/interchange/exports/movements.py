"""The ledger, a movement a row, in the order of its chains; and its chains, a project a row."""

from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    and_,
    case,
    cast,
    func,
    literal,
    literal_column,
    select,
    union,
)
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import aliased

from aid.funds.checkpoint_model import CheckpointHead
from aid.funds.model import Chain, FundSource, Movement, Tranche
from aid.funds.proof import BALANCES
from aid.funds.terms import BALANCE_NAMES, FLOWS, KIND_NAMES, Balance, MovementKind
from aid.interchange.exports.selecting import (
    SIMULATED,
    Giver,
    Query,
    keyed,
    named,
    narrowed_to,
    within,
)
from aid.interchange.exports.terms import Wanted
from aid.projects.model import Document, Project, Sector
from aid.regions.model import Division
from aid.sheets.columns import Column, Shape
from aid.text import Text

_CODE, _YUAN = Shape.CODE, Shape.YUAN
MOVEMENT_COLUMNS = (
    Column(key="project", title=Text("项目编号", "Project code"), shape=_CODE),
    Column(key="seq", title=Text("序号", "No."), shape=Shape.INTEGER),
    Column(key="project_name", title=Text("项目名称", "Project name")),
    Column(key="recipient", title=Text("受援地代码", "Recipient code"), shape=_CODE),
    Column(key="recipient_name", title=Text("受援地", "Recipient name")),
    Column(key="supporter", title=Text("支援城市代码", "Supporter code"), shape=_CODE),
    Column(key="district", title=Text("支援区县代码", "District code"), shape=_CODE),
    Column(key="sector", title=Text("领域", "Sector"), shape=_CODE),
    Column(key="tranche", title=Text("批次序号", "Instalment no."), shape=Shape.INTEGER),
    Column(key="tranche_name", title=Text("资金批次", "Instalment")),
    Column(key="source", title=Text("资金来源代码", "Source code"), shape=_CODE),
    Column(key="source_name", title=Text("资金来源", "Source name")),
    Column(key="kind", title=Text("类型", "Kind"), shape=Shape.CHOICE, choices=KIND_NAMES),
    Column(key="debit", title=Text("转出", "From"), shape=Shape.CHOICE, choices=BALANCE_NAMES),
    Column(key="credit", title=Text("转入", "To"), shape=Shape.CHOICE, choices=BALANCE_NAMES),
    Column(key="amount_yuan", title=Text("金额（元）", "Amount (yuan)"), shape=_YUAN),
    Column(key="counted_as", title=Text("计入", "Counted as"), shape=Shape.CHOICE,
           choices=KIND_NAMES),
    Column(key="counted_yuan", title=Text("计入金额（元）", "Counted (yuan)"), shape=_YUAN),
    Column(key="occurred_on", title=Text("发生日期", "Happened on"), shape=Shape.DAY),
    Column(key="recorded_on", title=Text("登记日期", "Recorded on"), shape=Shape.DAY),
    Column(key="recorded_at", title=Text("登记时刻（UTC）", "Recorded at (UTC)"), shape=_CODE),
    Column(key="actor", title=Text("登记人", "Recorded by")),
    Column(key="requested_by", title=Text("申请人", "Requested by")),
    Column(key="voucher_no", title=Text("凭证号", "Voucher"), shape=_CODE),
    Column(key="document_no", title=Text("文号", "Document"), shape=_CODE),
    Column(key="document_sha256", title=Text("附件SHA-256", "SHA-256 of the document"),
           shape=_CODE),
    Column(key="reason", title=Text("原因", "Reason")),
    Column(key="reverses", title=Text("冲正的序号", "Reverses no."), shape=Shape.INTEGER),
    Column(key="key", title=Text("幂等键", "Idempotency key"), shape=_CODE),
    Column(key="prev_hash", title=Text("前一笔哈希", "Hash before"), shape=_CODE),
    Column(key="hash", title=Text("哈希", "Hash"), shape=_CODE),
    SIMULATED,
)
BODY = Column(key="body", title=Text("登记原文", "Body"))
BUNDLED_COLUMNS = (*MOVEMENT_COLUMNS, BODY)
"""In an export that can be verified: with the text that was hashed, and its marks of persons."""
ACTOR_COLUMNS = (
    Column(key="mark", title=Text("标识", "Mark"), shape=_CODE),
    Column(key="name", title=Text("账户名", "Account")),
)
"""Whom the marks stand for."""
LINK_COLUMNS = tuple(column for column in BUNDLED_COLUMNS
                     if column.key in ("project", "seq", "prev_hash", "hash", "body"))
"""Of movements that are not asked for and stand between, or after, those that are."""
CHAIN_COLUMNS = (
    Column(key="project", title=Text("项目编号", "Project code"), shape=_CODE),
    Column(key="name", title=Text("项目名称", "Project name")),
    Column(key="recipient", title=Text("受援地", "Recipient"), shape=_CODE),
    Column(key="rows", title=Text("流水笔数", "Movements"), shape=Shape.INTEGER),
    Column(key="first_seq", title=Text("首笔序号", "First no."), shape=Shape.INTEGER),
    Column(key="last_seq", title=Text("末笔序号", "Last no."), shape=Shape.INTEGER),
    Column(key="head_seq", title=Text("链尾序号", "Head no."), shape=Shape.INTEGER),
    Column(key="head_hash", title=Text("链尾哈希", "Head hash"), shape=_CODE),
    Column(key="checkpoint_seq", title=Text("检查点序号", "No. at checkpoint"),
           shape=Shape.INTEGER),
    Column(key="checkpoint_hash", title=Text("检查点哈希", "Hash at checkpoint"), shape=_CODE),
    *(Column(key=f"{when}_{name.value}", shape=_YUAN,
             title=Text(f"{said.zh}{title.zh}", f"{said.en} {title.en}"))
      for when, said in (("opening", Text("期初", "Opening")), ("closing", Text("期末", "Closing")))
      for name, title in BALANCE_NAMES.items() if name is not Balance.APPROPRIATION),
)
_RECIPIENT, _UNDONE = aliased(Division), aliased(Movement)
_UTC: ColumnElement[Any] = literal_column("'UTC'")
_ISO: ColumnElement[Any] = literal_column("""'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'""")
_HEX: ColumnElement[Any] = literal_column("'hex'")
_NONE: ColumnElement[Any] = literal_column("0")


def movement_rows(wanted: Wanted) -> Query:
    """Movements by project and number."""
    m = Movement
    return _rows(wanted, MOVEMENT_COLUMNS, actor=func.aid_who(m.actor),
                 requested_by=func.aid_who(m.requested_by)).where(
        *of_chains(wanted), *_asked_for(wanted))


def bundled_rows(wanted: Wanted) -> Query:
    """The same with their bodies, and with marks in the place of names."""
    return _rows(wanted, BUNDLED_COLUMNS).where(*of_chains(wanted), *_asked_for(wanted))


def actor_rows(wanted: Wanted) -> Query:
    """Whom the marks in those stand for, by the names of today."""
    marks = union(*(_joined(select(column.label("mark")).select_from(Movement)).where(
        column.is_not(None), *of_chains(wanted), *_asked_for(wanted))
        for column in (Movement.actor, Movement.requested_by))).subquery("marks")
    values = {"mark": marks.c.mark, "name": func.aid_who(marks.c.mark)}
    return select(*keyed(ACTOR_COLUMNS, values)).order_by(marks.c.mark.collate("C"))


def _rows(wanted: Wanted, columns: tuple[Column, ...], **more: ColumnElement[Any]) -> Query:
    giver, m = Giver(), Movement
    back = m.reverses_id.is_not(None)
    values: dict[str, Any] = {
        **{column.key: getattr(m, column.key) for column in columns
           if column.key in m.__table__.c},
        "project": Project.code, "recipient": _RECIPIENT.code, "supporter": giver.city.code,
        "district": giver.district.code, "sector": Sector.code, "tranche": Tranche.seq,
        "project_name": named(Project.name, Project.name_en, wanted.locale),
        "recipient_name": named(_RECIPIENT.name, _RECIPIENT.name_en, wanted.locale),
        "tranche_name": named(Tranche.name, Tranche.name_en, wanted.locale),
        "source": FundSource.code, "amount_yuan": m.amount_fen,
        "source_name": named(FundSource.name, FundSource.name_en, wanted.locale),
        "counted_as": case((back, _UNDONE.kind), else_=m.kind),
        "counted_yuan": case((back, -m.amount_fen), else_=m.amount_fen),
        "recorded_on": cast(func.timezone(literal_column("'Asia/Shanghai'"), m.recorded_at), Date),
        "recorded_at": func.to_char(func.timezone(_UTC, m.recorded_at), _ISO),
        "document_sha256": func.encode(Document.sha256, _HEX), "reverses": _UNDONE.seq,
        "key": m.idempotency_key, "simulated": Project.simulated, **_links(), **more,
    }
    query: Query = (
        _joined(select(*keyed(columns, values)).select_from(m))
        .join(_RECIPIENT, _RECIPIENT.id == m.recipient_id)
        .join(Sector, Sector.id == Project.sector_id)
        .outerjoin(Document, Document.id == m.document_id)
        .outerjoin(_UNDONE, _UNDONE.id == m.reverses_id)
        .order_by(Project.code.collate("C"), m.seq)
    )
    return giver.joined(query, Project.supporter_id, Project.district_id)


def _links() -> dict[str, Any]:
    return {"prev_hash": func.encode(Movement.prev_hash, _HEX),
            "hash": func.encode(Movement.hash, _HEX),
            "body": func.convert_from(Movement.body, literal_column("'UTF8'"))}


def _joined(query: Query) -> Query:
    return (query.join(Project, Project.id == Movement.project_id)
            .join(Tranche, Tranche.id == Movement.tranche_id)
            .join(FundSource, FundSource.id == Tranche.source_id))


def of_chains(wanted: Wanted) -> list[ColumnElement[bool]]:
    """That a movement is of a project that is asked for."""
    found = narrowed_to(wanted, region=Project.region_id, city=Project.supporter_id,
                        district=Project.district_id, sector=Project.sector_id)
    return [*found, *([Project.id == wanted.project_id] if wanted.project_id else [])]


def _of_source(wanted: Wanted) -> list[ColumnElement[bool]]:
    """That a movement is of the source, and was known."""
    return [*([FundSource.id == wanted.source_id] if wanted.source_id else []),
            *([Movement.recorded_at < wanted.known_before] if wanted.known_before else [])]


def _asked_for(wanted: Wanted) -> list[ColumnElement[bool]]:
    return [*_of_source(wanted), *within(Movement.occurred_on, wanted)]


def link_rows(wanted: Wanted) -> Query:
    """What a chain needs to hang together from its first movement that is asked for to its head."""
    asked = _asked_for(wanted)
    first = _joined(
        select(Movement.project_id, func.min(Movement.seq).label("seq")).select_from(Movement)
    ).where(*of_chains(wanted), *asked).group_by(Movement.project_id).subquery("first")
    values = {"project": Project.code, "seq": Movement.seq, **_links()}
    return (
        _joined(select(*keyed(LINK_COLUMNS, values)).select_from(Movement))
        .join(first, and_(first.c.project_id == Movement.project_id, first.c.seq < Movement.seq))
        .where(~and_(literal_column("true"), *asked))
        .order_by(Project.code.collate("C"), Movement.seq)
    )


def chain_rows(wanted: Wanted, checkpoint: int) -> Query:
    """Chains of which something is asked for, with their heads and balances, by project."""
    sums = _sums(wanted).subquery("sums")
    code = CheckpointHead.project.collate("C")
    signed = (select(CheckpointHead.project, CheckpointHead.seq, CheckpointHead.hash)
              .ext(distinct_on(code)).where(CheckpointHead.number <= checkpoint)
              .order_by(code, CheckpointHead.number.desc()).subquery("signed"))
    values: dict[str, Any] = {
        **{column.key: sums.c[column.key] for column in CHAIN_COLUMNS if column.key in sums.c},
        "project": Project.code, "name": named(Project.name, Project.name_en, wanted.locale),
        "recipient": _RECIPIENT.key, "head_seq": Chain.seq,
        "head_hash": func.encode(Chain.hash, _HEX), "checkpoint_seq": signed.c.seq,
        "checkpoint_hash": func.encode(signed.c.hash, _HEX),
    }
    return (
        select(*keyed(CHAIN_COLUMNS, values))
        .select_from(sums)
        .join(Project, Project.id == sums.c.project_id)
        .join(_RECIPIENT, _RECIPIENT.id == Project.recipient_id)
        .join(Chain, Chain.project_id == sums.c.project_id)
        .outerjoin(signed, signed.c.project == Project.code)
        .order_by(Project.code.collate("C"))
    )


def _sums(wanted: Wanted) -> Query:
    """Of each project, what is asked for, and its balances before and after."""
    day, m = Movement.occurred_on, Movement
    asked = and_(literal_column("true"), *within(day, wanted))
    rows = func.count().filter(asked)
    opening, closing = ({name: func.coalesce(func.sum(case(
        (m.credit == name, m.amount_fen), (m.debit == name, -m.amount_fen), else_=_NONE)
    ).filter(when), _NONE) for name in BALANCES} for when in (
        day < wanted.since if wanted.since else literal_column("false"),
        day <= wanted.until if wanted.until else literal_column("true")))
    opened = literal_column("false") if wanted.since is None else func.bool_or(day < wanted.since)
    return _joined(select(
        m.project_id, rows.label("rows"), func.min(m.seq).filter(asked).label("first_seq"),
        func.max(m.seq).filter(asked).label("last_seq"),
        *(value.label(f"opening_{name}") for name, value in opening.items()),
        *(value.label(f"closing_{name}") for name, value in closing.items()),
    ).select_from(m)).where(*of_chains(wanted), *_of_source(wanted)).group_by(
        m.project_id).having((rows > 0) | opened)


def kind_sums(wanted: Wanted) -> Query:
    """What is asked for, added up by kind, reversals taken off, in fen."""
    back = Movement.kind == MovementKind.REVERSE
    undone = case(*((and_(Movement.debit == credit, Movement.credit == debit), literal(kind.value))
                    for kind, (debit, credit) in FLOWS.items()))
    kind = case((back, undone), else_=Movement.kind)
    fen = func.sum(case((back, -Movement.amount_fen), else_=Movement.amount_fen))
    return _joined(select(kind, fen).select_from(Movement)).where(
        *of_chains(wanted), *_asked_for(wanted)).group_by(literal_column("1"))


def reversals_across(wanted: Wanted) -> Query:
    """By kind, in fen, what a period's reversals and reversed movements do not share with it.

    What happened in the period and was reversed outside; what was reversed in it and happened
    outside.
    """
    undone = aliased(Movement)
    here, there = (and_(literal_column("true"), *within(at.occurred_on, wanted))
                   for at in (Movement, undone))
    fen = func.sum(Movement.amount_fen)
    return (
        _joined(select(undone.kind, func.coalesce(fen.filter(there), _NONE),
                       func.coalesce(fen.filter(here), _NONE)).select_from(Movement))
        .join(undone, undone.id == Movement.reverses_id)
        .where(*of_chains(wanted), *_of_source(wanted), here != there)
        .group_by(undone.kind))

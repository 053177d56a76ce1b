"""Recording what money did: one line of the ledger at a time, through aid_append alone."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import BigInteger, Date, bindparam, select, text
from sqlalchemy import Text as SqlText
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from aid.errors import AidError, Complaint, Conflict, InputRefused, NotFound
from aid.funds.model import Movement
from aid.funds.terms import KIND_NAMES, MovementKind
from aid.money import yuan
from aid.projects.terms import STAGE_NAMES, Stage
from aid.text import Text


class NotYours(AidError):
    """The other side records this: the office sends money, the recipient says what became of it."""

    code = "NOT_YOURS"


class Overdrawn(Conflict):
    """More would move than there is. `available_fen` is what there is."""

    code = "OVERDRAWN"

    def __init__(self, kind: MovementKind, available_fen: int) -> None:
        self.available_fen = available_fen
        name = KIND_NAMES[kind]
        super().__init__(Text(
            f"{name.zh}金额超过可用余额：最多 {yuan(available_fen)} 元。",
            f"The {name.en} is more than there is: at most {yuan(available_fen)} yuan."))


class KeyReused(Conflict):
    """The idempotency key was used before, for something else."""

    code = "KEY_REUSED"


class VoucherRecorded(Conflict):
    """The voucher has been recorded for this instalment already."""

    code = "VOUCHER_RECORDED"


class NotReversible(Conflict):
    """A movement is reversed once, in full; a reversal is not reversed."""

    code = "NOT_REVERSIBLE"


class TwoPersonsNeeded(Conflict):
    """A disbursement of this size is asked for by one person and approved by another."""

    code = "TWO_PERSONS_NEEDED"


class NotAtThisStage(Conflict):
    """The project is not at a stage at which money is committed or disbursed."""

    code = "NOT_AT_THIS_STAGE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A movement to record. `fen` > 0; `key` makes a retry the same movement, for ever.

    `reverses_id` names what a REVERSE undoes, `request_id` the request of a large disbursement.
    `document_id` is a document of the project that shows the movement. A RETURN, a CANCEL and a
    REVERSE need a reason.
    """

    tranche_id: int
    kind: MovementKind
    fen: int
    occurred_on: date
    key: str
    voucher_no: str | None = None
    document_no: str | None = None
    document_id: int | None = None
    reason: str | None = None
    reverses_id: int | None = None
    request_id: int | None = None


REASONED = frozenset({MovementKind.RETURN, MovementKind.CANCEL, MovementKind.REVERSE})
VOUCHED = frozenset({MovementKind.DISBURSE, MovementKind.RECEIVE, MovementKind.PAY,
                     MovementKind.RETURN})
LONGEST = 200
"""How many characters a voucher, a document's number or a key has at most."""

_APPEND = select(Movement).from_statement(
    text("SELECT * FROM aid_append(:tranche, :kind, :fen, :occurred, :key, :voucher, :document,"
         " :attached, :reason, :reverses, :request)").bindparams(
        *(bindparam(name, type_=BigInteger()) for name in
          ("tranche", "fen", "attached", "reverses", "request")),
        *(bindparam(name, type_=SqlText()) for name in
          ("kind", "key", "voucher", "document", "reason")),
        bindparam("occurred", type_=Date()),
    ).columns(*Movement.__table__.c))


async def record(session: AsyncSession, entry: Entry, *, today: date) -> Movement:
    """Append a movement to its project's chain; the same key again answers the same movement.

    Raises InputRefused with every mistake of the entry, NotFound, NotYours, or a Conflict: one of
    those above. The transaction is over then.
    """
    if complaints := check_entry(entry, today=today):
        raise InputRefused(complaints)
    try:
        movement: Movement = (await session.scalars(_APPEND, {
            "tranche": entry.tranche_id, "kind": entry.kind.value, "fen": entry.fen,
            "occurred": entry.occurred_on, "key": entry.key.strip(),
            "voucher": _stripped(entry.voucher_no), "document": _stripped(entry.document_no),
            "attached": entry.document_id, "reason": _stripped(entry.reason),
            "reverses": entry.reverses_id, "request": entry.request_id,
        })).one()
    except DBAPIError as failure:
        refused = _refusal(entry, failure)
        if refused is None:
            raise
        raise refused from None
    return movement


def check_entry(entry: Entry, *, today: date) -> list[Complaint]:
    """All that is wrong with an entry by itself."""
    wrong: list[Complaint] = []

    def complain(field: str, value: object, zh: str, en: str) -> None:
        wrong.append(Complaint("", field, str(value)[:80], Text(zh, en)))

    if entry.fen <= 0:
        complain("amount", yuan(entry.fen), "应大于零", "more than zero")
    if entry.occurred_on > today:
        complain("occurred_on", entry.occurred_on, f"不晚于今天（{today}）", f"not after {today}")
    if entry.occurred_on.year < 1979:
        complain("occurred_on", entry.occurred_on, "不早于1979年", "not before 1979")
    if not 8 <= len(entry.key.strip()) <= LONGEST:
        complain("idempotency_key", entry.key, f"8 至 {LONGEST} 个字符，每笔一个",
                 f"8 to {LONGEST} characters, its own for each movement")
    if entry.kind in VOUCHED and not _stripped(entry.voucher_no):
        complain("voucher_no", "", "应有凭证号", "a voucher number")
    if entry.kind is MovementKind.COMMIT and not _stripped(entry.document_no):
        complain("document_no", "", "应有下达文号", "the number of the document that commits it")
    if entry.kind in REASONED and not _stripped(entry.reason):
        complain("reason", "", "应说明原因", "a reason")
    for name in ("voucher_no", "document_no"):
        if len(getattr(entry, name) or "") > LONGEST:
            complain(name, getattr(entry, name), f"不超过{LONGEST}个字符",
                     f"at most {LONGEST} characters")
    if len(entry.reason or "") > 4000:
        complain("reason", entry.reason, "不超过4000个字符", "at most 4000 characters")
    return wrong


def _stripped(value: str | None) -> str | None:
    return (value or "").strip() or None


def _refusal(entry: Entry, failure: DBAPIError) -> AidError | None:
    """What the database's refusal means; None where it is a fault."""
    state = getattr(failure.orig, "sqlstate", None)
    detail = getattr(failure.orig.__cause__, "detail", None) if failure.orig else None
    if state == "23505" and "idempotency_key" in str(failure.orig):
        return _REFUSALS["AD004"](entry, "")
    made = _REFUSALS.get(str(state))
    return made(entry, str(detail or "")) if made else None


_REFUSALS: Mapping[str, Callable[[Entry, str], AidError]] = {
    "AD001": lambda _, __: NotFound(Text(
        "没有这个资金批次或流水。", "There is no such instalment or movement.")),
    "AD002": lambda entry, _: NotYours(Text(
        f"「{KIND_NAMES[entry.kind].zh}」应由另一方登记：支援方登记下达与拨付，"
        "受援方登记到账、支付与退回。",
        f"The other side records this {KIND_NAMES[entry.kind].en}: the office commits and"
        " disburses, the recipient confirms receipts and reports payments and returns.")),
    "AD003": lambda entry, detail: Overdrawn(entry.kind, int(detail)),
    "AD004": lambda _, __: KeyReused(Text(
        "此幂等键已用于另一笔流水：每笔流水用自己的键。",
        "This idempotency key was used for another movement: each has its own.")),
    "AD005": lambda entry, _: VoucherRecorded(Text(
        f"凭证「{entry.voucher_no}」在本批次已登记过。",
        f"Voucher {entry.voucher_no!r} has been recorded for this instalment.")),
    "AD006": lambda _, __: NotReversible(Text(
        "一笔流水只能全额冲正一次，冲正本身不能再冲正。",
        "A movement is reversed once, in full; a reversal is not reversed.")),
    "AD007": lambda _, __: TwoPersonsNeeded(Text(
        "此金额的拨付须由一人申请、另一人批准。",
        "A disbursement of this size is requested by one person and approved by another.")),
    "AD008": lambda _, __: InputRefused([Complaint("", "occurred_on", "", Text(
        "不晚于今天，且不早于所冲正的流水", "not after today, nor before what it reverses"))]),
    "AD010": lambda _, detail: NotAtThisStage(Text(
        f"项目处于「{STAGE_NAMES[Stage(detail)].zh}」，不能下达或拨付资金。",
        f"The project is {STAGE_NAMES[Stage(detail)].en}: no money is committed or disbursed.")),
    "AD011": lambda entry, _: InputRefused([Complaint(
        "", "document_id", str(entry.document_id), Text("应为本项目的附件",
                                                        "a document of this project"))]),
}

"""Why a movement is refused: what the database's refusals mean."""

from collections.abc import Callable, Mapping

from sqlalchemy.exc import DBAPIError

from aid.errors import AidError, Complaint, Conflict, InputRefused, NotFound
from aid.funds.entries import Entry
from aid.funds.terms import KIND_NAMES, MovementKind
from aid.money import yuan
from aid.projects.terms import STAGE_NAMES, Stage
from aid.text import Text

NO_TRANCHE = Text("没有这个资金批次。", "There is no such instalment.")


class NotYours(AidError):
    """The other side records this: the office sends money, the recipient says what became of it."""

    code = "NOT_YOURS"


class SamePerson(NotYours):
    """Who asked for a disbursement does not decide on it."""

    code = "SAME_PERSON"


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


class Withdrawn(Conflict):
    """The instalment was withdrawn, or is to be although money of it has moved."""

    code = "WITHDRAWN"


class Busy(Conflict):
    """Somebody else is at the same money; what was asked may be asked again."""

    code = "BUSY"


def was_withdrawn() -> Withdrawn:
    """What is said of an instalment that was withdrawn."""
    return Withdrawn(Text("本批次已撤销。", "The instalment was withdrawn."))


def key_reused() -> KeyReused:
    """What is said of a key that was used for something else."""
    return KeyReused(Text(
        "此幂等键已用于另一笔流水：每笔流水用自己的键。",
        "This idempotency key was used for another movement: each has its own."))


def refusal(entry: Entry, failure: DBAPIError) -> AidError | None:
    """What the database's refusal means; None where it is a fault."""
    state = getattr(failure.orig, "sqlstate", None)
    detail = getattr(failure.orig.__cause__, "detail", None) if failure.orig else None
    if state == "23505" and "uq_movement_actor_idempotency_key" in str(failure.orig):
        state = "AD004"  # another project's movement has it
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
    "AD004": lambda _, __: key_reused(),
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
    **dict.fromkeys(("40P01", "55P03"), lambda _, __: Busy(Text(
        "此项目的资金正有他人办理，请稍后重试。",
        "Somebody else is at this project's money just now: try again."))),
    "AD010": lambda _, detail: NotAtThisStage(Text(
        f"项目处于「{STAGE_NAMES[Stage(detail)].zh}」，不能下达或拨付资金。",
        f"The project is {STAGE_NAMES[Stage(detail)].en}: no money is committed or disbursed.")),
    "AD011": lambda entry, _: InputRefused([Complaint(
        "", "document_id", str(entry.document_id), Text("应为本项目的附件",
                                                        "a document of this project"))]),
    "AD014": lambda _, __: was_withdrawn(),
}

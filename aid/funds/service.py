"""Verbs on money, of a session that is open for writing. Each file beside this has some."""

from aid.funds.approving import (
    AlreadyDecided,
    ConditionUnmet,
    decide_disbursement,
    request_disbursement,
    set_two_persons,
    two_persons,
)
from aid.funds.drafts import TrancheDraft
from aid.funds.entries import Slip
from aid.funds.moving import hold
from aid.funds.planning import Scheduled, change_tranche, plan_tranches, withdraw_tranche
from aid.funds.receiving import give_back, pay, receive
from aid.funds.refusals import (
    Busy,
    KeyReused,
    NotAtThisStage,
    NotReversible,
    NotYours,
    Overdrawn,
    SamePerson,
    TwoPersonsNeeded,
    VoucherRecorded,
    Withdrawn,
)
from aid.funds.reversing import Reversal, reverse
from aid.funds.sending import cancel_commitment, commit, disburse

__all__ = [
    "AlreadyDecided", "Busy", "ConditionUnmet", "KeyReused", "NotAtThisStage", "NotReversible",
    "NotYours", "Overdrawn", "Reversal", "SamePerson", "Scheduled", "Slip", "TrancheDraft",
    "TwoPersonsNeeded", "VoucherRecorded", "Withdrawn", "cancel_commitment", "change_tranche",
    "commit", "decide_disbursement", "disburse", "give_back", "hold", "pay", "plan_tranches",
    "receive", "request_disbursement", "reverse", "set_two_persons", "two_persons",
    "withdraw_tranche",
]

"""Words of money as the API names them."""

import strawberry

from aid.funds.terms import Balance, Decision, MovementKind, SourceKind, TrancheState

strawberry.enum(Balance, name="FundBalance", description="Where money stands: in the budget, "
                "committed and not sent, in transit, received and not paid, paid.")
strawberry.enum(MovementKind, description="下达 COMMIT, 拨付 DISBURSE, 到账 RECEIVE, 支付 PAY, "
                                          "退回 RETURN, 撤销下达 CANCEL, 冲正 REVERSE.")
strawberry.enum(SourceKind, name="FundSourceKind", description="Whose money it is.")
strawberry.enum(TrancheState, description="How far an instalment has come: the earliest place "
                                          "where its money still stands.")
strawberry.enum(Decision, description="What a second person says of a large disbursement.")

__all__ = ["Balance", "Decision", "MovementKind", "SourceKind", "TrancheState"]

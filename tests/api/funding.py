"""Moving money over real HTTP, as offices and prefectures do."""

from itertools import count
from typing import Any

from tests.api.client import data
from tests.api.doing import File, form, send, started

MOVEMENT = """movement { id seq kind amount debit credit occurredOn recordedAt voucherNo documentNo
  document { title url } reason actor actorMark requestedBy reverses { seq kind } reversedBy { seq }
  hash prevHash body project { code chain { seq hash } } tranche { seq } region { code } }"""
TRANCHE = """tranche { id seq name amount dueOn state committed disbursed inTransit received held
  paid returned cancelled overdue conditionMet reachedOn reason version withdrawnOn withdrawnBy
  source { code } condition { stage progress afterDays milestone { name } }
  balances { appropriation committed inTransit held spent totalReceived } }"""
REQUEST = f"""request {{ id amount actor voucherNo document {{ title }} project {{ code }}
  tranche {{ seq }} decision {{ decision reason actor }} {MOVEMENT} }}"""
PLANNED = f"project {{ code {TRANCHE.replace('tranche', 'tranches', 1)} }}"
_MOVED = ("FundsInput", "FundsMoved", f"{MOVEMENT} {TRANCHE}")
OPERATIONS = {
    "tranchePlan": ("TranchePlanInput", "TranchesPlanned", PLANNED),
    "trancheChange": ("TrancheChangeInput", "TrancheChanged", TRANCHE),
    "trancheWithdraw": ("TrancheWithdrawInput", "TrancheChanged", TRANCHE),
    **dict.fromkeys(("fundsCommit", "fundsDisburse", "fundsReceive", "fundsPay", "fundsReturn",
                     "commitmentCancel"), _MOVED),
    "movementReverse": ("MovementReverseInput", *_MOVED[1:]),
    "disbursementRequest": ("FundsInput", "DisbursementRequested", REQUEST),
    "disbursementDecide": ("DisbursementDecideInput", "DisbursementDecided", REQUEST),
}
_REFUSED = """__typename ... on UserError { code message }
  ... on InvalidInput { problems { path message value } } ... on Overdrawn { available }"""
DAY = "2008-05-06"
_numbers = count(1)


def operation(name: str) -> str:
    """The text of a mutation of money that shows all that comes of it."""
    input_, success, shown = OPERATIONS[name]
    stale = "... on StaleVersion { currentVersion }" if success == "TrancheChanged" else ""
    refused = _REFUSED if success in ("FundsMoved", "DisbursementRequested",
                                      "DisbursementDecided") else _REFUSED.rpartition("...")[0]
    return (f"mutation ($input: {input_}!) {{ {name}(input: $input) {{ {refused} {stale}"
            f" ... on {success} {{ {shown} }} }} }}")


def act(base: str, name: str, as_: str = "office", /, **given: Any) -> dict[str, Any]:
    """What comes of a mutation."""
    found: dict[str, Any] = data(base, operation(name), {"input": given}, as_=as_)[name]
    return found


def a_slip(amount: str, /, **given: Any) -> dict[str, Any]:
    """What is said of a movement, with numbers of its own."""
    number = next(_numbers)
    return {"amount": amount, "occurredOn": DAY, "idempotencyKey": f"api-key-{number:05}",
            "voucherNo": f"沪财拨〔2008〕{number}号", "documentNo": "沪合〔2008〕12号", **given}


def move(
    base: str, name: str, tranche: dict[str, Any], amount: str, as_: str = "office", /, **given: Any
) -> dict[str, Any]:
    """What comes of a movement of an instalment's money."""
    return act(base, name, as_, trancheId=tranche["id"], **a_slip(amount, **given))


def move_with_file(
    base: str, name: str, file: File, as_: str = "office", /, **given: Any
) -> dict[str, Any]:
    """What comes of a mutation that brings a file."""
    sent = {"query": operation(name), "variables": {"input": {**given, "file": None}}}
    answer = send(base, as_, **form(sent, {"0": ["variables.input.file"]}, {"0": file})).json()
    assert "errors" not in answer, answer
    found: dict[str, Any] = answer["data"][name]
    return found


def a_tranche(**given: Any) -> dict[str, Any]:
    """An instalment to plan, due long ago."""
    return {"name": f"批次{next(_numbers)}", "sourceCode": "310000-city", "amount": "1000.00",
            "dueOn": "2007-02-20", **given}


def planned(base: str, *tranches: dict[str, Any], **project: Any) -> list[dict[str, Any]]:
    """The instalments of a new project of 文山 whose works have started."""
    to = started(base, **project)
    found = act(base, "tranchePlan", projectId=to["id"], tranches=[*tranches] or [a_tranche()])
    assert found["__typename"] == "TranchesPlanned", found
    tranches_: list[dict[str, Any]] = found["project"]["tranches"]
    about = {"project": found["project"]["code"], "projectId": to["id"], "at": to["version"]}
    return [{**one, **about} for one in tranches_]

"""Words of watching money: whose turn it is, what does not match, how old money in transit is."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from aid.text import Text


class Turn(StrEnum):
    """Who is to do the next thing with money (责任方)."""

    OFFICE = "office"
    RECIPIENT = "recipient"
    NOBODY = "nobody"


TURN_NAMES: Mapping[Turn, Text] = MappingProxyType({
    Turn.OFFICE: Text("支援方", "the office"),
    Turn.RECIPIENT: Text("受援方", "the recipient"),
    Turn.NOBODY: Text("无", "nobody"),
})


class Matter(StrEnum):
    """What of money does not match, and somebody has to look into (待办事项)."""

    DUE = "due"
    UNCONFIRMED = "unconfirmed"
    SHORT = "short"
    IDLE = "idle"
    NO_EVIDENCE = "no_evidence"
    UNMET = "unmet"
    OVERSPENT = "overspent"


@dataclass(frozen=True, slots=True)
class Worded:
    """A matter: its name, whose turn it is, and its sentence with {yuan} and {days} left open."""

    name: Text
    turn: Turn
    said: Text


MATTERS: Mapping[Matter, Worded] = MappingProxyType({
    Matter.DUE: Worded(
        Text("到期未拨", "due, not disbursed"), Turn.OFFICE,
        Text("条件已满足、已到期 {days} 天，尚有 {yuan} 元未拨付。",
             "Due for {days} days, its condition met: {yuan} yuan have not been disbursed.")),
    Matter.UNCONFIRMED: Worded(
        Text("拨付未确认", "disbursed, not confirmed"), Turn.RECIPIENT,
        Text("拨付 {days} 天，{yuan} 元尚未确认到账。",
             "Disbursed {days} days ago: the receipt of {yuan} yuan has not been confirmed.")),
    Matter.SHORT: Worded(
        Text("到账不足", "confirmed short"), Turn.OFFICE,
        Text("到账少于拨付，{yuan} 元在途 {days} 天，应查明去向。",
             "Less came than was sent: {yuan} yuan in transit for {days} days must be traced.")),
    Matter.IDLE: Worded(
        Text("资金闲置", "money idle"), Turn.RECIPIENT,
        Text("到账 {days} 天，{yuan} 元未支付。",
             "Received {days} days ago: {yuan} yuan have not been paid out.")),
    Matter.NO_EVIDENCE: Worded(
        Text("支付无凭据", "paid without evidence"), Turn.RECIPIENT,
        Text("支付 {yuan} 元没有附件证明，最早一笔在 {days} 天前。",
             "Payments of {yuan} yuan have no document, the oldest from {days} days ago.")),
    Matter.UNMET: Worded(
        Text("条件未满足即拨付", "disbursed, condition unmet"), Turn.OFFICE,
        Text("所等待的条件至今未满足，{days} 天前起已拨付 {yuan} 元。",
             "Its condition is still not met, yet {yuan} yuan have been disbursed since {days}"
             " days ago.")),
    Matter.OVERSPENT: Worded(
        Text("超概算", "above the approved investment"), Turn.OFFICE,
        Text("下达或支付超过批准投资 {yuan} 元，最近一笔在 {days} 天前。",
             "Committed or paid {yuan} yuan above the approved investment, the last of it {days}"
             " days ago.")),
})
"""In the order in which they are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """After how many days money that was not confirmed, or not paid out, is a matter."""

    unconfirmed: int = 30
    idle: int = 90


PATIENCE = Patience()


@dataclass(frozen=True, slots=True)
class Age:
    """A class of age in days, both ends inclusive; `until` None: and older."""

    since: int
    until: int | None

    @property
    def name(self) -> Text:
        """The class as it is written."""
        said = f"> {self.since - 1}" if self.until is None else f"{self.since}–{self.until}"
        return Text(f"{said} 天", f"{said} days")


AGES = (Age(0, 30), Age(31, 60), Age(61, 90), Age(91, None))

"""Rules of secondments: how long a term is, who holds a post, what is refused and why. Pure."""

import re
from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from aid.cadres.drafts import CadreDraft, EndDraft, ExtensionDraft, PostDraft
from aid.cadres.terms import ENDING_SOON_DAYS, HANDOVER_DAYS
from aid.drafts import Draft
from aid.errors import Complaint
from aid.text import Text

_NUMBER = re.compile(r"\d{7,}")
"""So many digits in a row are a telephone or an identity number."""
LATEST = date(2100, 12, 31)


@dataclass(frozen=True, slots=True)
class Term:
    """From the first day to the last, both included. `ended_on` is the actual last day, once over.
    """

    starts_on: date
    planned_end: date
    ended_on: date | None = None

    @property
    def last_day(self) -> date:
        """The last day as it is known: the actual one, or the planned one."""
        return self.planned_end if self.ended_on is None else self.ended_on

    def holds(self, day: date) -> bool:
        """Whether the person is in the post on a day."""
        return self.starts_on <= day <= self.last_day

    def shared_days(self, other: "Term") -> int:
        """On how many days both terms hold."""
        first = max(self.starts_on, other.starts_on)
        return max(0, (min(self.last_day, other.last_day) - first).days + 1)

    def ends_soon(self, day: date, *, within: int = ENDING_SOON_DAYS) -> bool:
        """Whether it holds on a day and is planned to end within so many days of it."""
        return (self.ended_on is None and self.holds(day)
                and (self.planned_end - day).days <= within)


@dataclass(frozen=True, slots=True)
class Agreed:
    """From when until when (included; None: still) a post is agreed to be filled."""

    agreed_from: date
    agreed_until: date | None

    def holds(self, day: date) -> bool:
        """Whether the post is to be filled on a day."""
        return self.agreed_from <= day and (self.agreed_until is None or day <= self.agreed_until)


def planned_end(starts_on: date, months: int) -> date:
    """The last day of a term of so many months: the day before the one that corresponds.

    From 1 July for 36 months until 30 June; where no day corresponds (31 August, 18 months later
    February), until the end of that month.
    """
    years, month = divmod(starts_on.month - 1 + months, 12)
    year, month = starts_on.year + years, month + 1
    days = monthrange(year, month)[1]
    if starts_on.day > days:
        return date(year, month, days)
    return date(year, month, starts_on.day) - timedelta(1)


def vacant(agreed: Agreed, terms: Iterable[Term], day: date) -> bool:
    """Whether a post that is agreed for a day has no holder on it."""
    return agreed.holds(day) and not any(term.holds(day) for term in terms)


def check_cadre(draft: CadreDraft) -> list[Complaint]:
    """No telephone and no identity number gets in under another name."""
    return [complaint for field, value in (("name", draft.name), ("home_unit", draft.home_unit))
            for complaint in check_words(draft, field, value)]


def check_words(draft: Draft, field: str, value: str | None) -> list[Complaint]:
    """Free text about a person holds no telephone and no identity number."""
    if value is None or not _NUMBER.search(value):
        return []
    return [draft.complain(field, "…", Text(
        "不应含电话或证件号码：本系统不保存个人信息",
        "no telephone or identity number: they are not stored here"))]


def check_post(draft: PostDraft) -> list[Complaint]:
    """A post is not agreed until before it is agreed from."""
    if draft.agreed_until is None or draft.agreed_until >= draft.agreed_from:
        return []
    return [draft.complain("agreed_until", draft.agreed_until, Text(
        "不应早于开始日期", "not before agreed_from"))]


def check_term(draft: Draft, term: Term, agreed: Agreed) -> list[Complaint]:
    """A term ends after it begins, within the time for which its post is agreed."""
    complaints = []
    if term.planned_end < term.starts_on:
        complaints.append(draft.complain("planned_end", term.planned_end, Text(
            "不应早于开始日期", "not before its start")))
    if term.planned_end > LATEST:
        complaints.append(draft.complain("planned_end", term.planned_end, Text(
            f"不晚于 {LATEST}", f"not after {LATEST}")))
    if not agreed.holds(term.starts_on):
        complaints.append(draft.complain("starts_on", term.starts_on, Text(
            f"应在该岗位的商定期间内（{agreed.agreed_from} 至 {agreed.agreed_until or '今'}）",
            f"a day for which the post is agreed: {agreed.agreed_from} to "
            f"{agreed.agreed_until or 'today and on'}")))
    elif agreed.agreed_until is not None and term.planned_end > agreed.agreed_until:
        complaints.append(draft.complain("planned_end", term.planned_end, Text(
            f"该岗位只商定到 {agreed.agreed_until}",
            f"not after {agreed.agreed_until}, until when the post is agreed")))
    return complaints


def held_too_long(
    term: Term, others: Sequence[Term], *, handover: int = HANDOVER_DAYS
) -> Term | None:
    """Another's term in the same post that shares more days than a handover takes, if any does."""
    return next((other for other in others if term.shared_days(other) > handover), None)


def check_extension(draft: ExtensionDraft, term: Term) -> list[Complaint]:
    """A term becomes longer by an extension."""
    complaints = check_words(draft, "reason", draft.reason)
    if draft.new_end <= term.planned_end:
        complaints.append(draft.complain("new_end", draft.new_end, Text(
            f"应晚于原计划结束日期 {term.planned_end}",
            f"after its planned end, {term.planned_end}")))
    return complaints


def check_early_end(draft: EndDraft, term: Term, *, today: date) -> list[Complaint]:
    """A term ends early on a day that has come, between its start and its planned end."""
    ended_on = draft.ended_on
    complaints = check_words(draft, "reason", draft.reason)
    if ended_on < term.starts_on:
        complaints.append(draft.complain("ended_on", ended_on, Text(
            f"不应早于开始日期 {term.starts_on}", f"not before its start, {term.starts_on}")))
    if ended_on > term.planned_end:
        complaints.append(draft.complain("ended_on", ended_on, Text(
            f"晚于计划结束日期 {term.planned_end}，应办理延期",
            f"not after its planned end, {term.planned_end}: that is an extension")))
    if ended_on > today:
        complaints.append(draft.complain("ended_on", ended_on, Text(
            "不能晚于今天", "not later than today")))
    return complaints

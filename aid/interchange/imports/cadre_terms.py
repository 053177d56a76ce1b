"""Terms and posts as a sheet of cadres says them: which post is free, which term may be. Pure."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from aid.cadres.drafts import EndDraft, ExtensionDraft, TermDraft
from aid.cadres.model import Batch, Cadre, Post, Secondment
from aid.cadres.rules import (
    Agreed,
    Term,
    check_early_end,
    check_extension,
    check_term,
    held_too_long,
    planned_end,
)
from aid.errors import Complaint
from aid.interchange.imports.work import drafted, placed
from aid.sheets.headings import Row
from aid.text import Text

SERVED = "任期届满 / term served"
"""Why a term ended on its planned last day."""


@dataclass(slots=True)
class Standing:
    """Posts and people with their terms, by the rows themselves, as they are and come to be."""

    posts: list[Post] = field(default_factory=list)
    terms: dict[Cadre, dict[date, Term]] = field(default_factory=lambda: defaultdict(dict))
    held: dict[Post, dict[tuple[Cadre, date], Term]] = field(
        default_factory=lambda: defaultdict(dict))

    def hold(self, cadre: Cadre, post: Post, term: Term) -> None:
        """Somebody holds a post for a term, instead of the one that began on the same day."""
        self.terms[cadre][term.starts_on] = term
        self.held[post][cadre, term.starts_on] = term

    def holder(self, post: Post, cadre: Cadre | None, term: Term) -> Term | None:
        """Another's term in a post, if it shares more days than a handover takes."""
        return held_too_long(term, [known for (who, _), known in self.held[post].items()
                                    if who is not cadre])

    def free(self, wanted: Iterable[Post], cadre: Cadre | None, term: Term) -> Post | None:
        """The first of these posts that is agreed for all of a term and free in it."""
        return next((post for post in wanted if _covers(post, term)
                     and self.holder(post, cadre, term) is None), None)

    def others(self, cadre: Cadre | None, term: Term) -> list[Term]:
        """A person's terms besides the one that begins on the same day."""
        known = self.terms[cadre] if cadre is not None else {}
        return [one for start, one in known.items() if start != term.starts_on]


def _covers(post: Post, term: Term) -> bool:
    agreed = Agreed(post.agreed_from, post.agreed_until)
    return agreed.holds(term.starts_on) and agreed.holds(term.planned_end)


def term_of_row(row: Row, batch: Batch | None) -> tuple[Term | None, list[Complaint]]:
    """The term that a row says; its batch says what it leaves blank."""
    starts_on: date | None = row["starts_on"] or (batch.starts_on if batch else None)
    ends_on: date | None = row["planned_end"]
    if ends_on is None and starts_on is not None and batch is not None:
        ends_on = planned_end(starts_on, batch.months)
    complaints = [row.complaint(key, Text("没有批次时必填", "a day, or a batch that says it"))
                  for key, value in (("starts_on", starts_on), ("planned_end", ends_on))
                  if value is None]
    if starts_on is None or ends_on is None:
        return None, complaints
    _, complaints = drafted(TermDraft, row, starts_on=starts_on, planned_end=ends_on)
    if complaints:
        return None, complaints
    return Term(starts_on, ends_on, row["ended_on"]), []


def check_agreed(row: Row, term: Term, post: Post | None) -> list[Complaint]:
    """A term ends after it begins, in the time for which its post (None: a new one) is agreed."""
    agreed = Agreed(post.agreed_from, post.agreed_until) if post else Agreed(term.starts_on, None)
    draft = TermDraft(starts_on=term.starts_on, planned_end=term.planned_end)
    return placed(row, check_term(draft, term, agreed))


def check_end(row: Row, term: Term, *, today: date) -> list[Complaint]:
    """A term that is over ended by today, early with a reason."""
    if term.ended_on is None:
        if row["end_reason"] is None:
            return []
        return [row.complaint("end_reason", Text("未填实际结束，应空白",
                                                 "nothing, as the term has not ended"))]
    draft, complaints = drafted(
        EndDraft, row, {"reason": "end_reason"}, ended_on=term.ended_on,
        reason=reason_of(row, term))
    if draft is not None:
        complaints += placed(row, check_early_end(draft, term, today=today),
                             {"reason": "end_reason"})
    return complaints


def reason_of(row: Row, term: Term) -> str | None:
    """Why a term ended; one that was served needs no other reason."""
    given: str | None = row["end_reason"]
    return given or (SERVED if term.ended_on == term.planned_end else None)


def check_held(row: Row, holder: Term | None) -> list[Complaint]:
    """Nobody else holds the post for longer than a handover takes."""
    if holder is None:
        return []
    return [row.complaint("post", Text(
        f"该岗位在此期间已有人任职（{holder.starts_on} 至 {holder.last_day}）",
        f"a post that is free: it is held from {holder.starts_on} to {holder.last_day}"))]


def check_alone(row: Row, term: Term, others: Iterable[Term]) -> list[Complaint]:
    """A person holds one secondment at a time."""
    other = next((one for one in others if term.shared_days(one)), None)
    if other is None:
        return []
    return [row.complaint("starts_on", Text(
        f"该同志在此期间已有另一任期（{other.starts_on} 至 {other.last_day}）",
        f"a time without another secondment: there is one from {other.starts_on} to "
        f"{other.last_day}"))]


def check_longer(row: Row, known: Secondment, new_end: date) -> list[Complaint]:
    """A known term is made longer with a reason, never shorter, and not once it is over."""
    if known.ended_on is not None:
        return [row.complaint("planned_end", Text(
            f"任期已于 {known.ended_on} 结束，不再改变",
            f"{known.planned_end}: the term ended on {known.ended_on}"))]
    columns = {"new_end": "planned_end", "reason": "extension_reason"}
    draft, complaints = drafted(
        ExtensionDraft, row, columns, new_end=new_end, reason=row["extension_reason"])
    if draft is None:
        return complaints
    return placed(row, check_extension(draft, Term(known.starts_on, known.planned_end)), columns)


def check_over(row: Row, known: Secondment, term: Term, *, today: date) -> list[Complaint]:
    """A known term that is over stays as it ended; one that is not may be over now."""
    if known.ended_on is None:
        return check_end(row, term, today=today)
    if term.ended_on in (None, known.ended_on):
        return []
    return [row.complaint("ended_on", Text(
        f"已登记为「{known.ended_on}」，不能由导入更改", f"what is recorded: {known.ended_on}"))]


def check_post(row: Row, post: Post, recipient_id: int | None) -> list[Complaint]:
    """What a row says of a post is what the post is."""
    found = [row.complaint(key, Text(f"岗位 {post.code} 登记为「{getattr(post, key)}」",
                                     f"as post {post.code} has it: {getattr(post, key)}"))
             for key in ("unit", "title", "direction")
             if row[key] is not None and row[key] != getattr(post, key)]
    if row["post"] is not None and row["post"].upper() != post.code:
        found.append(row.complaint("post", Text(f"此任期的岗位是 {post.code}，不能更改",
                                                f"{post.code}, the post of this term")))
    if recipient_id != post.recipient_id:
        found.append(row.complaint("recipient", Text(
            f"应为岗位 {post.code} 的受援地", f"the recipient of post {post.code}")))
    return found

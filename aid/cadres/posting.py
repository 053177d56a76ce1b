"""Verbs on terms: post a person, make a term longer or end it, let another succeed.

Whoever changes a term locks its person, then its post, then the term itself, always in this order.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from aid.access.actor import Actor
from aid.cadres.drafts import EndDraft, ExtensionDraft, TermDraft
from aid.cadres.model import Batch, Cadre, Extension, Post, Secondment, SecondmentProject
from aid.cadres.queries import last_day
from aid.cadres.rules import (
    Agreed,
    Term,
    check_early_end,
    check_extension,
    check_term,
    held_too_long,
    planned_end,
)
from aid.errors import Complaint, Conflict, InputRefused, NotFound, StaleVersion
from aid.projects.model import Project
from aid.text import Text


class SecondmentOverlaps(Conflict):
    """The person holds another secondment in that time. `other` is it, if the actor may see it."""

    code = "SECONDMENT_OVERLAPS"

    def __init__(self, other: Term | None) -> None:
        self.other = other
        zh = f"（{other.starts_on} 至 {other.last_day}）" if other else ""
        en = f", from {other.starts_on} to {other.last_day}" if other else ""
        super().__init__(Text(f"该同志在此期间已有另一任期{zh}。",
                              f"This person holds another secondment in that time{en}."))


class PostHeld(Conflict):
    """Somebody else holds the post, for longer than a handover takes."""

    code = "POST_HELD"

    def __init__(self, starts_on: date, last_day: date) -> None:
        super().__init__(Text(
            f"该岗位在此期间已有人任职（{starts_on} 至 {last_day}）。",
            f"The post is held in that time, from {starts_on} to {last_day}."))


class AlreadyOver(Conflict):
    """The secondment was ended before."""

    code = "SECONDMENT_OVER"

    def __init__(self, ended_on: date) -> None:
        super().__init__(Text(f"该任期已于 {ended_on} 结束。",
                              f"This secondment ended on {ended_on}."))


@dataclass(frozen=True, slots=True)
class _Sent:
    """A term that may be posted, and the batch it belongs to."""

    term: Term
    batch_id: int | None


async def post_cadre(
    session: AsyncSession, cadre_id: int, post_id: int, draft: TermDraft
) -> Secondment:
    """Post a person for a term (派任).

    Raises NotFound, InputRefused with every mistake, PostHeld, or SecondmentOverlaps.
    """
    return await _post(session, cadre_id, post_id, draft, predecessor=None)


async def succeed(
    session: AsyncSession, secondment_id: int, draft: TermDraft, *, cadre_id: int
) -> Secondment:
    """Post a person as the successor of a secondment, in its post (接任). Raises as post_cadre."""
    predecessor = await session.get(Secondment, secondment_id)
    if predecessor is None:
        raise _no_secondment()
    return await _post(session, cadre_id, predecessor.post_id, draft, predecessor=predecessor)


async def _post(
    session: AsyncSession,
    cadre_id: int,
    post_id: int,
    draft: TermDraft,
    *,
    predecessor: Secondment | None,
) -> Secondment:
    cadre = await _locked_cadre(session, cadre_id)
    post = await locked_post(session, post_id)
    sent, complaints = await _sent(session, draft, post)
    if predecessor is not None:
        complaints += await _check_succession(session, draft, predecessor, sent)
    if complaints or sent is None:
        raise InputRefused(complaints)
    await _check_held(session, post, sent.term, cadre_id=cadre.id)
    secondment = Secondment(
        recipient_id=post.recipient_id, cadre_id=cadre.id, post_id=post.id,
        batch_id=sent.batch_id, predecessor_id=predecessor.id if predecessor else None,
        starts_on=sent.term.starts_on, planned_end=sent.term.planned_end)
    try:
        async with session.begin_nested():
            session.add(secondment)
    except IntegrityError as failure:
        raise await _refusal(session, failure, cadre.id, sent.term, besides=None) from failure
    return secondment


async def extend(
    session: AsyncSession,
    secondment_id: int,
    draft: ExtensionDraft,
    *,
    expected_version: int,
    actor: Actor,
) -> Secondment:
    """Make a term longer (延期); the old end is kept with the reason.

    Raises NotFound, StaleVersion, AlreadyOver, InputRefused, PostHeld, or SecondmentOverlaps.
    """
    secondment, post = await _locked(session, secondment_id, expected_version)
    longer = Term(secondment.starts_on, draft.new_end)
    complaints = check_extension(draft, term_of(secondment))
    if post.agreed_until is not None and draft.new_end > post.agreed_until:
        complaints.append(draft.complain("new_end", draft.new_end, Text(
            f"该岗位只商定到 {post.agreed_until}",
            f"not after {post.agreed_until}, until when the post is agreed")))
    if complaints:
        raise InputRefused(complaints)
    cadre_id = secondment.cadre_id
    await _check_held(session, post, longer, cadre_id=cadre_id)
    try:
        async with session.begin_nested():
            session.add(Extension(
                secondment_id=secondment.id, recipient_id=secondment.recipient_id,
                old_end=secondment.planned_end, new_end=draft.new_end, reason=draft.reason,
                actor=actor.name))
            secondment.planned_end = draft.new_end
    except IntegrityError as failure:
        raise await _refusal(session, failure, cadre_id, longer, besides=secondment_id) from failure
    return secondment


async def end_early(
    session: AsyncSession,
    secondment_id: int,
    draft: EndDraft,
    *,
    expected_version: int,
    today: date,
) -> Secondment:
    """End a term on its actual last day, with the reason (提前结束); the planned end stays.

    Raises NotFound, StaleVersion, AlreadyOver, or InputRefused with every mistake.
    """
    secondment, _ = await _locked(session, secondment_id, expected_version)
    complaints = check_early_end(draft, term_of(secondment), today=today)
    if complaints:
        raise InputRefused(complaints)
    secondment.ended_on, secondment.end_reason = draft.ended_on, draft.reason
    await session.flush()
    return secondment


async def assign_project(
    session: AsyncSession, secondment_id: int, project_id: int
) -> SecondmentProject:
    """Say that a seconded person answers for a project of the same recipient. Once is enough.

    Raises NotFound.
    """
    secondment = await session.scalar(
        select(Secondment).where(Secondment.id == secondment_id).with_for_update())
    if secondment is None:
        raise _no_secondment()
    project = await session.get(Project, project_id)
    if project is None or project.recipient_id != secondment.recipient_id:
        raise NotFound(Text("该受援地没有这个项目。", "The post's recipient has no such project."))
    found = await session.get(SecondmentProject, (secondment.id, project.id))
    if found is not None:
        return found
    link = SecondmentProject(secondment_id=secondment.id, project_id=project.id,
                             recipient_id=secondment.recipient_id)
    session.add(link)
    await session.flush()
    return link


async def unassign_project(session: AsyncSession, secondment_id: int, project_id: int) -> None:
    """Say that a seconded person answers for a project no more. Raises NotFound."""
    found = await session.get(SecondmentProject, (secondment_id, project_id))
    if found is None:
        raise NotFound(Text("此人不负责这个项目。", "The person does not answer for that project."))
    await session.delete(found)
    await session.flush()


def term_of(secondment: Secondment) -> Term:
    """The term of a secondment, for the rules."""
    return Term(secondment.starts_on, secondment.planned_end, secondment.ended_on)


async def locked_post(session: AsyncSession, post_id: int) -> Post:
    """A post that nobody else fills or ends until this transaction does. Raises NotFound."""
    post = await session.scalar(
        select(Post).where(Post.id == post_id).with_for_update()
        .execution_options(populate_existing=True))
    if post is None:
        raise NotFound(Text("没有这个岗位。", "There is no such post."))
    return post


async def _locked_cadre(session: AsyncSession, cadre_id: int) -> Cadre:
    cadre = await session.scalar(
        select(Cadre).where(Cadre.id == cadre_id).with_for_update()
        .execution_options(populate_existing=True))
    if cadre is None:
        raise NotFound(Text("没有这位干部。", "There is no such cadre."))
    return cadre


async def _locked(
    session: AsyncSession, secondment_id: int, expected_version: int
) -> tuple[Secondment, Post]:
    found = (await session.execute(
        select(Secondment.cadre_id, Secondment.post_id).where(Secondment.id == secondment_id)
    )).one_or_none()
    if found is None:
        raise _no_secondment()
    await _locked_cadre(session, found.cadre_id)
    post = await locked_post(session, found.post_id)
    secondment = (await session.scalars(
        select(Secondment).where(Secondment.id == secondment_id).with_for_update()
        .execution_options(populate_existing=True))).one()
    if secondment.version != expected_version:
        raise StaleVersion(expected=expected_version, current=secondment.version)
    if secondment.ended_on is not None:
        raise AlreadyOver(secondment.ended_on)
    return secondment, post


async def _sent(
    session: AsyncSession, draft: TermDraft, post: Post
) -> tuple[_Sent | None, list[Complaint]]:
    """The term that a draft means, with what its batch adds to it."""
    complaints: list[Complaint] = []
    batch = None
    if draft.batch is not None:
        batch = await session.scalar(select(Batch).where(Batch.code == draft.batch))
        if batch is None:
            complaints.append(draft.complain("batch", draft.batch, Text(
                "没有这个批次", "the code of a known batch")))
        elif batch.direction != post.direction:
            complaints.append(draft.complain("batch", draft.batch, Text(
                "批次与岗位的派出方向不同", "a batch of the same direction as the post")))
    starts_on = draft.starts_on or (batch.starts_on if batch else None)
    end = draft.planned_end
    if end is None and starts_on is not None and batch is not None:
        end = planned_end(starts_on, batch.months)
    if starts_on is None or end is None:
        complaints += [
            draft.complain(field, "", Text("没有批次时必填", "a day, or a batch that says it"))
            for field, value in (("starts_on", starts_on), ("planned_end", end)) if value is None]
        return None, complaints
    term = Term(starts_on, end)
    complaints += check_term(draft, term, Agreed(post.agreed_from, post.agreed_until))
    return _Sent(term, batch.id if batch else None), complaints


async def _check_succession(
    session: AsyncSession, draft: TermDraft, predecessor: Secondment, sent: _Sent | None
) -> list[Complaint]:
    """A successor comes after the one before, and there is one."""
    complaints = []
    if sent is not None and sent.term.starts_on <= predecessor.starts_on:
        complaints.append(draft.complain("starts_on", sent.term.starts_on, Text(
            f"应晚于前任的开始日期 {predecessor.starts_on}",
            f"after the predecessor's start, {predecessor.starts_on}")))
    if await session.scalar(
            select(Secondment.id).where(Secondment.predecessor_id == predecessor.id).limit(1)):
        complaints.append(draft.complain("id", "", Text(
            "已有接任者", "a secondment that has no successor yet")))
    return complaints


async def _check_held(session: AsyncSession, post: Post, term: Term, *, cadre_id: int) -> None:
    """Raise PostHeld when another person holds the post for longer than a handover takes."""
    rows = await session.scalars(select(Secondment).where(
        Secondment.post_id == post.id, Secondment.cadre_id != cadre_id))
    other = held_too_long(term, [term_of(row) for row in rows])
    if other is not None:
        raise PostHeld(other.starts_on, other.last_day)


async def _refusal(
    session: AsyncSession,
    failure: IntegrityError,
    cadre_id: int,
    term: Term,
    *,
    besides: int | None,
) -> Exception:
    """The plain refusal of what the exclusion constraint refused; any other failure as it is."""
    if "ex_secondment_one_at_a_time" not in str(failure.orig):
        return failure
    other = await session.scalar(
        select(Secondment).where(
            Secondment.cadre_id == cadre_id, Secondment.starts_on <= term.last_day,
            last_day >= term.starts_on,
            *([Secondment.id != besides] if besides is not None else []))
        .order_by(Secondment.starts_on).limit(1))
    return SecondmentOverlaps(term_of(other) if other is not None else None)


def _no_secondment() -> NotFound:
    return NotFound(Text("没有这个任期。", "There is no such secondment."))

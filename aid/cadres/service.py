"""Verbs on people, posts and batches: register, agree, send. Terms are in `posting`."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from aid.cadres.drafts import BatchDraft, CadreDraft, PostDraft
from aid.cadres.model import Batch, Cadre, Post, Secondment
from aid.cadres.posting import (
    AlreadyOver,
    PostHeld,
    SecondmentOverlaps,
    assign_project,
    end_early,
    extend,
    locked_post,
    post_cadre,
    succeed,
    unassign_project,
)
from aid.cadres.queries import last_day
from aid.cadres.rules import LATEST, check_cadre, check_post
from aid.database.numbering import next_code
from aid.database.turns import take_turn
from aid.errors import Complaint, InputRefused
from aid.regions.model import Pairing
from aid.regions.places import find_recipient, find_supporter
from aid.text import Text


async def register_cadre(session: AsyncSession, draft: CadreDraft) -> Cadre:
    """Register a person who is to be seconded. The code is the next of the supporting city.

    Raises InputRefused with every mistake.
    """
    complaints = check_cadre(draft)
    supporter, wrong = await find_supporter(
        session, draft, city=draft.supporter, district=draft.district)
    complaints += wrong
    if complaints or supporter is None:
        raise InputRefused(complaints)
    cadre = Cadre(
        **draft.model_dump(exclude={"place", "supporter", "district"}),
        code=await next_code(session, Cadre.code, f"C-{supporter.code}", digits=5),
        supporter_id=supporter.city_id, district_id=supporter.district_id)
    session.add(cadre)
    await session.flush()
    return cadre


async def agree_post(session: AsyncSession, draft: PostDraft) -> Post:
    """Agree with a recipient on a post to fill (商定岗位). Its code is the recipient's next.

    Raises InputRefused with every mistake.
    """
    complaints = check_post(draft)
    recipient, wrong = await find_recipient(
        session, draft, draft.recipient, start=draft.agreed_from,
        end=draft.agreed_until or LATEST)
    complaints += wrong
    pairing = None
    if draft.pairing is not None:
        pairing = await session.scalar(select(Pairing).where(Pairing.code == draft.pairing))
        if pairing is None or (recipient is not None and pairing.recipient_id != recipient.id):
            complaints.append(draft.complain("pairing", draft.pairing, Text(
                "应为该受援地的结对关系", "the code of a pairing of this recipient")))
    if complaints or recipient is None:
        raise InputRefused(complaints)
    post = Post(
        **draft.model_dump(exclude={"place", "recipient", "pairing"}),
        code=await next_code(session, Post.code, f"P-{recipient.code}", digits=4),
        recipient_id=recipient.id, pairing_id=pairing.id if pairing else None)
    session.add(post)
    await session.flush()
    return post


async def end_post(session: AsyncSession, post_id: int, *, agreed_until: date) -> Post:
    """Say until when a post is agreed, its last day. Terms in it have to be over by then.

    Raises NotFound, InputRefused for a day before its first or none that can be meant, PostHeld.
    """
    post = await locked_post(session, post_id)
    if agreed_until < post.agreed_from:
        raise InputRefused([Complaint("", "agreed_until", str(agreed_until), Text(
            f"不应早于开始日期 {post.agreed_from}", f"not before its start, {post.agreed_from}"))])
    if agreed_until > LATEST:
        raise InputRefused([Complaint("", "agreed_until", str(agreed_until), Text(
            f"不晚于 {LATEST}", f"not after {LATEST}"))])
    holder = await session.scalar(
        select(Secondment).where(Secondment.post_id == post.id, last_day > agreed_until)
        .order_by(last_day.desc()).limit(1))
    if holder is not None:
        raise PostHeld(holder.starts_on, holder.ended_on or holder.planned_end)
    post.agreed_until = agreed_until
    await session.flush()
    return post


async def make_batch(session: AsyncSession, draft: BatchDraft) -> Batch:
    """Make a batch of people that are sent together. Raises InputRefused for a code in use."""
    await take_turn(session, f"batch {draft.code}")
    if await session.scalar(select(Batch.id).where(Batch.code == draft.code)) is not None:
        raise InputRefused([draft.complain("code", draft.code, Text(
            "该代码已被使用", "a code that no other batch has"))])
    batch = Batch(**draft.model_dump(exclude={"place"}))
    session.add(batch)
    await session.flush()
    return batch


__all__ = [
    "AlreadyOver", "PostHeld", "SecondmentOverlaps", "agree_post", "assign_project", "end_early",
    "end_post", "extend", "make_batch", "post_cadre", "register_cadre", "succeed",
    "unassign_project",
]

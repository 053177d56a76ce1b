"""Bringing in cadres with their terms: a person by code or name and home unit, a term by its start.

A person may stand in several rows, one a term; what they say of the person is the same.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import any_, or_, select

from aid.cadres.drafts import CadreDraft
from aid.cadres.model import Batch, Cadre, Extension, Post, Secondment
from aid.cadres.posting import term_of
from aid.cadres.rules import Term, check_cadre
from aid.cadres.terms import Direction
from aid.database.bulk import ids, texts
from aid.errors import Complaint
from aid.interchange.imports.cadre_terms import (
    Standing,
    check_agreed,
    check_alone,
    check_end,
    check_held,
    check_longer,
    check_over,
    check_post,
    reason_of,
    term_of_row,
)
from aid.interchange.imports.work import (
    ANYWHERE,
    Work,
    carry_out,
    differing,
    drafted,
    placed,
)
from aid.sheets.headings import Row
from aid.text import Text

_OF_TERM = ("recipient", "post", "unit", "title", "direction", "batch", "planned_end", "ended_on",
            "end_reason", "extension_reason")
_COLUMNS = {"district_id": "district", "supporter_id": "supporter", "batch_id": "batch"}


@dataclass(frozen=True, slots=True)
class _Read:
    """A row, the person and, if it says one, the term it says; what is wrong with it so far."""

    row: Row
    code: str | None
    person: Mapping[str, Any]
    batch: Batch | None
    term: Term | None
    recipient_id: int | None
    complaints: Sequence[Complaint]

    @property
    def key(self) -> object:
        """What the person is known by."""
        return self.code or (self.person["name"], self.person["home_unit"])


@dataclass(slots=True)
class _There:
    """People by code, and by name and home unit; their known terms; posts and who holds them."""

    people: dict[object, list[Cadre]] = field(default_factory=lambda: defaultdict(list))
    known: dict[tuple[Cadre, date], tuple[Secondment, Post]] = field(default_factory=dict)
    standing: Standing = field(default_factory=Standing)

    def add(self, cadre: Cadre) -> None:
        """A person, known by both keys."""
        self.people[cadre.code].append(cadre)
        self.people[cadre.name, cadre.home_unit].append(cadre)


class Cadres:
    """Brings in people, their terms, and the posts these are in."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._batches: dict[str, Batch] | None = None
        self._said: dict[object, tuple[int, Mapping[str, Any]]] = {}

    def glance(self, row: Row) -> list[Complaint]:
        """Whether the places are known, where they can be read."""
        return self._work.glance(row, row["starts_on"])

    async def take(self, rows: Sequence[Row]) -> None:
        """Bring in these rows; those with mistakes are left out."""
        if self._batches is None:
            self._batches = {one.code: one for one in await self._work.session.scalars(
                select(Batch))}
            self._work.session.expunge_all()
        read = [one for one in map(self._read, rows) if one is not None]
        there = await self._there(read)
        for one in read:
            await self._bring_in(one, there)
        await self._work.session.flush()
        self._work.session.expunge_all()

    def _read(self, row: Row) -> _Read | None:
        work = self._work
        draft, complaints = drafted(
            CadreDraft, row, name=row["name"], category=row["category"],
            home_unit=row["home_unit"], supporter=ANYWHERE)
        if draft is not None:
            complaints += placed(row, check_cadre(draft))
        code, wrong = work.code(row)
        complaints += wrong
        giver, wrong = work.references.giver(row)
        complaints += wrong
        batch = (self._batches or {}).get(row["batch"] or "")
        if row["batch"] is not None and batch is None:
            complaints.append(row.complaint("batch", Text("没有这个批次", "a known batch's code")))
        term, recipient_id = None, None
        if any(row[key] is not None for key in ("starts_on", *_OF_TERM)):
            term, wrong = term_of_row(row, batch)
            complaints += wrong
            recipient_id, wrong = self._recipient(row, term)
            complaints += wrong
        if draft is None or giver is None:
            work.complain(complaints)
            return None
        person = {"name": draft.name, "category": draft.category, "home_unit": draft.home_unit,
                  "supporter_id": giver.city_id, "district_id": giver.district_id}
        read = _Read(row, code, person, batch, term, recipient_id, complaints)
        complaints += self._alike(read)
        return read

    def _recipient(
        self, row: Row, term: Term | None
    ) -> tuple[int | None, list[Complaint]]:
        """The recipient of a term; it is paired at some time of it."""
        references, complaints = self._work.references, list[Complaint]()
        on = term.starts_on if term else self._work.today
        if row["recipient"] is None:
            return None, [row.complaint("recipient", Text("有任期的必填", "needed for a term"))]
        found, complaints = references.place(row, "recipient", on)
        if found is not None and term is not None and not any(
                one.recipient_id == found and one.between(on, term.planned_end)
                for one in references.places.pairings):
            complaints.append(row.complaint("recipient", Text(
                f"{on} 至 {term.planned_end} 没有与支援方结对",
                f"a place that is paired between {on} and {term.planned_end}")))
        if row["post"] is None:
            complaints += [row.complaint(key, Text("有任期的必填", "needed for a term"))
                           for key in ("unit", "title") if row[key] is None]
            for field_, most in (("unit", 200), ("title", 200)):
                if row[field_] is not None and len(row[field_]) > most:
                    complaints.append(row.complaint(field_, Text(
                        f"不超过 {most} 字", f"at most {most} characters")))
        return found, complaints

    def _alike(self, one: _Read) -> list[Complaint]:
        """Rows of one person say the same of the person, and each another term."""
        row, start = one.row, one.term.starts_on if one.term else None
        complaints = self._work.once(row, "starts_on", ("term", one.key, start))
        first, said = self._said.setdefault(one.key, (row.number, one.person))
        return complaints + [row.complaint(_COLUMNS.get(name, name), Text(
            f"与第 {first} 行同一干部不一致", f"as row {first} says of the same person"))
            for name, value in one.person.items()
            if None not in (value, said[name]) and said[name] != value]

    async def _there(self, read: Sequence[_Read]) -> _There:
        """What the rows mean or may collide with, in three statements."""
        session, there = self._work.session, _There()
        for cadre in await session.scalars(select(Cadre).where(or_(
                Cadre.code == any_(texts({one.code for one in read if one.code})),
                Cadre.name == any_(texts({one.person["name"] for one in read if not one.code})),
        )).order_by(Cadre.id).with_for_update()):
            there.add(cadre)
        people = {one.id: one for found in there.people.values() for one in found}
        posts = {post.id: post for post in await session.scalars(select(Post).where(or_(
            Post.recipient_id == any_(ids({one.recipient_id for one in read
                                           if one.recipient_id is not None})),
            Post.code == any_(texts({one.row["post"].upper() for one in read if one.row["post"]})),
            Post.id.in_(select(Secondment.post_id).where(Secondment.cadre_id == any_(ids(people)))),
        )).order_by(Post.id).with_for_update())}
        there.standing.posts += posts.values()
        for one, holder in await session.execute(
                select(Secondment, Cadre).join(Cadre, Cadre.id == Secondment.cadre_id).where(or_(
                    Secondment.post_id == any_(ids(posts)),
                    Secondment.cadre_id == any_(ids(people)))).order_by(Secondment.id)):
            there.known[holder, one.starts_on] = one, posts[one.post_id]
            there.standing.hold(holder, posts[one.post_id], term_of(one))
        return there

    async def _bring_in(self, one: _Read, there: _There) -> None:
        found = there.people[one.key]
        if len(found) > 1:
            self._work.complain([one.row.complaint("code", Text(
                f"有 {len(found)} 位同名同单位的干部，请填干部编号",
                f"a code, as there are {len(found)} cadres of this name and unit"))])
            return
        cadre = found[0] if found else None
        fields = differing(cadre, one.person) if cadre is not None else {}
        complaints = list(one.complaints)
        if cadre is not None and "supporter_id" in fields:
            complaints.append(one.row.complaint("supporter", Text(
                f"与已有干部 {cadre.code} 不同，此项不能更改", f"as cadre {cadre.code} has it")))
        known = None if cadre is None or one.term is None else there.known.get(
            (cadre, one.term.starts_on))
        post = None
        if known is not None:
            complaints += self._check_known(one, found[0], *known, there)
        elif one.term is not None:
            post, wrong = self._free_post(one, cadre, there)
            complaints += wrong
        if self._work.complain(complaints):
            return
        is_new = cadre is None or (one.term is not None and known is None)
        if cadre is None:
            cadre = await self._register(one, there)
        shown = self._work.shown(fields, _COLUMNS)
        carry_out(cadre, fields)
        if known is not None:
            shown |= self._go_on(one, cadre, *known, there)
        elif one.term is not None:
            await self._send(one, cadre, post, there)
        self._work.recorder.note(
            one.row.number, f"{cadre.code} {cadre.name}", None if is_new else shown)

    def _check_known(
        self, one: _Read, cadre: Cadre, known: Secondment, post: Post, there: _There
    ) -> list[Complaint]:
        """A term that is known stays in its post; it may become longer, and be over."""
        row, term = one.row, _said_of(one, known)
        complaints = check_post(row, post, one.recipient_id) + self._check_batch(one, post)
        if term.planned_end != known.planned_end:
            complaints += check_longer(row, known, term.planned_end)
            if post.agreed_until not in (None, known.planned_end):
                complaints += check_agreed(row, term, post)
        complaints += check_over(row, known, term, today=self._work.today)
        complaints += check_held(row, there.standing.holder(post, cadre, term))
        return complaints + check_alone(row, term, there.standing.others(cadre, term))

    def _go_on(
        self, one: _Read, cadre: Cadre, known: Secondment, post: Post, there: _There
    ) -> dict[str, tuple[Any, Any]]:
        """Change a known term; what changed, by the columns' keys."""
        term = _said_of(one, known)
        fields: dict[str, tuple[Any, Any]] = {}
        if term.planned_end != known.planned_end:
            fields["planned_end"] = (known.planned_end, term.planned_end)
            self._work.session.add(Extension(
                secondment_id=known.id, recipient_id=known.recipient_id,
                old_end=known.planned_end, new_end=term.planned_end,
                reason=one.row["extension_reason"], actor=self._work.actor.name))
            if post.agreed_until == known.planned_end:
                post.agreed_until = term.planned_end
        if term.ended_on is not None and known.ended_on is None:
            fields["ended_on"] = (None, term.ended_on)
            fields["end_reason"] = (None, reason_of(one.row, term))
        if one.batch is not None and known.batch_id != one.batch.id:
            fields["batch_id"] = (known.batch_id, one.batch.id)
        shown = self._work.shown(fields, _COLUMNS)
        if "batch" in shown:
            codes = {str(batch.id): batch.code for batch in (self._batches or {}).values()}
            shown["batch"] = (codes.get(shown["batch"][0]), one.row["batch"])
        carry_out(known, fields)
        there.standing.hold(cadre, post, term)
        return shown

    def _free_post(
        self, one: _Read, cadre: Cadre | None, there: _There
    ) -> tuple[Post | None, list[Complaint]]:
        """The post for a new term, None for one that is to be made; everything wrong with it."""
        row, term, standing = one.row, one.term, there.standing
        if term is None:
            return None, []
        complaints = check_alone(row, term, standing.others(cadre, term))
        complaints += check_end(row, term, today=self._work.today)
        if row["post"] is None:
            post = standing.free([
                post for post in standing.posts if post.recipient_id == one.recipient_id
                and (post.unit, post.title, post.category, post.direction) == (
                    row["unit"], row["title"], row["category"],
                    row["direction"] or Direction.OUT)], cadre, term)
            return post, complaints + check_agreed(row, term, post) + self._check_batch(one, post)
        post = next((post for post in standing.posts if post.code == row["post"].upper()), None)
        if post is None:
            return None, [*complaints, row.complaint("post", Text("没有这个岗位", "a post's code"))]
        return post, [*complaints, *check_post(row, post, one.recipient_id),
                      *check_agreed(row, term, post), *self._check_batch(one, post),
                      *check_held(row, standing.holder(post, cadre, term))]

    def _check_batch(self, one: _Read, post: Post | None) -> list[Complaint]:
        """A batch and a post are of one direction."""
        direction = post.direction if post else one.row["direction"] or Direction.OUT
        if one.batch is None or one.batch.direction == direction:
            return []
        return [one.row.complaint("batch", Text(
            "批次与岗位的派出方向不同", "a batch of the same direction as the post"))]

    async def _register(self, one: _Read, there: _There) -> Cadre:
        code = one.code
        if code is None:
            city = self._work.references.places.city_codes[one.person["supporter_id"]]
            code = await self._work.next_code(Cadre.code, f"C-{city}", digits=5)
        cadre = Cadre(**one.person, code=code)
        self._work.session.add(cadre)
        there.add(cadre)
        return cadre

    async def _send(self, one: _Read, cadre: Cadre, post: Post | None, there: _There) -> None:
        """Put a person in a post, which is made for the term where there is none."""
        row, term = one.row, one.term
        if term is None or one.recipient_id is None:
            return
        if post is None:
            place = self._work.references.places.period(one.recipient_id, self._work.today)
            post = Post(
                code=await self._work.next_code(Post.code, f"P-{place.code}", digits=4),
                recipient_id=one.recipient_id, unit=row["unit"], title=row["title"],
                category=row["category"], direction=row["direction"] or Direction.OUT,
                agreed_from=term.starts_on, agreed_until=term.planned_end)
            self._work.session.add(post)
            there.standing.posts.append(post)
        known = Secondment(
            cadre=cadre, post=post, recipient_id=post.recipient_id,
            batch_id=one.batch.id if one.batch else None, starts_on=term.starts_on,
            planned_end=term.planned_end, ended_on=term.ended_on,
            end_reason=reason_of(row, term) if term.ended_on else None)
        self._work.session.add(known)
        there.known[cadre, term.starts_on] = known, post
        there.standing.hold(cadre, post, term)


def _said_of(one: _Read, known: Secondment) -> Term:
    """The term that a row says a known one is; what it leaves blank is as it was."""
    row, term = one.row, one.term
    planned = term.planned_end if term is not None and row["planned_end"] else known.planned_end
    return Term(known.starts_on, planned, row["ended_on"] or known.ended_on)

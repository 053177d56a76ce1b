"""Simulated cadres as rows: posts, people, batches, terms one after the other."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from aid.access.actor import SIMULATION
from aid.bulk import insert_many
from aid.cadres.model import Batch, Cadre, Extension, Post, Secondment, SecondmentProject
from aid.cadres.rules import Term
from aid.cadres.terms import CadreCategory, Direction
from seeds.demo.dice import Dice
from seeds.demo.drawing import Numbering
from seeds.demo.filling import Filling
from seeds.demo.lives import Life
from seeds.demo.names import person
from seeds.demo.people import Filled, Held, batch_starts, holding
from seeds.demo.posts import COMING, SERIES, Series
from seeds.demo.projects import Row, named
from seeds.demo.world import District, Recipient, World


async def write_batches(session: AsyncSession, world: World, *, today: date) -> dict[str, int]:
    """Make the batches of every series up to today. Their ids by code."""
    rows: list[Row] = []
    for series in SERIES:
        for number, start in enumerate(batch_starts(series, world.reviewed[0], today), 1):
            rows.append({
                "code": batch_code(series, start), "name": f"第{number}批{series.name.zh}",
                "name_en": f"{series.name.en}, batch {number}", "starts_on": start,
                "months": series.months})
    return await insert_many(
        session, Batch, rows, same={"direction": Direction.OUT, "simulated": True}, key=("code",))


def batch_code(series: Series, start: date) -> str:
    """The code of the batch of a series that goes on a day."""
    return f"simulated-{series.code}-{start:%Y-%m}"


class CadreRows:
    """Rows of posts and people. Until they are written, each stands in them by its code.

    `officers` are the officials, who answer for projects, with their terms.
    """

    def __init__(self) -> None:
        self.posts: list[Row] = []
        self.cadres: list[Row] = []
        self.terms: list[Row] = []
        self.extensions: list[Row] = []
        self.duties: list[Row] = []
        self.officers: list[tuple[str, Term]] = []

    def fill(
        self, filling: Filling, recipient: Recipient, projects: dict[str, int],
        batches: Mapping[str, int],
    ) -> None:
        """Put all of them into their tables."""
        of = {"recipient_id": recipient.place.id}
        posts = filling.add(Post, self.posts, key=("code",), same={
            **of, "pairing_id": recipient.pairing_id, "simulated": True})
        cadres = filling.add(Cadre, self.cadres, key=("code",), same={
            "supporter_id": recipient.supporter_id, "simulated": True, "version": 1})
        ids = dict(zip((row["cadre_id"] for row in self.terms),
                       filling.numbers(Secondment, len(self.terms)), strict=True))
        for row in named(named(self.terms, "post_id", posts), "id", ids):
            row["batch_id"] = batches.get(row["batch_id"])
            row["predecessor_id"] = ids.get(row["predecessor_id"])
        filling.add(Secondment, named(self.terms, "cadre_id", cadres), same={**of, "version": 1})
        filling.add(Extension, named(self.extensions, "secondment_id", ids), same={
            **of, "actor": SIMULATION.name})
        filling.add(
            SecondmentProject,
            named(named(self.duties, "secondment_id", ids), "project_id", projects), same=of)


def add_post(
    rows: CadreRows, world: World, recipient: Recipient, post: Filled, dice: Dice,
    numbering: Numbering, *, today: date,
) -> None:
    """Put a post and those who held it among the rows."""
    supporter, own = recipient.codes
    code = f"P-{own}-{numbering.next('post', own):04}"
    districts = world.districts[recipient.supporter_id]
    district = dice.one_of(districts)
    where = _where(recipient, post, dice)
    sent = post.direction is Direction.OUT
    office = post.office if sent else COMING
    there, home = where + post.office.unit, district.name + post.office.home
    rows.posts.append({
        "code": code, "unit": there if sent else home, "title": office.title.zh,
        "title_en": office.title.en, "category": post.category, "direction": post.direction,
        "agreed_from": post.agreed_from, "agreed_until": post.agreed_until})
    before: str | None = None
    for held in post.terms:
        cadre = f"C-{supporter}-{numbering.next('cadre', supporter):05}"
        rows.cadres.append({
            "code": cadre, "name": person(dice), "category": post.category,
            "home_unit": home if sent else there, "district_id": _from(district, dice)})
        rows.terms.append(_term_row(
            world, post, held, code=code, cadre=cadre, before=before, today=today))
        if held.longer is not None:
            rows.extensions.append({
                "secondment_id": cadre, "old_end": held.longer,
                "new_end": held.term.planned_end, "reason": held.why_longer})
        if sent and post.category is CadreCategory.OFFICIAL:
            rows.officers.append((cadre, held.term))
        before = cadre


def _from(district: District, dice: Dice) -> int | None:
    return district.id if dice.chance(0.7) else None


def _where(recipient: Recipient, post: Filled, dice: Dice) -> str:
    """The name of the recipient or of a county of it on the day the post was agreed."""
    own = recipient.place.on(post.agreed_from)
    if own is not None and dice.chance(0.4):
        return own.name.zh
    places = recipient.places_on(post.agreed_from)
    return dice.one_of(places)[1].name.zh


def _term_row(
    world: World, post: Filled, held: Held, *, code: str, cadre: str,
    before: str | None, today: date,
) -> Row:
    term = held.term
    batch = None
    if post.direction is Direction.OUT:
        starts = batch_starts(post.series, world.reviewed[0], today)
        batch = batch_code(post.series, max(day for day in starts if day <= term.starts_on))
    return {
        "id": cadre, "cadre_id": cadre, "post_id": code, "batch_id": batch,
        "predecessor_id": before,
        "starts_on": term.starts_on, "planned_end": term.planned_end,
        "ended_on": term.ended_on, "end_reason": held.why_ended}


def add_duties(rows: CadreRows, lives: Sequence[Life], dice: Dice) -> None:
    """Say of some projects which official answers for them: one who was there when they began."""
    for life in lives:
        there = holding(rows.officers, life.brief.days.planned_start) if dice.chance(0.5) else []
        if there:
            rows.duties.append({
                "secondment_id": dice.one_of(there), "project_id": life.brief.code})

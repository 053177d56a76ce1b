"""What is to be simulated, and all rows of it, recipient after recipient. Pure."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import cycle

from aid.bulk import Bulk
from seeds.demo.budgets import Budgets
from seeds.demo.cadres import CadreRows, add_duties, add_post
from seeds.demo.dice import Dice
from seeds.demo.drawing import Numbering, drawn
from seeds.demo.filling import Filling
from seeds.demo.funding import DIGEST, FundRows, add_money
from seeds.demo.lives import Life, lived
from seeds.demo.money import MISHAPS_NOW, funded
from seeds.demo.people import posts_of
from seeds.demo.projects import ProjectRows, add_project
from seeds.demo.quotas import Quota, quotas
from seeds.demo.villages import VillageRows, add_village
from seeds.demo.world import Recipient, World


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """So many times what was published, in this world, as of today; the same seed, the same rows.

    `batches` are ids by code, `given` the last id of each table.
    """

    world: World
    budgets: Budgets
    batches: Mapping[str, int]
    given: Mapping[str, int]
    scale: int
    seed: int
    today: date

    @property
    def parts(self) -> int:
        """How many parts `filled` makes."""
        return len(self.world.recipients) * self.scale


def filled(order: Order) -> Iterator[list[Bulk]]:
    """The rows of recipient after recipient, and of all of them as often as the scale says."""
    numbering = Numbering()
    given = Counter(order.given)
    parts = quotas(order.world, today=order.today)
    for copy in range(order.scale):
        for recipient in order.world.recipients:
            rows = _Rows(order, recipient, numbering)
            for quota in parts:
                if quota.recipient is recipient:
                    rows.draw(quota, copy)
            filling = Filling(given)
            rows.fill(filling)
            yield filling.bulks


class _Rows:
    """All records of one recipient, which stand in each other by their codes."""

    def __init__(self, order: Order, recipient: Recipient, numbering: Numbering) -> None:
        self._order, self._recipient, self._numbering = order, recipient, numbering
        self._projects, self._villages = ProjectRows(), VillageRows()
        self._cadres, self._funds = CadreRows(), FundRows()

    def draw(self, quota: Quota, copy: int) -> None:
        """Add what the recipient has of an era."""
        world, today = self._order.world, self._order.today
        stream = (self._order.seed, copy, self._recipient.place.id, quota.era)
        dice = Dice(*stream)
        lives = [lived(brief, dice, today=today)
                 for brief in drawn(world, quota, dice, self._numbering, today=today)]
        for life in lives:
            add_project(self._projects, life, world, dice, today=today)
            if life.brief.village is not None:
                add_village(self._villages, life, world, dice, self._numbering, today=today)
        for post in posts_of(world, quota, dice, today=today):
            add_post(self._cadres, world, self._recipient, post, dice, self._numbering, today=today)
        add_duties(self._cadres, lives, dice)
        self._fund(lives, Dice(*stream, "money"))

    def _fund(self, lives: list[Life], dice: Dice) -> None:
        order, turns = self._order, cycle(MISHAPS_NOW)
        for life in lives:
            add_money(self._funds, life, funded(
                life, order.budgets, dice, turns, closed_on=order.world.reviewed[1],
                today=order.today, sha256=DIGEST))

    def fill(self, filling: Filling) -> None:
        """Put all of them into their tables, by their ids."""
        ids = self._projects.fill(filling, self._recipient)
        self._villages.fill(filling, self._recipient, ids)
        self._cadres.fill(filling, self._recipient, ids, self._order.batches)
        self._funds.fill(filling, self._recipient, ids)

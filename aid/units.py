"""Units in which plans and reports state their figures, and what they mean.

Money units scale to fen (分). A count is exact; an amount is rounded to the digits it is stated in.
"""

from dataclasses import dataclass
from decimal import Decimal

from aid.text import Text


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of measure. `fen` is how many fen one of it is (None: not money).

    `counted` says that whole things are counted one by one, so a printed integer is exact and
    not a rounding. Where Chinese has a mere counter, English has no name: what is counted says it.
    """

    code: str
    name: Text
    fen: int | None = None
    counted: bool = False


UNITS: dict[str, Unit] = {
    unit.code: unit
    for unit in (
        Unit("亿元", Text("亿元", "100 million yuan"), fen=10_000_000_000),
        Unit("万元", Text("万元", "10,000 yuan"), fen=1_000_000),
        Unit("元", Text("元", "yuan"), fen=100),
        Unit("个", Text("个", ""), counted=True),
        Unit("项", Text("项", ""), counted=True),
        Unit("人", Text("人", "people"), counted=True),
        Unit("名", Text("名", "people"), counted=True),
        Unit("人次", Text("人次", "person-times"), counted=True),
        Unit("户", Text("户", "households"), counted=True),
        Unit("批次", Text("批次", "delegations"), counted=True),
        Unit("批", Text("批", "groups"), counted=True),
        Unit("家", Text("家", "offices"), counted=True),
        Unit("亩", Text("亩", "mu (1/15 ha)")),
        Unit("公里", Text("公里", "km")),
        Unit("平方米", Text("平方米", "m²")),
        Unit("%", Text("%", "%")),
    )
}


def money_fen(value: Decimal, unit: str) -> int | None:
    """The value in fen, exactly, or None where the unit is no money unit.

    An amount finer than a fen cannot be stated and raises ValueError.
    """
    scale = UNITS[unit].fen
    if scale is None:
        return None
    fen = value * scale
    if fen != int(fen):
        raise ValueError(f"{value} {unit} is not a whole number of fen")
    return int(fen)

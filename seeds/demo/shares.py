"""Dividing what was published into parts that add up to it exactly. Pure."""

from collections.abc import Sequence

STEP = 10_000
"""Amounts are whole hundreds of yuan, in fen; the last part of a sum balances what is left."""


def allotted(count: int, weights: Sequence[float]) -> list[int]:
    """Whole things divided by weight; the largest remainders take what rounding down left over."""
    whole = sum(weights)
    exact = [count * weight / whole for weight in weights]
    parts = [int(share) for share in exact]
    order = sorted(range(len(parts)), key=lambda at: parts[at] - exact[at])
    for at in order[: count - sum(parts)]:
        parts[at] += 1
    return parts


def divided(fen: int, weights: Sequence[float], *, step: int = STEP) -> list[int]:
    """An amount divided by weight into multiples of `step`, none of them zero.

    The last part takes what the others leave. Raises ValueError for less than a step each.
    """
    if fen < step * len(weights):
        raise ValueError(f"{fen} fen cannot be divided into {len(weights)} parts of {step}")
    whole = sum(weights)
    parts = [max(step, round(fen * weight / whole / step) * step) for weight in weights]
    parts[-1] += fen - sum(parts)
    while parts[-1] < step:
        largest = max(range(len(parts)), key=parts.__getitem__)
        taken = min(parts[largest] - step, step - parts[-1])
        parts[largest] -= taken
        parts[-1] += taken
    return parts

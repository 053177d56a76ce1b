"""The tree of a plan's targets, narrowed down and cut to what is drawn. Pure."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from aid.plans.queries import TargetRow
from aid.text import Text


@dataclass(slots=True)
class Branch:
    """A target with what hangs below it. `matches` is false where it only leads to a match."""

    target: TargetRow
    matches: bool
    children: list["Branch"] = field(default_factory=list)

    def size(self) -> int:
        """How many rows it draws."""
        return sum(1 for _ in walk([self]))


@dataclass(slots=True)
class Section:
    """A section of the document with the topmost targets in it."""

    number: str
    title: Text
    branches: list[Branch] = field(default_factory=list)

    def size(self) -> int:
        """How many rows it draws."""
        return sum(branch.size() for branch in self.branches)


def walk(branches: Iterable[Branch]) -> Iterator[Branch]:
    """Every branch in reading order. Keeps its own stack: trees may be deep."""
    stack = list(branches)[::-1]
    while stack:
        branch = stack.pop()
        yield branch
        stack.extend(reversed(branch.children))


def sections(
    targets: Sequence[TargetRow], matches: Callable[[TargetRow], bool]
) -> list[Section]:
    """The targets that match, and whatever leads to them, by section in reading order.

    `targets` come parents first, so one pass backwards tells which are needed.
    """
    needed: set[str] = set()
    matching = {target.code for target in targets if matches(target)}
    for target in reversed(targets):
        if target.code in matching or target.code in needed:
            needed.add(target.code)
            if target.parent:
                needed.add(target.parent)
    return _grown([target for target in targets if target.code in needed], matching)


def _grown(targets: Sequence[TargetRow], matching: set[str]) -> list[Section]:
    branches: dict[str, Branch] = {}
    found: dict[str, Section] = {}
    for target in targets:
        branch = branches[target.code] = Branch(target, target.code in matching)
        if target.parent in branches:
            branches[target.parent].children.append(branch)
        else:
            place = found.setdefault(target.section, Section(target.section, target.section_title))
            place.branches.append(branch)
    return list(found.values())


def cut(branches: Sequence[Branch], rows: int) -> list[Branch]:
    """The first so many rows in reading order, still as a tree."""
    kept: dict[str, Branch] = {}
    top: list[Branch] = []
    for branch in walk(branches):
        if len(kept) >= rows:
            break
        copy = kept[branch.target.code] = Branch(branch.target, branch.matches)
        parent = kept.get(branch.target.parent or "")
        (parent.children if parent else top).append(copy)
    return top

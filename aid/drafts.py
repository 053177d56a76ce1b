"""What people bring in: rows of a file or a form, checked field by field, with their place."""

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from aid.errors import Complaint
from aid.text import Text

CODE = r"^[a-z0-9][a-z0-9-]*$"
DIVISION = r"^[0-9]{6}$"


def _given(value: object) -> object:
    return None if isinstance(value, str) and not value.strip() else value


Line = Annotated[str, Field(min_length=1, max_length=200)]
"""A name or a title: something, on one line."""
OptionalLine = Annotated[Annotated[str, Field(max_length=200)] | None, BeforeValidator(_given)]
Prose = Annotated[Annotated[str, Field(max_length=4000)] | None, BeforeValidator(_given)]
"""A note or a reason, which may be left out; a blank one is."""
Day = Annotated[date, Field(ge=date(1979, 1, 1), le=date(2100, 12, 31))]
"""A day that this work can mean."""

_EXPECTED = {
    "missing": Text("此项必填", "a value is required"),
    "extra_forbidden": Text("没有这一列", "there is no such column"),
    "bool_parsing": Text("应为 yes 或 no", "yes or no"),
    "string_too_short": Text("不能为空", "not empty"),
}
_BOUNDS = {
    "greater_than": ("gt", Text("应大于", "more than"), Text("应晚于", "after")),
    "greater_than_equal": ("ge", Text("不小于", "at least"), Text("不早于", "not before")),
    "less_than": ("lt", Text("应小于", "less than"), Text("应早于", "before")),
    "less_than_equal": ("le", Text("不大于", "at most"), Text("不晚于", "not after")),
}
"""By pydantic's kind: where the bound stands, and how it is said of numbers and of days."""
_PATTERNS = {
    CODE: Text("应为小写字母、数字与连字符，如 rikaze-housing",
               "lower-case letters, digits and hyphens, such as rikaze-housing"),
    DIVISION: Text("应为六位行政区划代码，如 540200", "a six-digit division code, such as 540200"),
}


class Draft(BaseModel):
    """One row as brought in. `place` is where it stands, such as `targets.csv:12`."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    place: str = ""

    @classmethod
    def read(cls, place: str, cells: dict[str, str]) -> tuple[Self | None, list[Complaint]]:
        """The row from its cells, or everything wrong with them. A blank cell is not given."""
        if zero := [name for name, cell in cells.items() if "\0" in cell]:
            return None, [Complaint(place, name, "\\0", Text("不能含零字符", "no zero character"))
                          for name in zero]
        given = {name: cell for name, cell in cells.items() if cell.strip()}
        return cls.check(**given, place=place)

    @classmethod
    def check(cls, **values: Any) -> tuple[Self | None, list[Complaint]]:
        """The row from values already typed, or everything wrong with them."""
        try:
            return cls.model_validate(values), []
        except ValidationError as failure:
            place = values.get("place", "")
            return None, [_complaint(place, error) for error in failure.errors()]

    def complain(self, field: str, value: object, expected: Text) -> Complaint:
        """A complaint about this row."""
        return Complaint(self.place, field, str(value)[:80], expected)


def _complaint(place: str, error: ErrorDetails) -> Complaint:
    field = str(error["loc"][0]) if error["loc"] else "—"
    missing = error["type"] == "missing"
    return Complaint(place, field, "" if missing else str(error["input"])[:80], _expected(error))


def _expected(error: ErrorDetails) -> Text:
    kind, context = error["type"], error.get("ctx", {})
    if kind in _EXPECTED:
        return _EXPECTED[kind]
    if kind == "enum":
        allowed = str(context["expected"]).replace("'", "").replace(" or ", ", ")
        return Text(f"应为其中之一：{allowed}", f"one of: {allowed}")
    if kind == "string_pattern_mismatch" and context["pattern"] in _PATTERNS:
        return _PATTERNS[context["pattern"]]
    if kind in _BOUNDS:
        name, of_numbers, of_days = _BOUNDS[kind]
        bound = context[name]
        said = of_days if isinstance(bound, str) else of_numbers  # as pydantic has them
        return Text(f"{said.zh} {bound}", f"{said.en} {bound}")
    if kind == "string_too_long":
        longest = context["max_length"]
        return Text(f"不超过 {longest} 字", f"at most {longest} characters")
    if kind.startswith("int"):
        return Text("应为整数，如 12", "a whole number such as 12")
    if kind.startswith("date"):
        return Text("应为日期，如 2006-01-01", "a date such as 2006-01-01")
    if kind.startswith("decimal"):
        return Text("应为数字，如 11.27", "a number such as 11.27")
    return Text(f"不可接受：{error['msg']}", error["msg"])


def duplicates(drafts: Iterable[Draft], field: str) -> list[Complaint]:
    """A complaint for every row whose `field` an earlier row already has."""
    first: dict[Any, str] = {}
    found = []
    for draft in drafts:
        value = getattr(draft, field)
        if value in first:
            found.append(
                draft.complain(field, value, Text(f"重复，已见于 {first[value]}",
                                                  f"unique; {first[value]} has it already"))
            )
        else:
            first[value] = draft.place
    return found



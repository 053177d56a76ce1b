"""Words of the yearly report: its forms, what is asked for, who may have it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from aid.access.policy import Permission
from aid.text import Locale, Text

FIRST_YEAR, LAST_YEAR = 1979, 2999
"""The years there can be a report of: counterpart assistance began in 1979."""


class Form(StrEnum):
    """The form of a report, by the ending of its file."""

    PDF = "pdf"
    DOCX = "docx"


MEDIA_TYPES: Mapping[Form, str] = MappingProxyType({
    Form.PDF: "application/pdf",
    Form.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
})
NEED = Permission.METRIC_READ
"""What the page and the address of a report ask for."""
NEEDS = (
    Permission.METRIC_READ, Permission.FUND_READ, Permission.PROJECT_READ,
    Permission.VILLAGE_READ, Permission.CADRE_READ, Permission.TARGET_READ,
    Permission.FIGURE_READ, Permission.PLAN_READ,
)
"""All that a report shows; discrepancies only to who may read them."""
TITLE = Text("年度专项报告", "Yearly report")
STEPS: tuple[Text, ...] = (
    Text("指标", "figures"), Text("资金", "money"), Text("规划目标", "targets"),
    Text("节点与待办", "milestones and matters"), Text("重点村", "key villages"),
    Text("干部", "cadres"), Text("排版", "typesetting"),
)
"""What is done one after the other, for whoever watches."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Which report: of a year, and of a recipient by its code (None: of all that one sees).

    `as_known_on` leaves out what was recorded of money after that day.
    """

    year: int
    form: Form
    locale: Locale
    today: date
    region: str | None = None
    as_known_on: date | None = None

    @property
    def file_name(self) -> str:
        """A name for the file in the report's language."""
        return "-".join((TITLE.to(self.locale), str(self.year), self.region or "",
                         )).rstrip("-") + f".{self.form}"


@dataclass(frozen=True, slots=True)
class Produced:
    """What a report came to; `sha256` of the file, in hexadecimal, `size` in bytes."""

    size: int
    sha256: str

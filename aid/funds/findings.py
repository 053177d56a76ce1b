"""What verifying the ledger comes to."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from aid.funds.proof import Finding
from aid.text import Text

MOST = 1_000
"""So many findings are named; more of them are counted."""


@dataclass(slots=True)
class Report:
    """What was looked at, what is wrong, and what is to be known though it is not wrong."""

    movements: int = 0
    chains: int = 0
    checkpoints: int = 0
    found: int = 0
    findings: list[Finding] = field(default_factory=list)
    remarks: list[Text] = field(default_factory=list)
    incarnation: Mapping[str, Any] = field(default_factory=dict)
    keys: Sequence[str] = ()

    def add(self, findings: Iterable[Finding]) -> None:
        """Keep these findings; beyond the most, count them."""
        for finding in findings:
            self.found += 1
            if len(self.findings) < MOST:
                self.findings.append(finding)

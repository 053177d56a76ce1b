"""docs/security.md says what is true: its files and tests exist, its roles are the policy's."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typer.main

from aid.access.policy import POLICY, Permission, Reach
from aid.access.roles import Role
from aid.cli import whole

ROOT = Path(__file__).parents[2]
DOCUMENT = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
OPEN = ("organisational", "not covered")
"""What a control says of itself that no test of ours can hold."""


@dataclass(frozen=True, slots=True)
class Control:
    """A line of the table of controls."""

    name: str
    where: str
    test: str
    mlps: str
    asvs: str


def tables(text: str) -> Iterator[list[list[str]]]:
    """The cells of every table, without its heading."""
    for block in re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE):
        rows = [[cell.strip() for cell in line.strip("|").split("|")]
                for line in block.strip().splitlines()]
        yield rows[2:]


def controls() -> list[Control]:
    """The controls of all parts of the table."""
    part = DOCUMENT.split("## Controls")[1].split("\n## ")[0]
    return [Control(*row) for rows in tables(part) for row in rows]


def roles_table() -> str:
    """The roles and what each may do, as the document shows them."""
    lines = [f"| | {' | '.join(f'`{role.value}`' for role in Role)} |",
             f"|---|{'---|' * len(Role)}"]
    for permission in Permission:
        cells = (POLICY[role, permission] for role in Role)
        said = " | ".join("—" if how_far is Reach.NONE else how_far.value for how_far in cells)
        lines.append(f"| `{permission.value}` | {said} |")
    return "\n".join(lines)


def test_the_table_of_roles_is_the_policy() -> None:
    """The one in aid/access/policy.py, word for word."""
    assert roles_table() in DOCUMENT


@pytest.mark.parametrize("control", controls(), ids=lambda control: control.name[:40])
def test_every_control_lives_somewhere_and_is_held_by_something(control: Control) -> None:
    """A file and a test that exist, or the plain word that there is none."""
    files = re.findall(r"`([\w./-]+)`", control.where)
    tests = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", control.test)
    assert [name for name in files if not (ROOT / name).exists()] == []
    missing = [f"{name}::{test}" for name, test in tests
               if not (ROOT / name).exists() or not re.search(
                   rf"^(?:async )?def {test}\(", (ROOT / name).read_text(encoding="utf-8"),
                   re.MULTILINE)]
    assert missing == []
    said_openly = any(word in control.test for word in OPEN)
    assert (files and tests) or said_openly, control.name
    assert control.mlps and control.asvs


def test_the_table_has_all_that_is_asked_for() -> None:
    """Each control point of 安全计算环境 at level three, and each chapter that was promised."""
    asked = ("身份鉴别", "访问控制", "安全审计", "入侵防范", "恶意代码防范", "可信验证",
             "数据完整性", "数据保密性", "数据备份恢复", "剩余信息保护", "个人信息保护",
             "系统管理", "审计管理", "安全管理")
    mentioned = " ".join(control.mlps for control in controls())
    assert [point for point in asked if point not in mentioned] == []
    chapters = " ".join(control.asvs for control in controls())
    assert [number for number in (2, 3, 4, 5, 6, 7, 8, 9, 12, 13, 14)
            if not re.search(rf"\bV{number}\b", chapters)] == []


def commands(text: str) -> set[str]:
    """The commands of `aid` in a document, one a line, without what comes after them."""
    found = re.findall(r"(?:^|`|\()(?:AID_\w+=\S+ )*(?:\.venv/bin/)?aid ([^\n`|;#)<]+)",
                       text, re.MULTILINE)
    return {" ".join(command.split()) for command in found}


@cache
def _aid() -> Any:
    return typer.main.get_command(whole())


@pytest.mark.parametrize("name", ["docs/operations.md", "docs/security.md", "README.md",
                                  "README.zh.md"])
def test_every_command_of_the_documents_exists(name: str) -> None:
    """With the options it is shown with."""
    text = (ROOT / name).read_text(encoding="utf-8")
    unknown = []
    for command in commands(text):
        found = _aid()
        words = command.split()
        while words and words[0] in getattr(found, "commands", {}):
            found = found.commands[words.pop(0)]
        options = {option for parameter in found.params for option in parameter.opts}
        shown = {word.split("=")[0] for word in words if word.startswith("--")}
        if hasattr(found, "commands") and "--help" not in shown and words:
            unknown.append(command)
        unknown += [f"{command}: {option}" for option in shown - options - {"--help"}]
    assert unknown == []

"""Rules of accounts: names, passwords, roles and regions, scopes. Pure; all complaints at once."""

import re
from collections.abc import Collection, Sequence

from aid.access.actor import NOT_ACCOUNTS, NOT_BEGINNINGS, Actor
from aid.access.policy import Permission
from aid.access.roles import Role
from aid.errors import Complaint
from aid.text import Text

LONGEST_DISPLAY_NAME = 80
SHORTEST_PASSWORD, LONGEST_PASSWORD = 12, 1024
LEAST_BESIDE_NAME = 8
LONGEST_TOKEN_DAYS = 366
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,62}")
_HIDDEN = "•••"
"""Stands for a password in a complaint."""

_COMMON = (
    "password", "passw0rd", "p@ssword", "p@ssw0rd", "administrator", "admin", "welcome", "letmein",
    "iloveyou", "woaini", "changeme", "default", "secret", "qwertyuiop", "asdfghjkl", "zxcvbnm",
    "qwerty", "1qaz2wsx3edc4rfv", "1q2w3e4r5t6y", "mima", "duikouzhiyuan", "shanghai", "xizang",
)
"""What people begin with when a password must be long; digits and marks around it hide nothing."""

_RUNS = ("01234567890123456789", "abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm",
         "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik")


def typed(name: str) -> str:
    """A name as people type it, made what it is: no spaces around it, no capitals."""
    return name.strip().lower()


def is_name(name: str) -> bool:
    """Whether an account could be called so."""
    return _NAME.fullmatch(name) is not None and name not in NOT_ACCOUNTS


def check_name(name: str) -> list[Complaint]:
    """An account's name is plain, so that it can be typed and told apart anywhere."""
    if name in NOT_ACCOUNTS or name.startswith(NOT_BEGINNINGS):
        return [Complaint("", "name", name, Text(
            "这是系统自身使用的名称，请另选", "another name: the system uses this one itself"))]
    if is_name(name):
        return []
    return [Complaint("", "name", name[:80], Text(
        "2–63 个小写字母、数字或 . _ -，以字母或数字开头",
        "2 to 63 lower-case letters, digits or . _ -, beginning with a letter or digit"))]


def check_display_name(name: str) -> list[Complaint]:
    """What people read is short, says something, and hides nothing."""
    if name.strip() and len(name) <= LONGEST_DISPLAY_NAME and name.isprintable():
        return []
    return [Complaint("", "display_name", name[:80], Text(
        f"1–{LONGEST_DISPLAY_NAME} 个可见字符",
        f"1 to {LONGEST_DISPLAY_NAME} printable characters"))]


def check_password(password: str, name: str) -> list[Complaint]:
    """A password is long, not the account's name, and not what everybody tries first."""
    complaints = []
    if len(password) < SHORTEST_PASSWORD:
        complaints.append(_of_password(Text(
            f"至少 {SHORTEST_PASSWORD} 个字符", f"at least {SHORTEST_PASSWORD} characters")))
    if len(password) > LONGEST_PASSWORD:
        complaints.append(_of_password(Text(
            f"至多 {LONGEST_PASSWORD} 个字符", f"at most {LONGEST_PASSWORD} characters")))
        return complaints
    folded = password.lower()
    if name in folded and len(folded.replace(name, "")) < LEAST_BESIDE_NAME:
        complaints.append(_of_password(Text(
            "不应只是账户名略加变化", "more than the account's name with a little beside it")))
    if _is_common(folded):
        complaints.append(_of_password(Text(
            "不应是常见密码、连续字符或少数字符的重复",
            "not a common password, a run of neighbouring keys or a few characters repeated")))
    return complaints


def check_role(role: str | None, regions: Sequence[str]) -> list[Complaint]:
    """A role exists, and a recipient has regions; no other role has any."""
    roles = [known.value for known in Role]
    if role is not None and role not in roles:
        return [Complaint("", "role", role[:80], Text(
            f"应为其中之一：{'、'.join(roles)}", f"one of {', '.join(roles)}"))]
    if role == Role.RECIPIENT and not regions:
        return [Complaint("", "regions", "", Text(
            "受援方账户至少要有一个地区代码", "at least one region's code for a recipient"))]
    if role != Role.RECIPIENT and regions:
        return [Complaint("", "regions", ", ".join(regions)[:80], Text(
            "只有受援方（recipient）账户才有地区", "none: only a recipient has regions"))]
    return []


def check_token(days: int, scopes: Collection[str] | None, role: Role) -> list[Complaint]:
    """A token lasts a year at most, and may nothing that its account may not."""
    complaints = []
    if not 1 <= days <= LONGEST_TOKEN_DAYS:
        complaints.append(Complaint("", "days", str(days), Text(
            f"1 至 {LONGEST_TOKEN_DAYS} 天", f"1 to {LONGEST_TOKEN_DAYS} days")))
    allowed = sorted(permission.value for permission in Actor("", role).permissions)
    complaints += [
        Complaint("", "scope", scope[:80], Text(
            f"该账户可有的权限：{'、'.join(allowed)}", f"one of what the account may: "
            f"{', '.join(allowed)}"))
        for scope in scopes or () if scope not in allowed
    ]
    if scopes is not None and not scopes:
        complaints.append(Complaint("", "scope", "", Text(
            "至少一个权限；不给则为该角色的全部权限",
            "at least one, or nothing given for all of the role's")))
    return complaints


def as_scopes(scopes: Collection[str] | None) -> frozenset[Permission] | None:
    """Kept scopes as permissions; what is no permission any more allows nothing."""
    if scopes is None:
        return None
    return frozenset(permission for permission in Permission if permission.value in scopes)


def _of_password(expected: Text) -> Complaint:
    return Complaint("", "password", _HIDDEN, expected)


def _is_common(folded: str) -> bool:
    if len(set(folded)) < 5:
        return True
    bare = re.sub(r"[\W\d_]+$", "", re.sub(r"^[\W\d_]+", "", folded))
    if bare in _COMMON or folded in _COMMON:
        return True
    return any(_made_of(folded, run) for run in (*_COMMON, *_RUNS))


def _made_of(folded: str, word: str) -> bool:
    """Whether a text is a word's part, forwards or backwards, or the word again and again."""
    again = word * (len(folded) // len(word) + 1)
    return folded in again or folded in again[::-1]

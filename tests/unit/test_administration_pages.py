"""The audit page and the accounts page: addresses, moments, facts in words, the policy in words."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aid.access.policy import Permission, Reach, reach
from aid.access.roles import ADMINISTRATORS, Role
from aid.accounts.queries import AccountRow, Region
from aid.audit.model import AuditKind, Outcome
from aid.audit.queries import Entry, Page, Position
from aid.text import LOCALES, Locale
from dashboards.facts import told
from dashboards.i18n import WORDS
from dashboards.pages.accounts import YES_OR_NO, accounts_page
from dashboards.pages.audit import audit_page
from dashboards.reading_administration import position, position_key, wanted
from dashboards.view import View

NOON = datetime(2026, 11, 21, 4, 0, 0, 123456, UTC)
ACCOUNT = AccountRow(
    1, "li.na", "李娜", Role.RECIPIENT, (Region("540200", "日喀则市", "Shigatse"),), demo=False,
    provider=False, second_factor=True, created_at=NOON, last_sign_in=NOON, disabled_at=None)
ENTRY = Entry(7, NOON, AuditKind.REFUSAL, Outcome.REFUSED, "li.na", "recipient",
              "/dashboards/audit", "10.0.0.1", {"needed": "audit.read"})


def _said(nodes: Any) -> str:
    return str([node.to_plotly_json() for node in nodes])


@given(st.timedeltas(timedelta(), timedelta(days=300_000)), st.integers(0, 10**18 - 1))
def test_a_place_in_the_log_travels_in_an_address(since: timedelta, number: int) -> None:
    """To the microsecond: entries of one moment are told apart by their number."""
    place = Position(datetime(1970, 1, 1, tzinfo=UTC) + since, number)
    assert position(position_key(place)) == place


@given(st.text(max_size=60))
def test_no_text_breaks_the_reading_of_a_place(text: str) -> None:
    """Whatever stands in an address."""
    found = position(text)
    assert found is None or position(position_key(found)) == found


@pytest.mark.parametrize("text", ["", "1", "-1-1", "999999999999999999-1", "1-9999999999999999999",
                                  "١-١", "1-1\n"])
def test_what_is_no_place_is_the_newest_page(text: str) -> None:
    """Beyond what a date or a number can hold as well."""
    assert position(text) is None


def test_days_begin_and_end_in_china() -> None:
    """Both days are meant whole."""
    asked = wanted(View(since=date(2026, 11, 21), until=date(2026, 11, 21)))
    assert asked.since == datetime(2026, 11, 20, 16, tzinfo=UTC)
    assert asked.until == datetime(2026, 11, 21, 16, tzinfo=UTC)


def test_what_is_unknown_narrows_nothing() -> None:
    """A wrong word in an address is no empty page, and the last of all days no fault."""
    asked = wanted(View(kind="nothing", outcome="perhaps", until=date.max))
    assert (asked.kind, asked.outcome, asked.until) == (None, None, None)


def test_a_moment_is_shown_on_the_clocks_of_china_and_exactly_beside() -> None:
    """20 o'clock there is noon here."""
    said = _said(audit_page(View(page="audit"), Page((ENTRY,), None)))
    assert "2026-11-21 12:00:00" in said
    assert "2026-11-21 12:00:00.123456+08:00" in said
    assert "越权被拒" in said
    assert "需要权限：查看审计日志" in said


@pytest.mark.parametrize(("view", "sentence"), [
    (View(page="audit"), "审计日志还没有记录"),
    (View(page="audit", kind="export"), "没有符合筛选条件的记录"),
    (View(page="audit", before="1-1"), "没有更早的记录了"),
])
def test_an_empty_log_says_why(view: View, sentence: str) -> None:
    """Nothing there, nothing that fits, nothing older."""
    assert sentence in _said(audit_page(view, Page((), None)))


@pytest.mark.parametrize(("facts", "zh", "en"), [
    ({}, "", ""),
    ({"disabled": False}, "恢复启用", "enabled again"),
    ({"added": True}, "新建账户", "account added"),
    ({"stage": "full", "method": "password"}, "方式：密码 · 其后：进入系统",
     "by password · then: signed in"),
    ({"role": "recipient", "regions": ["540200", "652900"]}, "角色 受援地 · 地区 540200、652900",
     "role: Recipient · regions: 540200, 652900"),
    ({"days": 90, "scopes": None}, "有效天数 90", "days: 90"),
    ({"reason": "TOO_MANY_ATTEMPTS"}, "原因：尝试次数过多", "reason: too many attempts"),
    ({"step": "setting_up", "reason": "wrong_code"}, "设立时 · 原因：验证码不对",
     "while setting up · reason: wrong code"),
    ({"step": "signing_in", "reason": "used_code"}, "登录时 · 原因：验证码已用过或早于上次所用",
     "at sign-in · reason: code used already, or older than the last one"),
    ({"reason": "wrong_password"}, "原因：现用密码不对", "reason: present password wrong"),
    ({"reason": "unfit_password"}, "原因：新密码不合要求", "reason: new password not acceptable"),
    ({"why": "NOT_A_FORM"}, "原因：不是表单", "reason: not a form"),
    ({"unheard": {"of": 1}}, 'unheard: {"of": 1}', 'unheard: {"of": 1}'),
    ({"role": "{value}"}, "角色 {value}", "role: {value}"),
])
def test_facts_are_told_in_words(facts: dict[str, Any], zh: str, en: str) -> None:
    """And what has none is shown as it is."""
    assert told(facts, "zh") == zh
    assert told(facts, "en") == en


JSON = st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=9),
                    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
                        st.text(max_size=9), inner, max_size=3), max_leaves=8)
NAMES = st.sampled_from([key.removeprefix("fact.") for key in WORDS if key.startswith("fact.")])


@given(st.dictionaries(NAMES | st.text(max_size=9), JSON, max_size=5), st.sampled_from(LOCALES))
def test_no_fact_breaks_the_page(facts: dict[str, Any], locale: Locale) -> None:
    """An entry made by a later version as little as an odd one."""
    assert isinstance(told(facts, locale), str)


@pytest.mark.parametrize(("row", "sentence"), [
    (ACCOUNT, "日喀则市"),
    (replace(ACCOUNT, regions=()), "⚠ 尚未指定地区"),
    (replace(ACCOUNT, role=None, regions=()), "○ 待授予角色"),
    (replace(ACCOUNT, disabled_at=NOON), "⊘ 已停用"),
    (replace(ACCOUNT, last_sign_in=None), "从未登录"),
    (replace(ACCOUNT, role=Role.LEADER, regions=()), "全部地区"),
])
def test_an_account_is_described_in_words(row: AccountRow, sentence: str) -> None:
    """Its regions, its last sign-in, its state."""
    assert sentence in _said(accounts_page(View(page="accounts"), [row]))


def test_disabled_accounts_come_last() -> None:
    """Each part by name."""
    rows = [replace(ACCOUNT, name="a", disabled_at=NOON), replace(ACCOUNT, name="c"),
            replace(ACCOUNT, name="b")]
    said = _said(accounts_page(View(page="accounts"), rows))
    order = [said.index(f'["th",{{"scope":"row","class":"name"}},["{name}"]]') for name in "bca"]
    assert order == sorted(order)


def test_the_sentences_about_the_administrators_are_what_the_policy_says() -> None:
    """They are written by hand; a change of the policy has to change them."""
    may = {role: {p for p in YES_OR_NO if reach(role, p) is Reach.ALL} for role in ADMINISTRATORS}
    common = {Permission.ACCOUNT_READ, Permission.SELF}
    assert may == {
        Role.SYSTEM_ADMIN: common | {Permission.ACCOUNT_KEEP},
        Role.SECURITY_ADMIN: common | {Permission.ACCOUNT_GRANT},
        Role.AUDIT_ADMIN: common | {Permission.AUDIT_READ},
    }
    assert all(reach(role, p) is Reach.NONE for role in ADMINISTRATORS
               for p in set(Permission) - YES_OR_NO)

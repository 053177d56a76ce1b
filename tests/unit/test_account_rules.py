"""What names, passwords, roles and tokens may be; what is remembered, and what is held back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aid.access.actor import NOT_ACCOUNTS, SEED, Actor
from aid.access.policy import Permission
from aid.access.roles import Role
from aid.accounts import passwords
from aid.accounts.remembered import LIFETIME, Remembered
from aid.accounts.rules import (
    as_scopes,
    check_display_name,
    check_name,
    check_password,
    check_role,
    check_token,
    is_name,
    typed,
)
from aid.accounts.terms import Stage
from aid.accounts.throttle import _network
from aid.accounts.visitor import Person, visitor
from aid.audit.service import LONGEST, Flood, storable

GOOD = "a ferry on the Huangpu"


@pytest.mark.parametrize("name", ["li.na", "a1", "0-_.", "x" * 63])
def test_plain_names_are_names(name: str) -> None:
    """Letters, digits, three marks."""
    assert check_name(name) == []


@pytest.mark.parametrize("name", [
    "", "a", "x" * 64, "Li.na", "李娜", "li na", "li\n", "-li", ".li", "li\x00",
    "li\ud800", "lı.na"])
def test_other_names_are_not(name: str) -> None:
    """Nothing that looks like something else or cannot be typed."""
    assert [complaint.field for complaint in check_name(name)] == ["name"]


@given(st.text())
def test_a_typed_name_that_is_one_stays_itself(text: str) -> None:
    """What people type around it does not matter, and no name changes by being typed."""
    if is_name(text):
        assert typed(f" {text.upper()}\t") == text


@pytest.mark.parametrize("password", [
    GOOD, "correct horse battery", "对口支援上海到日喀则一九九五年", "Xk3!mmQ9-vvT2",
    "li is my best friend"])
def test_good_passwords(password: str) -> None:
    """Long and not guessed first; any characters, spaces too."""
    assert check_password(password, "li") == []


@pytest.mark.parametrize("password", [
    "password1234", "P@ssw0rd2024!", "Administrator1", "123456789012", "210987654321",
    "qwertyuiop12", "abcdefghijkl", "abababababab", "aaaaaaaaaaaaaaaa", "shanghai2024!",
    "passwordpassword", "1qaz2wsx3edc", "WOAINI1314520"])
def test_common_passwords_are_refused_whatever_their_length(password: str) -> None:
    """What everybody tries first."""
    assert len(check_password(password, "li")) == 1


def test_all_that_is_wrong_with_a_password_is_said_at_once_and_never_the_password() -> None:
    """Too short, the name with a little beside it, and common."""
    complaints = check_password("admin1", "admin")
    assert len(complaints) == 3
    assert all("admin" not in c.to("en").lower() and "admin" not in c.to("zh") for c in complaints)
    assert [c.field for c in check_password("x" * 5000, "li")] == ["password"]
    assert check_password("demo-office-12", "demo-office") != []


def test_roles_and_regions_belong_together() -> None:
    """A recipient has regions, nobody else; a role is one of seven, or is granted later."""
    assert check_role("recipient", ["540200"]) == check_role("office", []) == []
    assert check_role(None, []) == []
    assert [c.field for c in check_role("recipient", [])] == ["regions"]
    assert [c.field for c in check_role("office", ["540200"])] == ["regions"]
    assert [c.field for c in check_role(None, ["540200"])] == ["regions"]
    assert [c.field for c in check_role("gate", [])] == ["role"]


@pytest.mark.parametrize("role", Role)
def test_a_token_may_what_its_account_may(role: Role) -> None:
    """All of it, and nothing beyond."""
    allowed = {permission.value for permission in Actor("", role).permissions}
    assert check_token(90, None, role) == check_token(1, allowed, role) == []
    beyond = {permission.value for permission in Permission} - allowed
    assert len(check_token(90, beyond, role)) == len(beyond)


def test_all_that_is_wrong_with_a_token_is_said_at_once() -> None:
    """Days and each scope; none at all is not the same as all."""
    complaints = check_token(367, ["plan.read", "gate", ""], Role.OFFICE)
    assert [c.field for c in complaints] == ["days", "scope", "scope"]
    assert [c.field for c in check_token(0, [], Role.OFFICE)] == ["days", "scope"]


def test_a_kept_scope_that_is_no_permission_any_more_allows_nothing() -> None:
    """It does not widen the token."""
    assert as_scopes(["plan.read", "former.read"]) == frozenset({Permission.PLAN_READ})
    assert as_scopes(["former.read"]) == frozenset()
    assert as_scopes(None) is None


@pytest.mark.parametrize("stage", Stage)
def test_who_is_half_in_may_nothing(stage: Stage) -> None:
    """Only at the last stage an actor has permissions."""
    person = Person(1, "li", "李", Role.OFFICE, ())
    came = visitor(person, stage, session_id=1)
    assert (came.actor.permissions == Actor("", Role.OFFICE).permissions) is (stage is Stage.FULL)
    assert bool(came.actor.permissions) is (stage is Stage.FULL)


def test_the_hash_for_nobody_costs_what_others_cost() -> None:
    """Otherwise an unknown name would be answered sooner."""
    assert not passwords.outdated(passwords._NOBODYS)
    assert "m=19456,t=2,p=1" in passwords._NOBODYS


def test_random_passwords_satisfy_the_rules() -> None:
    """And differ."""
    made = {passwords.random_password() for _ in range(200)}
    assert len(made) == 200
    assert all(check_password(password, "li") == [] for password in made)


def test_addresses_are_counted_by_who_holds_them() -> None:
    """In IPv6 anybody has a whole network to themselves."""
    assert _network("2001:db8:1:2::7") == _network("2001:db8:1:2:ffff::1")
    assert _network("2001:db8:1:2::7") != _network("2001:db8:1:3::7")
    assert _network("::ffff:192.0.2.7") == _network("192.0.2.7") != _network("192.0.2.8")
    assert _network("unix") == "unix"


def test_the_same_refusal_is_let_through_once_a_minute() -> None:
    """The next one says how many were held back; others are not held back by it."""
    flood = Flood()
    assert flood.admit(("li", "/a"), 0) == 0
    assert [flood.admit(("li", "/a"), second) for second in (1, 30, 59.9)] == [None] * 3
    assert flood.admit(("li", "/b"), 1) == flood.admit(("wang", "/a"), 1) == 0
    assert flood.admit(("li", "/a"), 60) == 3
    assert flood.admit(("li", "/a"), 61) is None
    assert flood.admit(("li", "/a"), 1000) == 1


def test_what_is_held_back_is_remembered_within_bounds() -> None:
    """Endless different refusals cost no endless memory."""
    flood = Flood(size=100)
    assert all(flood.admit((str(number), ""), 0) == 0 for number in range(1000))
    assert len(flood._seen) == 100


def test_a_visitor_is_remembered_for_five_seconds_at_most() -> None:
    """For less, if the session ends sooner; the clock here is one that the test winds."""
    now = 0.0
    known = Remembered(size=2, clock=lambda: now)
    came = visitor(Person(1, "li", "李", Role.OFFICE, ()), Stage.FULL, session_id=1)
    known.keep((b"a", False), came, known.epoch, 3600)
    known.keep((b"b", False), came, known.epoch, 2)
    assert known.get((b"a", False)) is known.get((b"b", False)) is came
    assert known.get((b"a", True)) is None
    now = 2.5
    assert known.get((b"b", False)) is None
    now = LIFETIME
    assert known.get((b"a", False)) is None
    for secret in (b"1", b"2", b"3"):
        known.keep((secret, False), came, known.epoch, 5)
    assert known.get((b"1", False)) is None
    assert known.get((b"3", False)) is came


def test_what_was_looked_up_before_somebody_was_forgotten_is_not_kept() -> None:
    """It may tell of the time before."""
    known = Remembered()
    came = visitor(Person(1, "li", "李", Role.OFFICE, ()), Stage.FULL, session_id=1)
    other = visitor(Person(2, "wang", "王", Role.OFFICE, ()), Stage.FULL, session_id=2)
    epoch = known.epoch
    known.keep((b"b", False), other, epoch, 5)
    known.forget(1)
    known.keep((b"a", False), came, epoch, 5)
    assert known.get((b"a", False)) is None
    assert known.get((b"b", False)) is other


@given(st.text(alphabet=st.characters(codec=None)))
def test_whatever_was_sent_can_be_stored(text: str) -> None:
    """No zero byte, no half character, not endlessly long."""
    kept = storable(text)
    assert "\x00" not in kept
    assert len(kept.encode()) <= 4 * LONGEST


def test_no_account_is_called_what_the_program_calls_itself() -> None:
    """History and the audit log would take it for the loader, a door or a stranger."""
    assert SEED.name in NOT_ACCOUNTS
    for name in NOT_ACCOUNTS:
        assert not is_name(name)
        assert check_name(name)
    for name in ("account-7", "account-", "erased-7", "erased-by.li"):
        assert check_name(name), "a mark of the ledger, or what an erasure leaves"
    assert not check_name("accountant-7")


@pytest.mark.parametrize("name", ["", "   ", "x" * 81, "a\x00b", "a\u202eb", "a\nb"])
def test_what_people_read_hides_nothing(name: str) -> None:
    """Blank, endless, or with characters that cannot be seen."""
    assert check_display_name(name)
    assert not check_display_name("上海市合作交流办 李娜")

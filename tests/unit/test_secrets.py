"""Keys: what is encrypted, what is signed, and what becomes of both when a key is changed."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aid.database.choose import Chosen
from aid.secrets import BadSecretKey, Keys, Unreadable, kept_key, kept_key_exists
from aid.settings import Settings

OLD, NEW = "old-" * 10, "new-" * 10


@given(st.text())
def test_what_is_encrypted_is_read_again_and_not_seen(plain: str) -> None:
    """By the same key; twice the same text does not look the same."""
    keys = Keys(NEW)
    once, again = keys.encrypt(plain), keys.encrypt(plain)
    assert keys.decrypt(once) == keys.decrypt(again) == plain
    assert once != again
    assert len(plain) < 8 or plain not in once


def test_a_key_is_changed_in_three_steps() -> None:
    """The new one in front reads the old; encrypted anew, the old one is not needed any more."""
    kept = Keys(OLD).encrypt("otpauth")
    both = Keys(f"{NEW}, {OLD}")
    assert both.decrypt(kept) == "otpauth"
    rotated = both.rotate(kept)
    assert Keys(NEW).decrypt(rotated) == "otpauth"
    with pytest.raises(Unreadable, match="AID_SECRET_KEY"):
        Keys(OLD).decrypt(rotated)
    for give_back in (Keys(NEW).decrypt, Keys(NEW).rotate):
        with pytest.raises(Unreadable):
            give_back(kept)


def test_what_was_altered_is_not_read() -> None:
    """Nor what was never encrypted."""
    kept = Keys(NEW).encrypt("otpauth")
    for wrong in (kept[:-8], kept[:20] + ("A" if kept[20] != "A" else "B") + kept[21:], "", "x"):
        with pytest.raises(Unreadable):
            Keys(NEW).decrypt(wrong)


def test_a_signature_holds_for_one_purpose_one_message_and_the_keys_of_today() -> None:
    """The former key's signatures hold as long as it stands there."""
    signature = Keys(OLD).sign("csrf", "session")
    both = Keys(f"{NEW},{OLD}")
    assert both.signed("csrf", "session", signature)
    assert both.sign("csrf", "session") == Keys(NEW).sign("csrf", "session") != signature
    assert not both.signed("backup", "session", signature)
    assert not both.signed("csrf", "another", signature)
    assert not both.signed("csrf", "session", "签名")
    assert not Keys(NEW).signed("csrf", "session", signature)


def test_purpose_and_message_are_not_taken_for_each_other() -> None:
    """Where one ends and the other begins is signed too."""
    assert not Keys(NEW).signed("a", "bc", Keys(NEW).sign("ab", "c"))


def test_a_fingerprint_tells_keys_apart_and_is_no_signature() -> None:
    """One for each key, today's first."""
    old, new = Keys(OLD).fingerprints, Keys(NEW).fingerprints
    assert old != new
    assert Keys(f"{NEW},{OLD}").fingerprints == [*new, *old]
    assert not Keys(NEW).signed("fingerprint", "", new[0])
    assert NEW not in new[0]


@pytest.mark.parametrize("joined", ["", " , ", "short", f"{NEW},short", "x" * 31])
def test_a_key_that_is_too_short_is_refused(joined: str) -> None:
    """All of several have to be long enough; the key itself is not said."""
    with pytest.raises(BadSecretKey, match="32") as refused:
        Keys(joined)
    assert "short" not in str(refused.value)


def test_an_embedded_installation_keeps_one_key_for_its_owner_alone(tmp_path: Path) -> None:
    """Made once, even when several processes start together."""
    place = tmp_path / "data"
    assert not kept_key_exists(place)
    with ThreadPoolExecutor(8) as several:
        made = set(several.map(lambda _: kept_key(place), range(32)))
    assert len(made) == 1
    assert kept_key(place) in made
    assert stat.S_IMODE((place / "secret.key").stat().st_mode) == 0o600
    assert [path.name for path in place.iterdir()] == ["secret.key"]
    assert kept_key_exists(place)


def test_the_setting_goes_before_the_kept_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a setting the embedded installation has its own; a database of one's own has none."""
    monkeypatch.setenv("AID_SECRET_KEY", NEW)
    assert Chosen("", True, Settings(data_dir=tmp_path)).secret_key() == NEW
    assert not kept_key_exists(tmp_path)
    monkeypatch.delenv("AID_SECRET_KEY")
    without = Settings(data_dir=tmp_path)
    assert Chosen("", True, without).secret_key() == kept_key(tmp_path)
    with pytest.raises(BadSecretKey, match="aid key new"):
        Chosen("", False, without).secret_key()

"""Names of files as they are kept."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aid.projects.files import NAME, clean_name


@pytest.mark.parametrize(("sent", "kept"), [
    ("批复.pdf", "批复.pdf"),
    ("批复.PDF", "批复.pdf"),
    ("../../etc/passwd.pdf", "passwd.pdf"),
    ("C:\\用户\\批复.pdf", "批复.pdf"),
    ("a\r\nSet-Cookie: x=1.pdf", "a Set-Cookie_ x=1.pdf"),
    ("a\0b.pdf", "ab.pdf"),
    ("fdp\u202efdp.exe.pdf", "fdpfdp.exe.pdf"),
    ('a"b;c.pdf', "a_b;c.pdf"),
    ("  批 \t复 .pdf", "批 复.pdf"),
    (".pdf", "file.pdf"),
    ("", "file"),
    ("nul.pdf", "_nul.pdf"),
    ("...", "file"),
    ("批" * 300 + ".pdf", "批" * (NAME - 4) + ".pdf"),
    ("a." + "x" * 300, "a." + "x" * (NAME - 2)),
    ("a. .pdf", "a.pdf"),
])
def test_a_name_is_cleaned(sent: str, kept: str) -> None:
    """No folders, no control characters, nothing that a disk or a header minds."""
    assert clean_name(sent) == kept


@given(st.text(max_size=400))
def test_any_name_becomes_one_that_is_safe(sent: str) -> None:
    """And stays what it is when it is cleaned again."""
    kept = clean_name(sent)
    assert kept == clean_name(kept)
    assert 0 < len(kept) <= NAME
    assert kept.isprintable()
    assert not set(kept) & set('/\\<>:"|?*')
    assert not kept.startswith((".", " "))

"""The house keeps its order: imports, SDL, locks, documents."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic_settings import BaseSettings

from aid.access.roles import Role
from aid.audit.model import AuditKind, Outcome
from aid.cadres.terms import CadreCategory, Direction
from aid.funds.terms import Balance, Decision, MovementKind, SourceKind, TrancheState
from aid.plans.terms import DiscrepancyKind, Qualifier, TargetKind, Theme
from aid.projects.terms import AssessmentKind, DeliveryMode, Evidence, ProjectKind, Stage
from aid.regions.terms import Level, Precision, Programme
from aid.settings import Settings
from aid.villages.terms import Component
from schema.schema import sdl

ROOT = Path(__file__).parents[2]
TEXTS = [path for path in ROOT.rglob("*") if path.suffix in {".py", ".md", ".toml", ".lock"}
         and not {".venv", ".git", "node_modules"} & set(path.parts)]


def test_the_committed_sdl_is_that_of_the_code() -> None:
    """`make schema` writes it; a difference is a change of the public surface."""
    assert (ROOT / "schema" / "schema.graphql").read_text(encoding="utf-8") == sdl()


def test_imports_keep_their_direction() -> None:
    """The contracts of pyproject.toml hold."""
    done = subprocess.run([Path(sys.executable).parent / "lint-imports", "--no-cache"], cwd=ROOT,
                          capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-3000:]


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_locks_carry_hashes_and_name_no_host(lock: str) -> None:
    """Every requirement has a hash; no address stands in it."""
    text = (ROOT / lock).read_text()
    assert "://" not in text
    assert "index-url" not in text
    blocks = re.split(r"\n(?=[a-zA-Z0-9])", text.strip())
    assert all("--hash=sha256:" in block for block in blocks)


def test_the_runtime_lock_is_part_of_the_development_lock() -> None:
    """One version of each library, wherever it is installed."""
    def versions(name: str) -> set[str]:
        return set(re.findall(r"^[\w.-]+==\S+", (ROOT / name).read_text(), re.MULTILINE))

    assert versions("requirements.lock") <= versions("requirements-dev.lock")


def test_every_setting_is_documented() -> None:
    """Each AID_ variable stands in docs/operations.md."""
    text = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    fields: type[BaseSettings] = Settings
    assert [name for name in fields.model_fields if f"AID_{name.upper()}" not in text] == []


def test_every_task_of_the_makefile_says_what_it_does() -> None:
    """`make help` lists them all."""
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    phony = re.search(r"^\.PHONY: (.*)$", text, re.MULTILINE)
    assert phony is not None
    for task in phony[1].split():
        assert re.search(rf"^{task}:.* ## \S", text, re.MULTILINE), task


def test_every_decision_is_listed() -> None:
    """docs/adr/README.md names each page."""
    pages = sorted(path.name for path in (ROOT / "docs" / "adr").glob("0*.md"))
    listed = (ROOT / "docs" / "adr" / "README.md").read_text(encoding="utf-8")
    assert pages
    assert [page for page in pages if page not in listed] == []


def test_links_between_documents_lead_somewhere() -> None:
    """A relative link names a file that exists."""
    for path in TEXTS:
        if path.suffix == ".md":
            text = path.read_text(encoding="utf-8")
            for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", text):
                assert (path.parent / target).exists(), f"{path.name}: {target}"


def test_both_languages_of_the_readme_have_the_same_commands() -> None:
    """Whoever reads only one misses no command."""
    def commands(name: str) -> list[str]:
        text = (ROOT / name).read_text(encoding="utf-8")
        return re.findall(r"^(?:make|aid|\.venv/bin/aid) .*?(?=\s+#|$)", text, re.MULTILINE)

    assert commands("README.md") == commands("README.zh.md") != []


def test_enumerations_are_stored_as_their_names_in_lower_case() -> None:
    """The read path makes a GraphQL enum's name by upper-casing what is stored."""
    for kind in (Level, Precision, Programme, TargetKind, Theme, Qualifier, DiscrepancyKind, Role,
                 AuditKind, Outcome, ProjectKind, DeliveryMode, Stage, Evidence, AssessmentKind,
                 Component, CadreCategory, Direction, Balance, MovementKind, SourceKind,
                 TrancheState, Decision):
        assert all(value.value == value.name.lower() for value in kind)


def test_files_stay_small() -> None:
    """Past 400 lines something wants to be two things."""
    long = [path for path in TEXTS if path.suffix == ".py" and "versions" not in path.parts
            and len(path.read_text(encoding="utf-8").splitlines()) > 400
            and "tests" not in path.parts]
    assert long == []

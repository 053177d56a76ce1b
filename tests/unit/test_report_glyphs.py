"""The fonts of the yearly report: what they can set, and what is shown of the rest."""

from pathlib import Path

import seeds
from aid.funds.matters import MATTERS
from aid.metrics.registry import METRICS
from aid.report.glyphs import BOLD, REGULAR, coverage, visible

ROOT = Path(seeds.__file__).parent


def test_every_character_of_the_data_has_a_glyph() -> None:
    """What the project ships, what it simulates, and the words it defines figures with."""
    texts = [path.read_text(encoding="utf-8") for kind in ("*.csv", "*.py")
             for path in ROOT.rglob(kind)]
    texts += [said for one in METRICS.values()
              for text in (one.name, one.formula, one.dates) for said in text]
    texts += [said for one in MATTERS.values() for said in one.name]
    used = {one for text in texts for one in text if not one.isspace()}
    assert len(used) > 1000
    assert used - coverage(REGULAR) == set()
    assert used - coverage(BOLD) == set()


def test_a_character_without_a_glyph_is_shown_by_its_number() -> None:
    """Never as nothing; what can be set stays as it is."""
    assert visible("𠮷林省\n第二行") == "〔U+20BB7〕林省\n第二行"
    assert visible("日喀则市 Nyêmo ㎡ ≥ 90 %") == "日喀则市 Nyêmo ㎡ ≥ 90 %"


def test_the_fonts_have_the_characters_of_everyday_writing() -> None:
    """GB 2312, both levels."""
    everyday = {bytes((row, cell)).decode("gb2312", errors="ignore")
                for row in range(0xB0, 0xF8) for cell in range(0xA1, 0xFF)} - {""}
    assert len(everyday) == 6763
    assert everyday <= coverage(REGULAR) & coverage(BOLD)

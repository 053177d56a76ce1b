"""Makes the fonts of this folder from Debian's fonts-noto-cjk; run by hand, never by the program.

    pip install fonttools
    python aid/report/fonts/make.py /usr/share/fonts/opentype/noto

The characters: GB 2312 (6,763 of them 汉字) with Latin letters, the signs that reports set, and
whatever else the project's own data is written with.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

HERE = Path(__file__).resolve().parent
DATA = HERE.parents[2] / "seeds" / "data"
SIMPLIFIED = 2
"""The place of Noto Sans CJK SC in the collection."""
FAMILY = "Aid Sans SC"
SIGNS = "–—‘’“”…‰′″€℃←↑→↓−∑√≈≠≤≥■□▲△▼▽◆◇○●★☆✓✕⚠①②③④⑤⑥⑦⑧⑨⑩①·×÷±²³㎡㎞〇「」『』〔〕￥"


def characters() -> set[int]:
    """The code points that the fonts are to have."""
    latin = set(range(0x20, 0x7F)) | set(range(0xA0, 0x180))
    return latin | set(_gb2312()) | set(map(ord, SIGNS)) | set(_of_data())


def _gb2312() -> Iterator[int]:
    for row in range(0xA1, 0xF8):
        for cell in range(0xA1, 0xFF):
            found = bytes((row, cell)).decode("gb2312", errors="ignore")
            yield from map(ord, found)


def _of_data() -> Iterator[int]:
    for path in sorted(DATA.rglob("*.csv")):
        yield from (ord(one) for one in path.read_text(encoding="utf-8") if ord(one) > 0x20)


def make(source: Path, weight: str) -> Path:
    """One weight, cut down and renamed: OFL fonts that were changed bear another name."""
    options = subset.Options(hinting=False, notdef_outline=True, name_IDs=["*"], drop_tables=[
        *subset.Options().drop_tables, "vhea", "vmtx", "VORG", "GSUB", "GPOS", "BASE"])
    font = TTFont(source, fontNumber=SIMPLIFIED)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=characters())
    cutter.subset(font)
    for number, name in ((1, FAMILY), (2, weight), (3, f"{FAMILY} {weight}"),
                         (4, f"{FAMILY} {weight}"), (6, f"AidSansSC-{weight}"),
                         (16, FAMILY), (17, weight)):
        font["name"].removeNames(nameID=number)
        font["name"].setName(name, number, 3, 1, 0x409)
    font["CFF "].cff.fontNames = [f"AidSansSC-{weight}"]
    target = HERE / f"AidSansSC-{weight}.otf"
    font.save(target)
    return target


if __name__ == "__main__":
    for name in ("Regular", "Bold"):
        made = make(Path(sys.argv[1]) / f"NotoSansCJK-{name}.ttc", name)
        print(f"{made.name}: {made.stat().st_size:,} bytes")

"""Which characters the fonts that ship can set; the others are shown by their number. Pure."""

import struct
from functools import cache
from pathlib import Path

FONTS = Path(__file__).parent / "fonts"
REGULAR, BOLD = FONTS / "AidSansSC-Regular.otf", FONTS / "AidSansSC-Bold.otf"
_BY_SEGMENTS, _END = 4, 0xFFFF


def visible(text: str) -> str:
    """The text with each character that has no glyph as its number: 〔U+20BB7〕."""
    known = _known()
    if known.issuperset(text):
        return text
    return "".join(one if one in known else f"〔U+{ord(one):04X}〕" for one in text)


@cache
def _known() -> frozenset[str]:
    """What both weights can set, and the end of a line."""
    return coverage(REGULAR) & coverage(BOLD) | {"\n"}


@cache
def coverage(font: Path) -> frozenset[str]:
    """The characters up to U+FFFF that an OpenType font has glyphs for, by its table `cmap`.

    Raises ValueError for a font without a table of them.
    """
    data = font.read_bytes()
    tables, = struct.unpack_from(">H", data, 4)
    start = next(offset for tag, _, offset, _ in (
        struct.unpack_from(">4sLLL", data, 12 + 16 * at) for at in range(tables)) if tag == b"cmap")
    encodings, = struct.unpack_from(">H", data, start + 2)
    for at in range(encodings):
        _, _, offset = struct.unpack_from(">HHL", data, start + 4 + 8 * at)
        if struct.unpack_from(">H", data, start + offset)[0] == _BY_SEGMENTS:
            return _segments(data, start + offset)
    raise ValueError(f"{font.name} has no cmap of format {_BY_SEGMENTS}")


def _segments(data: bytes, start: int) -> frozenset[str]:
    """Format 4: the last characters of all segments, two bytes, the first ones."""
    count = struct.unpack_from(">H", data, start + 6)[0] // 2
    lasts = struct.unpack_from(f">{count}H", data, start + 14)
    firsts = struct.unpack_from(f">{count}H", data, start + 16 + 2 * count)
    return frozenset(chr(code) for first, last in zip(firsts, lasts, strict=True)
                     for code in range(first, last + 1) if code != _END)

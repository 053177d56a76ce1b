"""Small files of the kinds that are kept as documents, and some that are not."""

import io
import zipfile
from collections.abc import AsyncIterator

from aid.access.actor import Actor
from aid.projects.documents import Attachment, Upload
from tests.actors import LOCAL

PDF = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj<<>>endobj\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(40)
JPEG = b"\xff\xd8\xff\xe0\0\x10JFIF" + bytes(40)
WEBP = b"RIFF\x24\0\0\0WEBPVP8 " + bytes(40)
OASIS = "application/vnd.oasis.opendocument"


def attached(name: str, content: bytes, actor: Actor = LOCAL) -> Attachment:
    """A file that comes with what it shows."""

    async def chunks() -> AsyncIterator[bytes]:
        yield content

    return Attachment(upload=Upload(file_name=name), chunks=chunks(), actor=actor)


def archive(*names: str, first: tuple[str, str] | None = None, comment: bytes = b"") -> bytes:
    """A ZIP archive of empty files; `first` is stored before them as it is."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        if first is not None:
            made.writestr(zipfile.ZipInfo(first[0]), first[1])
        for name in names:
            made.writestr(name, "")
        made.comment = comment
    return file.getvalue()


def office(main: str, *more: str) -> bytes:
    """An Office Open XML file with this main part."""
    return archive("[Content_Types].xml", "_rels/.rels", main, *more)


DOCX, XLSX, PPTX = map(office, ("word/document.xml", "xl/workbook.xml", "ppt/presentation.xml"))
ODT, ODS = (archive("content.xml", first=("mimetype", f"{OASIS}.{kind}"))
            for kind in ("text", "spreadsheet"))

GOOD = {
    "批复.pdf": PDF, "现场.PNG": PNG, "现场.jpg": JPEG, "现场.jpeg": JPEG, "现场.webp": WEBP,
    "报告.docx": DOCX, "决算.xlsx": XLSX, "汇报.pptx": PPTX, "报告.odt": ODT, "决算.ods": ODS,
    "打印.xlsx": office("xl/workbook.xml", "xl/printerSettings/printerSettings1.bin"),
    "注.docx": archive("[Content_Types].xml", "word/document.xml", comment="附注".encode()),
}
BAD = {
    "页.html": b"<!doctype html><script>1</script>",
    "图.svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    "页.pdf": b"<!doctype html><script>1</script>",
    "后.pdf": b"\n" + PDF,
    "图.png": JPEG,
    "程序.exe": b"MZ" + bytes(60),
    "程序.pdf": b"MZ" + bytes(60),
    "脚本.sh": b"#!/bin/sh\n",
    "无扩展名": PDF,
    "双.pdf.exe": PDF,
    "图.gif": b"GIF89a" + bytes(40),
    "压缩.zip": archive("a.txt"),
    "空.docx": archive("a.txt"),
    "表.docx": XLSX,
    "宏.docm": office("word/document.xml", "word/vbaProject.bin"),
    "宏.docx": office("word/document.xml", "word/vbaProject.bin"),
    "控件.xlsx": office("xl/workbook.xml", "xl/activeX/activeX1.xml"),
    "夹带.docx": office("word/document.xml", "word/setup.EXE"),
    "宏.odt": archive("content.xml", "Basic/script-lc.xml", first=("mimetype", f"{OASIS}.text")),
    "表.odt": ODS,
    "前.docx": b"MZ" + DOCX,
    "后.docx": DOCX + b"<script>1</script>",
    "断.docx": DOCX[:-30],
    "错.docx": b"PK\x03\x04" + bytes(100),
}

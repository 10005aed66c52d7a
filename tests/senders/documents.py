"""Small real documents of every type, and some that pretend to be."""

import io
import struct
import zipfile

from leadrelay.intake.files.kinds import MEDIA_TYPES

CONTENT_TYPES = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/{part}" ContentType="{type}"/></Types>'
)
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
WORD_MACROS = "application/vnd.ms-word.document.macroEnabled.main+xml"
RENAMED = CONTENT_TYPES.format(part="word/a.bin", type="application/vnd.ms-office.vbaProject")
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"


def pdf(text: str = "A Curriculum Vitae") -> bytes:
    """One page with one line, its table of offsets right."""
    stream = f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET"
    objects = (
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources 6 0 R>>",
        f"<</Length {len(stream)}>>stream\n{stream}\nendstream",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        "<</Font<</F1 5 0 R>>>>",
    )
    found, offsets = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n", b""
    for number, content in enumerate(objects, 1):
        offsets += b"%010d 00000 n \n" % len(found)
        found += f"{number} 0 obj\n{content}\nendobj\n".encode()
    table = b"xref\n0 7\n0000000000 65535 f \n" + offsets
    return found + table + b"trailer\n<</Size 7/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % len(found)


def zipped(parts: dict[str, bytes | str], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", method) as into:
        for name, content in parts.items():
            # what OpenDocument wants of its first entry
            stored = zipfile.ZIP_STORED if name == "mimetype" else None
            into.writestr(name, content, stored)
    return archive.getvalue()


def ooxml(
    content_type: str = WORD,
    part: str = "word/document.xml",
    encoding: str = "utf-8",
    **more: bytes,
) -> bytes:
    types = CONTENT_TYPES.format(part=part, type=content_type).encode(encoding)
    others = {name.replace("__", "/").replace("_", "."): content for name, content in more.items()}
    return zipped({"[Content_Types].xml": types, part: "<w:document/>", **others})


def odt(**more: bytes) -> bytes:
    others = {name.replace("__", "/").replace("_", "."): content for name, content in more.items()}
    return zipped({"mimetype": MEDIA_TYPES["odt"], "content.xml": "<office/>", **others})


def ole(*entries: str) -> bytes:
    """An OLE file: header, one sector of the directory, one of allocation ([MS-CFB] 2.2, 2.6)."""
    names = ("Root Entry", *entries)
    directory = b"".join(_ole_entry(name, 5 if at == 0 else 2) for at, name in enumerate(names))
    sectors = -(-len(directory) // 512)
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + struct.pack(
        "<16xHHHHH6xIIIIIIIIII",
        0x3E,
        3,
        0xFFFE,
        9,
        6,
        0,
        1,
        0,
        0,
        4096,
        *[0xFFFFFFFE, 0] * 2,
        sectors,
    )
    return (
        header.ljust(512, b"\xff")
        + directory.ljust(sectors * 512, b"\0")
        + b"\xfe\xff\xff\xff" * 128
    )


def _ole_entry(name: str, kind: int) -> bytes:
    written = (name + "\0").encode("utf-16-le")
    return (written.ljust(64, b"\0") + struct.pack("<HB", len(written), kind)).ljust(128, b"\0")


DOCUMENTS = {
    "pdf": pdf(),
    "doc": ole("WordDocument", "1Table"),
    "docx": ooxml(),
    "odt": odt(),
    "rtf": rb"{\rtf1\ansi A Curriculum Vitae\par}",
    "txt": "Curriculum vitæ\r\n\tÉcole – 2019\f\n".encode(),
}
"""One of each type."""

PROGRAMS = {
    "Windows": b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff" + bytes(46) + b"\x40\0\0\0PE\0\0",
    "Linux": b"\x7fELF\x02\x01\x01" + bytes(57),
    "macOS": b"\xcf\xfa\xed\xfe\x07\0\0\x01" + bytes(24),
    "macOS, universal": b"\xca\xfe\xba\xbe\0\0\0\x02" + bytes(40),
    "script": b"#!/bin/sh\nrm -rf /\n",
    "script with a byte order mark": b"\xef\xbb\xbf#!/usr/bin/env python3\n",
    "program that would be a PDF": b"MZ\0\0%PDF-1.7\n",
}

MACROS = {
    "docm": ooxml(WORD_MACROS),
    "dotm": ooxml("application/vnd.ms-word.template.macroEnabledTemplate.main+xml"),
    "xlsm": ooxml("application/vnd.ms-excel.sheet.macroEnabled.main+xml", "xl/workbook.xml"),
    "docm, its types in UTF-16": ooxml(WORD_MACROS, encoding="utf-16"),
    "docx with a project": ooxml(word__vbaProject_bin=b"\xd0\xcf"),
    "docx with a renamed project": zipped({"[Content_Types].xml": RENAMED, "word/a.bin": b"x"}),
    "doc": ole("WordDocument", "Macros"),
    "doc, spelled otherwise": ole("WordDocument", "mACROS"),
    "doc with a project": ole("WordDocument", "1Table", "Other", "More", "_VBA_PROJECT"),
    "odt with Basic": odt(Basic__Standard__Module1_xml=b"<script/>"),
    "odt with a script": odt(Scripts__python__a_py=b"print()"),
}

OTHERS = {
    "picture": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
    "xlsx": ooxml(EXCEL, "xl/workbook.xml"),
    "xls": ole("Workbook"),
    "encrypted docx": ole("EncryptedPackage", "EncryptionInfo"),
    "odt template": zipped({"mimetype": MEDIA_TYPES["odt"] + "-template", "content.xml": "<a/>"}),
    "archive": zipped({"cv.pdf": pdf()}),
    "archive's beginning": DOCUMENTS["docx"][:-40],
    "docx with disguised types": ooxml(WORD_MACROS.replace("Enabled", "&#69;nabled")),
    "docx with two opinions": zipped({"[Content_Types].xml": "a", "[content_types].xml": "b"}),
    "text with a NUL": b"Curriculum\0vitae",
    "UTF-16 of half a character": b"\xff\xfe\x00\xd8A\0",
    "noise": bytes(range(256)),
}

"""Bytes to text as browsers mean them, and text cleaned of what no CRM can hold."""

import binascii
import codecs
import json
import re

from leadrelay.intake.body.mojibake import mended

# The labels pages declare and the encodings browsers take them for (encoding.spec.whatwg.org):
# an ISO-8859-1 page is sent as windows-1252. A list, because Python's own look-up also knows
# codecs that are no charsets.
_CODECS = {
    label: codec
    for codec, labels in {
        "utf-8": "utf-8 utf8 utf-8-sig unicode-1-1-utf-8 cp65001 utf8mb3 utf8mb4",
        "cp1252": "windows-1252 cp1252 iso-8859-1 iso8859-1 iso_8859-1 latin1 us-ascii ascii",
        "cp1254": "windows-1254 iso-8859-9 latin5",
        "cp874": "windows-874 tis-620 iso-8859-11",
        "gb18030": "gb18030 gbk gb2312",
        "big5hkscs": "big5 big5-hkscs",
        "cp932": "shift_jis shift-jis windows-31j",
        "cp949": "euc-kr ks_c_5601-1987",
        "utf-16-le": "utf-16 utf-16le",
        "utf-16-be": "utf-16be",
        "mac-roman": "macintosh",
        "iso8859-15": "iso-8859-15 latin9",
    }.items()
    for label in labels.split()
}
_CODECS |= {f"iso-8859-{part}": f"iso8859-{part}" for part in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 16)}
_PAGES = range(1250, 1259)
_CODECS |= {f"{name}{page}": f"cp{page}" for name in ("windows-", "x-cp", "cp") for page in _PAGES}
_CODECS |= {"latin2": "iso8859-2", "sjis": "cp932", "x-sjis": "cp932", "koi8": "koi8-r"}
_CODECS |= {name: name for name in ("koi8-r", "koi8-u", "euc-jp", "iso-2022-jp")}

_UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_UNWANTED_ASCII = {code: None for code in range(0x80) if _UNWANTED.match(chr(code))}
_LOST_MARK = 2 * "\ufffd".encode()
_ENCODED_WORD = re.compile(
    r"=\?([\w-]{1,40})(?:\*\w{1,10})?\?([bq])\?([^?\s]*+)\?=(?:\s++(?==\?))?", re.IGNORECASE
)
_LONGEST_HEADER = 500
_SURROGATE = re.compile("[\ud800-\udfff]")


def codec(label: str) -> str:
    """Python's name for a declared charset; "" for none declared, and for one that nobody knows
    (MySQL's utf8mb4 is known): what the bytes are can still be seen."""
    return _CODECS.get(label.strip().strip("\"'").lower(), "")


def decode(raw: bytes, codec: str = "") -> str:
    """Text from bytes in a `codec`. What isn't UTF-8 although nothing else was declared is read
    as windows-1252, which takes almost any byte: a lead with odd accents beats none. What is
    declared to be windows-1252 and yet is UTF-8 isn't so by chance: nobody types "Ã¶". Forms are
    never in UTF-16, whatever their page is in (encoding.spec.whatwg.org, "output encodings")."""
    if (codec.startswith("utf-16") and b"\0" not in raw) or codec == "cp1252":
        codec = ""
    try:
        return raw.decode(codec or "utf-8")
    except UnicodeDecodeError:
        fallback = "cp1252" if codec in {"", "utf-8"} else codec
        return raw.decode(fallback, "replace")


def decode_json(raw: bytes, codec: str = "") -> str:
    """The same for JSON, whose first bytes tell UTF-16 and UTF-32, with a mark or without (RFC
    4627, section 3), whatever is declared."""
    if raw.startswith(_LOST_MARK):  # API Gateway hands JSON over as UTF-8, and the mark is none
        return decode(raw.removeprefix(_LOST_MARK).replace(b"\0", b""))
    seen = json.detect_encoding(raw)
    if seen.startswith("utf-8"):
        return decode(
            raw.removeprefix(codecs.BOM_UTF8), "" if codec.startswith("utf-16") else codec
        )
    return decode(raw, seen)


def decoded_words(text: str) -> str:
    """The text with the encoded words of mails (RFC 2047) decoded, such as stand in a From; a text
    longer than any header as it is. Not by `email.header`, which takes 30 µs for a word, and there
    may be ten thousand."""
    if "=?" not in text or len(text) > _LONGEST_HEADER:
        return text
    return _ENCODED_WORD.sub(_decoded, text)


def _decoded(word: re.Match[str]) -> str:
    label, way, payload = word.groups()
    charset = codec(label)
    try:
        if way in "bB":
            raw = binascii.a2b_base64(payload.encode() + b"==")
        else:
            raw = binascii.a2b_qp(payload.encode(), header=True)
    except binascii.Error:
        return word[0]
    return decode(raw, charset) if charset else word[0]


def clean(text: str) -> str:
    """The text without control characters but newline and tab; line ends become newlines, halves
    of surrogate pairs, which UTF-8 cannot hold, the replacement character. What was read in a
    wrong charset on the way is mended, and a mail's encoded words are decoded."""
    text = decoded_words(text)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.isascii():  # five times as quick as an expression, which matters where it is long
        return text.translate(_UNWANTED_ASCII)
    return _SURROGATE.sub("\ufffd", _UNWANTED.sub("", mended(text)))

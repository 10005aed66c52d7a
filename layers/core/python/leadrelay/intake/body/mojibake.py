"""UTF-8 that a program on the way took for windows-1252, once or twice: "JÃ¶rg" is Jörg.

Only a text of which that is true as a whole is mended, as nobody types such by chance. ftfy, the
library for it, mends halves of texts too, and texts of more charsets; it takes 0.2 s to load.
"""

import codecs
import re

_UNDEFINED = range(0x80, 0xA0)
_BYTES = "".join(
    byte.decode("latin-1") if byte[0] in _UNDEFINED and not byte.decode("cp1252", "ignore")
    else byte.decode("cp1252")
    for byte in map(bytes, zip(range(256), strict=True))
)  # fmt: skip
_TO_BYTES = codecs.charmap_build(_BYTES)
_FOLLOWS = "\u00a0‘’“”„«»‹›…–—•°€™®©"  # may follow a letter in any text
_REST = "".join(map(chr, _UNDEFINED)) + "".join(c for c in _BYTES[0x80:0xC0] if c not in _FOLLOWS)
_SIGN = re.compile(
    f"[\u00c2\u00c3][{re.escape(_REST + _FOLLOWS)}]"
    f"|[\u00c4-\u00f4](?:[{re.escape(_REST)}]|[{_FOLLOWS}](?=\\w))"
)
_TIMES = 3
_LONGEST = 100_000
# IRMÃ, a word of capitals, before a quotation mark or a space that doesn't break.
_CAPITAL = re.compile("\u00c3(?:\u00a0|[’”“»](?!\\w{2}))")


def mended(text: str) -> str:
    """The text as it was before; any other as it is, and one that is longer than any answer."""
    if len(text) > _LONGEST:
        return text
    for _ in range(_TIMES):
        if not _SIGN.search(text) or (text.isupper() and _CAPITAL.search(text)):
            break
        try:
            text = _as_bytes(text).decode()
        except UnicodeError:
            break
    return text


def _as_bytes(text: str) -> bytes:
    """In windows-1252, or where there are controls in ISO-8859-1, which has them. Raises
    UnicodeError."""
    try:
        return codecs.charmap_encode(text, "strict", _TO_BYTES)[0]
    except UnicodeError:
        return text.encode("latin-1")

"""The text of an answer that an editor wrote as HTML."""

import re
from html.parser import HTMLParser

_MARKUP = re.compile(
    r"\s*<(?:p|div|ul|ol|h[1-6]|span|strong|b|em|i|u|table|blockquote)\b[^<>]*>.*</\w+>\s*",
    re.DOTALL,
)
_BLOCKS = frozenset({"p", "div", "br", "li", "ul", "ol", "tr", "table", "blockquote", "pre", "hr"})
_BLOCKS |= {f"h{size}" for size in range(1, 7)}
_NO_TEXT = frozenset({"script", "style"})


def text_of(value: str) -> str:
    """What is to be read of it, a line for each paragraph and point; "" where it is no HTML."""
    if not _MARKUP.fullmatch(value):
        return ""
    reader = _Reader()
    reader.feed(value)
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.told).split("\n"))
    return "\n".join(line for line in lines if line.strip("– "))


class _Reader(HTMLParser):
    """Links and pictures are told by their addresses."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[str] = []
        self._link = ""
        self._silent = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        self._silent = self._silent or tag in _NO_TEXT
        self.told.append("\n" if tag in _BLOCKS else " " if tag == "td" else "")
        self.told.append("– " if tag == "li" else "")
        if tag == "img":
            self.told.append(f" {known.get('alt') or ''} {known.get('src') or ''} ")
        if tag == "a":
            self._link = known.get("href") or ""

    def handle_endtag(self, tag: str) -> None:
        self._silent = self._silent and tag not in _NO_TEXT
        if tag in _BLOCKS:
            self.told.append("\n")
        if tag == "a" and self._link and self._link not in "".join(self.told[-3:]):
            self.told.append(f" ({self._link})")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.told.append(data.replace("\n", " "))

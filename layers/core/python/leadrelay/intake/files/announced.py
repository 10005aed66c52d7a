"""Files that a page announces, and sends on their own as they are too big for one request.

Its script says of each, in the query of /uploads, which field it is from and how large it is:
`file=resume:5300000`, once for each. Where nothing is said it is one, the résumé.
"""

import re
from collections.abc import Iterable

from leadrelay.errors import Rejected
from leadrelay.intake.files.accept import MAX_FILE_BYTES, too_large_file
from leadrelay.intake.files.likeness import likeness
from leadrelay.intake.limits import WITH_FILES, too_large
from leadrelay.sources import Source

_FILE = re.compile(r"(.{1,200}):(\d{1,15})", re.DOTALL)


def announced_places(query: Iterable[tuple[str, str]], source: Source) -> list[int]:
    """The places of the files among those of their lead, in the order of the announcement: that of
    the résumé is 1. Raises Rejected: 400 unreadable, 413 too large or too many."""
    told = [_read(value, source) for name, value in query if name == "file"] or ["resume"]
    if len(told) > WITH_FILES.files:
        raise too_large(f"A form may have at most {WITH_FILES.files} files.")
    resume = max(range(len(told)), key=lambda number: likeness(told[number], "", ""))
    others = iter(range(2, len(told) + 1))
    return [1 if number == resume else next(others) for number in range(len(told))]


def _read(told: str, source: Source) -> str:
    """The field's name."""
    found = _FILE.fullmatch(told)
    if not found:
        raise Rejected(400, "Unreadable announcement", "Write file=FIELD:BYTES for each file.")
    limit = source.max_file_bytes or MAX_FILE_BYTES
    if int(found[2]) > limit:
        raise too_large_file(limit, field=found[1])
    return found[1]

"""The largest bodies that anybody can send keep no reader busy, whatever is in them."""

import pytest

from bench.reader_times import LIMIT_MS, bodies, largest, timed
from leadrelay.intake.senders import BY_KIND
from leadrelay.lead import Kind

SENDERS = [(kind, name) for kind, senders in BY_KIND.items() for name in senders]


@pytest.mark.long
@pytest.mark.parametrize(("kind", "name"), SENDERS)
def test_a_reader_s_time_grows_with_the_body_and_no_faster(kind: Kind, name: str) -> None:
    """What takes long for the largest body must take about a quarter for a quarter of it; a
    quadratic reader takes a sixteenth. So it holds on any machine, however busy."""
    (*_, size) = largest(kind, name)
    quarters = iter(bodies(size // 4))
    for what, content_type, body in bodies(size):
        _, quarter_type, quarter = next(quarters)
        took = timed(name, kind, content_type, body)
        if took > LIMIT_MS:  # perhaps as the collector of garbage came between
            took = min(took, *(timed(name, kind, content_type, body) for _ in range(2)))
        if took > LIMIT_MS:
            assert took < 8 * timed(name, kind, quarter_type, quarter), what

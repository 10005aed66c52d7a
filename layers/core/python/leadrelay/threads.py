"""Several things at once, where there are several."""

from collections.abc import Callable, Sequence
from contextvars import copy_context


def side_by_side[R](acts: Sequence[Callable[[], R]], at_once: int) -> list[R]:
    """What each of them gives, in their order, by as many threads as may be; none for one alone.
    Each runs in a context of its own, so that no line is told in another's name. Raises what the
    first of them raises that does."""
    if len(acts) < 2:
        return [copy_context().run(act) for act in acts]
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415  # most are alone

    with ThreadPoolExecutor(max_workers=max(1, min(at_once, len(acts)))) as pool:
        return [done.result() for done in [pool.submit(copy_context().run, act) for act in acts]]

"""A refused write: it may have been done all the same, or be taken in a plainer form."""

from collections.abc import Callable

from leadrelay.errors import Refused, Retryable, Undecidable, Unknown


def first_accepted(look: Callable[[], str | None], *writes: Callable[[], str]) -> str:
    """What the first of `writes` that isn't refused gives. After each refusal `look` is asked
    once, as an error may come after the record was saved. Raises the first refusal, if all are;
    Unknown, if `look` got no answer."""
    refusals: list[Refused] = []
    for write in writes:
        try:
            return write()
        except Refused as refusal:
            refusals.append(refusal)
            try:
                found = look()
            except Undecidable as undecidable:
                raise Undecidable(str(undecidable), words=refusal.words) from refusal
            except Retryable as error:
                raise Unknown(f"refused, and then: {error}", words=refusal.words) from error
            if found:
                return found
    raise refusals[0]

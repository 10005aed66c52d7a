"""A refused write: it may have been done all the same, or be taken in a plainer form."""

from collections.abc import Callable

from leadrelay.errors import DeliveryError, Refused, Undecidable, Unknown


def first_accepted(look: Callable[[], str | None], *writes: Callable[[], str]) -> str:
    """What the first of `writes` that isn't refused gives. After each refusal `look` is asked
    once, as an error may come after the record was saved. Raises the first refusal, if all are;
    Unknown, if `look` got no answer; Undecidable, if it is refused as well."""
    refusals: list[Refused] = []
    for write in writes:
        try:
            return write()
        except Refused as refusal:
            refusals.append(refusal)
            if found := _looked(look, refusal):
                return found
    raise refusals[0]


def anew(refusal: Refused, look: Callable[[], str | None], write: Callable[[], str]) -> str:
    """What `write` gives, for a record whose change was refused, as it may be gone. Raises the
    refusal where `look` finds it."""
    if look():
        raise refusal
    return write()


def _looked(look: Callable[[], str | None], refusal: Refused) -> str | None:
    try:
        return look()
    except Undecidable as undecidable:
        raise Undecidable(str(undecidable), words=refusal.words) from refusal
    except Refused as error:
        raise Undecidable(
            f"{refusal}, which may come after it was done, and then the look for it: {error}. "
            "Look there by hand, and if it is missing, replay with --redo",
            words=refusal.words,
        ) from error
    except DeliveryError as error:
        raise Unknown(f"{refusal}, and then: {error}", words=refusal.words) from error

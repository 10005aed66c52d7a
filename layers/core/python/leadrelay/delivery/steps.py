"""The writes of one delivery, each done once however often the delivery is tried."""

from collections.abc import Callable, Mapping

from leadrelay.errors import Undecidable


class DeliverySteps:
    """`crm.base.Steps` over what the ledger remembers.

    `done` are the results of earlier attempts. `in_doubt` says that the attempt before this one
    ended without our knowing how: then the first step that isn't done may have been done.
    `save` persists results; it is called before the next write goes out, so that a crash leaves
    exactly one step in doubt, and a delivery of one step costs no extra write.
    """

    def __init__(
        self,
        done: Mapping[str, str],
        *,
        in_doubt: bool,
        save: Callable[[Mapping[str, str]], None],
    ) -> None:
        self.done = dict(done)
        self._saved = len(self.done)
        self.in_doubt = in_doubt
        self._save = save

    def once(
        self, name: str, act: Callable[[], str], look: Callable[[], str | None] | None = None
    ) -> str:
        if name in self.done:
            return self.done[name]
        if len(self.done) > self._saved:
            self._save(self.done)
            self._saved = len(self.done)
        result = self._found(name, look)
        if result is None:
            result = act()
        self.done[name] = result
        return result

    def _found(self, name: str, look: Callable[[], str | None] | None) -> str | None:
        if not self.in_doubt:
            return None
        if look is None:
            raise Undecidable(
                f"the step {name!r} may have been done and this CRM can't be asked: "
                "look there by hand, and if it is missing, replay with --redo"
            )
        found = look()  # still in doubt if this raises
        self.in_doubt = False
        return found

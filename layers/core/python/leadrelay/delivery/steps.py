"""The writes of one delivery, each done once however often the delivery is tried."""

from collections.abc import Callable, Collection, Mapping

from leadrelay.claim import ANY_STEP, STEP_OF_OLD
from leadrelay.crm.base import Findable
from leadrelay.errors import Retryable, Undecidable, Unknown

type Act = Callable[[], str]
type Look = Callable[[], str | None]
type Save = Callable[[Mapping[str, str], Collection[str]], None]


class DeliverySteps:
    """`crm.base.Steps` over what the ledger remembers.

    `done` are the results of earlier attempts, `doubt` the names of the steps that these may have
    done without our knowing. Where the name isn't known (ANY_STEP), it may be any that isn't done
    and can be looked for: the name of one that can't be is always saved before it goes out, but
    by an earlier version of this code (STEP_OF_OLD).
    Only the look for a step settles the doubt about it.

    `save` persists the results, and what will be in doubt from then on, before the next write
    goes out. Should the function be killed then, the ledger knows which step was under way. The
    first write goes out unsaved, so that a delivery of one step costs no request of its own; and
    so does the next after what is `Findable`, as there is nothing that a look wouldn't tell.
    """

    def __init__(self, done: Mapping[str, str], *, doubt: Collection[str] = (), save: Save) -> None:
        self.done = dict(done)
        self.doubt = set(doubt)
        self._unsaved = False
        self._known = {*doubt, ANY_STEP}  # what the ledger takes to be in doubt, if we end here
        self._save = save

    def once(self, name: str, act: Act, look: Look | None = None) -> str:
        if name not in self.done:
            try:
                result = self._once(name, act, look)
            except Undecidable as error:
                error.step = name
                self.doubt.add(name)
                raise
            self.done[name] = str(result)
            self._unsaved |= not isinstance(result, Findable)
        return self.done[name]

    def begun(self, name: str) -> str | None:
        return self.done.get(name, "" if name in self.doubt else None)

    @property
    def unnamed(self) -> bool:
        return not self.doubt.isdisjoint({ANY_STEP, STEP_OF_OLD})

    def _once(self, name: str, act: Act, look: Look | None) -> str:
        found = self.look_for(name, look)
        self.doubt.discard(name)
        return self._act(name, act, look) if found is None else found

    def look_for(self, name: str, look: Look | None) -> str | None:
        """What there is of a step in doubt; None if nothing, or if there is no doubt about it."""
        if look is None and self.doubt & {name, STEP_OF_OLD}:
            raise Undecidable(
                f"the step {name!r} may have been done and this CRM can't be asked: "
                "look there by hand, and if it is missing, replay with --redo"
            )
        return look() if look and self.doubt & {name, ANY_STEP, STEP_OF_OLD} else None

    def _act(self, name: str, act: Act, look: Look | None) -> str:
        told = name in self._known or (look is not None and ANY_STEP in self._known)
        if self._unsaved or not told:
            self._known = {*self.doubt, name}
            self._save(self.done, self._known)
            self._unsaved = False
        try:
            return act()
        except Unknown:
            self.doubt.add(name)
            raise
        except Retryable as error:
            if error.unsure and look:
                self.doubt.add(name)
            raise


class Enough(Exception):
    """The next step would have to be done, not looked for."""


class Looking:
    """`crm.base.Steps` that does nothing: it only looks for what is in doubt."""

    def __init__(self, steps: DeliverySteps) -> None:
        self._steps = steps
        self.begun = steps.begun
        self.unnamed = steps.unnamed

    def once(self, name: str, act: Act, look: Look | None = None) -> str:
        """Raises Enough."""
        del act
        steps = self._steps
        if name not in steps.done:
            found = steps.look_for(name, look) if look else None
            if found is None:
                raise Enough
            steps.doubt.discard(name)
            steps.done[name] = found
        return steps.done[name]

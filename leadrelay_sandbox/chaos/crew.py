"""The functions' processes of one run."""

from dataclasses import dataclass, field
from random import Random

from leadrelay.crms import CRMS
from leadrelay.lead import Kind
from leadrelay_sandbox.chaos import posts
from leadrelay_sandbox.chaos.clock import Clock, real
from leadrelay_sandbox.chaos.faults import DELIVER, RECEIVE, Fault, Tally
from leadrelay_sandbox.chaos.functions import Function, Weather
from leadrelay_sandbox.chaos.place import Place
from leadrelay_sandbox.chaos.plan import Plan
from leadrelay_sandbox.chaos.senders import Receivers
from leadrelay_sandbox.chaos.worker import Spec

_KINDS: tuple[Kind, ...] = ("form", "call", "resume")
_SENDERS = 3  # forms at once
_OF_A_CRM = 2  # of each CRM at once
_COMMANDS = {"erase": "leadrelay_sandbox.chaos.commands"}
# Ours: what these have to do is MiniStack's work, which isn't any faster; and who erases waits for
# what is under way.
_LONGEST_S = {"sweep": 50.0, "replay": 60.0, "erase": 300.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Crew:
    """All of one weather and one clock, and each with a skew of its own."""

    plan: Plan
    stage: Place
    tally: Tally
    clock: Clock
    weather: Weather = field(default_factory=Weather)

    def one(self, function: str, faults: tuple[Fault, ...], chance: float) -> Function:
        return self._make(function, faults, chance, 1)[0]

    def deliverers(self) -> list[tuple[str, Function]]:
        """Of each CRM so many as work at once."""
        return [
            (crm, function)
            for crm in CRMS
            for function in self._make("deliver", DELIVER, 0.5, _OF_A_CRM, crm)
        ]

    def receivers(self) -> list[Receivers]:
        """A set of them for each sender."""
        made = {kind: self._make(f"receive_{kind}", RECEIVE, 0.2, _SENDERS) for kind in _KINDS}
        scanning = self._make("receive_resume", RECEIVE, 0.2, _SENDERS, scans=True)
        return [
            {**{kind: several[nth] for kind, several in made.items()}, posts.SCANNED: one}
            for nth, one in enumerate(scanning)
        ]

    def _make(
        self,
        function: str,
        faults: tuple[Fault, ...],
        chance: float,
        number: int,
        crm: str = "",
        *,
        scans: bool = False,
    ) -> list[Function]:
        falls = self.plan.dice(function, faults, chance, crm)
        skews = Random(f"{self.plan.seed}skews{function}{crm}")  # noqa: S311  # repeatable
        spec = Spec(
            module=_COMMANDS.get(function, f"functions.{function}.app"),
            environment={"CRM": crm, "MALWARE_SCAN": str(scans).lower()},
            clock=self.clock,
            time_limit=_LONGEST_S.get(function, real(self.stage.time_limit)),
            log=self.plan.home / f"{function}{crm and '-'}{crm}.log",
            place=crm or function,
            mutation=self.plan.mutation,
        )
        return [Function(spec, self.weather, falls, self.tally, skews) for _ in range(number)]

"""Calls from whoever can fill in a URL: which parameter is what, by the names that are in use.

Case, separators and the path in front of a name don't count: "Caller ID", callerid, CALLER_ID.
"""

import re
from datetime import UTC

from leadrelay.intake.calls.events import CallEvent, Direction, Payload
from leadrelay.intake.calls.parties import party
from leadrelay.intake.calls.times import moment, seconds
from leadrelay.lead import CallState

# TrackerRMS's own `Source` and `Destination` first; then what 3CX, Avaya, Mitel, Cisco, Webex,
# ServiceNow, Dixa, Wildix, Ringotel, Enreach, Auerswald, globaliptel, DialogTech, Getfly, Invoca
# and vtiger's PBX connector call it in their screen-pop settings.
_NAMES = {
    "caller": """
        source callernumber callernum callerphone callerphonenumber callerid calleridnumber
        calleridnum caller cli clid cid ani callani pfani fromaddress fromnumber callingnumber
        callingphonenumber sysparmcallerphone remoteparty remotenumber customernumber customerphone
        customerphonenumber from src phone phonenumber number digits
        """,
    "called": """
        destination callednumber callednum calledphone calledphonenumber called destinationnumber
        destinationphonenumber did didnumber ddi dnis calldnis pfdnis dnid vdn tonumber to dst exten
        tracking trackingnumber
        """,
    "name": """
        callername callerdisplayname calleridname pfcallername sysparmcallername displayname
        callerfullname remotename name
        """,
    "id": """
        callid calluuid callsid callguid uniqueid linkedid conversationid interactionid
        completecallid callrecordid sysparmtaskid sid uuid
        """,
    "agent": "agent agentname agentid agentemail username usernum extension ext",
    "state": "callstatus callstate calltype state status event disposition",
    "direction": "direction calldirection calltype",
    "duration": "duration callduration billableseconds billsec talktime",
    "started_at": "callstarttimeutc starttimet starttime callstart startedat calldatetime",
    "recording": "recordingurl recordinglink recording recordurl",
    "secret": "password oauthtoken secret token apikey accesskey vtigersignature",
}
_ALIASES = {meaning: names.split() for meaning, names in _NAMES.items()}

_STATES: dict[str, CallState] = {
    "startapp": "ringing",
    "ring": "ringing",
    "ringing": "ringing",
    "dialanswer": "answered",
    "answer": "answered",
    "connected": "answered",
    "inprogress": "answered",
    "answered": "completed",
    "completed": "completed",
    "ended": "completed",
    "endcall": "completed",
    "hangup": "completed",
    "missed": "missed",
    "noanswer": "missed",
    "notanswered": "missed",
    "unanswered": "missed",
    "busy": "missed",
    "failed": "missed",
    "cancel": "missed",
    "cancelled": "missed",
    "congestion": "missed",
    "voicemail": "voicemail",
}
_OUTBOUND = {"outbound", "outgoing", "out", "notanswered"}


class Parameters:
    """What a sender gave, by what its parameters mean. What is secret in it is gone."""

    def __init__(self, payload: Payload) -> None:
        self._payload = payload
        self._names: dict[str, str] = {}
        for name in payload:
            self._names.setdefault(_plain(name), name)
        body_secret = (payload.source.token or "").removeprefix("body:")
        for secret in self._called("secret"):
            # the source's own is still to be checked, and left out after that
            if secret != body_secret:
                payload.take(secret)

    def take(self, meaning: str) -> str:
        """What has this meaning; "" if nothing has."""
        names = self._called(meaning)
        return self._payload.take(names[0]) if names else ""

    def take_number(self, meaning: str) -> str:
        """The same, but a number, an extension or a word for a hidden one: a parameter `source`
        may also say which campaign it was."""
        region = self._payload.source.default_region
        for name in self._called(meaning):
            if _is_number(self._payload.look(name), region):
                return self._payload.take(name)
        return ""

    def _called(self, meaning: str) -> list[str]:
        """The sender's own names with this meaning, the surest first."""
        return [self._names[alias] for alias in _ALIASES[meaning] if alias in self._names]


def read_parameters(payload: Payload, *, otherwise: CallState) -> CallEvent:
    """The call that the parameters tell of; `otherwise` is its state when they don't say."""
    known = Parameters(payload)
    direction = _direction(known)
    duration = seconds(known.take("duration"))
    name = known.take("name")
    return CallEvent(
        id=known.take("id"),
        state=_state(known, duration) or otherwise,
        caller=known.take_number("caller"),
        called=known.take_number("called"),
        direction=direction,
        started_at=moment(known.take("started_at"), UTC),
        duration=duration,
        agent=known.take("agent"),
        recording_url=known.take("recording"),
        person={"full_name": name},
    )


def _direction(known: Parameters) -> Direction:
    return "outbound" if _plain(known.take("direction")) in _OUTBOUND else "inbound"


def _state(known: Parameters, duration: int | None) -> CallState | None:
    """An exchange's hang-up says that a call is over, its seconds whether it was answered."""
    state = _STATES.get(_plain(known.take("state")))
    return "missed" if state == "completed" and duration == 0 else state


def _plain(name: str) -> str:
    return re.sub(r"[\W_]", "", name.rpartition(".")[2].lower())


def _is_number(text: str, region: str | None) -> bool:
    found = party(text, region)
    return bool(found.phone) or found.is_internal or found.number == "anonymous"

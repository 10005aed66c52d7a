"""What exchanges that have no format of their own here call the facts of a call, and its states.

The names are TrackerRMS's own first, then those that the products in docs/senders.md have in their
settings and webhooks; all plain: in lower case, without separators. In JSON the last two parts of a
path may be the name (`call.id`, `CustomerEndpoint.Address`), or the last alone.
"""

from leadrelay.intake.calls.events import Direction
from leadrelay.lead import CallState

_NAMES = {
    "caller": """
        source callernumber callernum callerphone callerphonenumber callerid calleridnumber
        calleridnum caller cli clid cid ani callani calling pfani fromaddress fromnumber callfrom
        callingnumber callingphonenumber sysparmcallerphone from src srcnumber srcphonenumber
        origin originator anrufer anumber llamante appelant chiamante beller callercalleridnumber
        phonenumbersource
        """,
    "called": """
        destination callednumber callednum calledphone calledphonenumber called calleeidnumber
        calleenumber calleeid callee destinationnumber destinationphonenumber dialednumber
        dialedphonenumber dialledphonenumber diallednumber did didnumber ddi dnis calldnis pfdnis
        dnid vdn tonumber callto to dst dstnumber exten tracking trackingnumber
        calleddid destnumber bnumber virtualphonenumber angerufen llamado appele appelé chiamato
        gebeld callerdestinationnumber phonenumberdestination
        """,
    # whoever is not the agency, on an inbound call the caller
    "other": """
        remote remoteparty remotenumber remoteuri activeremote customernumber customerphone
        customerphonenumber contactnumber contactphonenumber clientnumber clientphone
        customerendpointaddress userphonenumber externalnumber thenumber party partynumber phone
        phonenumber telephone number digits
        """,
    "own": """
        local localnumber localuri activeuser internalnumber ournumber justcallnumber
        talkdeskphonenumber locationphonenumber systemendpointaddress agentphonenumber
        companynumber businessnumber phonenumbernumber
        """,
    "name": """
        contactname customername callername callerdisplayname calleridname pfcallername
        sysparmcallername displayname callerfullname displayremote remotename remotedisplayname
        callercalleridname name
        """,
    "id": """
        callid calluuid callsid callguid linkedid uniqueid objectid interactionid conversationid
        completecallid callrecordid sysparmtaskid sid uuid pbxcallid uniquecallid membercallid
        inboundcallid callsessionid contactdatacontactid channelid dataid datauid
        payloadid
        """,
    "agent": """
        agent agentname agentfullname agentid agentemail username usernum user extension ext peer
        """,
    "state": """
        callstatus callstate calltype status callinfotype dialstatus disposition state
        """,
    "event": "hookevent event eventtype eventname type",
    "cause": "cause hangupcause disconnectcause",
    "direction": """
        calldirection direction calltype initiationmethod userfield isoutgoing isoutbound
        """,
    "duration": """
        duration callduration calldurationseconds durationseconds durationinseconds totalduration
        totaltime calllength billableseconds billsec talktime
        """,
    "talked": """
        connectduration billableseconds billsec talktime talkduration talkingtime conversationtime
        """,
    "started_at": """
        callstarttimeutc starttimet starttime callstart startedat calldatetime callstartat
        startdatetime starttimestamp initiationtimestamp objectcreatedat createdat
        """,
    "recording_url": """
        recordingurl recordinglink recording recordurl voicemailurl voicemaillink mediaurl
        """,
    "secret": "password oauthtoken secret token apikey accesskey vtigersignature",
}
NAMES = {meaning: names.split() for meaning, names in _NAMES.items()}

_RINGING = "startapp create calling ring ringing originate initiate initiated alerting"
_ANSWERED = """
    bridge dialanswer answer connected inprogress established bridged pickup active accepted
    agentanswer
    """
_COMPLETED = """
    destroy destroyed answered completed ended end hangup hungup finished disconnect disconnected
    terminated hangupcomplete cdr
    """
_MISSED = """
    missed noanswer notanswered unanswered noanswered busy failed cancel cancelled canceled
    congestion abandoned rejected declined timeout chanunavail
    """

STATES: dict[str, CallState] = {
    **dict.fromkeys(_RINGING.split(), "ringing"),
    **dict.fromkeys(_ANSWERED.split(), "answered"),
    **dict.fromkeys(_COMPLETED.split(), "completed"),
    **dict.fromkeys(_MISSED.split(), "missed"),
    "voicemail": "voicemail",
}
"""What is said of a call. Who says `answered` of one mostly says so when it is over."""

EVENTS: dict[str, CallState] = {
    **STATES,
    **dict.fromkeys(("new", "start", "started", "received", "created", "incoming"), "ringing"),
    "answered": "answered",
}
"""What happened just now."""

CAUSES: dict[str, CallState] = {
    **dict.fromkeys(_MISSED.split(), "missed"),
    **dict.fromkeys(("originatorcancel", "userbusy", "nouserresponse", "notfound"), "missed"),
    # busy, no response, no answer, absent, rejected (ITU-T Q.850)
    **dict.fromkeys(("17", "18", "19", "20", "21"), "missed"),
}
"""Why a call ended, where that says that nobody took it."""

DIRECTIONS: dict[str, Direction] = {
    **dict.fromkeys(("outbound", "outgoing", "out", "notanswered", "1", "true"), "outbound"),
    **dict.fromkeys(("inbound", "incoming", "in", "0", "false"), "inbound"),
}

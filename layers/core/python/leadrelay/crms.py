"""The CRMs there are. Strings only, so that a function imports no adapter it doesn't use."""

CRMS = {
    "trackerrms": "leadrelay.crm.trackerrms.delivery:TrackerRms",
    "initiative": "leadrelay.crm.initiative.delivery:Initiative",
    "centia": "leadrelay.crm.centia.delivery:Centia",
    "collect": "leadrelay.crm.collect.delivery:Collect",
}

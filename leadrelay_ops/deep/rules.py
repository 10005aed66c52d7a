"""All rules that a deployment is held against."""

from leadrelay_ops.deep.alarm_rules import ALARM_RULES
from leadrelay_ops.deep.function_rules import FUNCTION_RULES
from leadrelay_ops.deep.intake_rules import INTAKE_RULES
from leadrelay_ops.deep.queue_rules import QUEUE_RULES
from leadrelay_ops.deep.store_rules import STORE_RULES
from leadrelay_ops.deep.sweep_rules import SWEEP_RULES

RULES = (
    *QUEUE_RULES,
    *FUNCTION_RULES,
    *SWEEP_RULES,
    *INTAKE_RULES,
    *STORE_RULES,
    *ALARM_RULES,
)

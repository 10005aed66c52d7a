"""The proof that nothing is lost and nothing doubled: everything is broken on purpose.

    python -m leadrelay_sandbox.chaos --leads 2000 --seed 7 [--mutate PART]

Real: the functions' handlers, each in processes of its own that are killed by SIGKILL; the table
and the queues; HTTP between the adapters and the four CRM simulators. Table and queues stand on
MiniStack and not on moto: MiniStack answers one request after the other, as DynamoDB does for one
item, while moto lets two threads in between a condition and its write, and would show doubles
that are its own. The template isn't deployed, since what calls the functions is what has to
misbehave: the conductor is the sender, SQS's event source, the schedule and Lambda in one.

Time is compressed: the functions' clocks run up to 20 times as fast as ours, so the template's own
numbers hold (leases, back-off, patience), and a clock two minutes slow is two minutes slow.

The seed fixes the leads and, for each place where faults fall, their order; which delivery
meets which of them is up to the machine.
"""

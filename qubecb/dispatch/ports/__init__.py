"""What the dispatcher needs of a store: the ORM keeps these ports, and so does qubecb.testing.

`reading` is what events are judged by, `timers` what is kept of moments to come, `planning` the
transaction that has both and writes. The other modules hold the values that these pass around.
Guarantees that every store gives:

1. Acceptance is durable before it is answered.
2. `Planning` is one transaction: its events are planned with all that follows, or not at all.
"""

from __future__ import annotations

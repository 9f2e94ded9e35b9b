"""Named points at which a test may stop the process dead, to see that nothing or everything was done (P1, P9).

Off unless the variable ``HUB_FAILPOINT`` names one: ``after-validate``, ``before-commit``,
``after-commit-before-answer``, ``mid-aggregate``, ``before-follow``, ``mid-follow``, ``mid-publish``,
``after-letter-before-note``, ``after-delivery-before-note``, ``upload-between-reports`` or ``mid-history``.
"""

from __future__ import annotations

import os
import signal


def reach(name: str) -> None:
    """The process is gone, as if its power were cut, if this point is the named one; else nothing happens."""
    if os.environ.get("HUB_FAILPOINT") == name:
        os.kill(os.getpid(), signal.SIGKILL)

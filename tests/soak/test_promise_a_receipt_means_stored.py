"""P1: a receipt means stored, whole, once and unchanged, however the hub is killed at whatever moment."""

from __future__ import annotations

import os
import random
import secrets
import time
from pathlib import Path

LIVES = {"sqlite": 35, "postgresql": 15}
SCALE = int(os.environ.get("HUB_TEST_SCALE", "1"))
GENERATION = 35
"""So many lives share a database; then a new one begins, so that looking at all of it stays quick."""


def wait_for_its_first_word(log: Path) -> None:
    """Until somebody tries to send something: before, a kill has nothing to lose, and a busy machine starts slowly."""
    ends = time.monotonic() + 60
    while not (log.exists() and log.stat().st_size):
        assert time.monotonic() < ends, "the hub did not begin"
        time.sleep(0.002)


def test_whatever_was_acknowledged_is_there_after_every_kill(core, nursery, renew, after_a_kill, tmp_path):
    seed = int(os.environ.get("HUB_TEST_SEED") or secrets.randbits(32))
    chance = random.Random(seed)
    acknowledged = unknown = decisions = publications = 0
    for life in range(LIVES[core.database.kind] * SCALE):
        if life % GENERATION == 0:
            renew()
        log = tmp_path / f"life-{life}.log"
        group = nursery.start(core, log, "crowd", seed=seed + life)
        wait_for_its_first_word(log)
        time.sleep(chance.uniform(0, 0.55))
        told, problems = after_a_kill(group, log, last=life % GENERATION == GENERATION - 1)
        assert not problems, f"HUB_TEST_SEED={seed} life {life}: {problems}"
        acknowledged += len(told.receipts)
        unknown += len(told.unknown)
        decisions += len(told.decisions)
        publications += len(told.publications)
    assert min(acknowledged, decisions, publications) > life // 10, f"HUB_TEST_SEED={seed}: the hub did next to nothing"
    print(
        f"seed {seed}: {life + 1} kills; {acknowledged} submissions, {decisions} decisions and {publications} "
        f"publications acknowledged and there; {unknown} unknown, settled by sending again"
    )

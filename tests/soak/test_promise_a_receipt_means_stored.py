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


MOST_WORDS = 80
"""Lines of its log after which a life ends at the latest: so much work is done also where a busy machine is slow."""


def wait_for_words(log: Path, words: int) -> None:
    """Until so many lines tell of work; the first is that somebody tries to send something: before, a kill has nothing
    to lose."""
    ends = time.monotonic() + 60
    while not log.exists() or log.read_bytes().count(b"\n") < words:
        assert time.monotonic() < ends, "the hub does not work"
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
        wait_for_words(log, chance.randint(1, MOST_WORDS))
        time.sleep(chance.uniform(0, 0.05))
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

"""A function in the child process is held to memory, CPU, wall time and output, and inherits nothing (P16)."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from hub.readers.limits import Limits
from hub.readers.sandbox import Failure, run_limited


@pytest.fixture
def run(monkeypatch):
    """Runs a task of ``sandbox_tasks`` in a child with small limits."""
    monkeypatch.syspath_prepend(str(Path(__file__).parent))

    def call(task: str, payload: bytes = b"", **limits: int):
        return run_limited(
            f"sandbox_tasks:{task}", payload, Limits(**{"parse_memory_mb": 256, "parse_seconds": 1, **limits})
        )

    return call


def test_the_answer_comes_back_in_bytes(run):
    payload = os.urandom(3_000_000)
    assert run("echo", payload) == payload[::-1]


def test_too_much_memory_is_a_failure(run):
    assert run("eat_memory") == Failure("memory")


def test_too_much_cpu_time_is_a_failure(run):
    assert run("spin") == Failure("time")


def test_sleeping_past_the_wall_clock_is_a_failure(run):
    assert run("sleep") == Failure("time")


def test_too_much_output_is_a_failure(run):
    assert run("shout", parse_output=1024 * 1024) == Failure("output")


def test_an_error_in_the_child_tells_nothing_of_itself(run):
    assert run("fail") == Failure("error")


def test_a_crash_is_a_failure(run):
    assert isinstance(run("crash"), Failure)


def test_a_child_that_stops_listening_does_not_hang_the_parent(run):
    assert isinstance(run("deaf", b"x" * 10_000_000), bytes | Failure)


def test_the_child_inherits_no_files_and_no_environment(run, monkeypatch, tmp_path):
    monkeypatch.setenv("SECRET_CANARY", "1")
    with open(tmp_path / "held", "w") as held:
        os.set_inheritable(held.fileno(), True)
        count, secret, folder = run("surroundings").decode().split()
    assert int(count) <= 4
    assert (secret, folder) == ("False", "/")


def test_the_child_cannot_write_files(run, tmp_path):
    target = tmp_path / "written"
    assert run("write_file", str(target).encode()) in {Failure("error"), Failure("time"), Failure("memory")}
    assert not target.exists() or target.stat().st_size == 0


def test_many_at_once_from_threads_all_get_their_own_answer(run):
    answers: dict[int, object] = {}

    def work(number: int) -> None:
        answers[number] = run("echo", str(number).encode() * 1000, parse_seconds=10)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == {number: (str(number).encode() * 1000)[::-1] for number in range(6)}

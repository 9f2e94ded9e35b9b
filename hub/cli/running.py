"""``hub serve``, ``hub demo``, ``hub runs``, ``hub collect``: the hub at work."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict

import click

from hub.cli import opened
from hub.cli.answers import console, json_option, say, say_json, say_next, say_table
from hub.errors import NotFound
from hub.services import collection, runs
from hub.services.core import Core


@click.command()
def serve() -> None:
    """Chạy máy chủ web / Run the web server, with the scheduler inside unless HUB_SCHEDULER=0."""
    with opened.hub() as core, _serving(core) as (run, lines):
        say(*lines)
        say_next("Ctrl+C to stop")
        run()


@contextmanager
def _serving(core: Core) -> Iterator[tuple[Callable[[], None], list[str]]]:
    """The bound web server: what runs it until it is told to stop, with the scheduler inside, and where it answers."""
    from hub.app import create_app
    from hub.web.rendering import read_templates
    from hub.web.serving import make_server, settle
    from scheduler.__main__ import configure_log, worker_id
    from scheduler.runner import start_background

    def run() -> None:
        stop = start_background(core, worker_id()) if core.config.scheduler else None
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # waitress ends its loop, then the jobs under way end
        try:
            server.run()
        finally:
            if stop is not None:
                stop()

    configure_log(core.config.log_level)
    app = create_app(core)
    read_templates(app)
    settle()
    server = make_server(app, core.config.host, core.config.port)
    address = f"http://{core.config.host}:{server.effective_port}"
    scheduler = "inside" if core.config.scheduler else "off"
    try:
        yield run, [f"Hub: {address}/", f"API: {address}/api/v1/", f"Scheduler: {scheduler}"]
    finally:
        server.close()


@click.command()
def demo() -> None:
    """Trình diễn / The whole main job on invented figures, then the web server unless HUB_DEMO_SERVE=0."""
    from hub.demonstration.show import run as show

    terminal = console()
    with opened.hub(demonstration=True) as core:
        if not core.config.demo_serve:
            say(f"national report: {show(core, terminal).overview}")
            return
        with _serving(core) as (run, lines):
            path = show(core, terminal).overview
            say(*lines, f"national report: {path}")
            sys.stdout.flush()
            run()


@click.command("runs")
@click.option("--job", help="one job only")
@click.option("--limit", default=30, show_default=True, type=click.IntRange(1, 1000))
@json_option
def show_runs(job: str | None, limit: int, as_json: bool) -> None:
    """Các lần chạy của bộ lập lịch / What the scheduler ran, and where the connectors stand."""
    with opened.hub() as core:
        found, states = runs.listing(core, job, limit), collection.states(core)
    if as_json:
        say_json({"runs": [asdict(run) for run in found], "connectors": [asdict(state) for state in states]})
        return
    say_table(
        ("job", "occurrence", "outcome", "tries", "worker", "detail"),
        [(r.job, r.occurrence, r.outcome or "running", r.tries, r.worker, r.detail) for r in found],
    )
    for state in states:
        say(f"connector {state.connector}: {state.failures} failures in a row; {state.last_error or 'well'}")
    say_next("hub verify" if found else "nothing ran yet: hub serve, or python -m scheduler")


@click.command()
@click.option("--connector", "name", help="one connector only")
@json_option
def collect(name: str | None, as_json: bool) -> None:
    """Lấy báo cáo qua các kết nối / Visit the connectors now, even those that rest after failures."""
    from scheduler.jobs import connectors

    with opened.hub() as core:
        chosen = [each for each in connectors(core.config) if name in {None, each.name}]
        if not chosen:
            raise NotFound(f"Không có kết nối {name}.", f"There is no connector {name}.")
        done = [collection.collect(core, each, opened.now(), force=True) for each in chosen]
    if as_json:
        say_json([asdict(each) for each in done])
    else:
        say(*(each.describe() for each in done), *(line for each in done for line in each.left_out))
        say_next("hub runs")
    if any(each.failing for each in done):
        raise click.exceptions.Exit(1)

"""What is done so that words could get out, and what is found outside afterwards. The tests and their controls call the
same functions."""

from collections.abc import Collection, Iterator

from django.core import mail
from django.test import TestCase
from django.utils import timezone

from config.celery import app
from matching import tasks as matching_tasks
from matching.actions import runs, shortlists, whatifs
from matching.models import MatchRun, WhatIf
from mentorship import tasks as mentorship_tasks
from notices import tasks
from notices.models import Notice
from tests.canary import channels
from tests.canary.readers import SEALED
from tests.canary.tokens import Token
from tests.routes.scene import Scene
from tests.routes.table import Route
from tests.routes.tables import ROUTES
from tests.routes.visit import TURNED_AWAY, client_of, rolled_back


def telling(found: set[Token]) -> list[str]:
    return sorted(map(str, found))


def work_off(scene: Scene) -> None:
    """Everything that workers do."""
    shortlists.want(mentee=scene.members["mentee"], now=timezone.now())
    about = {"by": scene.users["coordinator"], "now": timezone.now()}
    pair = {"mentee": scene.members["mentee"], "mentor": scene.members["former_mentor"]}
    asked = whatifs.ask(run=scene["run"], **pair, **about)
    run = runs.start(program=scene["program"], **about)
    for task, ids in (
        (matching_tasks.execute_run, [str(run.pk)]),
        (matching_tasks.help_run, [str(run.pk)]),
        (matching_tasks.answer_whatif, [str(asked.pk)]),
        (matching_tasks.compute_shortlists, [str(scene["program"].pk)]),
        (matching_tasks.sweep, []),
        (mentorship_tasks.sweep, []),
        (tasks.sweep, []),
    ):
        task.apply(args=ids, throw=True)
    assert MatchRun.objects.get(pk=run.pk).state == MatchRun.State.DONE
    assert WhatIf.objects.get(pk=asked.pk).state == WhatIf.State.READY


def say_everything(scene: Scene, who: str) -> Iterator[None]:
    """Somebody sends in every form that they may, with planted words; after each there is a moment to look around."""
    for route in ROUTES:
        outcome = route.expected("POST")[who]
        if outcome not in TURNED_AWAY and route.of:
            said = {name: [_planted(scene, who, value) for value in sent] for name, sent in route.fields(scene).items()}
            with rolled_back():
                client_of(scene, who).post(route.path(scene), said)
                yield


def _planted(scene: Scene, who: str, value: str) -> str:
    return scene.tokens.plant("answer", who, "sent in") if value == "hello" else value


def told_by_mail(scene: Scene) -> list[str]:
    """Words in mail that tell something, and envelopes with more than one name on them."""
    read = [f"{channels.on_the_envelope(letter)}\n{channels.inside(letter)}" for letter in channels.letters()]
    many = [str(sent.recipients()) for sent in mail.outbox if len(sent.recipients()) != 1]
    return telling(set().union(*map(scene.tokens.found_in, read))) + many


def send_in(scene: Scene, who: str, route) -> None:
    """With what follows a commit, as if there had been one."""
    with rolled_back(), TestCase.captureOnCommitCallbacks(execute=True):
        client_of(scene, who).post(route.path(scene), route.fields(scene))


def told_to_workers(scene: Scene, messages: list[str]) -> list[str]:
    lying = channels.lying_at_the_broker()
    return telling(scene.tokens.found_in(lying).union(*map(scene.tokens.found_in, messages)))


def told_in_log(scene: Scene, lines: list[str]) -> list[str]:
    return telling(set().union(*map(scene.tokens.found_in, lines)))


def lying_in_tables(scene: Scene) -> dict[str, list[str]]:
    """Sealed words that lie somewhere in clear, by table."""
    found = {table: scene.tokens.found_in(data) for table, data in channels.tables()}
    sealed = {table: [token for token in tokens if token.kind in SEALED] for table, tokens in found.items()}
    return {table: telling(set(tokens)) for table, tokens in sealed.items() if tokens}


def send_waiting_notices() -> int:
    waiting = list(Notice.objects.filter(state=Notice.State.WAITING).values_list("pk", flat=True))
    for pk in waiting:
        tasks.send.apply(args=[str(pk)], throw=True)
    return len(waiting)


def send_in_everything(scene: Scene, routes: Collection[Route] = ROUTES) -> list[str]:
    """Every form that anybody may send in, and the messages to workers that follow."""
    with channels.published() as messages:
        for route in routes:
            for who, outcome in route.expected("POST").items():
                if outcome.startswith(">") and route.of:
                    send_in(scene, who, route)
    return messages


def take_back_messages() -> None:
    """What was sent to nobody must not reach a worker of another test."""
    with app.connection_for_write() as connection:
        connection.default_channel.queue_purge(app.conf.task_default_queue)

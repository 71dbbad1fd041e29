"""What would be done after a commit is compared by name, and what a worker would be told by its ids."""

from collections.abc import Callable
from functools import partial

from proof import rereading


def a_closure() -> Callable[[], None]:
    def after_the_commit() -> None:
        pass

    return after_the_commit


def test_the_same_thing_made_twice_reads_alike() -> None:
    one, other = a_closure(), a_closure()

    assert repr(one) != repr(other)  # where it lies in memory
    assert rereading._bell(one) == rereading._bell(other)


def ring(task: str, ids: tuple[str, ...]) -> None:
    pass


def test_what_a_worker_is_told_reads_otherwise_if_it_is_about_somebody_else() -> None:
    assert rereading._bell(partial(ring, "task", ("1",))) != rereading._bell(partial(ring, "task", ("2",)))

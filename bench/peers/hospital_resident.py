"""PyPI's `matching`: stable marriage with capacities, after Gale and Shapley. Everybody ranks all who are possible."""

import sys
import threading

from matching.games import HospitalResident  # type: ignore[import-not-found]  # the peer's, not ours
from run import Given, Pairs  # type: ignore[import-not-found]  # beside it

sys.setrecursionlimit(10**7)  # it copies its players, who know one another, by recursion
threading.stack_size(1 << 30)


def pairs(given: Given) -> Pairs:
    found: Pairs = []
    thread = threading.Thread(target=lambda: found.extend(_solved(given)))
    thread.start()
    thread.join()
    return found


def _solved(given: Given) -> Pairs:
    mentees, mentors = range(len(given.forth)), range(len(given.capacity))
    wanted = {
        i: sorted((j for j in mentors if given.mutual[i][j] > 0), key=lambda j: -given.forth[i][j]) for i in mentees
    }
    welcome = {
        -1 - j: sorted((i for i in mentees if given.mutual[i][j] > 0), key=lambda i: -given.back[i][j]) for j in mentors
    }
    asked = {i: [-1 - j for j in names] for i, names in wanted.items()}
    places = {-1 - j: given.capacity[j] for j in mentors}
    game = HospitalResident.create_from_dictionaries(asked, welcome, places)
    return [(mentee.name, -1 - mentor.name) for mentor, held in game.solve().items() for mentee in held]

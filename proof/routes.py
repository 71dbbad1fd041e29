"""T3: at every address everybody gets what the table of routes says, by whatever method they ask, and whoever is turned
away reads the same, byte for byte, whether the row is somebody else's or nobody's."""

from proof import drawn
from proof.goal import Defect, Goal, Look, Size
from tests.defects import planted, routing
from tests.routes.methods import OTHERS
from tests.routes.scene import PEOPLE
from tests.routes.stage import staged
from tests.routes.table import Route, addresses
from tests.routes.tables import ROUTES
from tests.routes.verdicts import METHODS, could_tell, differences, gone, tell_apart, undeclared
from tests.routes.visit import Visits

EVERY_METHOD = (*METHODS, *OTHERS)
LOOKED_AT = {Size.FULL: EVERY_METHOD, Size.SHORT: EVERY_METHOD, Size.LEAST: METHODS}
TELLING = (
    "accounts:pause mentee",
    "admin:accounts_membership_change mentee",
    "accounts:join",
    "admin:index",
    "consent:reach mentee 3",
    "matching:proposal ask",
    "mentorship:agreement agreement",
    "mentorship:write agreement",
)


def look(size: Size, seed: int) -> Look:
    wrong = [f"{name} is not declared" for name in undeclared(ROUTES)]
    wrong += [f"{name} is declared, and nothing answers there" for name in gone(ROUTES)]
    cells = len(addresses())
    with staged() as scene:
        for together in drawn.by_name(drawn.routes(size, seed, TELLING)):
            visits = Visits(scene)
            for route in together:
                found = [at(visits, route, method) for method in LOOKED_AT[size]]
                cells += sum(one.cells for one in found)
                wrong += [line for one in found for line in one.wrong]
    return Look(cells, wrong)


def at(visits: Visits, route: Route, method: str) -> Look:
    wrong = [f"{method} {route.label} as {who}: {got}" for who, got in differences(visits, route, method).items()]
    wrong += [f"{method} {route.label}: {who} can tell it from nothing" for who in tell_apart(visits, route, method)]
    return Look(len(PEOPLE) + len(could_tell(visits, route, method)), wrong)


GOAL = Goal(
    "T3",
    "0 of all route x role x relation x method cells deviate, 0 addresses unclassified, forbidden reads like missing",
    look,
    (
        Defect("an agreement for everybody", planted.an_agreement_for_everybody),
        Defect("a membership for everybody", planted.a_membership_for_everybody),
        Defect("a proposal for everybody", routing.a_proposal_for_everybody),
        Defect("an admin without programs", planted.an_admin_without_programs),
        Defect("an admin for everybody", routing.an_admin_for_everybody),
        Defect("a refusal that tells", planted.a_refusal_that_tells),
        Defect("a page without sign-in", routing.a_page_without_sign_in),
        Defect("a form that takes any method", routing.a_form_that_takes_any_method),
        Defect("an address that nobody declared", routing.an_address_that_nobody_declared),
    ),
)

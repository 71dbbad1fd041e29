"""Small worlds in which every relation occurs, and what somebody may do in them that is nobody else's business.

A world is the scene of the table of routes, with answers as people give them instead of planted words, and three more
people on its lists. A change is one act of one person, by the same actions that the pages call."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

from accounts.models import Membership, Role, ScreeningStep
from consent import gate, vocabulary
from consent.actions import answers, consents, wishes
from consent.models import Answer, Grant, Wish
from consent.purposes import Purpose, Reach
from home import synthetic
from home.actions import blocks, concerns
from matching import queries
from matching.actions import shortlists
from matching.models import Proposal
from mentorship.models import Agreement
from tests import cast
from tests.routes import scene as scenes
from tests.routes.scene import Scene

LONG_AGO = timedelta(days=30)
HIDDEN = (Reach.ONLY_ME, Reach.HELP_MATCH)
MENTEES = ("mentee", "other_mentee", "third_mentee", "fourth_mentee")
MENTORS = (
    "mentor", "matched_mentor", "former_mentor", "blocked_mentor", "paused_mentor",
    "fifth_mentor", "sixth_mentor", "seventh_mentor", "eighth_mentor", "last_mentor",
)  # fmt: skip
MORE = [who for who in (*MENTEES, *MENTORS) if who not in scenes.ROLES]
READERS = ("third_mentee", "fifth_mentor")
"""Of those, the ones who look around as well."""
SILENT = ("fourth_mentee", "last_mentor")
WISHED = (("gender", "trans"), ("values", "honesty"), ("values", "courage"), ("interests", "books"))
EVEN = {"values": ("honesty", "courage"), "interests": ("books", "art")}
TEXTS = ("Garden", "Tunnel")
"""Two words that are alike in all that is counted: as many letters, and no three of them in common."""
APART = {
    "mentor": "interests", "former_mentor": "interests", "fifth_mentor": "values", "sixth_mentor": "values",
    "seventh_mentor": "about", "eighth_mentor": "about",
}  # fmt: skip
"""What each says in an even world, and nothing else: one of two things, between which nothing decides but lots."""


@dataclass(frozen=True, order=True)
class Change:
    """`kind` names a function of DOING."""

    kind: str
    who: str
    facet: str = ""
    value: Any = None
    reach: Reach = Reach.ONLY_ME
    other: str = ""

    def __str__(self) -> str:
        said = [self.facet, str(self.value or ""), self.other]
        return " ".join([self.who, self.kind, *filter(None, said), f"({self.reach.value})" * (self.kind in OF_ANSWERS)])


def build(now: datetime, seed: int, *, even: bool) -> Scene:
    """Answers, wishes and lists in the place of the planted ones. In an even world hardly anything tells mentors apart,
    so that the least influence turns an order round."""
    scene, rng = scenes.build(now), Random(f"{seed} twins")
    for who in MORE:
        role = Role.MENTEE if who in MENTEES else Role.MENTOR
        member = cast.make_member(scene["program"], role, who, capacity=1)
        scene.users[who], scene.members[who], scene.rows[who] = member.user, member, member
    Membership.objects.filter(pk=scene.members["matched_mentor"].pk).update(capacity=2)
    scenes._sessions(scene)
    Answer.objects.filter(membership__program=scene["program"]).delete()
    for number, who in enumerate((*MENTEES, *MENTORS)):
        _evenly(scene, who) if even else _as_drawn(scene, who, number, seed)
    known = rng.choice((4, 5, 6))
    for who in [one for one in MENTORS if one != "paused_mentor"][:known]:
        give(scene, who, "gender", cast.chosen("trans"), Reach.SUGGESTED)
    _wish(scene, "mentee", "gender", "trans", rng.choice(("must", "important")))
    compute(scene)
    return scene


def _as_drawn(scene: Scene, who: str, number: int, seed: int) -> None:
    member = scene.members[who]
    person = synthetic.person(seed, member.role, number + 1, 20, ["Somebody"])
    for said in person.answers:
        if said.kind == Answer.Kind.GIVEN:
            give(scene, who, said.facet, said.value, said.reach, statistics=said.statistics)
    for wish in person.wishes:
        _wish(scene, who, wish.facet, wish.value, wish.strength, wish.on_lists)


def _evenly(scene: Scene, who: str) -> None:
    """Mentees say both of two things, a mentor one of them."""
    if who in MENTEES and who not in SILENT:
        for facet, both in EVEN.items():
            give(scene, who, facet, cast.chosen(*both), Reach.SUGGESTED)
        give(scene, who, "about", " ".join(TEXTS), Reach.SUGGESTED)
    elif facet := APART.get(who, ""):
        which = [one for one, said in APART.items() if said == facet].index(who)
        value: Any = TEXTS[which] if facet == "about" else cast.chosen(EVEN[facet][which])
        give(scene, who, facet, value, Reach.SUGGESTED)


def give(scene: Scene, who: str, facet: str, value: Any, reach: Reach, *, statistics: bool = False) -> None:
    member, then = scene.members[who], scene.now - LONG_AGO
    row = Answer(membership=member, facet=facet, sealed=gate.seal_answer(member.pk, facet, value), saved_at=then)
    Answer.objects.filter(membership=member, facet=facet).delete()
    row.save(force_insert=True)
    purposes = reach.purposes | ({Purpose.STATISTICS} if statistics else set())
    Grant.objects.bulk_create(
        Grant(answer=row, purpose=purpose, granted_at=then, notice="1", language="en") for purpose in sorted(purposes)
    )


def _wish(scene: Scene, who: str, facet: str, value: str, strength: str, on_lists: bool = False) -> None:
    cast.wish(scene.members[who], facet, value, Wish.Strength(strength), on_lists)


def compute(scene: Scene) -> None:
    """Everybody's list anew, as it is done once a day."""
    for who in MENTEES:
        shortlists.want(mentee=scene.members[who], now=scene.now)
    shortlists.compute(program_id=scene["program"].pk, clock=lambda: scene.now)


def says(scene: Scene, change: Change) -> None:
    about = {"membership": scene.members[change.who], "facet": change.facet, "language": "en", "now": scene.now}
    answers.save(**about, value=change.value, reach=change.reach)


def is_counted(scene: Scene, change: Change) -> None:
    about = {"membership": scene.members[change.who], "facet": change.facet, "language": "en", "now": scene.now}
    answers.save(**about, value=change.value, reach=change.reach, statistics=True, circles=True)


def forgets(scene: Scene, change: Change) -> None:
    answers.forget(membership=scene.members[change.who], facet=change.facet, now=scene.now)


def skips(scene: Scene, change: Change) -> None:
    answers.skip(membership=scene.members[change.who], facet=change.facet, now=scene.now)


def would_rather_not_say(scene: Scene, change: Change) -> None:
    answers.not_say(membership=scene.members[change.who], facet=change.facet, now=scene.now)


def lets_travel(scene: Scene, change: Change) -> None:
    about = {"membership": scene.members[change.who], "facet": change.facet, "language": "en", "now": scene.now}
    answers.set_reach(**about, reach=change.reach)


def wishes_for(scene: Scene, change: Change) -> None:
    about = {"membership": scene.members[change.who], "facet": change.facet, "value": change.value}
    wishes.add(**about, strength=Wish.Strength(change.other), on_lists=False, now=scene.now)


def wishes_no_more(scene: Scene, change: Change) -> None:
    for wish in Wish.objects.filter(membership=scene.members[change.who], on_lists=False).order_by("pk"):
        wishes.remove(wish=wish, now=scene.now)


def lets_learn(scene: Scene, change: Change) -> None:
    about = {"membership": scene.members[change.who], "purpose": Purpose.LEARNING}
    consents.give(**about, language="en", now=scene.now)


def blocks_somebody(scene: Scene, change: Change) -> None:
    blocks.keep_apart(by=scene.users[change.who], other=scene.users[change.other], now=scene.now)


def blocks_an_address(scene: Scene, change: Change) -> None:
    blocks.keep_address_apart(by=scene.users[change.who], address=scene.users[change.other].email, now=scene.now)


def raises_a_concern(scene: Scene, change: Change) -> None:
    about = {"program": scene["program"], "by": scene.users[change.who], "about": scene.users[change.other]}
    concerns.tell(**about, words="Please look after this.", now=scene.now)


def is_noted(scene: Scene, change: Change) -> None:
    about = {"membership": scene.members[change.who], "by": scene.users["coordinator"], "at": scene.now}
    ScreeningStep.objects.create(kind=ScreeningStep.Kind.CONVERSATION, note=str(change.value), **about)


DOING: dict[str, Callable[[Scene, Change], None]] = {
    "says": says,
    "is counted": is_counted,
    "forgets": forgets,
    "skips": skips,
    "would rather not say": would_rather_not_say,
    "lets travel": lets_travel,
    "wishes for": wishes_for,
    "wishes no more": wishes_no_more,
    "lets learn": lets_learn,
    "blocks": blocks_somebody,
    "blocks the address of": blocks_an_address,
    "raises a concern": raises_a_concern,
    "is noted": is_noted,
}
OF_ANSWERS = ("says", "is counted", "forgets", "skips", "would rather not say", "lets travel")
ABOUT_SOMEBODY = ("blocks", "blocks the address of", "raises a concern")
ODDS = {"says": 8, "lets travel": 3, "is counted": 2, "forgets": 2, "wishes for": 4, "blocks": 3}


def drawn(scene: Scene, rng: Random) -> Change:
    """One that is nobody else's business."""
    while True:
        kind = rng.choices(list(DOING), [ODDS.get(kind, 1) for kind in DOING])[0]
        who = rng.choice((*MENTEES, *MENTORS))
        change = Change(kind, who, other=rng.choice([one for one in (*MENTEES, *MENTORS) if one != who]))
        change = _of_an_answer(scene, rng, change) if kind in OF_ANSWERS else change
        if kind == "wishes for":
            (facet, value), strength = rng.choice(WISHED), rng.choice(Wish.Strength.values)
            change = replace(change, facet=facet, value=value, other=strength)
        if is_hidden(scene, change):
            return change


def _of_an_answer(scene: Scene, rng: Random, change: Change) -> Change:
    facet = rng.choice(vocabulary.load().asked_of(scene.members[change.who].role))
    return replace(change, facet=facet.key, value=_value(rng, facet.key), reach=rng.choice(HIDDEN), other="")


def _value(rng: Random, facet: str) -> Any:
    """As somebody who was drawn by lot said it, or one of those that the world is even by."""
    if facet in EVEN and rng.random() < 0.5:
        return cast.chosen(rng.choice(EVEN[facet]))
    said = None
    while said is None:
        said = synthetic.person(rng.randrange(1000), "mentor", 1, 20, ["Somebody"]).said(facet)
        said = said or synthetic.person(rng.randrange(1000), "mentee", 1, 20, ["Somebody"]).said(facet)
    return said


def is_hidden(scene: Scene, change: Change) -> bool:
    """Whether it was not let reach anybody before, and is not afterwards."""
    member = scene.members[change.who]
    if change.kind in OF_ANSWERS:
        row = Answer.objects.filter(membership=member, facet=change.facet).first()
        shown = [Purpose.SHOW_SUGGESTED, Purpose.SHOW_MATCHED]
        if row and row.grants.filter(purpose__in=shown).exists():
            return False
        if change.kind == "lets travel":
            return row is not None and row.kind == Answer.Kind.GIVEN
        facet = vocabulary.load().facet(change.facet)
        return change.kind != "would rather not say" or facet.may_decline
    if change.kind in ABOUT_SOMEBODY and change.kind != "raises a concern":
        return member.role != scene.members[change.other].role and not met(scene, change.who, change.other)
    return True


def met(scene: Scene, one: str, other: str) -> bool:
    """Whether anything connects the two, or one stands on the other's list: then the other sees that it ends."""
    sides = {scene.members[one].pk, scene.members[other].pk}
    between = {"mentee__in": sides, "mentor__in": sides}
    hers = scene.members[other] if other in MENTEES else None
    listed = hers and any(row.mentor_id in sides for row in queries.listed(hers.shortlist))
    return bool(listed) or Agreement.objects.filter(**between).exists() or Proposal.objects.filter(**between).exists()


def plainer(change: Change) -> Iterator[Change]:
    """Simpler changes of the same kind, for a counterexample that one can read."""
    yield from (replace(change, who=who) for who in SILENT if who != change.who)
    if change.kind in OF_ANSWERS:
        yield from (replace(change, facet=facet, value=cast.chosen(both[0])) for facet, both in EVEN.items())
        yield replace(change, reach=Reach.ONLY_ME)
    if isinstance(change.value, dict):
        yield from (replace(change, value=cast.chosen(key)) for key in change.value["chosen"])


def least() -> list[Change]:
    """In an even world: one of each kind, by those who said nothing yet, where it would show."""
    said: list[tuple[str, Any]] = [("values", cast.chosen(key)) for key in EVEN["values"]]
    said += [("interests", cast.chosen(key)) for key in EVEN["interests"]]
    said += [("about", text) for text in TEXTS]
    return [
        *(Change("says", who, facet, value, Reach.HELP_MATCH) for who in SILENT for facet, value in said),
        *(Change("says", who, "goals", cast.chosen("job"), Reach.HELP_MATCH) for who in MENTEES[:1] + MENTORS[:2]),
        *(Change("says", who, "faith", cast.chosen("jewish"), Reach.HELP_MATCH) for who in APART),
        *(Change("wishes for", "third_mentee", "values", value, other="must") for value in EVEN["values"]),
        *(Change("blocks", "third_mentee", other=who) for who in MENTORS),
        Change("raises a concern", "third_mentee", other="mentor"),
        Change("is noted", "mentor", value="Was here."),
    ]

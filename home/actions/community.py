"""Writes a drawn community as rows: what its people would have clicked together in weeks, in a second.

In bulk, because one action per answer would take a minute; the rows are those that the actions leave behind, and the
database holds them to the same constraints."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Membership, Program, Role, ScreeningStep, Standing, User
from consent import gate, notice
from consent.models import Answer, Grant, LedgerEntry, Wish
from consent.purposes import Purpose
from home.synthetic import Community, Person

NAME = "Lantern"
COORDINATOR = "coordinator@example.org"
WAYS = {
    Standing.APPLIED: [Standing.APPLIED],
    Standing.CHECKED: [Standing.APPLIED, Standing.CHECKED],
    Standing.APPROVED: [Standing.APPLIED, Standing.CHECKED, Standing.APPROVED],
    Standing.PAUSED: [Standing.APPLIED, Standing.CHECKED, Standing.APPROVED, Standing.PAUSED],
}


def exists() -> bool:
    return Program.objects.filter(name=NAME).exists()


@transaction.atomic
def write(*, community: Community, now: datetime) -> tuple[Program, User]:
    """The program and its coordinator; and everybody in it, with what they said and how far they let it travel."""
    program = Program.objects.create(
        name=NAME,
        about=_("A program to try things out with. Everybody in it was drawn by lot; nobody exists."),
        terms=_("Be kind. Keep to yourself what you are told. Say so when you need a break."),
        created_at=now - timedelta(days=90),
    )
    drawn = [*community.mentees, *community.mentors]
    people = [_user(person, now) for person in drawn]
    coordinator = User(email=COORDINATOR, name_to_use="Mika", is_staff=True, time_zone="Europe/Lisbon")
    coordinator.adult_attested_at = program.created_at
    _let_in([*people, coordinator])
    members = [_membership(program, user, person, now) for user, person in zip(people, drawn, strict=True)]
    Membership.objects.bulk_create([*members, _coordination(program, coordinator)])
    _screen(members, coordinator)
    pairs = list(zip(members, drawn, strict=True))
    _answer(pairs, notice.version_for(program))
    _wish(pairs, notice.version_for(program))
    return program, coordinator


def _let_in(people: list[User]) -> None:
    """They sign in with a code by mail: no passwords, and an address that counts as theirs."""
    for user in people:
        user.set_unusable_password()
    User.objects.bulk_create(people)
    EmailAddress.objects.bulk_create(
        EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in people
    )


def _user(person: Person, now: datetime) -> User:
    joined = _applied(person, now)
    return User(
        email=person.email,
        name_to_use=person.name,
        time_zone=person.time_zone,
        language=person.language,
        adult_attested_at=joined,
        joined_at=joined,
    )


def _membership(program: Program, user: User, person: Person, now: datetime) -> Membership:
    applied = _applied(person, now)
    steps = len(WAYS[Standing(person.standing)]) - 1
    return Membership(
        program=program,
        user=user,
        role=person.role,
        standing=person.standing,
        capacity=person.capacity,
        applied_at=applied,
        changed_at=applied + timedelta(days=steps),
    )


def _coordination(program: Program, coordinator: User) -> Membership:
    begun = program.created_at
    return Membership(
        program=program,
        user=coordinator,
        role=Role.COORDINATOR,
        standing=Standing.APPROVED,
        applied_at=begun,
        changed_at=begun,
    )


def _applied(person: Person, now: datetime) -> datetime:
    """Spread over the last two months; whoever still waits has come this week."""
    waiting = person.standing in {Standing.APPLIED, Standing.CHECKED}
    days = 2 + person.number % 3 if waiting else 10 + person.number * 7 % 50
    return now - timedelta(days=days, minutes=37 * person.number % 600)


def _screen(members: list[Membership], coordinator: User) -> None:
    """Every change of standing, and the conversation before somebody counts as checked."""
    steps = []
    for member in members:
        for number, standing in enumerate(WAYS[Standing(member.standing)]):
            at = member.applied_at + timedelta(days=number)
            by = member.user if standing in {Standing.APPLIED, Standing.PAUSED} else coordinator
            if standing == Standing.CHECKED:
                kind = ScreeningStep.Kind.CONVERSATION
                steps.append(ScreeningStep(membership=member, kind=kind, note=_("A first call."), by=by, at=at))
            kind = ScreeningStep.Kind.STANDING
            steps.append(ScreeningStep(membership=member, kind=kind, standing=standing, by=by, at=at))
    ScreeningStep.objects.bulk_create(steps)


def _answer(pairs: list[tuple[Membership, Person]], version: str) -> None:
    answers, grants, ledger = [], [], []
    for member, person in pairs:
        for said in person.answers:
            given = said.kind == Answer.Kind.GIVEN
            sealed = gate.seal_answer(member.pk, said.facet, said.value) if given else b""
            answer = Answer(membership=member, facet=said.facet, kind=said.kind, sealed=sealed)
            answer.saved_at = member.applied_at
            answers.append(answer)
            beside = {Purpose.CIRCLES: said.circles, Purpose.STATISTICS: said.statistics}
            wanted = said.reach.purposes | {purpose for purpose, yes in beside.items() if yes}
            purposes = [purpose for purpose in Purpose if given and purpose in wanted]
            grants += [
                Grant(
                    answer=answer,
                    purpose=purpose,
                    granted_at=member.applied_at,
                    notice=version,
                    language=person.language,
                )
                for purpose in purposes
            ]
            ledger += _entries(member, said.facet, purposes, version)
    Answer.objects.bulk_create(answers)
    Grant.objects.bulk_create(grants)
    LedgerEntry.objects.bulk_create(ledger)


def _wish(pairs: list[tuple[Membership, Person]], version: str) -> None:
    wishes, ledger = [], []
    for member, person in pairs:
        for wished in person.wishes:
            wish = Wish(membership=member, facet=wished.facet, strength=wished.strength, on_lists=wished.on_lists)
            wish.sealed, wish.saved_at = gate.seal_wish(member.pk, wished.facet, wished.value), member.applied_at
            wishes.append(wish)
            purposes = [Purpose.MATCH, *([Purpose.SHOW_SUGGESTED] if wished.on_lists else [])]
            ledger += _entries(member, f"wish:{wished.facet}", purposes, version)
    Wish.objects.bulk_create(wishes)
    LedgerEntry.objects.bulk_create(ledger)


def _entries(member: Membership, facet: str, purposes: Iterable[Purpose], version: str) -> list[LedgerEntry]:
    return [
        LedgerEntry(
            membership_id=member.pk,
            facet=facet,
            purpose=purpose,
            event=LedgerEntry.Event.GRANTED,
            at=member.applied_at,
            notice=version,
            language=member.user.language,
        )
        for purpose in purposes
    ]

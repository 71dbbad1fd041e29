"""An agreement from the second yes to its end: opened, written, signed by both, changed, ended."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Role, Standing, User
from accounts.refusals import Refusal
from mentorship import access, queries, words
from mentorship.actions import places
from mentorship.models import Agreement, Message, Signature, Version
from notices.actions import outbox
from notices.models import Notice
from safety.queries import are_apart


class NoPlaceLeft(Refusal):
    sentence = _("There is no free place right now.")


class AlreadyTogether(Refusal):
    sentence = _("You two are together already.")


class Apart(Refusal):
    """Deliberately the words of NotHere: a block is told to nobody."""

    sentence = _("This is not possible at the moment.")


class NotHere(Refusal):
    sentence = _("This is not possible at the moment.")


class NotYours(Refusal):
    sentence = _("This is between two other people.")


class Over(Refusal):
    sentence = _("This has ended, so nothing can be changed any more.")


class NothingToSign(Refusal):
    sentence = _("There is nothing to sign yet. Write down first what you agree on.")


class Outdated(Refusal):
    sentence = _("It changed in the meantime. Please read it again.")


# What the database may say last. SQLite names the columns of a unique index, PostgreSQL its name.
REFUSALS: dict[str, type[Refusal]] = {
    "no_agreement_above_the_capacity_of_a_mentor": NoPlaceLeft,
    "no_agreement_above_the_places_of_a_mentee": NoPlaceLeft,
    "no_agreement_between_blocked_people": Apart,
    "one_agreement_per_seat_of_a_mentor": NoPlaceLeft,
    "mentorship_agreement.mentor_seat": NoPlaceLeft,
    "one_agreement_per_seat_of_a_mentee": NoPlaceLeft,
    "mentorship_agreement.mentee_seat": NoPlaceLeft,
    "one_agreement_at_a_time_per_pair": AlreadyTogether,
    "mentorship_agreement.mentee_id, mentorship_agreement.mentor_id": AlreadyTogether,
}


@contextmanager
def in_our_words() -> Iterator[None]:
    """A refusal of the database becomes the one with a sentence, and the values of the row stay out of it."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        refusal = next((refusal for name, refusal in REFUSALS.items() if name in str(error)), None)
        if refusal is None:
            raise
        raise refusal from None


@transaction.atomic
def open_between(*, mentee: Membership, mentor: Membership, now: datetime) -> Agreement:
    """Both said yes: an agreement to write, on the lowest free seat of each."""
    held = places.hold(mentee.pk, mentor.pk)
    mentee, mentor = held[mentee.pk], held[mentor.pk]
    _expect_possible(mentee, mentor)
    if queries.held_between(mentee, mentor).exists():
        raise AlreadyTogether
    mentee_seat = places.free_seat(queries.held_by(mentee).values_list("mentee_seat", flat=True))
    mentor_seat = places.free_seat(queries.held_by(mentor).values_list("mentor_seat", flat=True))
    if mentor_seat > mentor.capacity or mentee_seat > mentee.program.agreements_per_mentee:
        raise NoPlaceLeft
    with in_our_words():
        return Agreement.objects.create(
            program=mentee.program,
            mentee=mentee,
            mentor=mentor,
            mentee_seat=mentee_seat,
            mentor_seat=mentor_seat,
            opened_at=now,
        )


@transaction.atomic
def write(
    *,
    agreement: Agreement,
    by: Membership,
    terms: Mapping[str, str],
    review_on: date,
    now: datetime,
    based_on: int | None = None,
) -> Version:
    """A new wording, which needs both signatures; until then the last one that both signed stays in force.

    `terms` has the joint words (`words.JOINT`) and `part`, the writer's own; what it does not name stays as it was.
    `based_on` is the number that the writer had before their eyes: with another one written since, Outdated."""
    agreement = _held(agreement, by)
    other = access.other_side(agreement, by)
    last = queries.latest(agreement)
    number = last.number if last else 0
    if based_on is not None and based_on != number:
        raise Outdated
    version = Version(agreement=agreement, number=number + 1, review_on=review_on, written_by=by, written_at=now)
    version.sealed = words.seal(version.pk, words.merged(words.terms_of(last) if last else None, terms, by.pk))
    version.save(force_insert=True)
    outbox.queue(to=other.user, kind=Notice.Kind.AGREEMENT, about=agreement.pk, now=now)
    return version


@transaction.atomic
def sign(*, agreement: Agreement, version_number: int, by: Membership, now: datetime) -> Agreement:
    """Sign the wording with this number, which must still be the newest. The second signature makes it active."""
    agreement = _held(agreement, by)
    other = access.other_side(agreement, by)
    version = queries.latest(agreement)
    if version is None:
        raise NothingToSign
    if version.number != version_number:
        raise Outdated
    if agreement.state == Agreement.State.WRITING:
        _expect_possible(agreement.mentee, agreement.mentor)
    signed = queries.signers(version)
    if by.pk in signed:
        return agreement
    Signature.objects.create(version=version, membership=by, signed_at=now)
    if other.pk in signed and agreement.state == Agreement.State.WRITING:
        _activate(agreement, now)
    outbox.queue(to=other.user, kind=Notice.Kind.AGREEMENT, about=agreement.pk, now=now)
    return agreement


@transaction.atomic
def end(*, agreement: Agreement, by: User, now: datetime) -> Agreement:
    """Over, from now on and without a reason: seats are free, meetings called off, the other told discreetly.

    Ending what has ended does nothing: two people may let go in the same second."""
    places.hold_people(agreement.mentee.user_id, agreement.mentor.user_id)
    agreement = _locked(agreement)
    if by.pk not in {agreement.mentee.user_id, agreement.mentor.user_id}:
        raise NotYours
    if agreement.state == Agreement.State.ENDED:
        return agreement
    agreement.state, agreement.ended_at, agreement.ended_by = Agreement.State.ENDED, now, by
    agreement.mentee_seat = agreement.mentor_seat = None
    agreement.save(update_fields=["state", "ended_at", "ended_by", "mentee_seat", "mentor_seat"])
    queries.planned(agreement).filter(starts_at__gt=now).update(cancelled_at=now)
    Message.objects.filter(agreement=agreement, read_at=None).update(read_at=now)
    other = access.other_side(agreement, access.own_side(agreement, by))
    outbox.queue(
        to=other.user, kind=Notice.Kind.AGREEMENT, about=agreement.pk, once=f"agreement-ended:{agreement.pk}", now=now
    )
    return agreement


def hold(*, agreement: Agreement, by: Membership) -> Agreement:
    """A lasting agreement of `by` as it is now, and nobody else's to change until the transaction ends."""
    agreement = _locked(agreement)
    if by.pk not in {agreement.mentee_id, agreement.mentor_id}:
        raise NotYours
    if agreement.state == Agreement.State.ENDED:
        raise Over
    return agreement


def end_where_somebody_left(*, now: datetime) -> int:
    """End what still lasts though one of the two has left the program: for the sweep."""
    ended = 0
    for side in ("mentee", "mentor"):
        left = Agreement.objects.filter(
            **{f"{side}__standing": Standing.LEFT}, state__in=Agreement.State.holding()
        ).select_related("mentee__user", "mentor__user")
        for agreement in left.order_by("id"):
            end(agreement=agreement, by=getattr(agreement, side).user, now=now)
            ended += 1
    return ended


def _activate(agreement: Agreement, now: datetime) -> None:
    agreement.state, agreement.active_at = Agreement.State.ACTIVE, now
    with in_our_words():
        agreement.save(update_fields=["state", "active_at"])


def _expect_possible(mentee: Membership, mentor: Membership) -> None:
    in_place = (mentee.role, mentor.role) == (Role.MENTEE, Role.MENTOR) and mentee.program_id == mentor.program_id
    here = all(one.standing == Standing.APPROVED and one.user.is_active for one in (mentee, mentor))
    if not (in_place and here and mentee.user_id != mentor.user_id):
        raise NotHere
    if are_apart(mentee.user, mentor.user):
        raise Apart


def _held(agreement: Agreement, by: Membership) -> Agreement:
    """For what may take or free a seat: the two people's rows come first."""
    places.hold(agreement.mentee_id, agreement.mentor_id)
    return hold(agreement=agreement, by=by)


def _locked(agreement: Agreement) -> Agreement:
    related = Agreement.objects.select_related("mentee__user", "mentor__user", "mentee__program", "mentor__program")
    return related.select_for_update(no_key=True, of=("self",)).get(pk=agreement.pk)

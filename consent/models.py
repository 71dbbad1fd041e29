"""What people said about themselves, sealed, and how far each of them let it travel."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Program, User
from consent.purposes import OF_ANSWERS, Purpose


class Answer(models.Model):
    """What one person, in one program, said on one facet. Only `consent.gate` can open `sealed`.

    No row: not asked yet. SKIPPED and NOT_SAID are kept apart from it, so that nobody is asked twice.
    A text has numbers beside it where a model read it (`model` tells which), sealed, too; without them it is due."""

    class Kind(models.TextChoices):
        GIVEN = "given", _("answered")
        SKIPPED = "skipped", _("skipped")
        NOT_SAID = "not_said", _("prefer not to say")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    membership = models.ForeignKey(Membership, models.CASCADE, related_name="answers", verbose_name=_("membership"))
    facet = models.CharField(_("facet"), max_length=40)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.GIVEN)
    sealed = models.BinaryField(_("sealed"), default=bytes)
    saved_at = models.DateTimeField(_("saved"), default=timezone.now)
    numbers = models.BinaryField(_("numbers"), default=bytes)
    model = models.CharField(_("text model"), max_length=60, default="", blank=True)

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        ordering = ["membership", "facet"]
        constraints = [
            models.UniqueConstraint(fields=["membership", "facet"], name="one_answer_per_membership_and_facet"),
            models.CheckConstraint(
                condition=(Q(kind="given") & ~Q(sealed=b"")) | (Q(kind__in=["skipped", "not_said"]) & Q(sealed=b"")),
                name="only_a_given_answer_holds_anything",
            ),
            models.CheckConstraint(
                condition=Q(numbers=b"", model="") | (Q(kind="given") & ~Q(numbers=b"") & ~Q(model="")),
                name="numbers_are_those_of_a_model_for_a_given_answer",
            ),
        ]

    def __str__(self) -> str:
        return str(_("An answer"))

    def drop_numbers(self) -> None:
        """What a model made of a text goes with the text, and with the leave to match by it. Does not save."""
        self.numbers, self.model = b"", ""


class Yes(models.Model):
    """What a yes remembers: to what, when, and under which notice in which language."""

    purpose = models.CharField(_("purpose"), max_length=10, choices=Purpose.choices)
    granted_at = models.DateTimeField(_("granted"), default=timezone.now)
    notice = models.CharField(_("notice version"), max_length=40)
    language = models.CharField(_("language"), max_length=12)

    class Meta:
        abstract = True


class Grant(Yes):
    """One purpose that is live on one answer. Its absence is the answer “no”."""

    answer = models.ForeignKey(Answer, models.CASCADE, related_name="grants", verbose_name=_("answer"))

    class Meta:
        verbose_name = _("grant")
        verbose_name_plural = _("grants")
        ordering = ["answer", "purpose"]
        constraints = [
            models.UniqueConstraint(fields=["answer", "purpose"], name="one_grant_per_answer_and_purpose"),
            models.CheckConstraint(condition=Q(purpose__in=OF_ANSWERS), name="a_purpose_is_one_we_know"),
        ]

    def __str__(self) -> str:
        return str(_("A grant"))


class Consent(Yes):
    """A yes to one purpose for a membership as a whole, beside what is said of single answers. No row is the answer
    “no”. Whatever is kept under it points to it, and goes when it goes."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    membership = models.ForeignKey(Membership, models.CASCADE, related_name="consents", verbose_name=_("membership"))

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering = ["membership", "purpose"]
        constraints = [
            models.UniqueConstraint(fields=["membership", "purpose"], name="one_consent_per_membership_and_purpose"),
            models.CheckConstraint(condition=Q(purpose=Purpose.LEARNING), name="only_learning_concerns_no_answer"),
        ]

    def __str__(self) -> str:
        return str(_("A consent"))


class LedgerEntry(models.Model):
    """One grant or withdrawal, never changed, and deleted only after the person is gone (a trigger sees to both).

    It knows the membership by its bare id, so that erasing a person can let go of the rows afterwards."""

    class Event(models.TextChoices):
        GRANTED = "granted", _("granted")
        WITHDRAWN = "withdrawn", _("withdrawn")

    membership_id = models.UUIDField(_("membership"), db_index=True)
    facet = models.CharField(_("facet"), max_length=40)
    purpose = models.CharField(_("purpose"), max_length=10, choices=Purpose.choices)
    event = models.CharField(_("event"), max_length=9, choices=Event.choices)
    at = models.DateTimeField(_("when"))
    notice = models.CharField(_("notice version"), max_length=40)
    language = models.CharField(_("language"), max_length=12)

    class Meta:
        verbose_name = _("ledger entry")
        verbose_name_plural = _("ledger entries")
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return str(_("A ledger entry"))


class Wish(models.Model):
    """What somebody looks for in the other, sealed like an answer: a wish tells as much about who wishes."""

    class Strength(models.TextChoices):
        NICE = "nice", _("would be nice")
        IMPORTANT = "important", _("important")
        MUST = "must", _("must")
        NEVER = "never", _("please never")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    membership = models.ForeignKey(Membership, models.CASCADE, related_name="wishes", verbose_name=_("membership"))
    facet = models.CharField(_("facet"), max_length=40)
    strength = models.CharField(_("how much it matters"), max_length=9, choices=Strength.choices)
    sealed = models.BinaryField(_("sealed"))
    on_lists = models.BooleanField(
        _("may act on other people's lists"),
        default=False,
        help_text=_("Otherwise it acts only on the own list and where a coordinator matches."),
    )
    saved_at = models.DateTimeField(_("saved"), default=timezone.now)

    class Meta:
        verbose_name = _("wish")
        verbose_name_plural = _("wishes")
        ordering = ["membership", "facet", "id"]
        constraints = [models.CheckConstraint(condition=~Q(sealed=b""), name="a_wish_holds_something")]

    def __str__(self) -> str:
        return str(_("A wish"))


class SecondYes(models.Model):
    """A coordinator asks a colleague first: to open the answers of many people, or to take a list of them away.

    Nobody gives it to themselves. It is good for a day and for one time, and the people whom it is about read of it."""

    class What(models.TextChoices):
        OPENING = "opening", _("open answers")
        LIST = "list", _("take a list away")

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        GIVEN = "given", _("given")
        REFUSED = "refused", _("not given")
        USED = "used", _("used")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    program = models.ForeignKey(Program, models.CASCADE, related_name="+", verbose_name=_("program"))
    what = models.CharField(_("what"), max_length=7, choices=What.choices)
    membership = models.ForeignKey(
        Membership, models.CASCADE, null=True, related_name="second_yeses", verbose_name=_("whose")
    )
    asked_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", verbose_name=_("asked by"))
    reason = models.CharField(_("reason"), max_length=400)
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    until = models.DateTimeField(_("good until"))
    state = models.CharField(_("state"), max_length=7, choices=State.choices, default=State.WAITING)
    answered_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", verbose_name=_("answered by"))
    answered_at = models.DateTimeField(_("answered"), null=True)
    used_at = models.DateTimeField(_("used"), null=True)

    class Meta:
        verbose_name = _("second yes")
        verbose_name_plural = _("second yes")
        ordering = ["-asked_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(asked_by=models.F("answered_by")), name="nobody_gives_themselves_a_second_yes"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="a_second_yes_is_asked_for_with_a_reason"),
            models.CheckConstraint(
                condition=Q(what="opening", membership__isnull=False) | Q(what="list", membership__isnull=True),
                name="a_yes_to_open_says_whose_answers",
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", answered_at__isnull=True)
                | (~Q(state="waiting") & Q(answered_at__isnull=False)),
                name="a_yes_or_no_says_when",
            ),
            models.CheckConstraint(
                condition=Q(state="used", used_at__isnull=False) | (~Q(state="used") & Q(used_at__isnull=True)),
                name="a_used_yes_says_when",
            ),
        ]

    def __str__(self) -> str:
        return str(_("A second yes"))


class Opening(models.Model):
    """A coordinator opened answers that are closed to them: why, when, for how long. The person is told."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    membership = models.ForeignKey(Membership, models.CASCADE, related_name="openings", verbose_name=_("whose"))
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", verbose_name=_("by"))
    reason = models.CharField(_("reason"), max_length=400)
    at = models.DateTimeField(_("opened"), default=timezone.now)
    until = models.DateTimeField(_("open until"))
    second_yes = models.OneToOneField(
        SecondYes, models.SET_NULL, null=True, related_name="opening", verbose_name=_("second yes")
    )

    class Meta:
        verbose_name = _("opening")
        verbose_name_plural = _("openings")
        ordering = ["-at", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="an_opening_has_a_reason"),
            models.CheckConstraint(condition=Q(until__gt=models.F("at")), name="an_opening_ends_after_it_began"),
        ]

    def __str__(self) -> str:
        return str(_("An opening"))

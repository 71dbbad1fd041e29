"""Who is here, in which program, in which role."""

import uuid
from typing import ClassVar
from zoneinfo import available_timezones

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


def check_time_zone(name: str) -> None:
    if name not in available_timezones():
        raise ValidationError(
            _("“%(name)s” is not a time zone we know. Choose one like Europe/Lisbon."), params={"name": name}
        )


class People(BaseUserManager["User"]):
    """Makes people; none has a password: they sign in with a code by mail or a passkey."""

    def create_user(self, email: str, **fields: object) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_unusable_password()
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: object) -> "User":
        return self.create_user(email, **{"is_staff": True, "is_superuser": True, **fields})


class User(AbstractBaseUser, PermissionsMixin):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(_("e-mail address"), unique=True)
    name_to_use = models.CharField(_("name to use"), max_length=80, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC", validators=[check_time_zone])
    language = models.CharField(_("language"), max_length=12, default="en")
    adult_attested_at = models.DateTimeField(_("said to be 18 or older"), null=True, blank=True)
    is_active = models.BooleanField(_("may sign in"), default=True)
    is_staff = models.BooleanField(_("may open coordination"), default=False)
    joined_at = models.DateTimeField(_("joined"), default=timezone.now, editable=False)

    objects: ClassVar[People] = People()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.CheckConstraint(condition=Q(email=Lower("email")), name="addresses_are_kept_in_small_letters")
        ]

    def __str__(self) -> str:
        return self.name_to_use or str(_("Someone new"))

    @property
    def is_settled(self) -> bool:
        """Has said to be an adult and by which name to go: what comes before everything else."""
        return bool(self.adult_attested_at and self.name_to_use)


class Program(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("name"), max_length=120)
    about = models.TextField(_("about"), blank=True, help_text=_("What people read before they join."))
    terms = models.TextField(_("terms"), blank=True, help_text=_("What people agree to when they join."))
    is_open = models.BooleanField(_("open to new people"), default=True)
    agreements_per_mentee = models.PositiveSmallIntegerField(_("mentors at a time, per mentee"), default=1)
    ask_days = models.PositiveSmallIntegerField(
        _("days to answer an ask"), default=10, help_text=_("After this the ask is softly passed on.")
    )
    remind_days = models.PositiveSmallIntegerField(_("days until a reminder"), default=4)
    vocabulary = models.JSONField(_("changes to the questions"), default=dict, blank=True)
    help_lines = models.JSONField(_("own help lines"), default=list, blank=True)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("program")
        verbose_name_plural = _("programs")
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(agreements_per_mentee__gte=1, agreements_per_mentee__lte=20),
                name="mentees_have_1_to_20_places",
            ),
            models.CheckConstraint(
                condition=Q(remind_days__gte=1, remind_days__lt=F("ask_days")), name="a_reminder_comes_before_the_end"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    MENTEE = "mentee", _("mentee")
    MENTOR = "mentor", _("mentor")
    ALLY = "ally", _("ally")
    FACILITATOR = "facilitator", _("facilitator")
    COORDINATOR = "coordinator", _("coordinator")


class Standing(models.TextChoices):
    """Where a membership stands. Nobody meets anybody before APPROVED."""

    APPLIED = "applied", _("applied")
    CHECKED = "checked", _("checked")
    APPROVED = "approved", _("approved")
    PAUSED = "paused", _("paused")
    LEFT = "left", _("left")

    @property
    def moves(self) -> frozenset["Standing"]:
        return MOVES[self]


MOVES = {
    Standing.APPLIED: frozenset({Standing.CHECKED, Standing.LEFT}),
    Standing.CHECKED: frozenset({Standing.APPROVED, Standing.APPLIED, Standing.LEFT}),
    Standing.APPROVED: frozenset({Standing.PAUSED, Standing.LEFT}),
    Standing.PAUSED: frozenset({Standing.APPROVED, Standing.LEFT}),
    Standing.LEFT: frozenset({Standing.APPLIED}),
}


class Membership(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    program = models.ForeignKey(Program, models.PROTECT, related_name="memberships", verbose_name=_("program"))
    user = models.ForeignKey(User, models.CASCADE, related_name="memberships", verbose_name=_("person"))
    role = models.CharField(_("role"), max_length=12, choices=Role.choices)
    standing = models.CharField(_("standing"), max_length=9, choices=Standing.choices, default=Standing.APPLIED)
    capacity = models.PositiveSmallIntegerField(
        _("places"), default=1, help_text=_("How many people a mentor accompanies at a time.")
    )
    applied_at = models.DateTimeField(_("applied"), default=timezone.now, editable=False)
    changed_at = models.DateTimeField(_("standing since"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["applied_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["program", "user", "role"], name="one_membership_per_person_program_and_role"
            ),
            models.CheckConstraint(condition=Q(capacity__lte=20), name="nobody_has_more_than_20_places"),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="a_role_is_one_we_know"),
            models.CheckConstraint(condition=Q(standing__in=Standing.values), name="a_standing_is_one_we_know"),
        ]
        indexes = [models.Index(fields=["program", "role", "standing"], name="pool_of_a_program")]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()}"


class ScreeningStep(models.Model):
    """Who looked at what before somebody was approved, and every change of standing."""

    class Kind(models.TextChoices):
        CONVERSATION = "conversation", _("conversation")
        REFERENCE = "reference", _("reference")
        BACKGROUND = "background", _("background check")
        TRAINING = "training", _("training")
        STANDING = "standing", _("change of standing")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    membership = models.ForeignKey(Membership, models.CASCADE, related_name="steps", verbose_name=_("membership"))
    kind = models.CharField(_("what"), max_length=12, choices=Kind.choices)
    standing = models.CharField(_("standing from then on"), max_length=9, choices=Standing.choices, blank=True)
    note = models.CharField(_("what was checked"), max_length=400, blank=True)
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("screening step")
        verbose_name_plural = _("screening steps")
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="standing", standing__in=Standing.values) | (~Q(kind="standing") & Q(standing="")),
                name="only_a_change_of_standing_names_one",
            )
        ]

    def __str__(self) -> str:
        return (
            f"{self.get_kind_display()} · {self.get_standing_display()}" if self.standing else self.get_kind_display()
        )


class TrailEntry(models.Model):
    """One act of somebody who looks after others, each bound to the one before: append-only (triggers see to it).

    It names the actor and the row that the act made or changed by their random ids, and nothing of what was said: the
    row tells about whom it was, and goes with them. `link` is a digest of the entry and of the link before; `seal` is a
    keyed digest of the link, and the one column that may be made anew (see `accounts.actions.trail`)."""

    class Act(models.TextChoices):
        BEGUN = "begun", _("the trail begins")
        YES_ASKED = "yes_asked", _("asked for a second yes")
        YES_GIVEN = "yes_given", _("gave a second yes")
        YES_REFUSED = "yes_refused", _("said no to a colleague")
        OPENED = "opened", _("opened answers")
        EXPORTED = "exported", _("took a list away")
        CHECKED = "checked", _("recorded a check")
        MOVED = "moved", _("changed a standing")
        RUN_STARTED = "run_started", _("started a match run")
        RUN_STOPPED = "run_stopped", _("stopped a match run")
        RUN_PUBLISHED = "run_publish", _("published a match run")
        WHY_NOT = "why_not", _("asked why two were not paired")
        PAIRED = "paired", _("paired two people by hand")
        SET_ASIDE = "set_aside", _("set a pair aside")
        PAIR_PUBLISHED = "published", _("published a pair")
        PROGRAM_CHANGED = "program", _("changed a program")
        PERSON_CHANGED = "person", _("changed who may sign in or open coordination")
        ROLE_GIVEN = "role_given", _("made somebody a coordinator")
        FACTOR_TAKEN = "factor", _("took a second step away")
        CONCERN_HANDLED = "handled", _("looked after a concern")

    number = models.PositiveBigIntegerField(_("number"), primary_key=True)
    at = models.DateTimeField(_("when"))
    actor_id = models.UUIDField(_("by"), null=True)
    act = models.CharField(_("what was done"), max_length=11, choices=Act.choices)
    kind = models.CharField(_("kind of row"), max_length=40, blank=True)
    row_id = models.UUIDField(_("row"), null=True)
    program_id = models.UUIDField(_("program"), null=True)
    link = models.CharField(_("link"), max_length=64, unique=True)
    seal = models.CharField(_("seal"), max_length=120)

    class Meta:
        verbose_name = _("trail entry")
        verbose_name_plural = _("trail entries")
        ordering = ["number"]

    def __str__(self) -> str:
        return f"{self.number}: {self.get_act_display()}"

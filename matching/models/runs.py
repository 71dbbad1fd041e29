"""A coordinator's runs, and what the workers of a large one share."""

import math
import uuid
from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Program, User


class MatchRun(models.Model):
    """One computation over a program's pool. The row is the queue: a worker takes it by changing QUEUED to RUNNING and
    leaves its `claim`; whoever finds a claim whose `beat_at` is old gives the row back."""

    class State(models.TextChoices):
        QUEUED = "queued", _("waiting for a worker")
        RUNNING = "running", _("running")
        DONE = "done", _("ready to review")
        PUBLISHED = "published", _("published")
        CANCELLED = "cancelled", _("cancelled")
        FAILED = "failed", _("stopped by a fault")

        @classmethod
        def ahead(cls) -> list["MatchRun.State"]:
            return [cls.QUEUED, cls.RUNNING]

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    program = models.ForeignKey(Program, models.PROTECT, related_name="runs", verbose_name=_("program"))
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.QUEUED)
    seed = models.PositiveBigIntegerField(_("seed"))
    settings = models.JSONField(_("settings"), default=dict)
    started_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", verbose_name=_("started by"))
    queued_at = models.DateTimeField(_("queued"), default=timezone.now)
    claim = models.UUIDField(_("claim"), null=True, editable=False)
    beat_at = models.DateTimeField(_("last sign of life"), null=True, editable=False)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0, editable=False)
    begun_at = models.DateTimeField(_("begun"), null=True, editable=False)
    done = models.PositiveIntegerField(_("done"), default=0)
    of = models.PositiveIntegerField(_("of"), default=0)
    summary = models.JSONField(_("summary"), default=dict, help_text=_("Counts only."))
    certificate = models.JSONField(_("certificate"), default=dict, editable=False)
    audit = models.JSONField(_("audit"), default=dict, editable=False, help_text=_("Of groups, of nobody in person."))
    finished_at = models.DateTimeField(_("finished"), null=True)
    published_at = models.DateTimeField(_("published"), null=True)

    class Meta:
        verbose_name = _("match run")
        verbose_name_plural = _("match runs")
        ordering = ["-queued_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["program"], condition=Q(state__in=["queued", "running"]), name="one_run_at_a_time_per_program"
            ),
            models.CheckConstraint(
                condition=Q(state="running", claim__isnull=False, beat_at__isnull=False)
                | (~Q(state="running") & Q(claim__isnull=True)),
                name="a_running_run_has_a_claim",
            ),
        ]

    def __str__(self) -> str:
        return str(_("Match run"))

    @property
    def minutes_left(self) -> int | None:
        """Rounded up, if it goes on as it went until the last sign of life; None while nobody can tell."""
        if not (self.done and self.begun_at and self.beat_at):
            return None
        return math.ceil((self.beat_at - self.begun_at) * (self.of - self.done) / self.done / timedelta(minutes=1))


class RunBlock(models.Model):
    """A piece of a large run, for whichever worker takes it. The row is the queue, as with the run itself; what goes in
    and what comes out are parcels."""

    class State(models.TextChoices):
        QUEUED = "queued", _("waiting for a worker")
        RUNNING = "running", _("being computed")
        DONE = "done", _("done")

    run = models.ForeignKey(MatchRun, models.CASCADE, related_name="blocks", verbose_name=_("run"))
    step = models.PositiveSmallIntegerField(_("pass"))
    number = models.PositiveIntegerField(_("number"))
    state = models.CharField(_("state"), max_length=7, choices=State.choices, default=State.QUEUED)
    claim = models.UUIDField(_("claim"), null=True)
    beat_at = models.DateTimeField(_("taken"), null=True)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)

    class Meta:
        verbose_name = _("block of a run")
        verbose_name_plural = _("blocks of runs")
        ordering = ["run", "step", "number"]
        constraints = [
            models.UniqueConstraint(fields=["run", "step", "number"], name="each_block_of_a_pass_once"),
            models.CheckConstraint(
                condition=Q(state="running", claim__isnull=False, beat_at__isnull=False)
                | (~Q(state="running") & Q(claim__isnull=True)),
                name="a_running_block_has_a_claim",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.step}.{self.number}"


class Parcel(models.Model):
    """A piece of what the workers of a run hand each other: what people said, in numbers. So it is sealed, bound to its
    run and its name, and gone when the run ends."""

    run = models.ForeignKey(MatchRun, models.CASCADE, related_name="parcels", verbose_name=_("run"))
    name = models.CharField(_("name"), max_length=30)
    piece = models.PositiveSmallIntegerField(_("piece"))
    of = models.PositiveSmallIntegerField(_("of"))
    sealed = models.BinaryField(_("sealed content"))

    class Meta:
        verbose_name = _("parcel of a run")
        verbose_name_plural = _("parcels of runs")
        ordering = ["run", "name", "piece"]
        constraints = [models.UniqueConstraint(fields=["run", "name", "piece"], name="each_piece_of_a_parcel_once")]

    def __str__(self) -> str:
        return f"{self.name} {self.piece}/{self.of}"


class Unmatched(models.Model):
    """Somebody whom a run found nobody for, and which rules stood in the way (names of rules, never of answers), with
    the number of mentors that a rule took where that number rests on nobody's answers."""

    run = models.ForeignKey(MatchRun, models.CASCADE, related_name="unmatched", verbose_name=_("run"))
    membership = models.ForeignKey(Membership, models.CASCADE, related_name="+", verbose_name=_("who"))
    hindrances = models.JSONField(_("what stood in the way"), default=list)
    numbers = models.JSONField(_("how many mentors each took"), default=dict)

    class Meta:
        verbose_name = _("unmatched person")
        verbose_name_plural = _("unmatched people")
        ordering = ["run", "id"]
        constraints = [models.UniqueConstraint(fields=["run", "membership"], name="unmatched_once_per_run")]

    def __str__(self) -> str:
        return str(self.membership)

"""Runs, suggestions and proposals: how two people come to each other."""

import uuid

from django.db import models
from django.db.models import F, Q
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
    done = models.PositiveIntegerField(_("done"), default=0)
    of = models.PositiveIntegerField(_("of"), default=0)
    summary = models.JSONField(_("summary"), default=dict, help_text=_("Counts only."))
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


class Unmatched(models.Model):
    """Somebody whom a run found nobody for, and which rules stood in the way (names of rules, never of answers)."""

    run = models.ForeignKey(MatchRun, models.CASCADE, related_name="unmatched", verbose_name=_("run"))
    membership = models.ForeignKey(Membership, models.CASCADE, related_name="+", verbose_name=_("who"))
    hindrances = models.JSONField(_("what stood in the way"), default=list)

    class Meta:
        verbose_name = _("unmatched person")
        verbose_name_plural = _("unmatched people")
        ordering = ["run", "id"]
        constraints = [models.UniqueConstraint(fields=["run", "membership"], name="unmatched_once_per_run")]

    def __str__(self) -> str:
        return str(self.membership)


class Proposal(models.Model):
    """One pair on its way to each other, whoever began it. Every change goes through `matching.actions.proposals`.

    `reasons` names facets and kinds of reason, never what anybody said: the words are read through the gate when shown.
    """

    class Origin(models.TextChoices):
        ASK = "ask", _("the mentee asked")
        RUN = "run", _("a match run")
        HAND = "hand", _("a coordinator, by hand")

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("waiting for answers")
        AGREED = "agreed", _("both said yes")
        PASSED = "passed", _("passed on")
        EXPIRED = "expired", _("time ran out")
        WITHDRAWN = "withdrawn", _("withdrawn")

        @classmethod
        def open(cls) -> list["Proposal.State"]:
            return [cls.DRAFT, cls.PUBLISHED]

        @property
        def moves(self) -> frozenset["Proposal.State"]:
            return MOVES[self]

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    program = models.ForeignKey(Program, models.PROTECT, related_name="proposals", verbose_name=_("program"))
    mentee = models.ForeignKey(Membership, models.CASCADE, related_name="proposals_as_mentee", verbose_name=_("mentee"))
    mentor = models.ForeignKey(Membership, models.CASCADE, related_name="proposals_as_mentor", verbose_name=_("mentor"))
    origin = models.CharField(_("began with"), max_length=4, choices=Origin.choices)
    run = models.ForeignKey(
        MatchRun, models.SET_NULL, null=True, blank=True, related_name="proposals", verbose_name=_("run")
    )
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.DRAFT)
    locked = models.BooleanField(_("kept on the next run"), default=False)
    set_aside = models.BooleanField(_("set aside by a coordinator"), default=False, editable=False)
    fit = models.FloatField(_("fit"), null=True, editable=False)
    reasons = models.JSONField(_("reasons"), default=list)
    note = models.BinaryField(_("sealed note of the mentee"), default=bytes)
    passing = models.BinaryField(_("sealed reason for passing on"), default=bytes)
    mentee_yes_at = models.DateTimeField(_("the mentee said yes"), null=True)
    mentor_yes_at = models.DateTimeField(_("the mentor said yes"), null=True)
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    published_at = models.DateTimeField(_("published"), null=True)
    remind_at = models.DateTimeField(_("remind"), null=True)
    due_at = models.DateTimeField(_("passed on softly"), null=True)
    closed_at = models.DateTimeField(_("closed"), null=True)

    class Meta:
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        ordering = ["-created_at", "id"]
        indexes = [models.Index(fields=["state", "due_at"], name="proposals_by_clock")]
        constraints = [
            models.UniqueConstraint(
                fields=["mentee", "mentor"],
                condition=Q(state__in=["draft", "published"]),
                name="one_open_proposal_per_pair",
            ),
            models.UniqueConstraint(
                fields=["mentee"], condition=Q(state="published", origin="ask"), name="one_open_ask_per_mentee"
            ),
            models.CheckConstraint(
                condition=~Q(state="agreed") | Q(mentee_yes_at__isnull=False, mentor_yes_at__isnull=False),
                name="agreed_means_two_yeses",
            ),
            models.CheckConstraint(
                condition=~Q(state="published") | Q(published_at__isnull=False, due_at__isnull=False),
                name="a_published_proposal_has_a_clock",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "published"], closed_at__isnull=True)
                | Q(state__in=["agreed", "passed", "expired", "withdrawn"], closed_at__isnull=False),
                name="a_closed_proposal_says_when",
            ),
            models.CheckConstraint(condition=~Q(mentee=F("mentor")), name="nobody_is_proposed_to_themselves"),
            models.CheckConstraint(
                condition=Q(set_aside=False) | Q(state="withdrawn"), name="only_what_has_ended_was_set_aside"
            ),
        ]

    def __str__(self) -> str:
        return str(_("A proposal"))


MOVES: dict[Proposal.State, frozenset[Proposal.State]] = {
    Proposal.State.DRAFT: frozenset({Proposal.State.PUBLISHED, Proposal.State.WITHDRAWN}),
    Proposal.State.PUBLISHED: frozenset(
        {Proposal.State.AGREED, Proposal.State.PASSED, Proposal.State.EXPIRED, Proposal.State.WITHDRAWN}
    ),
    Proposal.State.AGREED: frozenset(),
    Proposal.State.PASSED: frozenset(),
    Proposal.State.EXPIRED: frozenset(),
    Proposal.State.WITHDRAWN: frozenset(),
}


class Shortlist(models.Model):
    """A mentee's private list. Like a run, the row is the queue. `held_back` are ids of wishes about identity that too
    few mentors could meet in the open: they do not act here, and a coordinator is asked to look. `basis` is how far the
    ledger had come: what the mentee did later, or a listed mentor in the open, puts the list out of date."""

    class State(models.TextChoices):
        QUEUED = "queued", _("waiting for a worker")
        RUNNING = "running", _("being computed")
        READY = "ready", _("ready")
        FAILED = "failed", _("stopped by a fault")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    mentee = models.OneToOneField(Membership, models.CASCADE, related_name="shortlist", verbose_name=_("mentee"))
    state = models.CharField(_("state"), max_length=7, choices=State.choices, default=State.QUEUED)
    seed = models.PositiveBigIntegerField(_("seed"))
    wanted_at = models.DateTimeField(_("wanted"), default=timezone.now)
    claim = models.UUIDField(_("claim"), null=True, editable=False)
    beat_at = models.DateTimeField(_("last sign of life"), null=True, editable=False)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0, editable=False)
    computed_at = models.DateTimeField(_("computed"), null=True)
    basis = models.PositiveBigIntegerField(_("ledger up to"), default=0, editable=False)
    hindrances = models.JSONField(_("what stood in the way"), default=list)
    held_back = models.JSONField(_("wishes held back"), default=list)

    class Meta:
        verbose_name = _("shortlist")
        verbose_name_plural = _("shortlists")
        ordering = ["wanted_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="running", claim__isnull=False, beat_at__isnull=False)
                | (~Q(state="running") & Q(claim__isnull=True)),
                name="a_running_shortlist_has_a_claim",
            )
        ]

    def __str__(self) -> str:
        return str(_("A shortlist"))


class Suggestion(models.Model):
    shortlist = models.ForeignKey(Shortlist, models.CASCADE, related_name="suggestions", verbose_name=_("shortlist"))
    mentor = models.ForeignKey(Membership, models.CASCADE, related_name="+", verbose_name=_("mentor"))
    position = models.PositiveSmallIntegerField(_("position"))
    reasons = models.JSONField(_("reasons"), default=list)

    class Meta:
        verbose_name = _("suggestion")
        verbose_name_plural = _("suggestions")
        ordering = ["shortlist", "position"]
        constraints = [
            models.UniqueConstraint(fields=["shortlist", "mentor"], name="a_mentor_once_per_shortlist"),
            models.UniqueConstraint(fields=["shortlist", "position"], name="one_suggestion_per_position"),
        ]

    def __str__(self) -> str:
        return str(_("A suggestion"))

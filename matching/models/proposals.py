"""Pairs on their way to each other."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Program
from matching.models.runs import MatchRun


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

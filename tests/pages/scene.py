"""More than the scene of tests/routes has: runs and lists in every state, and somebody with all second steps."""

import uuid

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP

from accounts.models import Membership, Role
from matching.models import MatchRun, Shortlist, WhatIf
from tests import cast
from tests.routes.scene import DAY, SECRET, Scene, build
from tests.routes.table import Route

SECURED, LONELY = "secured", "lonely"
"""Somebody with an authenticator app, a passkey and recovery codes, and a mentee for whom nobody was found."""

RUNS = ("running", "published", "cancelled", "failed")
GROUP = {
    "people": 30, "matched": 0.85, "matched_interval": [0.7, 0.95], "mean": 0.56, "mean_interval": [0.52, 0.6],
    "worst_tenth": None,
}  # fmt: skip
TOLD = {
    "certificate": {"bound": 9.1, "gap": 0.0002, "blocking": 3},
    "audit": {
        "before": [], "after": [{"label": "faith=muslim", **GROUP}, {"label": "age=18-24", **GROUP}],
        "gap_before": 0.04, "gap_after": 0.01, "cost": 0.0005,
    },
}  # fmt: skip
QUESTIONS = {
    "running": {},
    "failed": {},
    "ready": {
        "rules": [],
        "fit": 0.5,
        "now": None,
        "lock": {"total": 0.1, "lose": 1, "gain": 0, "move": 2},
        "swap": -0.2,
    },
}
MORE = {
    "coordinator": [
        *(Route("admin:matching_matchrun_change", f"{state}_run") for state in RUNS),
        *(Route("admin:matching_matchrun_asked", f"run {state}_question") for state in QUESTIONS),
    ],
    "other_program_coordinator": [Route("admin:matching_matchrun_change", "queued_run")],
    "applicant": [Route("home"), Route("matching:asks")],
    "stranger": [Route("matching:shortlist", "stranger"), Route("matching:asks"), Route("mentorship:list")],
    LONELY: [Route("matching:shortlist", LONELY), Route("home")],
    SECURED: [
        Route("mfa_index"),
        Route("mfa_view_recovery_codes"),
        Route("mfa_generate_recovery_codes"),
        Route("mfa_list_webauthn"),
        Route("mfa_edit_webauthn", "passkey"),
        Route("mfa_remove_webauthn", "passkey"),
        Route("mfa_reauthenticate"),
        Route("mfa_deactivate_totp"),
    ],
}
"""Pages of the table as they look in these further states."""


def furnished() -> Scene:
    scene = build()
    _runs(scene)
    _secured(scene)
    lonely = _join(scene, LONELY)
    Shortlist.objects.create(
        mentee=lonely, state="ready", seed=1, computed_at=scene.now, hindrances=["language", "hours", "must"]
    )
    return scene


def _runs(scene: Scene) -> None:
    for state in RUNS:
        fields = {"claim": uuid.uuid4(), "beat_at": scene.now, "done": 3, "of": 9} if state == "running" else {}
        scene.rows[f"{state}_run"] = _run(scene, "program", state, **fields)
    scene.rows["queued_run"] = _run(scene, "other_program", "queued")
    MatchRun.objects.filter(state__in=["done", "published"], program=scene["program"]).update(**TOLD)
    for state, answer in QUESTIONS.items():
        scene.rows[f"{state}_question"] = _question(scene, state, answer)


def _run(scene: Scene, program: str, state: str, **fields: object) -> MatchRun:
    before = {"settings": scene["run"].settings, "seed": 7, "started_by": scene.users["coordinator"]}
    return MatchRun.objects.create(program=scene[program], state=state, queued_at=scene.now - DAY, **before, **fields)


def _question(scene: Scene, state: str, answer: dict[str, object]) -> WhatIf:
    claimed = {"claim": uuid.uuid4(), "beat_at": scene.now, "done": 3, "of": 9} if state == "running" else {}
    pair = {"mentee": scene.members["mentee"], "mentor": scene.members["mentor"]}
    other = scene.members["other_mentee"] if answer else None
    return WhatIf.objects.create(run=scene["run"], state=state, answer=answer, other=other, **pair, **claimed)


def _secured(scene: Scene) -> None:
    user = _join(scene, SECURED).user
    TOTP.activate(user, SECRET)
    RecoveryCodes.activate(user)
    data = {"name": "Key", "credential": {"clientExtensionResults": {"credProps": {"rk": True}}}}
    scene.rows["passkey"] = Authenticator.objects.create(user=user, type=Authenticator.Type.WEBAUTHN, data=data)


def _join(scene: Scene, who: str) -> Membership:
    member = cast.make_member(scene["program"], Role.MENTEE, who.title())
    scene.rows[who], scene.users[who] = member, member.user
    return member

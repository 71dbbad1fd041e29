"""Which goals there are and where each lives: `GOAL` in the module named. One line each, so that none is missing.

What takes longest begins first, for two run at a time."""

MODULES = {
    "T2": "proof.twins",
    "T14": "proof.attacker",
    "T1": "proof.canaries",
    "T20": "proof.faults",
    "T3": "proof.routes",
    "T4": "proof.writes",
    "T15": "proof.copies",
    "T16": "proof.leaving",
    "T17": "proof.retention",
    "T8": "proof.stale",
    "T18": "proof.glass",
    "T19": "proof.sealing",
    "REGISTER": "proof.declared",
    "T5": "proof.secrecy",
    "T6": "proof.discretion",
    "T7": "proof.back",
    "T30": "proof.origins",
    "TRAIL": "proof.tampering",
}

WANTED = ("T1", "T2", "T3", "T4", "T5", "T6", "T7", "T8", "T14", "T15", "T16", "T17", "T18", "T19", "T20", "T30")
"""A whole run that lacks one of these has not shown what was promised."""

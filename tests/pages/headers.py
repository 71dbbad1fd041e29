"""What every answer tells a browser, besides what it is asked for."""

KEPT = ("/static/", "/healthy/")
"""What holds nothing of anybody and may be kept."""


def missing_from(path: str, status: int, headers: dict[str, str]) -> list[str]:
    """What this answer fails to say."""
    policy = headers.get("Content-Security-Policy", "")
    asked = {
        "a policy": "default-src 'none'" in policy,
        "a policy that is strict": "unsafe" not in policy and "*" not in policy and "http" not in policy,
        "nobody frames it": "frame-ancestors 'none'" in policy and headers.get("X-Frame-Options") == "DENY",
        "no sniffing": headers.get("X-Content-Type-Options") == "nosniff",
        "nothing told elsewhere": headers.get("Referrer-Policy") in {"same-origin", "no-referrer"},
        "alone in its window": headers.get("Cross-Origin-Opener-Policy") == "same-origin",
        "not to be kept": (path.startswith(KEPT) and status < 400) or "no-store" in headers.get("Cache-Control", ""),
    }
    return [words for words, is_said in asked.items() if not is_said]

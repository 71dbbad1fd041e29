"""What a browser is called in the list of one's own devices: enough to know one's own by, no more."""

from django.utils.translation import gettext as _

# The first that fits: most browsers name others, too, so that pages take them for these.
BROWSERS = {
    "Edg": "Edge",
    "OPR/": "Opera",
    "SamsungBrowser": "Samsung Internet",
    "FxiOS": "Firefox",
    "Firefox": "Firefox",
    "CriOS": "Chrome",
    "Chrome": "Chrome",
    "Safari": "Safari",
}
SYSTEMS = {
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Macintosh": "Mac",
    "CrOS": "Chromebook",
    "Linux": "Linux",
}
APART = "/"


def device_of(user_agent: str) -> str:
    """Only this is kept; what the browser says of itself is forgotten."""
    return APART.join((_first(BROWSERS, user_agent), _first(SYSTEMS, user_agent)))


def words(device: str) -> str:
    browser, _apart, system = device.partition(APART)
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("A browser")


def _first(names: dict[str, str], user_agent: str) -> str:
    return next((name for part, name in names.items() if part in user_agent), "")

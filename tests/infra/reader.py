"""Somebody who reads pages over HTTP, follows links and sends forms: a browser as small as can be, without scripts.

It speaks as the proxy in front of a deployment does: the connection is plain, the words of the request say https."""

import re
import time
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urljoin, urlsplit


def plain(words: str) -> str:
    return re.sub(r"\s+", " ", words).strip()


@dataclass
class Field:
    name: str
    value: str
    kind: str
    form: str
    id: str = ""
    label: str = ""
    is_sent: bool = True


@dataclass
class Form:
    action: str
    method: str
    fields: list[Field] = field(default_factory=list)

    def field_named(self, label: str) -> Field:
        return next(one for one in self.fields if plain(one.label).startswith(label))


class Page(HTMLParser):
    """Links, forms with their fields and labels, and all words of an HTML page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.forms: dict[str, Form] = {}
        self.links: list[tuple[str, str]] = []
        self.words = ""
        self._form = ""
        self._heard: list[tuple[str, dict[str, str], str]] = []  # open elements whose words are listened to
        self._labels: dict[str, str] = {}
        self._select: Field | None = None
        self.feed(html)
        for form in self.forms.values():
            for one in form.fields:
                one.label = one.label or self._labels.get(one.id, "")

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attributes}
        if tag == "form":
            self._form = found.get("id") or f"form {len(self.forms)}"
            self.forms[self._form] = Form(found.get("action", ""), found.get("method", "get"))
        elif tag in {"input", "textarea", "select"}:
            self._add(tag, found)
        elif tag == "option" and self._select and ("selected" in found or not self._select.is_sent):
            self._select.value, self._select.is_sent = found.get("value", ""), True
        if tag in {"a", "label", "button", "textarea", "option"}:
            self._heard.append((tag, found, ""))

    def _add(self, tag: str, found: dict[str, str]) -> None:
        kind = found.get("type", "text") if tag == "input" else tag
        is_box = kind in {"checkbox", "radio"}
        value = found.get("value", "on" if is_box else "")
        one = Field(found.get("name", ""), value, kind, found.get("form", self._form))
        one.id, one.is_sent = found.get("id", ""), tag != "select" and (not is_box or "checked" in found)
        if one.form in self.forms:
            self.forms[one.form].fields.append(one)
        self._select = one if tag == "select" else self._select
        for place, (heard, attributes, words) in enumerate(self._heard):
            if heard == "label":
                self._heard[place] = (heard, {**attributes, "for": one.id}, words)

    def handle_data(self, data: str) -> None:
        self.words += data
        self._heard = [(tag, attributes, words + data) for tag, attributes, words in self._heard]

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = ""
        elif tag == "select":
            self._select = None
        if not self._heard or self._heard[-1][0] != tag:
            return
        _, attributes, words = self._heard.pop()
        if tag == "a":
            self.links.append((plain(words), attributes.get("href", "")))
        elif tag == "label":
            self._labels[attributes.get("for", "")] = words
        elif tag == "button":
            self._add_button(attributes, words)
        elif tag == "textarea":
            self.forms[self._form].fields[-1].value = words

    def _add_button(self, attributes: dict[str, str], words: str) -> None:
        form = attributes.get("form", self._form)
        name, value = attributes.get("name", ""), attributes.get("value", "")
        if form in self.forms:
            self.forms[form].fields.append(Field(name, value, "button", form, label=words, is_sent=False))


class Reader:
    def __init__(self, port: int, host: str, behind: str) -> None:
        self.port, self.host = port, host
        self.headers = {"Host": host, "X-Forwarded-Proto": "https", "X-Forwarded-For": behind}
        self.cookies: dict[str, str] = {}
        self.path, self.html = "/", ""

    def go(self, path: str) -> Page:
        return self._ask("GET", path)

    def follow(self, words: str) -> Page:
        """A link by its first words."""
        found = [href for label, href in self.page.links if label.startswith(words)]
        assert found, f"no link “{words}” at {self.path}: {self.text}"
        return self.go(found[0])

    def press(self, button: str, tick: tuple[str, ...] = (), **written: str) -> Page:
        """The first form with this button, as it stands but for what is ticked (by label) and written (by name)."""
        forms = [form for form in self.page.forms.values() if any(_is_button(one, button) for one in form.fields)]
        assert forms, f"no button “{button}” at {self.path}: {self.text}"
        form = forms[0]
        ticked = [form.field_named(label) for label in tick]
        chosen = next(one for one in form.fields if _is_button(one, button))
        untouched = {one.name for one in ticked if one.kind == "radio"} | set(written)
        sent = [(one.name, one.value) for one in form.fields if one.is_sent and one.name not in untouched]
        sent += [(one.name, one.value) for one in (*ticked, chosen)] + list(written.items())
        return self._ask(form.method.upper(), form.action or self.path, [pair for pair in sent if pair[0]])

    @property
    def page(self) -> Page:
        return Page(self.html)

    @property
    def text(self) -> str:
        return plain(self.page.words)

    def reads(self, words: str, patience: float = 0) -> bool:
        """Whether the words are on the page; with patience, on the page as it becomes."""
        end = time.monotonic() + patience
        while words not in self.text and time.monotonic() < end:
            time.sleep(0.3)
            self.go(self.path)
        return words in self.text

    def _ask(self, method: str, path: str, sent: list[tuple[str, str]] | None = None) -> Page:
        here = f"https://{self.host}"
        url = urlsplit(urljoin(here + self.path, path))
        assert url.hostname == self.host, f"led to {url.hostname}"
        headers = {**self.headers, "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if method == "POST":
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": here, "Referer": here}
        self.path = url.path + (f"?{url.query}" if url.query else "")
        location = self._send(method, urlencode(sent) if sent is not None else None, headers)
        return self.go(location) if location else self.page

    def _send(self, method: str, body: str | None, headers: dict[str, str]) -> str:
        """Leads on to the address that it returns, if any."""
        connection = HTTPConnection(self.host, self.port, timeout=20)
        try:
            connection.request(method, self.path, body, headers)
            response = connection.getresponse()
            self.html = response.read().decode(errors="replace")
        finally:
            connection.close()
        for line in response.headers.get_all("Set-Cookie") or []:
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
        return str(response.headers.get("Location") or "")


def _is_button(one: Field, words: str) -> bool:
    return one.kind == "button" and plain(one.label) == words

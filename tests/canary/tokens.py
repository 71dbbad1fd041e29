"""Words that exist nowhere else. Each is planted in one place; wherever it turns up, it came from there.

They are letters and digits only, so that HTML, URLs and JSON leave them as they are; what is packed in base64, hex,
escapes or a ZIP is unpacked before it is searched, and a digest of one is as good as the word."""

import base64
import binascii
import hashlib
import io
import quopri
import re
import secrets
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from urllib.parse import unquote_to_bytes

WORD = re.compile(rb"zq[0-9a-f]{10}kx", re.IGNORECASE)
BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{16,}")
HEX = re.compile(rb"(?:[0-9a-fA-F]{2}){10,}")
DIGEST = re.compile(rb"[0-9a-fA-F]{32,}")
UNICODE = re.compile(rb"\\u00([0-9a-fA-F]{2})")
HASHES = (hashlib.md5, hashlib.sha1, hashlib.sha256)
URLSAFE = bytes.maketrans(b"-_", b"+/")


@dataclass(frozen=True)
class Token:
    """`kind` says what it stands in, `of` whose it is, `detail` which facet or column, `reach` how far it may go."""

    word: str
    kind: str
    of: str
    detail: str = ""
    reach: str = ""

    def __str__(self) -> str:
        return " ".join(part for part in (self.kind, "of", self.of, self.detail, self.reach) if part)


class Tokens:
    """All that were planted, by word."""

    def __init__(self) -> None:
        self.mark = secrets.token_hex(3)  # of this planting: what another one left behind is not ours
        self.planted: dict[str, Token] = {}
        self.hours: dict[bytes, Token] = {}
        self.digests: dict[bytes, Token] = {}

    def plant(self, kind: str, of: str, detail: str = "", reach: str = "") -> str:
        word = f"zq{self.mark}{len(self.planted):04x}kx"
        self.planted[word] = Token(word, kind, of, detail, reach)
        for whole in (word, f"Person {word}", f"{word}@example.org"):
            self.digests |= {digest(whole.encode()).hexdigest().encode(): self.planted[word] for digest in HASHES}
        return word

    def plant_hours(self, kind: str, of: str, detail: str, reach: str) -> dict[str, object]:
        """An answer that takes no words: hours that nobody else would give."""
        number = len(self.hours)
        start, end = f"{number:02}:{13 + number}", f"{number + 2:02}:{37 + number}"
        token = self.planted[self.plant(kind, of, detail, reach)]
        self.hours[f"{start}–{end}".encode()] = token
        return {"day": number % 7, "start": start, "end": end}

    def found_in(self, data: bytes | str) -> set[Token]:
        raw = data.encode() if isinstance(data, str) else data
        words = {word.lower().decode() for text in (raw, *unpacked(raw)) for word in WORD.findall(text)}
        hours = {token for said, token in self.hours.items() if said in raw}
        return hours | {self.planted[word] for word in words if word in self.planted} | self._digested(raw)

    def _digested(self, raw: bytes) -> set[Token]:
        found = set()
        for run in DIGEST.findall(raw):
            low = run.lower()
            parts = {low[start : start + long] for long in (32, 40, 64) for start in range(len(low) - long + 1)}
            found |= {self.digests[part] for part in parts & self.digests.keys()}
        return found

    def of_kind(self, *kinds: str) -> set[Token]:
        return {token for token in self.planted.values() if token.kind in kinds}


def unpacked(raw: bytes) -> Iterator[bytes]:
    """What lies in base64 or hex, wherever the packed words begin in it; behind escapes; in the files of a ZIP."""
    for run in BASE64.findall(raw):
        for start in range(4):
            whole = run[start : start + (len(run) - start) // 4 * 4].translate(URLSAFE)
            yield binascii.a2b_base64(whole)
    for run in HEX.findall(raw):
        yield bytes.fromhex(run.decode())
        yield bytes.fromhex(run[1 : len(run) - 1 + len(run) % 2].decode())
    yield from _unescaped(raw)
    if raw.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            yield from map(archive.read, archive.namelist())


def _unescaped(raw: bytes) -> Iterator[bytes]:
    """As in HTML, in addresses, in JSON and in mail."""
    if b"&#" in raw:
        yield unescape(raw.decode(errors="replace")).encode()
    if b"%" in raw:
        yield unquote_to_bytes(raw)
    if b"\\u00" in raw:
        yield UNICODE.sub(lambda found: bytes.fromhex(found[1].decode()), raw)
    if b"=\n" in raw or b"=\r\n" in raw:
        yield quopri.decodestring(raw)


def packings(word: str) -> Iterator[bytes]:
    """The ways in which a word may hide, for the control of the search itself."""
    yield word.encode()
    yield word.upper().encode()
    for ahead in range(3):
        packed = base64.b64encode(b"." * ahead + word.encode() + b" and more")
        yield packed
        yield base64.urlsafe_b64encode(b"\xff" * ahead + word.encode() + b"\xff\xfe more").rstrip(b"=")
    yield word.encode().hex().encode()
    yield b"a" + word.encode().hex().upper().encode() + b"0"
    for digest in HASHES:
        yield b"f00" + digest(word.encode()).hexdigest().encode()
    yield "".join(f"&#{ord(letter)};" for letter in word).encode()
    yield "".join(f"&#x{ord(letter):x};" for letter in word).encode()
    yield "".join(f"%{ord(letter):02X}" for letter in word).encode()
    yield "".join(f"\\u{ord(letter):04x}" for letter in word).encode()
    yield word[:5].encode() + b"=\n" + word[5:].encode()
    with io.BytesIO() as whole:
        with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("copy.json", word)
        yield whole.getvalue()

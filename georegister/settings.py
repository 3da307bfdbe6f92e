"""Settings: the only place the environment is read."""

import ipaddress
import os
import re
from datetime import UTC, date, datetime, tzinfo
from functools import cached_property
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError, ValidationInfo
from pydantic_settings import BaseSettings, SettingsConfigDict

from georegister.complaints import complaint
from georegister.errors import SettingsInvalid, ValueRefused
from georegister.sentence import N_
from georegister.tile_source import TileSource, tile_source

PACKAGE = Path(__file__).resolve().parent


def folder(name: str) -> Path:
    """Where `data`, `maps` or `migrations` lies: inside an installed package, else at the top of the checkout."""
    inside = PACKAGE / "_files" / name
    return inside if inside.is_dir() else PACKAGE.parent / name


class Clock:
    """Now, and a municipality's legal day. `GEOREGISTER_TODAY` stops the day, for a demo or a test."""

    def __init__(self, today: date | None = None) -> None:
        self.fixed = today

    def now(self) -> datetime:
        return datetime.now(UTC)

    def today(self, zone: tzinfo) -> date:
        return self.fixed or self.now().astimezone(zone).date()


def _day(value: object) -> object:
    """Only YYYY-MM-DD: a number would be taken for seconds since 1970."""
    if isinstance(value, str) and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
        raise ValueRefused(N_("write the day as YYYY-MM-DD"))
    return value


def _guarding(token: SecretStr) -> SecretStr:
    """One that a header can carry and nobody guesses."""
    if not re.fullmatch(r"[!-~]{16,200}", token.get_secret_value()):
        raise ValueRefused(N_("write 16 to 200 letters, digits and signs of ASCII, without blanks"))
    return token


ORIGIN = re.compile(r"https?://(\*\.)?[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?", re.ASCII | re.IGNORECASE)


def _origins(text: str) -> str:
    """Raises ValueRefused naming the first that is no origin."""
    said = re.split(r"[\s,]+", text.strip())
    for one in said:
        if one in ("*", "'none'", "none") and len(said) > 1:
            raise ValueRefused(N_("{one} stands alone or not at all"), one=one)
        if one not in ("*", "'none'", "none") and not ORIGIN.fullmatch(one):
            raise ValueRefused(N_("{one!r} is no origin such as https://www.example.dk"), one=one[:100])
    return text


def _tiles(text: str, info: ValidationInfo) -> str:
    # Where the token cannot be used that is what is said, and not that it is missing.
    if "basemap_token" in info.data:
        tile_source(text, info.data["basemap_token"] is not None)
    return text


def _in_an_address(token: SecretStr) -> SecretStr:
    if not re.fullmatch(r"[!-~]{1,500}", token.get_secret_value()):
        raise ValueRefused(N_("write letters, digits and signs of ASCII, without blanks"))
    return token


def _address(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or re.search(r"[\s<>\"]", text):
        raise ValueRefused(N_("write an address that begins with https:// or http://"))
    return text


Text = Annotated[str, Field(max_length=500)]
Address = Annotated[Text, AfterValidator(_address)]
SECRET = ("staff_token", "basemap", "basemap_token")
EMAIL = r"^[^@\s<>\"]+@[^@\s<>\"]+$"


def _hosts(named: str | None) -> frozenset[str]:
    return frozenset(host.strip().lower() for host in (named or "").split(",") if host.strip())


class Settings(BaseSettings):
    """Every setting, with what it means; `docs/settings.md` is made from the descriptions."""

    model_config = SettingsConfigDict(env_prefix="GEOREGISTER_", frozen=True, extra="ignore", env_ignore_empty=True)

    host: str = Field("127.0.0.1", validation_alias="HOST", description="Address the server listens on.")
    port: int = Field(8000, ge=1, le=65535, validation_alias="PORT", description="Port the server listens on.")
    database_url: str | None = Field(
        None,
        description="A PostgreSQL URL of a database with PostGIS. Without it a private cluster is started.",
    )
    today: Annotated[date | None, BeforeValidator(_day)] = Field(
        None, description="The legal day, as YYYY-MM-DD, for a demo or a test. Without it the day it is."
    )
    public_url: str | None = Field(
        None, description="The address the world knows the service by, used in links. Without it the request's own."
    )
    licence: Text | None = Field(
        None, description="The name of the licence the data may be used under, such as `CC BY 4.0`."
    )
    licence_url: Address | None = Field(None, description="Where that licence can be read.")
    attribution: Text | None = Field(None, description="Whom to name as the source of the data.")
    contact: Text | None = Field(None, description="Whom to turn to about the data: a name.")
    contact_email: Annotated[Text, Field(pattern=EMAIL)] | None = Field(None, description="Their e-mail address.")
    contact_url: Address | None = Field(None, description="Their page.")
    config: Path | None = Field(
        None, description="A folder of a municipality's own `maps/`, `mappings/` and `codes/`, looked into first."
    )
    pool_size: int = Field(8, ge=1, le=100, description="Database connections the service keeps.")
    staff_token: Annotated[SecretStr, AfterValidator(_guarding)] | None = Field(
        None,
        description="What staff must give to load by HTTP and in the browser. Without it that is off; "
        "`georegister demo` makes one at each start.",
    )
    upload_mb: int = Field(200, ge=1, le=900, description="The largest file that is taken by HTTP, in MB.")
    loads_at_once: int = Field(
        2, ge=1, le=20, description="Loads by HTTP that are worked on at a time, each in a process of its own."
    )
    downloads_at_once: int = Field(
        2,
        ge=1,
        le=20,
        description="Downloads, printed sheets and coverages that are made at a time; further ones are told to wait.",
    )
    downloads_mb: int = Field(
        2000,
        ge=1,
        le=1_000_000,
        description="MB of disk for downloads that wait for who reads them; beyond it whoever reads slowest is let go.",
    )
    stalled_seconds: int = Field(
        60, ge=1, le=3600, description="Seconds after which a client that takes nothing of a download is let go."
    )
    preview_days: int = Field(
        30, ge=1, le=3650, description="Days after which a load by HTTP that nobody applied is forgotten with its file."
    )
    wfs_hosts: str | None = Field(
        None,
        description="Hosts that `georegister load` may fetch plans from by WFS: `host` or `host:port`, commas between.",
    )
    document_hosts: str | None = Field(
        None,
        description="Hosts of one's own network that `georegister document check` may ask: `host` or `host:port`, "
        "commas between.",
    )
    basemap_token: Annotated[SecretStr, AfterValidator(_in_an_address)] | None = Field(
        None, description="What takes the place of `{token}` in `GEOREGISTER_BASEMAP`. It never leaves the server."
    )
    basemap: Annotated[Text, Field(max_length=1000), AfterValidator(_tiles)] | None = Field(
        None,
        description="Where the tiles of a background map are had from: an address of XYZ tiles, a WMTS or a WMS. "
        "Without it there is land, outline and place names.",
    )
    basemap_zoom: int = Field(
        18, ge=1, le=22, description="The nearest zoom the background map has; beyond it, its tiles are drawn larger."
    )
    basemap_attribution: Text | None = Field(None, description="Whom to name on the map for it.")
    frame_ancestors: Annotated[str, Field(max_length=4000), AfterValidator(_origins)] | None = Field(
        None,
        description="Sites whose pages may show `/embed/map` in a frame: origins such as `https://www.example.dk`, "
        "blanks or commas between; `*` is every site. Without it nobody may.",
    )
    debug: bool = Field(False, description="After a fault of georegister, say where in the program it was.")

    @classmethod
    def read(cls) -> "Settings":
        """From the environment. Raises SettingsInvalid naming the variable."""
        try:
            return cls()
        except ValidationError as error:
            first = error.errors()[0]
            name = str(first["loc"][0])
            variable = name if name in ("HOST", "PORT") else f"GEOREGISTER_{name.upper()}"
            # A secret is not said again, however unfit it is.
            said = variable if name in SECRET else f"{variable}={first['input']!r}"
            raise SettingsInvalid(
                N_("{setting} cannot be used: {reason}."), setting=said, reason=complaint(dict(first))
            ) from None

    @cached_property
    def clock(self) -> Clock:
        return Clock(self.today)

    @cached_property
    def tile_source(self) -> TileSource | None:
        """Where the tiles of the background map come from."""
        return tile_source(self.basemap, self.basemap_token is not None) if self.basemap else None

    @cached_property
    def framed_by(self) -> tuple[str, ...]:
        """The origins whose pages may frame `/embed/`; none is nobody."""
        said = re.split(r"[\s,]+", (self.frame_ancestors or "").strip())
        return tuple(one for one in said if one not in ("", "none", "'none'"))

    @cached_property
    def allowed_wfs_hosts(self) -> frozenset[str]:
        """The hosts that plans may be fetched from."""
        return _hosts(self.wfs_hosts)

    @cached_property
    def allowed_document_hosts(self) -> frozenset[str]:
        """The hosts of one's own network that documents may be looked at on."""
        return _hosts(self.document_hosts)

    def find(self, kind: str, name: str) -> Path | None:
        """A file of the municipality's own folder, else ours; kind is `maps`, `mappings` or `codes`."""
        ours = folder("maps") if kind == "maps" else folder("data") / kind
        for place in ([self.config / kind] if self.config else []) + [ours]:
            if (place / name).is_file():
                return place / name
        return None

    def names(self, kind: str) -> list[str]:
        """What there is to find of `mappings` or `codes`, without the ending."""
        places = ([self.config / kind] if self.config else []) + [folder("data") / kind]
        return sorted({file.stem for place in places for file in place.glob("*.toml")})

    def is_local(self) -> bool:
        """Whether only this machine can reach the server."""
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"


def user_name() -> str:
    """Who runs this process, for the record of acts."""
    import getpass

    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"

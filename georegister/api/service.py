"""What every handler is given: the register to read, the clock, and the addresses answers are linked by."""

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Request

from georegister.maps.site import Site
from georegister.register.database import Reading
from georegister.settings import Clock, Settings


@dataclass(frozen=True)
class Service:
    """The service put together; one for the life of the application."""

    settings: Settings
    reading: Reading
    clock: Clock
    site: Site

    def now(self) -> dict[str, Any]:
        """What statements are told of time: the moment, and the day where the clock is stopped."""
        return {"now": self.clock.now(), "day": self.clock.fixed, "known_at": None}


def _service(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


def _base(request: Request) -> str:
    """Where the service is known, without a slash at the end: as configured, else as the client addressed it."""
    service: Service = request.app.state.service
    return (service.settings.public_url or str(request.base_url)).rstrip("/")


TheService = Annotated[Service, Depends(_service)]
Base = Annotated[str, Depends(_base)]

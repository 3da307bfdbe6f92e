"""What a process of ours gives up before it works on what others wrote: the network, root, and room to do harm in."""

import ctypes
import os
import resource

NOBODY = 65534
NEW_NETWORK, NEW_USERS = 0x40000000, 0x10000000


def leave_the_network() -> None:
    """A network of its own with nothing in it, where the kernel lets us."""
    if ctypes.CDLL(None).unshare(NEW_NETWORK) != 0:
        ctypes.CDLL(None).unshare(NEW_NETWORK | NEW_USERS)


def leave_root() -> None:
    """Becomes a user who may do nothing, where we are root."""
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)


def limit(*, memory: int, seconds: int, files: int) -> None:
    """So many bytes of memory and of each file, seconds of work and open files at most; leaves no image of itself."""
    for kind, value in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, memory),
        (resource.RLIMIT_NOFILE, files),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(kind)[1]
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(kind, (value, value))

"""georegister: a register of municipal plans."""

__version__ = "0.1.0"

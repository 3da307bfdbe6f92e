"""`python -m georegister` is `georegister`."""

from georegister.cli import main

main()

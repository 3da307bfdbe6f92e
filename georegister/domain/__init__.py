"""What the words mean: no disk, no database, no web, no clock."""

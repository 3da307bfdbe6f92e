"""What clients accept, by the weights they give (RFC 9110, 12.4.2): forms, languages and encodings alike."""


def weighed(header: str | None) -> dict[str, float]:
    """What a header such as `Accept` names, in small letters, each with its weight of 0 to 1.

    The heaviest comes first, of equals the one that was named first. What cannot be read is left out.
    """
    found: dict[str, float] = {}
    for one in (header or "").lower().split(","):
        name, *parameters = (part.strip() for part in one.split(";"))
        said = dict(part.partition("=")[::2] for part in parameters)
        try:
            weight = float(said.get("q", 1))
        except ValueError:
            continue
        if name and 0 <= weight <= 1:
            found.setdefault(name, weight)
    return dict(sorted(found.items(), key=lambda item: -item[1]))


def best_first(header: str | None) -> list[str]:
    """What such a header names and does not refuse."""
    return [name for name, weight in weighed(header).items() if weight > 0]

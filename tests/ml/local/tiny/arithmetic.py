"""What `double` imports: a change here is a change of that step's code."""


def twice(number: int) -> int:
    """The number, twice."""
    return number + number

"""What Collect! does not do, and with which HTTP status it says so."""


class Refused(Exception):
    """`breach`: the documentation rules the request out, whatever the records are."""

    def __init__(self, status: int, words: str, *, breach: bool = False) -> None:
        super().__init__(words)
        self.status = status
        self.words = words
        self.breach = breach


def breach(words: str) -> Refused:
    """A request that the documentation rules out: 400."""
    return Refused(400, words, breach=True)

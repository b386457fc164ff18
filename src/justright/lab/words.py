"""Text as every file takes it."""


def whole(text: object) -> str:
    """Text that every file takes: half a character, as in an odd name of a file, is a "?".

    Example:
        >>> whole("caf\\udce9")
        'caf?'
    """
    return str(text).encode("utf-8", "replace").decode("utf-8")

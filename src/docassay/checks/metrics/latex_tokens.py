r"""LaTeX source cut into tokens: commands, braces, special characters and plain characters."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

VERBATIM: Final = "\0"
"""A token that starts with it is text as it stands, from ``\\verb``."""

MAX_OPTION_TOKENS: Final = 200
"""Something in brackets that is longer is no optional argument."""

_TOKEN: Final = re.compile(
    r"\\verb\*?(?P<mark>[^a-zA-Z*\s])(?P<verbatim>[^\n]*?)(?P=mark)"
    r"|(?P<comment>(?<!\\)%[^\n]*\n?[ \t]*)"
    r"|(?P<command>\\(?:[a-zA-Z@]+\*?|.))"
    r"|(?P<space>\s+)"
    r"|(?P<character>.)",
    re.DOTALL,
)


def latex_tokens(source: str) -> list[str]:
    r"""The tokens of ``source``.

    A command is one token with its backslash and star (``\frac``, ``\hspace*``, ``\&``); a run of white space
    is one ``" "``; white space behind a command made of letters is dropped as TeX drops it; comments go.
    """
    tokens: list[str] = []
    for match in _TOKEN.finditer(source):
        kind = match.lastgroup
        if kind == "verbatim":
            tokens.append(VERBATIM + match["verbatim"])
        elif kind == "space":
            if not (tokens and is_word_command(tokens[-1])):
                tokens.append(" ")
        elif kind != "comment":
            tokens.append(match[0])
    return tokens


def is_word_command(token: str) -> bool:
    r"""Whether the token is a command made of letters, as ``\frac``."""
    return len(token) > 1 and token[0] == "\\" and token[1].isalpha()


def group_end(tokens: Sequence[str], start: int, opening: str = "{", closing: str = "}") -> int:
    """The index of the token that closes the group opened at ``start``; the length when none does."""
    depth = 0
    for index in range(start, len(tokens)):
        depth += (tokens[index] == opening) - (tokens[index] == closing)
        if depth == 0:
            return index
    return len(tokens)


def skip_space(tokens: Sequence[str], index: int) -> int:
    """The index of the next token that is not white space."""
    while index < len(tokens) and tokens[index] == " ":
        index += 1
    return index


def argument(tokens: Sequence[str], index: int) -> tuple[list[str], int]:
    """One mandatory argument from ``index`` on without its braces, and the index behind it."""
    index = skip_space(tokens, index)
    if index >= len(tokens):
        return [], index
    if tokens[index] != "{":
        return [tokens[index]], index + 1
    end = group_end(tokens, index)
    return list(tokens[index + 1 : end]), min(end + 1, len(tokens))


def skip_option(tokens: Sequence[str], index: int) -> int:
    """The index behind an optional argument (``[...]``) when one stands at ``index``."""
    after_space = skip_space(tokens, index)
    if after_space < len(tokens) and tokens[after_space] == "[":
        depth = 0
        for end in range(after_space + 1, min(after_space + MAX_OPTION_TOKENS, len(tokens))):
            depth += (tokens[end] == "{") - (tokens[end] == "}")
            if depth < 0:
                break
            if depth == 0 and tokens[end] == "]":
                return end + 1
    return index


def written(tokens: Sequence[str]) -> str:
    """The tokens as source again, near enough to be read once more."""
    pieces = []
    for token in tokens:
        if token.startswith(VERBATIM):
            pieces.append(token[1:])
        else:
            pieces.append(token + (" " if is_word_command(token) else ""))
    return "".join(pieces)

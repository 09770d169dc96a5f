"""The loop of a peer's program: a path a line on standard input, a JSON object a line on standard output."""

import json
import os
import resource
import sys
from collections.abc import Callable


def cpu_seconds() -> float:
    """Processor seconds of this process and of its ended children."""
    times = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in times)


def answer_all(convert: Callable[[str], tuple[str, int]], form: str = "markdown") -> None:
    """Convert each file that is asked for; ``convert`` gives the text in ``form`` and the number of pages.

    What the peer itself prints goes to standard error.
    """
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    for line in sys.stdin:
        begin = cpu_seconds()
        answer: dict[str, object]
        try:
            content, pages = convert(line.rstrip("\n"))
            answer = {"form": form, "content": content, "pages": pages}
        except BaseException as error:
            answer = {"error": f"{type(error).__name__}: {error}"[:2_000]}
            if isinstance(error, KeyboardInterrupt | SystemExit):
                raise
        answer["cpu_seconds"] = cpu_seconds() - begin
        print(json.dumps(answer), file=answers, flush=True)

"""Runs one topic: a module of this package with a function ``main(arguments)``."""

from __future__ import annotations

import importlib
import pkgutil
import sys

import benchmarks.scoring as package


def topics() -> dict[str, str]:
    """The topics by name, each with the first line of its docstring."""
    names = sorted(module.name for module in pkgutil.iter_modules(package.__path__) if module.name[0] != "_")
    modules = {name: importlib.import_module(f"{package.__name__}.{name}") for name in names}
    return {
        name: (module.__doc__ or "").split("\n", 1)[0]
        for name, module in modules.items()
        if hasattr(module, "main")
    }


def main(arguments: list[str]) -> int:
    """Run the topic named first with the other arguments; list the topics without one."""
    known = topics()
    if not arguments or arguments[0] not in known:
        print("usage: python -m benchmarks.scoring TOPIC [options]\n")
        print("\n".join(f"{name:12} {summary}" for name, summary in known.items()))
        return 2
    topic = importlib.import_module(f"{package.__name__}.{arguments[0]}")
    return int(topic.main(arguments[1:]) or 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

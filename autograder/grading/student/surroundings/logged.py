"""Log records that the judge asked for, under the levels that it has set."""

import logging
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

Node = Any
_MOST = 1000


@contextmanager
def recorded(asked: Node) -> Iterator[list[logging.LogRecord]]:
    """Collect what the body logs; nothing where it was not asked for."""
    found: list[logging.LogRecord] = []
    if not asked:
        yield found
        return
    before, disabled = _set_levels(dict(asked["levels"])), logging.root.manager.disable
    logging.disable(asked["disabled"])
    handle = logging.Logger.callHandlers

    def noted(self: logging.Logger, record: logging.LogRecord) -> None:
        found.append(record)
        handle(self, record)

    logging.Logger.callHandlers = noted  # type: ignore[method-assign]
    try:
        yield found
    finally:
        logging.Logger.callHandlers = handle  # type: ignore[method-assign]
        logging.disable(disabled)
        _set_levels(before)


def nodes(records: list[logging.LogRecord]) -> list[Node]:
    """What was logged, as a reply tells of it."""
    return [_node(record) for record in records[:_MOST]]


def _set_levels(levels: dict[str, int]) -> dict[str, int]:
    """Set the levels of these loggers; those that they had."""
    before = {}
    for name, level in levels.items():
        logger = logging.getLogger(name or None)
        before[name] = logger.level
        logger.setLevel(level)
    return before


def _node(record: logging.LogRecord) -> Node:
    text = error = ""
    with suppress(Exception):
        text = str(record.msg)
        text = record.getMessage()  # or its arguments do not fit
    if record.exc_info and record.exc_info[0]:
        with suppress(Exception):
            error = "".join(traceback.format_exception(*record.exc_info))
    place = [str(record.pathname), int(record.lineno or 0), str(record.funcName or "")]
    return [str(record.name), int(record.levelno), text, error, *place]

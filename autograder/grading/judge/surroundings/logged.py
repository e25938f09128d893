"""Log records: the levels that a test set go over, and what a call logged comes back."""

import logging
from typing import Any

from autograder.errors import WireError

Node = Any
_MOST = 1000  # records of one call
_MOST_LOGGERS = 1000  # that claims may name
_NAME, _TEXT = 200, 10_000  # characters
_USED_BY = ("logging", "Logs", "caplog", "getLogger")  # what a cell that looks at logs speaks of


class Logged:
    """Of one judge. Records are asked for from the first cell on that speaks of logs."""

    def __init__(self):
        self._asks = False
        self._loggers: set[str] = set()
        self._usual: dict[str, int] = {}

    def meet(self, source: str) -> None:
        """Look at a cell that is to run in the judge."""
        if not self._asks and any(word in source for word in _USED_BY):
            self._asks, self._usual = True, _levels()

    def sent(self) -> Node:
        """The levels that a test has set, to go with a call; None while nobody looks."""
        if not self._asks:
            return None
        now = _levels()
        levels = [[n, level] for n, level in now.items() if self._usual.get(n, 0) != level]
        return {"levels": levels, "disabled": logging.root.manager.disable}

    def take(self, claimed: Any) -> None:
        """Log here what the student's code claims to have logged.

        Raises WireError for more than a call can have honestly.
        """
        if len(claimed) > _MOST:
            raise WireError(f"more than {_MOST:,} log records of one call")
        for name, level, text, error, file, line, function in claimed:
            told: dict[str, Any] = {
                "name": str(name)[:_NAME],
                "levelno": int(level),
                "msg": str(text)[:_TEXT],
            }
            told |= {"levelname": logging.getLevelName(int(level)), "args": ()}
            told |= {"pathname": str(file)[:_NAME], "lineno": int(line)}
            told |= {"filename": str(file)[:_NAME].rpartition("/")[2]}
            told |= {"funcName": str(function)[:_NAME]}
            told |= {"exc_text": str(error)[:_TEXT] or None}
            logger = self._logger(told["name"])
            if logger.isEnabledFor(told["levelno"]):
                logger.handle(logging.makeLogRecord(told))

    def _logger(self, name: str) -> logging.Logger:
        self._loggers.add(name)
        if len(self._loggers) > _MOST_LOGGERS:
            raise WireError(f"more than {_MOST_LOGGERS:,} loggers")
        return logging.getLogger(name if name != "root" else None)


def _levels() -> dict[str, int]:
    known = list(logging.root.manager.loggerDict.items())
    loggers = {name: logger for name, logger in known if isinstance(logger, logging.Logger)}
    return {"": logging.root.level} | {name: logger.level for name, logger in loggers.items()}

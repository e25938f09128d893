"""An IPython shell without ZMQ: it runs cells and keeps what they show, as a kernel would."""

import builtins
import os
import subprocess
import sys
import types
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import TextIOBase
from typing import Any

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.history import HistoryManager
from IPython.core.interactiveshell import InteractiveShell
from traitlets import Instance, Type
from traitlets.config import Config

from autograder.grading.shell.figure_png import png_text
from autograder.grading.shell.outputs import Outputs
from autograder.grading.shell.warm_up import Take, just_take, warm_up
from autograder.limits import Limits
from autograder.magics import ShellMagics

_MOST_BYTES = 10**6  # read of each end of what came by descriptor


@dataclass
class CellRun:
    """How a cell ended: the exception it raised, if any, and the value of its last expression."""

    error: BaseException | None
    value: Any


class _Display(DisplayPublisher):
    shell: "Shell"

    def publish(self, data, metadata=None, source=None, *, transient=None, update=False, **_):
        outputs, display_id = self.shell.outputs, (transient or {}).get("display_id")
        if update:
            outputs.update(display_id or "", data, metadata or {})
        else:
            named = {"display_id": display_id} if display_id else {}
            outputs.rich("display_data", data, metadata or {}, **named)

    def clear_output(self, wait=False):
        self.shell.outputs.clear(wait)


class _Results(DisplayHook):
    shell: "Shell"

    def start_displayhook(self):
        pass

    def write_output_prompt(self):
        pass

    def write_format_data(self, format_dict, md_dict=None):
        self.shell.outputs.rich(
            "execute_result", format_dict, md_dict or {}, execution_count=self.prompt_count
        )

    def finish_displayhook(self):
        pass


class _Stream(TextIOBase):
    """sys.stdout or sys.stderr: writes go to the shell's outputs, after what came by descriptor."""

    encoding = "utf-8"

    def __init__(self, shell: "Shell", name: str, descriptor: int):
        self._shell, self._name, self._descriptor = shell, name, descriptor

    def writable(self):
        return True

    def fileno(self):
        return self._descriptor

    def write(self, text):
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        self._shell.drain()
        self._shell.outputs.stream(self._name, text)
        return len(text)


class Shell(InteractiveShell):
    """Runs cells in `__main__`. Made once in a warm server, used in the children forked of it."""

    displayhook_class = Type(_Results)
    display_pub_class = Type(_Display)
    input_transformer_manager = Instance(ShellMagics, ())
    outputs: Outputs  # no trait: every call across the wire sets it
    figures_left: int  # how many are still drawn
    draws = False  # whether matplotlib was there when it last looked

    def __init__(self, **traits):
        super().__init__(**traits)
        self.outputs = Outputs()
        self.figures_left = Limits.figures
        self._raw: list[tuple[str, int]] = []
        sys.modules["__main__"] = self.user_module

    @classmethod
    def make(cls, take: Take = just_take) -> "Shell":
        """The process's one shell, with an empty `__main__`, no history file and no prompt.

        Called again, it is made ready for the libraries that were imported since then.

        take: see `warm_up`.
        """
        if cls.initialized():
            cls.instance().meet_libraries(take)
            return cls.instance()
        config = Config()
        config.HistoryManager.enabled = False
        config.InteractiveShell.cache_size = 1000
        HistoryManager.enabled.default_value = False
        main = types.ModuleType("__main__", "The cells of a notebook.")
        shell = cls.instance(config=config, user_module=main, user_ns=main.__dict__)
        shell.run_cell("None")
        shell.meet_libraries(take)
        shell.warm_tracebacks()
        return shell

    def meet_libraries(self, take: Take = just_take) -> None:
        """Use those that are loaded, and were not before, for the first time."""
        if "matplotlib" in sys.modules and not self.draws:
            self.draws = True
            self.enable_matplotlib("inline")
            self.draw_quickly()
        warm_up(take)

    def draw_quickly(self) -> None:
        """Draw figures by `figure_png`: in the inline backend's usual format alone, no other."""
        from matplotlib.figure import Figure

        formatters = self.display_formatter.formatters if self.display_formatter else {}
        formatters["image/png"].for_type(Figure, self._drawn)

    def _drawn(self, figure: Any) -> str | None:
        """The figure as a PNG; None, so that its name alone is shown, when there are too many."""
        if getattr(figure, "_came_over", False):  # a claim of what is drawn: nobody waits for it
            return None
        self.figures_left -= 1
        return png_text(figure) if self.figures_left >= 0 else None

    def warm_tracebacks(self) -> None:
        """Make one, which nobody sees: the first one in a process imports what colours it."""
        source = "raise ValueError"  # of a line: one's whole file is read and parsed
        try:
            exec(compile(source, self.compile.cache(source), "exec"), {})
        except ValueError as error:
            cell = error.__traceback__ and error.__traceback__.tb_next
            self.InteractiveTB.structured_traceback(ValueError, error, cell)

    def name_errors_only(self) -> None:
        """Make no tracebacks: where nobody sees them, each would cost up to 0.2 s all the same."""
        self.InteractiveTB.set_mode("Minimal")

    def take_streams(self) -> None:
        """Send stdout and stderr, and raw writes to their descriptors, to the outputs.

        In a fork of a process that has done so: only give the descriptors files of its own.
        """
        streams, self._raw = self._raw, [("stdout", 1), ("stderr", 2)]
        for name, descriptor in self._raw:
            file = os.memfd_create(name)
            os.dup2(file, descriptor)
            os.close(file)
            if not streams:
                setattr(sys, name, _Stream(self, name, descriptor))
        if not streams:
            builtins.input = _no_input

    def drain(self) -> None:
        """Move what was written to the raw descriptors to the outputs."""
        for name, descriptor in self._raw:
            if os.lseek(descriptor, 0, os.SEEK_CUR):
                size = os.fstat(descriptor).st_size
                head = os.pread(descriptor, _MOST_BYTES, 0)
                rest = max(size - _MOST_BYTES, _MOST_BYTES)
                tail = os.pread(descriptor, _MOST_BYTES, rest)
                os.ftruncate(descriptor, 0)
                os.lseek(descriptor, 0, os.SEEK_SET)
                self.outputs.stream(name, head.decode("utf-8", "replace"))
                if tail:
                    text = tail.decode("utf-8", "replace")
                    self.outputs.stream(name, text, skipped=rest - _MOST_BYTES)

    @contextmanager
    def recording(self, outputs: Outputs) -> Iterator[Outputs]:
        """Collect in `outputs` what the body prints and shows."""
        before, self.outputs = self.outputs, outputs
        try:
            yield outputs
        finally:
            self.drain()
            self.outputs = before

    def run(self, source: str) -> CellRun:
        """Run one cell. Its error, if it raises one, is also among the outputs."""
        result = self.run_cell(source, store_history=True)
        return CellRun(result.error_before_exec or result.error_in_exec, result.result)

    def remember(self, inputs: Sequence[str]) -> None:
        """Have `In` and its kin say that these cells have run, and no others."""
        history: Any = self.history_manager
        sources = ["", *(source.rstrip("\n") for source in inputs)]
        history.input_hist_parsed[:] = history.input_hist_raw[:] = sources
        history._ii, history._i, history._i00 = ["", "", *sources][-3:]
        self.execution_count = len(sources)

    def should_run_async(self, raw_cell, *, transformed_cell=None, preprocessing_exc_tuple=None):
        known = self.input_transformer_manager.known_to_await(transformed_cell)
        if known is not None and self.autoawait and preprocessing_exc_tuple is None:
            return known
        return super().should_run_async(
            raw_cell,
            transformed_cell=transformed_cell,
            preprocessing_exc_tuple=preprocessing_exc_tuple,
        )

    def _showtraceback(self, etype, evalue, stb):
        self.drain()
        try:
            text = str(evalue)
        except BaseException as error:
            text = f"<str() of it raised {type(error).__name__}>"
        self.outputs.error(getattr(etype, "__name__", "Error"), text, [str(line) for line in stb])

    def init_io(self):
        pass

    def ask_exit(self):
        """`exit` and `quit`, typed in a cell or called in a function, end that cell alone."""
        raise SystemExit("the code asked to exit")

    def system(self, cmd):
        """Run `!cmd`: what it prints comes by descriptor, as a sandbox has no terminal for it."""
        if cmd.rstrip().endswith("&"):
            raise OSError("Background processes not supported.")  # as IPython says
        expanded = self.var_expand(cmd, depth=1)
        self.user_ns["_exit_code"] = subprocess.call(expanded, shell=True, stdin=subprocess.DEVNULL)

    system_piped = system

    def enable_gui(self, gui=None):
        """No window can be shown here; figures are drawn inline."""


def _no_input(prompt: object = "") -> str:
    if sys.stdin is not sys.__stdin__:  # a test, or the code itself, has put something there
        print(prompt, end="")
        if line := sys.stdin.readline():
            return line.removesuffix("\n")
    raise EOFError("input() cannot be answered while a notebook is graded")

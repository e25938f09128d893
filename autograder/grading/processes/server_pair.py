"""Two warm servers that are forks of the same zygote: of students' processes, and of judges."""

from autograder.grading.processes.server_handles import WarmServer
from autograder.grading.processes.template_cache import TemplateCache
from autograder.grading.sandbox.settings import Sandbox
from autograder.limits import Limits

_TEMPLATES = 16  # at a time: more than most assignments have notebooks


class ServerPair:
    """They start at once, and warm up in the background."""

    def __init__(
        self, zygote: str, limits: Limits, sandbox: Sandbox | None, templates: bool, gpus: bool
    ):
        """
        zygote: the address of the process that they are forked from.
        templates: whether students' processes may be forked from templates.
        gpus: whether what is in no sandbox sees those of the machine.
        """
        self.students = WarmServer(zygote, "autograder.grading.student.server", sandbox, gpus)
        self.templates = TemplateCache(self.students, limits, _TEMPLATES if templates else 0)
        self.judges = WarmServer(zygote, "autograder.grading.judge.server", gpus=gpus)

    def wait_until_warm(self) -> dict[str, str]:
        """Wait for the servers; return the imports and first uses they do without, and why."""
        return self.students.wait_until_warm() | self.judges.wait_until_warm()

    def close(self) -> None:
        """End both servers and whatever they still run."""
        self.templates.close()
        self.students.close()
        self.judges.close()

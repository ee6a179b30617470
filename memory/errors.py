"""Every error viddiff raises on purpose, grouped by who must act.

    VidDiffError
    ├── UserError               the user: a file, an option or a statement is wrong      exit 2
    │   ├── VideoError          a file cannot be read as a video
    │   ├── SettingsError       an option, a setting or a differences file is wrong
    │   └── SetupError          something that must be installed is missing here
    ├── ModelServerError        whoever runs the model server; finished work is saved    exit 3
    │   └── ModelReplyError     the server answered, but not with what was asked for
    ├── BudgetExhausted         nobody: the run stops asking and reports what it has
    └── Interrupted             nobody: the user stopped the run                         exit 130

A message names the thing, says what was expected and what to do, in one line.
"""


class VidDiffError(Exception):
    """Base of every error that viddiff raises on purpose."""

    exit_status = 1


class UserError(VidDiffError):
    """The user's input or settings are wrong; the message says what to change."""

    exit_status = 2


class VideoError(UserError):
    """A file cannot be read as a video."""


class SettingsError(UserError):
    """An option, a setting or a differences file is wrong."""


class SetupError(UserError):
    """A library or a system package that this needs is missing on this machine."""


class ModelServerError(VidDiffError):
    """The model server failed for good; what was finished is saved and can be resumed."""

    exit_status = 3


class ModelReplyError(ModelServerError):
    """The model server answered, but not with what was asked for."""


class BudgetExhausted(VidDiffError):
    """The run's own limit on steps, calls or cost was reached."""


class Interrupted(VidDiffError):
    """The user stopped the run; finished work is kept."""

    exit_status = 130

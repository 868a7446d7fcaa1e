"""The one family of exceptions of this package: what is wrong, where, and what to do about it."""

from __future__ import annotations


class CrossModelControlError(Exception):
    """Anything that this package refuses or cannot do.

    Attributes:
        what: What is wrong, with the values that show it.
        where: The file, model, option or row that it is about; empty where there is none.
        hint: What to do; empty where nothing can be advised.
    """

    def __init__(self, what: str, *, where: str = "", hint: str = "") -> None:
        self.what, self.where, self.hint = what, where, hint
        super().__init__(what)

    def __str__(self) -> str:
        text = f"{self.where}: {self.what}" if self.where else self.what
        return f"{text}; {self.hint}" if self.hint else text


class MapError(CrossModelControlError):
    """A token map cannot be read, written, or used with what it is given to."""


class ProgramError(CrossModelControlError):
    """The program `cmc` is not there, or ended with an error.

    Attributes:
        status: The exit status, or None where the program never ran.
    """

    def __init__(self, what: str, *, where: str = "", hint: str = "", status: int | None = None) -> None:
        super().__init__(what, where=where, hint=hint)
        self.status = status


class TokenizerError(CrossModelControlError):
    """A tokenizer is of a kind that histories cannot be encoded with, or is not the one a map was made for."""


class ModelError(CrossModelControlError):
    """A model is of a kind, a width or a length that steering cannot work with."""


class ControlError(CrossModelControlError):
    """Factors, modes, prompts or a way of generating that steering cannot do."""


class CaptureError(CrossModelControlError):
    """A run of log-probabilities cannot be recorded, or gone on with."""


class PromptError(CaptureError):
    """One prompt cannot be recorded: others can."""

"""Reading a difference statement as a question that can be measured."""

from .reader import Reading, StatementReader, read_statement

__all__ = ["Reading", "StatementReader", "read_statement"]

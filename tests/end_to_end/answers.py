"""Reading a report the short way."""

from viddiff import Report


def letters(report: Report) -> dict[str, str]:
    return {d.description: d.answer for d in report.differences}

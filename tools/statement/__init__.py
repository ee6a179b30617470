"""Difference statements read as questions: quantity, direction, body side, phase."""

"""Torture: bad and odd clips, mutations, faults, servers that fail and many users; each part has a stated outcome and a bound in time."""

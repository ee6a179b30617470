"""The runner: many pairs compared at once, each once, within a sum of money, and taken up again where it stopped.

pairs, systems   what is compared (clips with labels), and who answers: viddiff, or another (see `baselines`)
jobs             one pair for one system: its content's key, and doing it
kept             outcomes on the disk, by that key
ceiling          how much one pair may cost so that all of them stay within the sum
schedule         what is left to do, on an engine
local, worker    the engine of one machine, and its processes
on_ray           the engine of a Ray cluster
progress         a bar on a terminal, plain lines elsewhere
"""

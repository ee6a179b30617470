"""The report of an evaluation: what the paper reports and what it does not, as Markdown and as one page.

decided        one labelled statement beside its answer, whatever data it comes from
curves         accuracy against coverage, stated against right, errors of instants
measures       the sections that hold for any data: confidence, order, instants, effort, failures
worst          what went wrong most surely, with its traces
plots          drawings as SVG
sections, html what a report is made of; the page
"""

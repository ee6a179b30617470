"""The room that decides: graph, nodes, planner, settings, api, command line, reports."""

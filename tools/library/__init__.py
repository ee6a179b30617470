"""Our own library of actions, stages and differences, one YAML file per family."""

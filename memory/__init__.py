"""The room that knows: values, state, frame index, cache, reports."""

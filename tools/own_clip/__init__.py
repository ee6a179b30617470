"""The weights of the small CLIP of our own, with its card; `viddiff.evals.own_clip` makes them."""

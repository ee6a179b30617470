"""Remote models: specs, a client that never guesses, retries, budget, prices and cached replies."""

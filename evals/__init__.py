"""The room that judges: drawn clips with known truth."""

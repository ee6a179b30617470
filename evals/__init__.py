"""The room that judges: evaluations on drawn clips and on the paper's benchmark, speed, and what breaks."""

# What Spark would run; the simulation runs the world's program in its place.

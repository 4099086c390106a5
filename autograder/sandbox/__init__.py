"""Where a submission runs: a zygote, its locked-in workers, and the wire to them."""

"""One entry in, one score out and kept; a class of entries, on this machine or on a cluster."""

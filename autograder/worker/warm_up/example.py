"""What a zygote imports as if it were a submission, to warm up."""

value = 1.0

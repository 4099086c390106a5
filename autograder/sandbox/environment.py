"""The environment variables of workers, whatever the caller's are."""

ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
# glibc gives a large array back to the kernel when it is freed, and faults it in again
KEEP_MEMORY = dict.fromkeys(("MALLOC_MMAP_THRESHOLD_", "MALLOC_TRIM_THRESHOLD_"), str(256 << 20))
ENVIRONMENT = {"LANG": "C.UTF-8", "PYTHONHASHSEED": "0", **ONE_THREAD, **KEEP_MEMORY}

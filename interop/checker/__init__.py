"""Are two Zarr stores the same data? Reads metadata by itself, values through independent libraries."""

"""What runs for each tool: the command of those that are programs, and a program for those that are libraries."""

import itertools
import json
import math
import os
import pathlib
import shutil
import sys
from concurrent.futures import ThreadPoolExecutor

from workloads import (CORES, GB, MB, below, boxes, ceil_div, codec_v2, codec_v3, commas, create_array,
                       open_tensorstore, workloads)

REPOSITORY = pathlib.Path(__file__).resolve().parent.parent


# --- The tools: what each can do, and its command ---


def rezarr_command(workload, source, output, limit=None):
    command = [rezarr(), "rechunk", str(source), str(output),
               "--chunks", commas(workload.chunks), "--progress", "none", "--quiet"]
    if workload.zarr_format != workload.source.zarr_format:
        command += ["--format", f"v{workload.zarr_format}"]
    if workload.shards:
        command += ["--shards", commas(workload.shards)]
    if workload.codec != workload.source.codec:
        command += ["--codec", {"blosc-zstd3": "blosc:zstd:3", "zstd1": "zstd:1"}[workload.codec]]
    memory = limit or workload.max_memory
    return [command + (["--max-memory", str(memory)] if memory else [])]


def rezarr():
    return os.environ.get("REZARR", str(REPOSITORY / "rezarr"))


def nbbl_command(workload, source, output):
    """Writes beside the arrays, into the source's group, which is to be restored."""
    return [[needed("NBBL"), "-t", str(source), "-a", array, "-o", array + "_re", "-c", "lz4"]
            for array in workload.source.arrays]


def zarrs_command(workload, source, output):
    """With a cache of decoded chunks where the grid changes, without which it decodes a chunk again for each output.

    zarrs_reencode 0.8.1 ignores a chunk shape without a shard shape: other chunks can only be had as shards of one.
    """
    item_bytes = workload.source.item_bytes()
    options = ["--chunk-shape", commas(workload.chunks)]
    if workload.shards or workload.chunks != workload.source.chunks:
        options += ["--shard-shape", commas(workload.stored())]
    if workload.name in ("W2", "W3", "W4", "W6"):
        cache = min(workload.budget() * 6 // 10, workload.source.raw_bytes() * 21 // 20 + 64 * MB)
        options += ["--cache-size", str(cache)]
    options += ["--bytes-to-bytes-codecs", json.dumps([codec_v3(workload.codec, item_bytes)])]
    return [[needed("ZARRS_REENCODE"), *options, str(below(source, array)), str(below(output, array))]
            for array in workload.source.arrays]


def copy_command(workload, source, output):
    """Not a peer: all bytes of the source into one file, what packing into shards cannot be faster than."""
    return [["tar", "--create", "--file", f"{output}.tar", "--directory", str(source), "."]]


def python_command(tool, interpreter):
    def command(workload, source, output):
        return [[interpreter(), __file__, tool, str(workload.scale), workload.name, str(source), str(output)]]

    return command


def needed(variable):
    value = os.environ.get(variable)
    if not value or not shutil.which(value):
        raise SystemExit(f"compare.py: {variable} is {value!r}, which is no program: set it (bench/README.md), "
                         "or leave that peer out with --peers")
    return value


POINTS, V2 = {"W1", "W1M"}, {"W1", "W1M", "W2", "W6", "W7", "W8"}
TOOLS = {  # name: (command, workloads that it can do; None: all)
    "rezarr": (rezarr_command, None),
    "nbbl": (nbbl_command, POINTS),
    "zarrs": (zarrs_command, None),
    "tensorstore": (python_command("tensorstore", lambda: sys.executable), None),
    "rechunkit": (python_command("rechunkit", lambda: sys.executable), None),
    "zarr-python": (python_command("zarr-python", lambda: sys.executable), None),
    "dask": (python_command("dask", lambda: sys.executable), None),
    "cubed": (python_command("cubed", lambda: sys.executable), V2 | {"W4"}),  # makes no shards
    "rechunker": (python_command("rechunker", lambda: needed("RECHUNKER_PYTHON")), V2),  # needs zarr-python 2
    "copy": (copy_command, {"W5"}),
}


def command_of(tool, workload, source, output):
    """`rezarr:500MB` is rezarr with that budget."""
    name, _, limit = tool.partition(":")
    if limit:
        return rezarr_command(workload, source, output, limit)
    return TOOLS[name][0](workload, source, output)


def can_do(tool, workload):
    only = TOOLS[tool.partition(":")[0]][1]
    return only is None or workload.name in only



# --- The peers that are Python libraries, each in a process of its own ---


def planned_region(workload, limit, least=64 * MB):
    """For peers without a planner: whole output units within the limit, that read the source as few times as can be."""
    shape, read, write = workload.source.shape, workload.source.chunks, workload.stored()
    options = []
    for n, r, w in zip(shape, read, write):
        count = ceil_div(n, w)
        factors = {*range(1, 33), count, *(ceil_div(count, k) for k in (2, 3, 4)), math.lcm(r, w) // w}
        sizes = [min(k * w, n) for k in sorted(factors) if k <= count]
        reads = [sum(ceil_div(min(i + s, n), r) - i // r for i in range(0, n, s)) / ceil_div(n, r) for s in sizes]
        options.append(list(zip(sizes, reads)))

    def cost(choice):
        size = math.prod(s for s, _ in choice) * workload.source.item_bytes()
        times = math.prod(r for _, r in choice)
        return size > limit, round(times, 4), size if size >= least else 10**15 - size

    return tuple(s for s, _ in min(itertools.product(*options), key=cost))


def peer_tensorstore(workload, source, output):
    import tensorstore

    context = tensorstore.Context({"cache_pool": {"total_bytes_limit": 0}, "data_copy_concurrency": {"limit": CORES},
                                   "file_io_concurrency": {"limit": 8}})
    for array in workload.source.arrays:
        reader = open_tensorstore(below(source, array), context)
        kvstore = {"driver": "file", "path": f"{below(output, array)}/", "file_io_sync": False}
        writer = tensorstore.open({**tensorstore_spec(workload), "kvstore": kvstore}, create=True,
                                  context=context).result()
        regions = list(tensorstore_regions(workload, source))
        size = math.prod(s.stop - s.start for s in regions[0]) * workload.source.item_bytes()
        if size > workload.budget() / 6:
            for region in regions:
                writer[region].write(reader[region].read().result()).result()
            continue
        pending = []
        for region in regions:
            if len(pending) == 3:
                pending.pop(0).result()
            pending.append(writer[region].write(reader[region]).commit)
        for commit in pending:
            commit.result()


def tensorstore_spec(workload):
    if workload.zarr_format == 2:
        dtype = {8: "<f8", 4: "<f4", 2: "<u2"}[workload.source.item_bytes()]
        return {"driver": "zarr", "metadata": {
            "shape": workload.source.shape, "chunks": workload.chunks, "dtype": dtype, "order": "C", "filters": None,
            "compressor": codec_v2(workload.codec), "fill_value": 0, "dimension_separator": "."}}
    little = {"name": "bytes", "configuration": {"endian": "little"}}
    codecs = [little, codec_v3(workload.codec, workload.source.item_bytes())]
    if workload.shards:
        codecs = [{"name": "sharding_indexed", "configuration": {
            "chunk_shape": workload.chunks, "codecs": codecs, "index_codecs": [little, {"name": "crc32c"}]}}]
    return {"driver": "zarr3", "metadata": {
        "shape": workload.source.shape, "data_type": workload.source.dtype, "fill_value": 0, "codecs": codecs,
        "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": workload.stored()}},
        "chunk_key_encoding": {"name": "default"}}}


def tensorstore_regions(workload, source):
    """Planned; of the sparse array only what has chunks, since tensorstore would copy the fill value."""
    if workload.name != "W8":
        share = 0.4 if workload.budget() > GB else 0.35
        return boxes(workload.source.shape, planned_region(workload, workload.budget() * share))
    stored = (tuple(map(int, name.split("."))) for name in os.listdir(source) if name[0].isdigit())
    factor = [w // r for w, r in zip(workload.chunks, workload.source.chunks)]
    units = sorted({tuple(i // f for i, f in zip(index, factor)) for index in stored})
    return [tuple(slice(i * c, min((i + 1) * c, n)) for i, c, n in zip(unit, workload.chunks, workload.source.shape))
            for unit in units]


def zarr_arrays(workload, source, output):
    import zarr

    zarr.config.set({"threading.max_workers": CORES, "async.concurrency": 16})
    for array in workload.source.arrays:
        writer = create_array(workload.source, below(output, array), workload.zarr_format, workload.chunks,
                              workload.shards, workload.codec)
        yield zarr.open_array(str(below(source, array)), mode="r"), writer


def peer_zarr_python(workload, source, output):
    region = planned_region(workload, workload.budget() * 0.35, 32 * MB)
    size = math.prod(region) * workload.source.item_bytes()
    for reader, writer in zarr_arrays(workload, source, output):
        def copy(box, reader=reader, writer=writer):
            writer[box] = reader[box]

        with ThreadPoolExecutor(CORES if size < workload.budget() / 8 else 1) as threads:
            list(threads.map(copy, boxes(workload.source.shape, region)))


def peer_dask(workload, source, output):
    import dask
    import dask.array

    with dask.config.set(scheduler="threads", num_workers=CORES):
        for reader, writer in zarr_arrays(workload, source, output):
            rechunked = dask.array.from_zarr(reader).rechunk(workload.stored())
            dask.array.store(rechunked, writer, lock=False, compute=True)


def peer_rechunkit(workload, source, output):
    import numpy as np
    from rechunkit import rechunker

    clipped = tuple(min(c, n) for c, n in zip(workload.stored(), workload.source.shape))
    limit = min(workload.budget(), 2 * GB) * 8 // 10
    for reader, writer in zarr_arrays(workload, source, output):
        parts = rechunker(lambda box: reader[box], workload.source.shape, np.dtype(workload.source.dtype),
                          workload.source.chunks, clipped, limit)
        for box, values in parts:
            writer[box] = values


def peer_cubed(workload, source, output):
    import cubed

    scratch = f"{output}.scratch"
    codec = codec_v3(workload.codec, workload.source.item_bytes())
    spec = cubed.Spec(scratch, allowed_mem=workload.budget(), reserved_mem=100 * MB, executor_name="threads",
                      executor_options={"max_workers": CORES}, zarr_compressor=codec)
    clipped = tuple(min(c, n) for c, n in zip(workload.chunks, workload.source.shape))
    for array in workload.source.arrays:
        read = cubed.from_zarr(str(below(source, array)), spec=spec)
        cubed.to_zarr(cubed.rechunk(read, clipped), str(below(output, array)))
    shutil.rmtree(scratch, ignore_errors=True)


def peer_rechunker(workload, source, output):
    import dask
    import numcodecs
    import zarr
    from rechunker import rechunk

    scratch = pathlib.Path(f"{output}.scratch")
    clipped = tuple(min(c, n) for c, n in zip(workload.chunks, workload.source.shape))
    options = {"compressor": numcodecs.get_codec(codec_v2(workload.codec)), "write_empty_chunks": False}
    with dask.config.set(scheduler="threads", num_workers=CORES):
        for array in workload.source.arrays:
            reader = zarr.open_array(str(below(source, array)), mode="r")
            rechunk(reader, clipped, min(workload.budget(), 2 * GB), str(below(output, array)),
                    temp_store=str(below(scratch, array)), target_options=options).execute()
    shutil.rmtree(scratch, ignore_errors=True)


if __name__ == "__main__":
    _, name, scale_of_data, of, source_path, output_path = sys.argv
    run = globals()["peer_" + name.replace("-", "_")]
    run(workloads(float(scale_of_data))[of], pathlib.Path(source_path), pathlib.Path(output_path))

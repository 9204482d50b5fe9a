"""Data sets as people have them, several groups deep: a climate model's output, a tree of satellite products, OME-Zarr images with labels, single-cell tables, GeoZarr overviews."""

import json
import warnings

import numpy as np
import xarray as xr
import zarr

warnings.filterwarnings("ignore", category=UserWarning)
warnings.filterwarnings("ignore", category=FutureWarning)

# Strings of variable length, too: everywhere, or only where nothing has to be decoded on the way from one format to the other.
VARIABLE_STRINGS = True


def strings(texts):
    return np.array(texts, dtype=object if VARIABLE_STRINGS else None)


def climate(root, fmt):
    """CF: packed shorts with scale, offset and fill, a bounds variable, strings, a grid mapping without axes, gaps."""
    draw = np.random.default_rng(1)
    times, lats, lons = 48, 30, 40
    tas = 280 + 20 * draw.random((times, lats, lons))
    tas[5:9, :10, 3] = np.nan
    pr = draw.random((times, lats, lons), dtype=np.float32)
    pr[0, 0] = np.nan
    mask = draw.integers(0, 2, (lats, lons), dtype=np.int8)
    data = xr.Dataset(
        {
            "tas": (("time", "lat", "lon"), tas, {"units": "K", "cell_methods": "time: mean", "grid_mapping": "crs"}),
            "pr": (("time", "lat", "lon"), pr, {"units": "kg m-2 s-1", "valid_range": [0.0, 1e-3]}),
            "mask": (("lat", "lon"), mask, {"flag_values": [0, 1], "flag_meanings": "sea land"}),
            "time_bnds": (("time", "bnds"), np.arange(2 * times).reshape(times, 2) * 0.5),
            "station_name": ("station", strings(["Zürich", "Genève", "東京"])),
            "station_code": ("station", np.array([b"ZRH", b"GVA", b"TYO"])),
            "crs": ((), np.int32(0), {"grid_mapping_name": "latitude_longitude", "semi_major_axis": 6378137.0}),
        },
        coords={
            "time": ("time", np.datetime64("2001-01-01", "ns") + np.arange(times).astype("m8[D]"), {"bounds": "time_bnds"}),
            "lat": ("lat", np.linspace(-90, 90, lats), {"units": "degrees_north"}),
            "lon": ("lon", np.linspace(0, 351, lons, dtype="f4"), {"units": "degrees_east"}),
        },
        attrs={"Conventions": "CF-1.11", "title": "Ünïcode 気候", "history": ["made", "of", "numbers"], "version": 3},
    )
    encoding = {
        "tas": {"dtype": "int16", "scale_factor": 0.001, "add_offset": 290.0, "_FillValue": -32768, "chunks": (1, 30, 40)},
        "pr": {"chunks": (12, 10, 10)},
        "mask": {"_FillValue": 127, "dtype": "int8"},
        "time": {"units": "days since 1850-01-01", "calendar": "standard", "dtype": "int64", "chunks": (48,)},
        "lat": {"_FillValue": None},
    }
    data.to_zarr(root, zarr_format=fmt, encoding=encoding, consolidated=True)


def tree(root, fmt):
    """A DataTree: coordinates at the root, groups within groups, one of them without arrays."""
    draw = np.random.default_rng(2)
    y, x = np.arange(24) * 10.0, np.arange(32) * 10.0
    coords = {"y": ("y", y, {"units": "m"}), "x": ("x", x)}

    def bands(names, seed, **attrs):
        draw = np.random.default_rng(seed)
        variables = {n: (("y", "x"), draw.integers(0, 4000, (24, 32), dtype=np.uint16), {"band": n}) for n in names}
        return xr.Dataset(variables, attrs=attrs)

    noise = xr.Dataset({"noise": ("azimuth", draw.random(100), {"long_name": "noise"})})
    quality = xr.Dataset({"cloud": (("y", "x"), draw.integers(0, 2, (24, 32)).astype(bool))})
    whole = xr.DataTree.from_dict(
        {
            "/": xr.Dataset(coords=coords, attrs={"product": "S2", "nested": {"a": [1, 2.5, None], "b": {"c": True}}}),
            "/measurements/r10m": bands(["b02", "b03"], 3, resolution=10),
            "/measurements/r10m/extra": bands(["b08"], 4),
            "/quality": quality,
            "/conditions/geometry": noise,
        }
    )
    encoding = {"/measurements/r10m": {"b02": {"chunks": (6, 8), "_FillValue": 0}, "b03": {"chunks": (24, 1)}}}
    whole.to_zarr(root, zarr_format=fmt, encoding=encoding, consolidated=True)


OME_LEVELS = [(2, 64, 80), (2, 32, 40), (2, 16, 20)]


def ome(root, fmt):
    """OME-Zarr 0.4 (v2) or 0.5 (v3): a pyramid of channels and its labels; absent chunks where nothing is."""
    draw = np.random.default_rng(5)
    version = "0.4" if fmt == 2 else "0.5"
    group = zarr.create_group(root, zarr_format=fmt)
    axes = [{"name": "c", "type": "channel"}, *({"name": n, "type": "space", "unit": "micrometer"} for n in "yx")]

    def multiscales(name, axes, levels):
        scale = [[1.0] * (len(axes) - 2) + [0.5 * 2**i] * 2 for i in range(levels)]
        datasets = [
            {"path": str(i), "coordinateTransformations": [{"type": "scale", "scale": s}]} for i, s in enumerate(scale)
        ]
        return [{"name": name, "axes": axes, "datasets": datasets, **({"version": version} if fmt == 2 else {})}]

    def describe(node, document):
        node.attrs.update(document if fmt == 2 else {"ome": {"version": version, **document}})

    def write(node, name, values, dims):
        names = {"dimension_names": dims} if fmt == 3 else {}
        keys = {"name": "v2", "separator": "/"} if fmt == 2 else None
        array = node.create_array(
            name,
            shape=values.shape,
            dtype=values.dtype,
            chunks=(1, 16, 16)[-values.ndim :],
            chunk_key_encoding=keys,
            fill_value=0,
            config={"write_empty_chunks": False},
            **names,
        )
        array[...] = values

    channels = [{"label": n, "color": c, "window": {"start": 0, "end": 4000, "min": 0, "max": 65535}} for n, c in (("DAPI", "0000FF"), ("GFP", "00FF00"))]
    describe(group, {"multiscales": multiscales("cells", axes, 3), "omero": {"channels": channels}})
    for level, shape in enumerate(OME_LEVELS):
        image = draw.integers(0, 4000, shape, dtype=np.uint16)
        image[0, : shape[1] // 2] = 0
        write(group, str(level), image, ["c", "y", "x"])
    labels = group.create_group("labels")
    describe(labels, {"labels": ["nuclei"]})
    nuclei = labels.create_group("nuclei")
    describe(nuclei, {"multiscales": multiscales("nuclei", axes[1:], 2), "image-label": {"colors": [{"label-value": 1, "rgba": [255, 0, 0, 255]}], "source": {"image": "../../"}}})
    for level, shape in enumerate(OME_LEVELS[:2]):
        mask = np.zeros(shape[1:], np.int32)
        mask[3:14, 3:14] = 1
        write(nuclei, str(level), mask, ["y", "x"])


def cells(root, fmt):
    """As anndata writes: tables as groups of columns, sparse matrices, categories, scalars, strings, a structured array; no dimension names."""
    draw = np.random.default_rng(7)
    group = zarr.create_group(root, zarr_format=fmt, attributes={"encoding-type": "anndata", "encoding-version": "0.1.0"})

    def put(parent, name, values, chunks=None, **attributes):
        options = {"chunks": chunks} if chunks else {}
        array = parent.create_array(name, shape=values.shape, dtype=values.dtype, **options)
        array[...] = values
        array.attrs.update({"encoding-type": "array", "encoding-version": "0.2.0", **attributes})

    texts = [f"cell-{i:03d}-Ω" for i in range(60)]
    names = np.array(texts, dtype=np.dtypes.StringDType() if VARIABLE_STRINGS else None)
    x = group.create_group("X", attributes={"encoding-type": "csr_matrix", "shape": [60, 200]})
    put(x, "data", draw.random(1000, dtype=np.float32), (100,))
    put(x, "indices", draw.integers(0, 200, 1000, dtype=np.int32), (100,))
    put(x, "indptr", np.linspace(0, 1000, 61).astype(np.int32), (100,))
    obs = group.create_group("obs", attributes={"encoding-type": "dataframe", "_index": "index", "column-order": ["type"]})
    put(obs, "index", names, (7,), **{"encoding-type": "string-array"})
    kind = obs.create_group("type", attributes={"encoding-type": "categorical", "ordered": False})
    put(kind, "codes", draw.integers(-1, 3, 60, dtype=np.int8))
    put(kind, "categories", names[:3], **{"encoding-type": "string-array"})
    put(group.create_group("obsm"), "X_pca", draw.normal(size=(60, 5)), (60, 1))
    group.create_group("layers")
    uns = group.create_group("uns", attributes={"encoding-type": "dict"})
    put(uns, "resolution", np.array(0.75), **{"encoding-type": "numeric-scalar"})
    ranks = np.zeros(10, [("name", "S8"), ("score", "<f4"), ("n", "<i8")])
    ranks["name"], ranks["score"], ranks["n"] = [b"gene%d" % i for i in range(10)], draw.random(10), np.arange(10)
    put(uns, "ranks", ranks, (3,))


def overviews(root, fmt):
    """GeoZarr: a raster and its overviews, each a group with coordinates and a spatial reference; consolidated at the root and in a group."""
    draw = np.random.default_rng(9)
    wkt = 'PROJCRS["WGS 84 / UTM zone 32N",BASEGEOGCRS["WGS 84"],ID["EPSG",32632]]'
    for level, size in enumerate((60, 30, 15)):
        step = 10.0 * 2**level
        reference = {"crs_wkt": wkt, "GeoTransform": f"600000 {step} 0 5300000 0 {-step}"}
        data = xr.Dataset(
            {
                "ndvi": (("y", "x"), draw.normal(size=(size, size)), {"grid_mapping": "spatial_ref"}),
                "scl": (("y", "x"), draw.integers(0, 12, (size, size), dtype=np.uint8)),
                "spatial_ref": ((), np.int64(0), reference),
            },
            coords={"y": 5300000 - step * np.arange(size), "x": 600000 + step * np.arange(size)},
            attrs={"proj:epsg": 32632},
        )
        encoding = {
            "ndvi": {"dtype": "int16", "scale_factor": 1e-4, "_FillValue": -9999, "chunks": (15, 15)},
            "scl": {"chunks": (15, 15)},
            "x": {"_FillValue": None},
        }
        data.to_zarr(root, group=str(level), zarr_format=fmt, encoding=encoding, consolidated=False, mode="a")
    matrix = {"limits": {"0": {}, "1": {}}, "tileMatrices": [{"id": str(i), "cellSize": 10.0 * 2**i} for i in range(3)]}
    zarr.open_group(root, mode="a").attrs.update({"zarr_conventions": [{"name": "multiscales"}], "multiscales": matrix})
    zarr.consolidate_metadata(root, path="1", zarr_format=fmt)
    zarr.consolidate_metadata(root, zarr_format=fmt)


MAKERS = {"climate": climate, "tree": tree, "ome": ome, "cells": cells, "overviews": overviews}


def opened(root):
    """A store as xarray sees it: path to data set; where arrays have no dimension names, axes are named by number."""
    groups = {"": zarr.open_group(root, mode="r", use_consolidated=False)}
    groups |= {path: node for path, node in groups[""].members(max_depth=None) if isinstance(node, zarr.Group)}
    found = {}
    for path, group in groups.items():
        found.update(group_opened(root, path, group))
    return found


def group_opened(root, path, group):
    arrays = dict(group.arrays())
    if all(dimensions_of(array) is not None for array in arrays.values()):
        options = {"group": path or None, "consolidated": False, "chunks": None}
        extents = {(d, n) for array in arrays.values() for d, n in zip(dimensions_of(array), array.shape)}
        if len(extents) == len({d for d, _ in extents}):
            return {path: xr.open_zarr(root, **options).load()}
        # The levels of a pyramid have one name for axes of several lengths.
        return {f"{path}/{n}": xr.open_zarr(root, drop_variables=set(arrays) - {n}, **options).load() for n in arrays}
    variables = {}
    for name, array in arrays.items():
        attributes = dict(array.attrs)
        names = attributes.pop("_ARRAY_DIMENSIONS", None) or array.metadata.__dict__.get("dimension_names")
        variables[name] = xr.Variable([f"{name}_{i}" for i in range(array.ndim)], array[...], attributes)
        variables[name].encoding["names"] = names and list(names)
    return {path: xr.Dataset(variables, attrs=dict(group.attrs))}


def dimensions_of(array):
    if array.metadata.zarr_format == 2:
        return array.attrs.get("_ARRAY_DIMENSIONS")
    names = array.metadata.dimension_names
    return [] if array.ndim == 0 else names


def requires_identical(root, expected):
    """Fails unless xarray finds the same groups, values, attributes and encodings of scale, offset and fill."""
    found = opened(root)
    assert sorted(found) == sorted(expected)
    for path, data in found.items():
        xr.testing.assert_identical(data, expected[path])
        for name, variable in data.variables.items():
            assert encoding_of(variable) == encoding_of(expected[path].variables[name]), f"encoding of {path}/{name}"


def encoding_of(variable):
    kept = ("scale_factor", "add_offset", "_FillValue", "units", "calendar", "dtype", "names")
    return {k: repr(np.asarray(v).astype("f8")) if k == "_FillValue" and np.asarray(v).dtype.kind in "iuf" else str(v) for k, v in variable.encoding.items() if k in kept}


def consolidated_members(root, group=""):
    """What the consolidated metadata of a group list, by zarr-python; None if it has none."""
    try:
        node = zarr.open_consolidated(root, path=group or None)
    except (ValueError, KeyError):
        return None
    return sorted(path for path, _ in node.members(max_depth=None))


def requires_same_consolidated(root, expected):
    """Fails unless the same groups have consolidated metadata, of the same nodes."""
    whole = zarr.open_group(expected, mode="r", use_consolidated=False)
    for path in ["", *(p for p, node in whole.members(max_depth=None) if isinstance(node, zarr.Group))]:
        assert consolidated_members(root, path) == consolidated_members(expected, path), f"consolidated in '{path}'"

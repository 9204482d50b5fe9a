"""Writes and reads the data set of the S3 tests by zarr-python and s3fs.

s3_data.py write ENDPOINT PATH          s3_data.py read ENDPOINT PATH...        prints a line for each array: path, chunks, shards, sum of its bytes
s3_data.py keys ENDPOINT PREFIX         prints each key with its size and tag
"""

import hashlib
import sys

import boto3
import numpy as np
import zarr
from zarr.storage import FsspecStore

KEYS = {"key": "testing", "secret": "testing", "client_kwargs": {"region_name": "us-east-1"}}


def store(endpoint, path):
    return FsspecStore.from_url(f"s3://bucket/{path}", storage_options={"endpoint_url": endpoint, **KEYS})


def write(endpoint, path):
    random = np.random.default_rng(7)
    group = zarr.create_group(store(endpoint, path), attributes={"title": "s3"})
    tas = group.create_array("tas", shape=(40, 30), chunks=(10, 10), dtype="f4", dimension_names=("time", "lat"))
    tas[:] = random.normal(size=(40, 30))
    sharded = group.create_array("g/sharded", shape=(40, 30), chunks=(5, 5), shards=(20, 15), dtype="i4", fill_value=-1)
    sharded[:20] = random.integers(0, 1000, (20, 30))
    zarr.consolidate_metadata(store(endpoint, path))


def read(endpoint, path):
    node = zarr.open(store(endpoint, path), mode="r")
    arrays = [("", node)] if isinstance(node, zarr.Array) else [(path, array) for path, array in node.members(max_depth=None) if isinstance(array, zarr.Array)]
    for name, array in sorted(arrays, key=lambda item: item[0]):
        print(name or ".", "x".join(map(str, array.chunks)), array.shards, hashlib.sha256(np.ascontiguousarray(array[:]).tobytes()).hexdigest())


def keys(endpoint, prefix):
    client = boto3.client("s3", endpoint_url=endpoint, aws_access_key_id="testing", aws_secret_access_key="testing", region_name="us-east-1")
    for page in client.get_paginator("list_objects_v2").paginate(Bucket="bucket", Prefix=prefix):
        for item in page.get("Contents", []):
            print(item["Key"], item["Size"], item["ETag"])
    for upload in client.list_multipart_uploads(Bucket="bucket").get("Uploads", []):
        print("unfinished", upload["Key"])


if __name__ == "__main__":
    for argument in sys.argv[3:]:
        {"write": write, "read": read, "keys": keys}[sys.argv[1]](sys.argv[2], argument)

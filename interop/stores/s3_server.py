"""moto's S3 server with a bucket of the name `bucket`, and in front of it a server that breaks requests; prints both URLs, then serves until stdin ends."""

import logging
import sys

import boto3
from faulty import Faults, server, upstream
from moto.server import ThreadedMotoServer

logging.getLogger("werkzeug").setLevel(logging.ERROR)
moto = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
moto.start()
host, port = moto.get_host_and_port()
keys = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing", "region_name": "us-east-1"}
boto3.client("s3", endpoint_url=f"http://{host}:{port}", **keys).create_bucket(Bucket="bucket")
with server(upstream(host, port), Faults()) as url:
    print(f"http://{host}:{port}", url, flush=True)
    sys.stdin.read()
moto.stop()

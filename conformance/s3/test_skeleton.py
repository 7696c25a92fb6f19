"""One object through every layer."""


def test_put_and_get(way, bucket):
    body = b"walking skeleton"
    put = way.s3.put_object(Bucket=bucket, Key="a/key", Body=body, Metadata={"who": "weir"})
    got = way.s3.get_object(Bucket=bucket, Key="a/key")
    assert got["Body"].read() == body
    assert got["ETag"] == put["ETag"]
    assert got["Metadata"] == {"who": "weir"}


def test_large_object(way, bucket):
    body = bytes(range(256)) * 40_000
    way.s3.put_object(Bucket=bucket, Key="large", Body=body)
    assert way.s3.get_object(Bucket=bucket, Key="large")["Body"].read() == body

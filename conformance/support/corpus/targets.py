"""What S3 itself makes of targets and queries: escapes, UTF-8, names. Signed, so that nothing hides behind a 403."""

from support.corpus.case import DENIED, INVALID_URI, NO_KEY, OK, Outcome, case, get, signed

for _name, _key in {
        "bad escape": "%zz", "half an escape": "%4z", "cut escape": "%4", "bare percent": "%", "bad utf-8 in key": "%ff%fe",
        "cut utf-8": "%c3", "overlong utf-8": "%c0%af", "surrogate in utf-8": "%ed%a0%80",
        "utf-8 beyond unicode": "%f4%90%80%80", "raw bytes that are not utf-8": "\xff"}.items():
    case(_name, signed("GET", f"/bucket/{_key}"), INVALID_URI)
    case(f"{_name}, written to", signed("PUT", f"/bucket/{_key}", "Content-Length: 1", body=b"x"), INVALID_URI)
case("bad escape, unsigned", get("/bucket/%zz"), INVALID_URI)
case("bad escape in a bucket", signed("GET", "/%zz/key"), INVALID_URI)
case("key of 1025 bytes", signed("GET", "/bucket/" + "k" * 1025), Outcome(400, "KeyTooLongError"))

# Odd, but names of objects that are not there: keys are bytes of UTF-8 and nothing is normalised.
for _name, _key in {"nul in key": "%00", "control byte in key": "%01", "escaped dots": "%2e%2e/%2e%2e/x",
                    "dots": "../../x", "empty segments": "//x", "escaped slash in key": "a%2fb", "escaped percent": "%25zz",
                    "key of 1024 bytes": "k" * 1024}.items():
    case(_name, signed("GET", f"/bucket/{_key}"), NO_KEY)
case("raw utf-8 in target", signed("GET", "/bucket/\xc3\xa9", path="/bucket/%C3%A9"), NO_KEY)
case("nul in key, unsigned", get("/bucket/%00"), DENIED)

# Buckets: names that none could ever have, and one of characters that old names may have.
for _name, _path in {"escaped slash": "/bucket%2Fkey", "bad utf-8 in a bucket": "/%ff", "nul in a bucket": "/%00",
                     "empty bucket": "//key", "bucket of 300 letters": "/" + "b" * 300}.items():
    case(_name, signed("GET", _path), Outcome(400, "InvalidBucketName"))
case("dots that climb", signed("GET", "/../../etc/passwd"), Outcome(404, "NoSuchBucket"))

case("query bad escape", signed("GET", "/bucket?prefix=%zz"), INVALID_URI)
case("query cut escape", signed("GET", "/bucket?prefix=%4"), INVALID_URI)
case("query bad escape in a name", signed("GET", "/bucket?%zz"), INVALID_URI)
case("query bad escape, unsigned", get("/bucket?prefix=%zz"), INVALID_URI)
ARGUMENT = Outcome(400, "InvalidArgument")
for _name in ("prefix", "delimiter", "marker"):
    case(f"query bad utf-8 in {_name}", signed("GET", f"/bucket?{_name}=%ff"), ARGUMENT)
for _value in ("x", "-1", "1.5", "99999999999999999999"):
    case(f"query max-keys={_value}", signed("GET", f"/bucket?max-keys={_value}"), ARGUMENT)
case("query bad encoding type", signed("GET", "/bucket?encoding-type=x"), ARGUMENT)
case("query bad continuation token", signed("GET", "/bucket?list-type=2&continuation-token=%00"), ARGUMENT)
case("two sub-resources", signed("GET", "/bucket?location&uploads"), ARGUMENT)
case("repeated sub-resource", signed("GET", "/bucket?location&location&location"), OK)
case("3,000 query parameters", signed("GET", "/bucket?" + "&".join("a" for _ in range(3_000))), OK)
case("3,000 query parameters, unsigned", get("/bucket?" + "&".join("a" for _ in range(3_000))), DENIED)
case("sub-resource of another method", signed("DELETE", "/bucket?location"), Outcome(405, "MethodNotAllowed"))
case("version that cannot be", signed("GET", "/bucket/key?versionId=%ff"), ARGUMENT)
case("upload that cannot be", signed("GET", "/bucket/key?uploadId=%ff"), ARGUMENT)
case("upload that is not there", signed("GET", "/bucket/key?uploadId=x"), Outcome(404, "NoSuchUpload"))
case("part number zero", signed("PUT", "/bucket/key?partNumber=0&uploadId=x", "Content-Length: 1", body=b"x"), ARGUMENT)

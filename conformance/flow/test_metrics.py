"""What Prometheus sees of flow control, and the alert rules that ask for it."""

import pathlib
import re
import urllib.request

import botocore.exceptions
import yaml

MIB = 1 << 20
RULES = pathlib.Path(__file__).parents[2] / "deploy" / "prometheus" / "weir-alerts.yaml"


def test_a_node_shows_usage_limits_delays_and_refusals(one_world):
    world = one_world
    user = world.user(size=4 * MIB)
    pool = world.pool("--download", "4MiB/s", "--upload", "none", buckets=[user.bucket])
    world.weir("requester", "limit", user.name, "--pool", pool, "--download", "2MiB/s", "--guarantee-download", "1MiB/s")
    user.s3.get_object(Bucket=user.bucket, Key="object")["Body"].read()
    metrics = world.server.metrics()

    def value(name, kind, node, rest):
        return metrics.get(f'weir_flow_{name}{{kind="{kind}",node="{node}",{rest}}}')

    down = 'direction="download",scope="total"'
    requester = f"{user.name} at pool {pool}"
    for kind, node in [("pool", pool), ("requester", requester), ("bucket", user.bucket)]:
        assert value("bytes_total", kind, node, down) >= 4 * MIB
        assert 1 < value("delay_seconds_total", kind, node, down) < 30
        assert value("requests_total", kind, node, 'scope="total"') >= 1
    assert value("limit_bytes_per_second", "pool", pool, down) == 4 * MIB
    assert value("limit_bytes_per_second", "requester", requester, down) == 2 * MIB
    assert value("guarantee_bytes_per_second", "requester", requester, down) == MIB
    assert value("limit_bytes_per_second", "bucket", user.bucket, down) is None

    world.weir("flow", "limit-bucket", user.bucket, "--qps", "1")
    refused = 0
    for _ in range(20):
        try:
            user.s3.head_object(Bucket=user.bucket, Key="object")
        except botocore.exceptions.ClientError as error:
            assert error.response["ResponseMetadata"]["HTTPStatusCode"] == 503
            refused += 1
    metrics = world.server.metrics()
    assert refused > 0 and value("refusals_total", "bucket", user.bucket, 'scope="total"') == refused
    assert value("limit_requests_per_second", "bucket", user.bucket, 'scope="total"') == 1


def metric_names(server):
    """All metrics that the server has, with or without a sample at this moment."""
    with urllib.request.urlopen(server.admin + "/metrics", timeout=10) as reply:
        return set(re.findall(r"^# TYPE (\S+)", reply.read().decode(), re.MULTILINE))


def test_alert_rules_ask_for_metrics_that_exist(one_world):
    groups = yaml.safe_load(RULES.read_text())["groups"]
    assert {group["name"] for group in groups} == {"weir-flow", "weir-storage", "weir-events"}
    known = metric_names(one_world.server)
    alerts = [rule for group in groups for rule in group["rules"]]
    assert len(alerts) > 5 and len({rule["alert"] for rule in alerts}) == len(alerts)
    for rule in alerts:
        names = set(re.findall(r"\bweir_\w+", rule["expr"]))
        assert names and names <= known, (rule["alert"], names - known)
        assert rule["labels"]["severity"] in ("info", "warning", "critical")
        assert rule["annotations"]["summary"]
        assert set(rule) <= {"alert", "expr", "for", "labels", "annotations"}
        for opened, closed in ("()", "[]", "{}"):
            assert rule["expr"].count(opened) == rule["expr"].count(closed), rule["alert"]

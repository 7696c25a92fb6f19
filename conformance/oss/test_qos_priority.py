"""Priorities and guarantees of a pool by OSS's operations, through `invoke_operation` of the newer SDK: none has a word
for them."""

import itertools
import uuid

import alibabacloud_oss_v2 as v2
import pytest

from support import oss, qos
from support.command import weir, weir_json
from support.oss import refused
from support.oss_raw import ask, md5
from support.server import Server

_serial = itertools.count()


@pytest.fixture
def invoke(server, version):
    return qos.Invoker(server, version)


@pytest.fixture
def pool(server, bucket):
    """A pool of 100 Gbps each way, with the bucket in it, and a group without buckets."""
    name = f"prio-{next(_serial)}-{uuid.uuid4().hex[:8]}"
    weir(server, "pool", "create", name, "--download", "100Gbps", "--upload", "100Gbps")
    weir(server, "pool", "add-bucket", name, bucket)
    weir(server, "group", "set", f"{name}/training", "--qps", "100")
    yield name
    qos.delete_pool(server, name)


def rates(name, upload, download, **more):
    """Guarantees; what is not named is -1."""
    values = {"TotalUploadBandwidth": upload, "TotalDownloadBandwidth": download, **more}
    return f"<{name}>{''.join(f'<{each}>{value}</{each}>' for each, value in values.items())}</{name}>"


def level(number, *subjects, guarantee=None):
    inner = "" if guarantee is None else rates("GuaranteedQosConfiguration", *guarantee)
    return (f"<QosPriorityLevelConfiguration><PriorityLevel>{number}</PriorityLevel>{inner}<Subjects>"
            f"{''.join(subjects)}</Subjects></QosPriorityLevelConfiguration>")


def plan(*levels, count=3, default=1, guarantee=(20, 20)):
    inner = "" if guarantee is None else rates("DefaultGuaranteedQosConfiguration", *guarantee)
    return (f"<PriorityQosConfiguration><PriorityCount>{count}</PriorityCount>"
            f"<DefaultPriorityLevel>{default}</DefaultPriorityLevel>{inner}{''.join(levels)}"
            f"</PriorityQosConfiguration>")


def told(element):
    """A plan as values: count, default level, default guarantee, levels."""
    def six(found):
        return None if found is None else {child.tag: int(child.text) for child in found}
    return (element.findtext("PriorityCount"), element.findtext("DefaultPriorityLevel"),
            six(element.find("DefaultGuaranteedQosConfiguration")),
            [(each.findtext("PriorityLevel"), six(each.find("GuaranteedQosConfiguration")),
              [(child.tag, child.text) for child in each.find("Subjects")])
             for each in element.findall("QosPriorityLevelConfiguration")])


def six(upload, download, **more):
    total = {"TotalUploadBandwidth": upload, "TotalDownloadBandwidth": download}
    return {**dict.fromkeys(qos.BANDWIDTHS, -1), **total, **more}


def bucket_of(name):
    return f"<Bucket>{name}</Bucket>"


GROUP = "<BucketGroup>training</BucketGroup>"
ROOT = f"<Requester>{qos.ACCOUNT}</Requester>"


def test_priorities_of_buckets(server, invoke, bucket, pool):
    which = dict(priorityQos=None, resourcePool=pool)
    with refused("NoSuchQoSConfiguration", 404):
        invoke("GET", **which)
    document = plan(level(3, bucket_of(bucket), guarantee=(40, 30)), level(2, GROUP))
    assert invoke("PUT", body=document, headers={"Content-MD5": md5(document.encode())}, **which) == (200, None)
    status, found = invoke("GET", **which)
    assert (status, found.tag) == (200, "PriorityQosConfiguration")
    assert told(found) == ("3", "1", six(20, 20), [
        ("3", six(40, 30), [("Bucket", bucket)]), ("2", None, [("BucketGroup", "training")])])
    # `weir` shows the same.
    [shown] = [each for each in weir_json(server, "flow", "show")["priorities"] if each["pool"] == pool]
    assert (shown["of"], shown["default_level"]) == ("buckets", 1)
    assert [each["level"] for each in shown["levels"]] == [1, 2, 3]
    assert shown["levels"][2] == {"level": 3, "guarantee_upload": 5_000_000_000, "guarantee_download": 3_750_000_000,
                                  "members": [f"bucket {bucket}"]}
    assert shown["levels"][1]["members"] == ["group training"] and shown["levels"][0]["members"] == []
    lines = [line.split() for line in weir(server, "flow", "show").splitlines() if line.startswith(pool)]
    assert [line[2] for line in lines if line[1] == "buckets"] == ["3", "2", "1"]
    assert lines[-1][-2:] == ["all", "others"]
    # Users have priorities of their own.
    with refused("NoSuchQoSConfiguration", 404):
        invoke("GET", requesterPriorityQos=None, resourcePool=pool)
    for _ in range(2):
        assert invoke("DELETE", **which) == (204, None)
    with refused("NoSuchQoSConfiguration", 404):
        invoke("GET", **which)


def test_priorities_of_users(server, invoke, pool):
    user = qos.user(server, f"prio-{next(_serial)}-{uuid.uuid4().hex[:8]}")
    which = dict(requesterPriorityQos=None, resourcePool=pool)
    other = f"<Requester>{user['id']}</Requester>"
    document = plan(level(2, ROOT), level(3, other, guarantee=(5, 5)), count=4, default=2)
    assert invoke("PUT", body=document, **which) == (200, None)
    assert told(invoke("GET", **which)[1]) == ("4", "2", six(20, 20), [
        ("2", None, [("Requester", qos.ACCOUNT)]), ("3", six(5, 5), [("Requester", user["id"])])])
    assert invoke("DELETE", **which) == (204, None)


def test_a_bucket_that_leaves_has_no_priority(server, invoke, bucket, pool):
    which = dict(priorityQos=None, resourcePool=pool)
    invoke("PUT", body=plan(level(3, bucket_of(bucket), GROUP)), **which)
    weir(server, "pool", "remove-bucket", pool, bucket)
    assert told(invoke("GET", **which)[1])[3] == [("3", None, [("BucketGroup", "training")])]
    weir(server, "pool", "delete", pool)
    weir(server, "pool", "create", pool)
    with refused("NoSuchQoSConfiguration", 404):
        invoke("GET", **which)


@pytest.mark.parametrize("document, code", [
    (plan(count=2), "InvalidArgument"), (plan(count=11), "InvalidArgument"), (plan(default=0), "InvalidArgument"),
    (plan(default=4), "InvalidArgument"), (plan(count="x"), "InvalidArgument"),
    (plan(level(4)), "InvalidArgument"), (plan(level(1), level(1)), "InvalidArgument"),
    (plan(level(1, "{bucket}"), level(2, "{bucket}")), "InvalidArgument"),
    (plan(level(1, bucket_of("elsewhere"))), "InvalidArgument"),
    (plan(level(1, "<BucketGroup>none</BucketGroup>")), "InvalidArgument"),
    (plan(level(1, ROOT)), "MalformedXML"), (plan("<Other/>"), "MalformedXML"), ("<Other/>", "MalformedXML"),
    ("<PriorityQosConfiguration/>", "MalformedXML"), ("", "MalformedXML"), ("<", "MalformedXML"),
    # Guarantees: of every level, of no more than there is, of each item that the pool has a limit of.
    (plan(guarantee=None), "InvalidArgument"), (plan(level(1, guarantee=(5, 5)), guarantee=None), "InvalidArgument"),
    (plan(guarantee=(34, 20)), "InvalidArgument"), (plan(guarantee=(20, 34)), "InvalidArgument"),
    (plan(level(3, guarantee=(61, 20))), "InvalidArgument"), (plan(guarantee=(-1, 20)), "InvalidArgument"),
    (plan(guarantee=("x", 20)), "InvalidArgument"),
    (plan(rates("DefaultGuaranteedQosConfiguration", 20, 20, IntranetUploadBandwidth=21), guarantee=None),
     "InvalidArgument"),
    (plan(rates("DefaultGuaranteedQosConfiguration", 20, 20, TotalQps=21), guarantee=None), "MalformedXML"),
])
def test_wrong_priorities(invoke, bucket, pool, document, code):
    which = dict(priorityQos=None, resourcePool=pool)
    with refused(code, 400):
        invoke("PUT", body=document.replace("{bucket}", bucket_of(bucket)), **which)
    with refused("NoSuchQoSConfiguration", 404):
        invoke("GET", **which)


@pytest.mark.parametrize("document, code", [
    (plan(level(1, GROUP)), "MalformedXML"), (plan(level(1, "<Requester>nobody</Requester>")), "InvalidArgument"),
    (plan(level(1, ROOT), level(2, ROOT)), "InvalidArgument"), (plan(guarantee=(34, 20)), "InvalidArgument")])
def test_wrong_priorities_of_users(invoke, pool, document, code):
    with refused(code, 400):
        invoke("PUT", body=document, requesterPriorityQos=None, resourcePool=pool)


def test_the_least_guarantee():
    """At least the minimum, or half of an equal part of the pool where that is less."""
    with Server(settings={"rings": "1", "flow.minimum_bandwidth": "5Gbps"}) as server:
        invoke = qos.Invoker(server)
        weir(server, "pool", "create", "big", "--upload", "100Gbps", "--download", "12Gbps")
        which = dict(priorityQos=None, resourcePool="big")
        for guarantee in ((4, 2), (5, 1)):
            with refused("InvalidArgument", 400):
                invoke("PUT", body=plan(guarantee=guarantee), **which)
        assert invoke("PUT", body=plan(guarantee=(5, 2)), **which)[0] == 200
        # And it is there after a restart.
        server.restart()
        assert told(qos.Invoker(server)("GET", **which)[1]) == ("3", "1", six(5, 2), [])


@pytest.mark.parametrize("name", ["priorityQos", "requesterPriorityQos"])
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_refusals(server, pool, name, method):
    user = qos.user(server, f"prio-{next(_serial)}-{uuid.uuid4().hex[:8]}")
    document = plan().encode()
    body = document if method == "PUT" else b""
    for query, keys, answer in [
            (f"{name}&resourcePool={pool}", qos.keys(user), (403, "AccessDenied")),
            (f"{name}&resourcePool=none", {}, (404, "NoSuchResourcePool")), (name, {}, (400, "InvalidArgument"))]:
        reply = ask(server, method, query=query, body=body, **keys)
        assert (reply.status, reply.code) == answer
    if method == "PUT":
        for body, headers, code in [(b"", {}, "MalformedXML"), (b"<a/>", {}, "MalformedXML"),
                                    (document, {"content-md5": md5(b"other")}, "InvalidDigest")]:
            reply = ask(server, method, query=f"{name}&resourcePool={pool}", body=body, headers=headers)
            assert (reply.status, reply.code) == (400, code)


def test_unsigned_parameters_are_refused(server, pool):
    """Version 1 of the newer SDK signs the sub-resources that it is told of; a request that leaves them out is not
    taken."""
    client = oss.v2_client(server, "v1")
    with refused("SignatureDoesNotMatch", 403):
        client.invoke_operation(v2.OperationInput(
            "QoS", "GET", parameters={"priorityQos": "", "resourcePool": pool}))

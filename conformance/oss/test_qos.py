"""Flow control by OSS's own operations: limits of buckets, groups and users, pools and their listings."""

import itertools
import uuid

import oss2
import pytest

from support import oss, qos
from support.command import weir, weir_json
from support.oss import refused
from support.oss_raw import ask, md5
from support.qos import document, full, limits
from support.server import Server, wait_until

_serial = itertools.count()


@pytest.fixture
def invoke(server, version):
    return qos.Invoker(server, version)


@pytest.fixture
def service(server, version):
    return oss.oss2_service(server, version)


@pytest.fixture
def typed(server, version, bucket):
    return oss.oss2_bucket(server, bucket, version)


@pytest.fixture
def pool(server):
    """A pool of 100 Gbps and 1000 requests a second."""
    name = f"pool-{next(_serial)}-{uuid.uuid4().hex[:8]}"
    weir(server, "pool", "create", name, "--download", "100Gbps", "--upload", "100Gbps", "--qps", "1000")
    yield name
    qos.delete_pool(server, name)


@pytest.fixture
def user(server):
    return qos.user(server, f"qos-{next(_serial)}-{uuid.uuid4().hex[:8]}")


ALL = dict(total_upload_bw=100, intranet_upload_bw=6, extranet_upload_bw=12, total_download_bw=110,
           intranet_download_bw=20, extranet_download_bw=50, total_qps=300, intranet_qps=160, extranet_qps=170)
NONE = dict.fromkeys(ALL, -1)


def shown(configuration):
    return {name: getattr(configuration, name) for name in ALL}


# Buckets


def test_limits_of_a_bucket(typed):
    with refused("NoSuchQoSConfiguration", 404):
        typed.get_bucket_qos_info()
    part = {**NONE, "intranet_upload_bw": 2, "extranet_upload_bw": 0}
    for values in (ALL, part):
        assert typed.put_bucket_qos_info(oss2.models.BucketQosInfo(**values)).status == 200
        assert shown(typed.get_bucket_qos_info()) == values
    # What is left out is no limit; and such a configuration is one.
    assert typed.put_bucket_qos_info(oss2.models.BucketQosInfo()).status == 200
    assert shown(typed.get_bucket_qos_info()) == NONE
    for _ in range(2):
        assert typed.delete_bucket_qos_info().status == 204
    with refused("NoSuchQoSConfiguration", 404):
        typed.get_bucket_qos_info()


def test_limits_of_a_bucket_invoked(invoke, bucket):
    wanted = dict(TotalUploadBandwidth=5, IntranetQps=7)
    assert invoke("PUT", bucket, document(**wanted), qosInfo=None) == (200, None)
    status, told = invoke("GET", bucket, qosInfo=None)
    assert (status, told.tag, limits(told), len(told)) == (200, "QoSConfiguration", full(**wanted), 9)
    assert invoke("DELETE", bucket, qosInfo=None) == (204, None)


def test_limits_hold(server, typed, bucket):
    """What is set by OSS's words acts, and shows in Weir's."""
    typed.put_object("k", b"x" * 10)
    typed.put_bucket_qos_info(oss2.models.BucketQosInfo(total_upload_bw=0, total_download_bw=3))
    with refused("AccessDenied", 403):
        typed.put_object("k", b"y")
    assert typed.get_object("k").read() == b"x" * 10
    nodes = {each["name"]: each for each in weir_json(server, "flow", "show")["nodes"]}
    assert nodes[f"bucket {bucket}"]["upload"] == 0 and nodes[f"bucket {bucket}"]["download"] == 375_000_000
    typed.put_bucket_qos_info(oss2.models.BucketQosInfo(total_qps=0))
    with refused("TotalQpsLimitExceeded", 503):
        typed.get_object("k")
    # Whoever looks after limits is not limited by them.
    assert typed.get_bucket_qos_info().total_qps == 0
    typed.delete_bucket_qos_info()
    typed.put_object("k", b"y")
    assert wait_until(lambda: f"bucket {bucket}: TotalQps 0" in server.log_path.read_text())


def test_finer_limits_show_as_the_next_gigabit(server, typed, bucket):
    weir(server, "flow", "limit-bucket", bucket, "--download", "1MiB/s", "--upload", "1001Mbps", "--priority", "3")
    told = typed.get_bucket_qos_info()
    assert (told.total_download_bw, told.total_upload_bw) == (1, 2)
    # A guarantee, a priority or a weight stay when the limits go; they are no limits.
    typed.delete_bucket_qos_info()
    with refused("NoSuchQoSConfiguration", 404):
        typed.get_bucket_qos_info()
    [node] = [each for each in weir_json(server, "flow", "show")["nodes"] if each["name"] == f"bucket {bucket}"]
    assert node == {"name": f"bucket {bucket}", "kind": "bucket", "bucket": bucket, "priority": 3}


@pytest.mark.parametrize("values", [
    dict(total_upload_bw=5, intranet_upload_bw=6), dict(total_upload_bw=5, extranet_upload_bw=6),
    dict(total_download_bw=5, intranet_download_bw=6), dict(total_download_bw=5, extranet_download_bw=6),
    dict(total_qps=5, intranet_qps=6), dict(total_qps=5, extranet_qps=6), dict(total_upload_bw=-2),
    dict(total_upload_bw="1.5"), dict(total_upload_bw="x"), dict(total_upload_bw=8_000_001), dict(total_qps=10**9 + 1),
])
def test_wrong_limits(typed, values):
    with refused("InvalidArgument", 400):
        typed.put_bucket_qos_info(oss2.models.BucketQosInfo(**values))
    with refused("NoSuchQoSConfiguration", 404):
        typed.get_bucket_qos_info()


def test_wrong_limits_name_their_element(typed):
    with pytest.raises(oss2.exceptions.InvalidArgument) as told:
        typed.put_bucket_qos_info(oss2.models.BucketQosInfo(total_upload_bw=-2))
    assert (told.value.name, told.value.value) == ("TotalUploadBandwidth", "-2")


@pytest.mark.parametrize("values", [
    dict(total_upload_bw=11), dict(total_download_bw=21), dict(total_qps=31), dict(extranet_qps=31),
    dict(intranet_download_bw=21)])
def test_more_than_the_account(values, limited_account, version):
    """The rules of oss2's own tests, against the limits of the whole server."""
    server, bucket = limited_account
    told = oss.oss2_service(server, version).get_user_qos_info()
    assert told.region == "oss-us-east-1"
    assert shown(told) == {**NONE, "total_upload_bw": 10, "total_download_bw": 20, "total_qps": 30}
    typed = oss.oss2_bucket(server, bucket, version)
    with refused("InvalidArgument", 400):
        typed.put_bucket_qos_info(oss2.models.BucketQosInfo(**values))
    typed.put_bucket_qos_info(oss2.models.BucketQosInfo(**{name: value - 1 for name, value in values.items()}))


@pytest.fixture(scope="module")
def limited_account():
    with Server(settings={"rings": "1", "flow.minimum_bandwidth": "5Gbps"}) as server:
        oss.make(server, "v2-v4").make_bucket("limited")
        weir(server, "flow", "limit-server", "--upload", "10Gbps", "--download", "20Gbps", "--qps", "30")
        yield server, "limited"


def test_the_account_invoked(invoke):
    status, told = invoke("GET", qosInfo=None)
    assert (status, told.tag, [each.tag for each in told]) == (200, "QoSConfiguration", ["Region", *qos.ELEMENTS])


def test_the_sum_of_a_pool(server, typed, bucket, pool):
    other = f"{bucket}-2"
    oss.make(server, "v2-v4").make_bucket(other)
    for each in (bucket, other):
        weir(server, "pool", "add-bucket", pool, each)
    second = oss.oss2_bucket(server, other)
    typed.put_bucket_qos_info(oss2.models.BucketQosInfo(total_upload_bw=60, total_qps=600))
    for values in (dict(total_upload_bw=41), dict(total_qps=401), dict(total_download_bw=101)):
        with refused("InvalidArgument", 400):
            second.put_bucket_qos_info(oss2.models.BucketQosInfo(**values))
    second.put_bucket_qos_info(oss2.models.BucketQosInfo(total_upload_bw=40, total_qps=400, total_download_bw=100))
    # Its own limit does not count twice.
    second.put_bucket_qos_info(oss2.models.BucketQosInfo(total_upload_bw=39))


# Users at a bucket


def test_limits_of_a_user_at_a_bucket(typed, bucket, user):
    with refused("NoSuchQoSConfiguration", 404):
        typed.get_bucket_requester_qos_info(user["id"])
    for requester in (user["id"], qos.ACCOUNT):
        assert typed.put_bucket_requester_qos_info(requester, qos.configuration(**ALL)).status == 200
        told = typed.get_bucket_requester_qos_info(requester)
        assert (told.requester, shown(told.qos_configuration)) == (requester, ALL)
    told = typed.list_bucket_requester_qos_infos()
    assert (told.bucket, told.continuation_token, told.next_continuation_token, told.is_truncated) == (
        bucket, "", "", False)
    assert [(each.requester, shown(each.qos_configuration)) for each in told.requester_qos_info] == [
        (qos.ACCOUNT, ALL), (user["id"], ALL)]
    first = typed.list_bucket_requester_qos_infos(max_keys=1)
    assert [each.requester for each in first.requester_qos_info] == [qos.ACCOUNT] and first.is_truncated
    rest = typed.list_bucket_requester_qos_infos(first.next_continuation_token)
    assert [each.requester for each in rest.requester_qos_info] == [user["id"]] and not rest.is_truncated
    assert rest.continuation_token == first.next_continuation_token and rest.next_continuation_token == ""
    for _ in range(2):
        assert typed.delete_bucket_requester_qos_info(user["id"]).status == 204
    assert [each.requester for each in typed.list_bucket_requester_qos_infos().requester_qos_info] == [qos.ACCOUNT]
    typed.delete_bucket_requester_qos_info(qos.ACCOUNT)


def test_a_user_has_no_more_than_the_bucket(typed, user):
    typed.put_bucket_qos_info(oss2.models.BucketQosInfo(total_upload_bw=5, intranet_upload_bw=3, total_qps=50))
    for values in (dict(total_upload_bw=6), dict(intranet_upload_bw=4), dict(extranet_upload_bw=6),
                   dict(total_qps=51)):
        with refused("InvalidArgument", 400):
            typed.put_bucket_requester_qos_info(user["id"], qos.configuration(**values))
    typed.put_bucket_requester_qos_info(user["id"], qos.configuration(total_upload_bw=5, total_qps=50))


def test_nobody_s_limits(typed):
    for call in (lambda: typed.put_bucket_requester_qos_info("AIDANOBODY", qos.configuration(**ALL)),
                 lambda: typed.get_bucket_requester_qos_info("AIDANOBODY"),
                 lambda: typed.delete_bucket_requester_qos_info("AIDANOBODY")):
        with refused("InvalidArgument", 400) as told:
            call()
        assert told.elements["ArgumentName"] == "qosRequester"


@pytest.mark.parametrize("values, is_good", [
    (dict(total_upload_bw=4), False), (dict(total_upload_bw=6, extranet_upload_bw=4), False),
    (dict(total_upload_bw=5, extranet_upload_bw=0), True)])
def test_the_least_limit(limited_account, values, is_good):
    """Where the administrator has set one, as OSS has."""
    server, bucket = limited_account
    typed = oss.oss2_bucket(server, bucket)
    if is_good:
        typed.put_bucket_requester_qos_info(qos.ACCOUNT, qos.configuration(**values))
    else:
        with refused("InvalidArgument", 400):
            typed.put_bucket_requester_qos_info(qos.ACCOUNT, qos.configuration(**values))
    # Not of a bucket's own limits.
    typed.put_bucket_qos_info(oss2.models.BucketQosInfo(total_upload_bw=6))


# Pools


def test_pools(server, service, bucket, pool):
    weir(server, "pool", "add-bucket", pool, bucket, "--group", "training")
    told = service.get_resource_pool_info(pool)
    assert (told.region, told.name, told.owner) == ("oss-us-east-1", pool, qos.ACCOUNT)
    assert len(told.create_time) == len("2025-01-02T03:04:05.678Z")
    assert shown(told.qos_configuration) == {
        **NONE, "total_upload_bw": 100, "total_download_bw": 100, "total_qps": 1000}
    told = service.list_resource_pool_buckets(pool)
    assert (told.resource_pool, told.continuation_token, told.next_continuation_token, told.is_truncated) == (
        pool, "", "", False)
    [member] = told.resource_pool_buckets
    assert member.name == bucket and member.join_time.endswith("Z")
    told = service.list_resource_pools(max_keys=1000)
    assert (told.region, told.owner) == ("oss-us-east-1", qos.ACCOUNT)
    assert pool in [each.name for each in told.resource_pool] and told.resource_pool[0].create_time.endswith("Z")
    # Page by page.
    names, token = [], ""
    while True:
        page = service.list_resource_pools(token, 1)
        names += [each.name for each in page.resource_pool]
        token = page.next_continuation_token
        if not page.is_truncated:
            break
    assert names == sorted(names) and pool in names and token == ""


def test_pools_invoked(server, invoke, bucket, pool):
    weir(server, "pool", "add-bucket", pool, bucket, "--group", "training")
    status, told = invoke("GET", resourcePoolInfo=None, resourcePool=pool)
    assert (status, told.tag) == (200, "GetResourcePoolInfoResponse")
    assert limits(told.find("QoSConfiguration")) == full(
        TotalUploadBandwidth=100, TotalDownloadBandwidth=100, TotalQps=1000)
    status, told = invoke("GET", resourcePoolBuckets=None, resourcePool=pool, maxKeys="5")
    assert (status, told.tag) == (200, "ListResourcePoolBucketsResult")
    assert [(each.findtext("Name"), each.findtext("Group")) for each in told.findall("ResourcePoolBucket")] == [
        (bucket, "training")]
    assert invoke("GET", resourcePool=None)[1].tag == "ListResourcePoolsResult"


def test_no_such_pool(service, invoke, bucket, user):
    for call in (lambda: service.get_resource_pool_info("none"), lambda: service.list_resource_pool_buckets("none"),
                 lambda: service.put_resource_pool_requester_qos_info(user["id"], "none", qos.configuration(**ALL)),
                 lambda: service.get_resource_pool_requester_qos_info(user["id"], "none"),
                 lambda: service.list_resource_pool_requester_qos_infos("none"),
                 lambda: service.delete_resource_pool_requester_qos_info(user["id"], "none"),
                 lambda: invoke("GET", resourcePoolBucketGroup=None, resourcePool="none"),
                 lambda: invoke("PUT", bucket, resourcePoolBucketGroup="training", resourcePool="none"),
                 *(lambda method=method: invoke(
                     method, body=document() if method == "PUT" else None, resourcePool="none",
                     resourcePoolBucketGroupQosInfo=None, resourcePoolBucketGroup="training")
                   for method in ("GET", "PUT", "DELETE")),
                 lambda: invoke("GET", resourcePoolBucketGroupQosInfo=None, resourcePool="none")):
        with refused("NoSuchResourcePool", 404) as told:
            call()
        assert told.message == "The specified resource pool does not exist."


# Bucket groups


def test_groups(server, invoke, bucket, pool):
    with refused("InvalidArgument", 400):
        invoke("PUT", bucket, resourcePool=pool, resourcePoolBucketGroup="training")  # not in the pool yet
    weir(server, "pool", "add-bucket", pool, bucket)
    assert invoke("PUT", bucket, resourcePool=pool, resourcePoolBucketGroup="training") == (200, None)
    with refused("InvalidArgument", 400):
        invoke("PUT", bucket, resourcePool=pool, resourcePoolBucketGroup="A Group")
    status, told = invoke("GET", resourcePoolBucketGroup=None, resourcePool=pool)
    assert (status, told.tag, told.findtext("ResourcePool"), told.findtext("IsTruncated")) == (
        200, "ListResourcePoolBucketGroupsResult", pool, "false")
    [group] = told.findall("ResourcePoolBucketGroup")
    assert group.findtext("Name") == "training"
    assert [each.text for each in group.findall("GroupBucketInfo/BucketName")] == [bucket]
    # An empty name takes the bucket out of its group; a group without buckets and limits is none.
    assert invoke("PUT", bucket, resourcePool=pool, resourcePoolBucketGroup=None) == (200, None)
    assert invoke("GET", resourcePoolBucketGroup=None, resourcePool=pool)[1].findall("ResourcePoolBucketGroup") == []
    assert weir_json(server, "flow", "show")["pools"]


@pytest.mark.parametrize("spelling", ["resourcePoolBucketGroupQosInfo", "resourcePoolBucketGroupQoSInfo"])
def test_limits_of_a_group(invoke, pool, spelling):
    name = {spelling: None, "resourcePool": pool}
    group = {**name, "resourcePoolBucketGroup": "training"}
    with refused("NoSuchQoSConfiguration", 404):
        invoke("GET", **group)
    wanted = dict(TotalDownloadBandwidth=50, TotalQps=100)
    assert invoke("PUT", body=document(**wanted), **group) == (200, None)
    assert invoke("PUT", body=document(), **{**group, "resourcePoolBucketGroup": "another"}) == (200, None)
    status, told = invoke("GET", **group)
    assert (status, told.tag, told.findtext("BucketGroup")) == (200, "ResourcePoolBucketGroupQoSInfo", "training")
    assert limits(told.find("QoSConfiguration")) == full(**wanted)
    status, told = invoke("GET", max_keys="1", continuation_token="", **name)
    assert (status, told.tag, told.findtext("ResourcePool")) == (200, "ListResourcePoolBucketGroupQoSInfosResult", pool)
    assert [each.findtext("BucketGroup") for each in told.findall("ResourcePoolBucketGroupQoSInfo")] == ["another"]
    assert told.findtext("IsTruncated") == "true"
    told = invoke("GET", continuation_token=told.findtext("NextContinuationToken"), **name)[1]
    assert [each.findtext("BucketGroup") for each in told.findall("ResourcePoolBucketGroupQoSInfo")] == ["training"]
    # Groups have together no more than the pool, and none more than it.
    for values in (dict(TotalDownloadBandwidth=51), dict(TotalQps=901), dict(IntranetUploadBandwidth=101)):
        with refused("InvalidArgument", 400):
            invoke("PUT", body=document(**values), **{**group, "resourcePoolBucketGroup": "another"})
    assert invoke("DELETE", **group) == (204, None)
    with refused("NoSuchQoSConfiguration", 404):
        invoke("GET", **group)


def test_the_least_limit_of_a_group(limited_account):
    server, _ = limited_account
    invoke = qos.Invoker(server)
    weir(server, "pool", "create", "least")
    group = dict(resourcePoolBucketGroupQosInfo=None, resourcePool="least", resourcePoolBucketGroup="training")
    with refused("InvalidArgument", 400):
        invoke("PUT", body=document(TotalUploadBandwidth=4), **group)
    invoke("PUT", body=document(TotalUploadBandwidth=5, IntranetUploadBandwidth=0), **group)
    requester = dict(requesterQosInfo=None, resourcePool="least", qosRequester=qos.ACCOUNT)
    with refused("InvalidArgument", 400):
        invoke("PUT", body=document(TotalDownloadBandwidth=4), **requester)
    invoke("PUT", body=document(TotalDownloadBandwidth=5), **requester)


# Users at a pool


def test_limits_of_a_user_at_a_pool(service, pool, user):
    with refused("NoSuchQoSConfiguration", 404):
        service.get_resource_pool_requester_qos_info(user["id"], pool)
    values = {**ALL, "total_download_bw": 100}
    for requester in (user["id"], qos.ACCOUNT):
        assert service.put_resource_pool_requester_qos_info(requester, pool, qos.configuration(**values)).status == 200
    told = service.get_resource_pool_requester_qos_info(user["id"], pool)
    assert (told.requester, shown(told.qos_configuration)) == (user["id"], values)
    with refused("InvalidArgument", 400):
        service.put_resource_pool_requester_qos_info(user["id"], pool, qos.configuration(total_upload_bw=101))
    first = service.list_resource_pool_requester_qos_infos(pool, max_keys=1)
    assert (first.resource_pool, [each.requester for each in first.requester_qos_info]) == (pool, [qos.ACCOUNT])
    rest = service.list_resource_pool_requester_qos_infos(pool, first.next_continuation_token)
    assert first.is_truncated and not rest.is_truncated
    assert [each.requester for each in rest.requester_qos_info] == [user["id"]]
    assert service.delete_resource_pool_requester_qos_info(user["id"], pool).status == 204
    with refused("NoSuchQoSConfiguration", 404):
        service.get_resource_pool_requester_qos_info(user["id"], pool)


@pytest.mark.parametrize("is_of_a_pool", [False, True])
def test_limits_of_a_user_invoked(invoke, bucket, pool, user, is_of_a_pool):
    """At a bucket, or at a pool, by the SDK that has no words for either."""
    where = {"resourcePool": pool} if is_of_a_pool else {"bucket": bucket}
    which = {"requesterQosInfo": None, "qosRequester": user["id"], **where}
    assert invoke("PUT", body=document(TotalQps=30, ExtranetQps=20), **which) == (200, None)
    status, told = invoke("GET", **which)
    assert (status, told.findtext("Requester")) == (200, user["id"])
    assert limits(told.find("QoSConfiguration")) == full(TotalQps=30, ExtranetQps=20)
    status, told = invoke("GET", requesterQosInfo=None, **where)
    assert status == 200 and [each.text for each in told.iter("Requester")] == [user["id"]]
    assert invoke("DELETE", **which) == (204, None)
    with refused("NoSuchQoSConfiguration", 404):
        invoke("GET", **which)


# What is refused

BUCKETS = [("PUT", "qosInfo"), ("DELETE", "qosInfo"), ("GET", "qosInfo"), ("PUT", "requesterQosInfo&qosRequester=x"),
           ("GET", "requesterQosInfo&qosRequester=x"), ("GET", "requesterQosInfo"),
           ("DELETE", "requesterQosInfo&qosRequester=x"), ("PUT", "resourcePoolBucketGroup=x&resourcePool=x")]
SERVICE = [("GET", "qosInfo"), ("GET", "resourcePool"), ("GET", "resourcePoolInfo&resourcePool=x"),
           ("GET", "resourcePoolBuckets&resourcePool=x"), ("GET", "resourcePoolBucketGroup&resourcePool=x"),
           *((method, f"resourcePoolBucketGroupQosInfo&resourcePool=x{group}") for method, group in [
               ("PUT", "&resourcePoolBucketGroup=x"), ("GET", "&resourcePoolBucketGroup=x"), ("GET", ""),
               ("DELETE", "&resourcePoolBucketGroup=x")]),
           *((method, f"requesterQosInfo&resourcePool=x{requester}") for method, requester in [
               ("PUT", "&qosRequester=x"), ("GET", "&qosRequester=x"), ("GET", ""), ("DELETE", "&qosRequester=x")])]


@pytest.mark.parametrize("method, query", BUCKETS)
def test_no_such_bucket(server, method, query):
    reply = ask(server, method, "no-such-bucket-here", query=query, body=b"<x/>" if method == "PUT" else b"")
    assert (reply.status, reply.code) == (404, "NoSuchBucket")


@pytest.mark.parametrize("is_of_bucket, method, query", [(True, *each) for each in BUCKETS]
                         + [(False, *each) for each in SERVICE])
def test_strangers(server, bucket, user, is_of_bucket, method, query):
    """Users may change nothing, and see nothing of pools; of somebody else's bucket they see nothing at all."""
    reply = ask(server, method, bucket if is_of_bucket else "", query=query,
                body=b"<x/>" if method == "PUT" else b"", **qos.keys(user))
    assert (reply.status, reply.code) == (403, "AccessDenied")


def test_owners_may_look(server, user):
    """Of their own bucket users see what limits it, and cannot change it."""
    name = f"owned-{next(_serial)}-{uuid.uuid4().hex[:8]}"
    oss.make(server, "v2-v4", **qos.keys(user)).make_bucket(name)
    oss.oss2_bucket(server, name).put_bucket_qos_info(oss2.models.BucketQosInfo(**ALL))
    own = oss.oss2_bucket(server, name, **qos.keys(user))
    assert shown(own.get_bucket_qos_info()) == ALL
    assert own.list_bucket_requester_qos_infos().requester_qos_info == []
    with refused("NoSuchQoSConfiguration", 404):
        own.get_bucket_requester_qos_info(user["id"])
    for call in (lambda: own.put_bucket_qos_info(oss2.models.BucketQosInfo()), own.delete_bucket_qos_info,
                 lambda: own.put_bucket_requester_qos_info(user["id"], qos.configuration()),
                 lambda: own.delete_bucket_requester_qos_info(user["id"])):
        with refused("AccessDenied", 403):
            call()


@pytest.mark.parametrize("body, headers, code", [
    (b"", {}, "MalformedXML"), (b"<a", {}, "MalformedXML"), (b"<Other/>", {}, "MalformedXML"),
    (b"<QoSConfiguration><More>1</More></QoSConfiguration>", {}, "MalformedXML"),
    (b"<QoSConfiguration><TotalQps>1</TotalQps><TotalQps>1</TotalQps></QoSConfiguration>", {}, "MalformedXML"),
    (b"<QoSConfiguration><TotalQps></TotalQps></QoSConfiguration>", {}, "InvalidArgument"),
    (b"<QoSConfiguration/>", {"content-md5": md5(b"other")}, "InvalidDigest")])
def test_documents(server, bucket, pool, body, headers, code):
    for scope, query in (
            (bucket, "qosInfo"), (bucket, f"requesterQosInfo&qosRequester={qos.ACCOUNT}"),
            ("", f"requesterQosInfo&resourcePool={pool}&qosRequester={qos.ACCOUNT}"),
            ("", f"resourcePoolBucketGroupQosInfo&resourcePool={pool}&resourcePoolBucketGroup=training")):
        reply = ask(server, "PUT", scope, query=query, body=body, headers=headers)
        assert (reply.status, reply.code) == (400, code), query


@pytest.mark.parametrize("method, query", [
    ("PUT", "requesterQosInfo"), ("DELETE", "requesterQosInfo"), ("GET", "requesterQosInfo&qosRequester="),
    ("GET", "requesterQosInfo&continuation-token=x"), ("GET", "requesterQosInfo&max-keys=0"),
    ("GET", "requesterQosInfo&max-keys=1001"), ("GET", "requesterQosInfo&maxKeys=x"),
    ("PUT", "resourcePoolBucketGroup=x"), ("PUT", "resourcePoolBucketGroup=x&resourcePool=")])
def test_parameters_of_buckets(server, bucket, method, query):
    reply = ask(server, method, bucket, query=query, body=b"<QoSConfiguration/>" if method == "PUT" else b"")
    assert (reply.status, reply.code) == (400, "InvalidArgument")


@pytest.mark.parametrize("method, query", [
    ("GET", "resourcePoolInfo"), ("GET", "resourcePoolBuckets"), ("GET", "resourcePoolBucketGroup&resourcePool="),
    ("GET", "resourcePoolBucketGroupQosInfo"), ("GET", "requesterQosInfo"), ("GET", "resourcePool&max-keys=x"),
    ("GET", "resourcePool&continuation-token=x"), ("PUT", "requesterQosInfo&resourcePool={pool}"),
    ("DELETE", "requesterQosInfo&resourcePool={pool}"), ("GET", "requesterQosInfo&resourcePool={pool}&qosRequester=x"),
    ("PUT", "resourcePoolBucketGroupQosInfo&resourcePool={pool}"),
    ("GET", "resourcePoolBucketGroupQosInfo&resourcePool={pool}&resourcePoolBucketGroup="),
    ("DELETE", "resourcePoolBucketGroupQosInfo&resourcePool={pool}"),
    ("GET", "resourcePoolBuckets&resourcePool={pool}&max-keys=-1")])
def test_parameters_of_the_service(server, pool, method, query):
    reply = ask(server, method, query=query.format(pool=pool), body=b"<QoSConfiguration/>" if method == "PUT" else b"")
    assert (reply.status, reply.code) == (400, "InvalidArgument")


def test_limits_outlive_a_restart():
    with Server(settings={"rings": "1"}) as server:
        oss.make(server, "v2-v4").make_bucket("kept")
        weir(server, "pool", "create", "pool")
        weir(server, "pool", "add-bucket", "pool", "kept")
        typed, service = oss.oss2_bucket(server, "kept"), oss.oss2_service(server)
        typed.put_bucket_qos_info(oss2.models.BucketQosInfo())
        service.put_resource_pool_requester_qos_info(qos.ACCOUNT, "pool", qos.configuration(**ALL))
        server.restart()
        typed, service = oss.oss2_bucket(server, "kept"), oss.oss2_service(server)
        assert shown(typed.get_bucket_qos_info()) == NONE
        assert shown(service.get_resource_pool_requester_qos_info(qos.ACCOUNT, "pool").qos_configuration) == ALL

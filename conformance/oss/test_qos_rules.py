"""OSS's rules for limits, one by one: of each of the nine items, of buckets, groups and users, by the real SDKs."""

import itertools
import uuid

import oss2
import pytest

from support import clients, oss, qos
from support.command import weir
from support.oss import refused
from support.qos import document
from support.server import Server

_serial = itertools.count()

KINDS = ["UploadBandwidth", "DownloadBandwidth", "Qps"]
# As oss2 spells the nine.
WORDS = {name: f"{name[:-len(kind)]}_{word}".lower() for kind, word in
         zip(KINDS, ["upload_bw", "download_bw", "qps"]) for name in qos.ELEMENTS if name.endswith(kind)}
# As `weir` does.
OPTIONS = {name: "--" + "-".join(word for word in WORDS[name].split("_") if word not in ("total", "bw"))
           for name in qos.ELEMENTS}


def rate(name, value):
    """As `weir` takes it."""
    return str(value) if name.endswith("Qps") else f"{value}Gbps"


def words(values):
    return {WORDS[name]: value for name, value in values.items()}


class Setters:
    """Sets limits, by their names in the document, wherever OSS has some."""

    def __init__(self, server, bucket, pool):
        self.typed, self.service = oss.oss2_bucket(server, bucket), oss.oss2_service(server)
        self.invoke, self.pool = qos.Invoker(server), pool

    def bucket(self, **values):
        self.typed.put_bucket_qos_info(oss2.models.BucketQosInfo(**words(values)))

    def group(self, name="training", **values):
        self.invoke("PUT", body=document(**values), resourcePoolBucketGroupQosInfo=None, resourcePool=self.pool,
                    resourcePoolBucketGroup=name)

    def at_bucket(self, requester=qos.ACCOUNT, **values):
        self.typed.put_bucket_requester_qos_info(requester, qos.configuration(**words(values)))

    def at_pool(self, requester=qos.ACCOUNT, **values):
        self.service.put_resource_pool_requester_qos_info(requester, self.pool, qos.configuration(**words(values)))

    def __iter__(self):
        return iter([self.bucket, self.group, self.at_bucket, self.at_pool])


def make_pool(server, *limits):
    name = f"rules-{next(_serial)}-{uuid.uuid4().hex[:8]}"
    weir(server, "pool", "create", name, *limits)
    return name


@pytest.fixture
def pools(server):
    """Makes pools, and takes them away: there may be 100 at a time."""
    made = []

    def make(*limits):
        made.append(make_pool(server, *limits))
        return made[-1]

    yield make
    for name in made:
        qos.delete_pool(server, name)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("scope", ["Intranet", "Extranet"])
def test_a_part_is_not_more_than_the_whole(server, bucket, pools, scope, kind):
    whole, part = f"Total{kind}", f"{scope}{kind}"
    for put in Setters(server, bucket, pools()):
        with refused("InvalidArgument", 400):
            put(**{whole: 5, part: 6})
        put(**{whole: 6, part: 6})
        # The whole that is not set is no limit.
        put(**{part: 7})


@pytest.mark.parametrize("name", qos.ELEMENTS)
def test_nothing_is_more_than_the_pool(server, bucket, pools, name):
    pool = pools(OPTIONS[name], rate(name, 5))
    weir(server, "pool", "add-bucket", pool, bucket)
    for put in Setters(server, bucket, pool):
        with refused("InvalidArgument", 400) as told:
            put(**{name: 6})
        assert pool in told.message
        put(**{name: 5})
        put(**{name: -1})


@pytest.mark.parametrize("name", qos.ELEMENTS)
def test_a_user_has_no_more_than_the_bucket(server, bucket, pools, name):
    put = Setters(server, bucket, pools())
    put.bucket(**{name: 5})
    with refused("InvalidArgument", 400):
        put.at_bucket(**{name: 6})
    put.at_bucket(**{name: 5})
    # A part of the traffic is not more than the bucket's whole.
    scope = next(each for each in ("Total", "Intranet", "Extranet") if name.startswith(each))
    if scope == "Total":
        for other in ("Intranet", "Extranet"):
            with refused("InvalidArgument", 400):
                put.at_bucket(**{name.replace(scope, other): 6})


@pytest.mark.parametrize("kind", KINDS)
def test_the_sums_of_a_pool(server, bucket, pools, kind):
    """The buckets have together no more than the pool, nor have the groups; each by itself."""
    name = f"Total{kind}"
    pool = pools(OPTIONS[name], rate(name, 100))
    second = f"{bucket}-2"
    oss.make(server, "v2-v4").make_bucket(second)
    for each in (bucket, second):
        weir(server, "pool", "add-bucket", pool, each)
    first, other = Setters(server, bucket, pool), Setters(server, second, pool)
    first.bucket(**{name: 60})
    with refused("InvalidArgument", 400):
        other.bucket(**{name: 41})
    other.bucket(**{name: 40})
    first.group(**{name: 60})
    with refused("InvalidArgument", 400):
        first.group("another", **{name: 41})
    first.group("another", **{name: 40})


@pytest.fixture(scope="module")
def small():
    """A server with OSS's least limit, and a bucket."""
    with Server(settings={"rings": "1", "flow.minimum_bandwidth": "5Gbps"}) as server:
        oss.make(server, "v2-v4").make_bucket("small")
        yield server


@pytest.mark.parametrize("name", qos.BANDWIDTHS)
def test_the_least_limit_of_each_item(small, name):
    """Of groups and users; 0 forbids, and is no such limit. A bucket, and requests, may have less."""
    put = Setters(small, "small", make_pool(small))
    for each in (put.group, put.at_bucket, put.at_pool):
        for value in (1, 4):
            with refused("InvalidArgument", 400):
                each(**{name: value})
        for value in (0, 5, -1):
            each(**{name: value})
        each(TotalQps=1)
    put.bucket(**{name: 1})
    put.bucket(**{name: -1})


@pytest.mark.parametrize("value", ["-2", "1.5", "x", "", "8000001"])
def test_what_is_no_limit(server, bucket, pools, value):
    """A whole number of gigabits, or -1."""
    for put in Setters(server, bucket, pools()):
        for name in ("TotalUploadBandwidth", "ExtranetDownloadBandwidth"):
            with refused("InvalidArgument", 400) as told:
                put(**{name: value})
            assert (told.elements["ArgumentName"], told.elements.get("ArgumentValue") or "") == (name, value)


@pytest.mark.parametrize("name, is_good", [
    ("ab", False), ("abc", True), ("x" * 30, True), ("x" * 31, False), ("Upper", False), ("a_b", False), ("a-1", True)])
def test_the_name_of_a_group(server, bucket, pools, name, is_good):
    """3 to 30 of a-z, 0-9 and -, for a bucket's group and for a group's limits."""
    put, invoke = Setters(server, bucket, pools()), qos.Invoker(server)
    weir(server, "pool", "add-bucket", put.pool, bucket)
    for call in (lambda: invoke("PUT", bucket, resourcePool=put.pool, resourcePoolBucketGroup=name),
                 lambda: put.group(name, TotalQps=1)):
        if is_good:
            call()
        else:
            with refused("InvalidArgument", 400):
                call()


def test_how_many_there_may_be(server, bucket, pools):
    """300 users at a bucket and at a pool, 100 groups of a pool."""
    put, iam = Setters(server, bucket, pools()), clients.iam(server)
    names = [f"many-{uuid.uuid4().hex[:8]}-{index}" for index in range(300)]
    users = [iam.create_user(UserName=name)["User"]["UserId"] for name in names]
    groups = [f"group-{index}" for index in range(100)]
    for each, known, more in [(put.at_bucket, users, qos.ACCOUNT), (put.at_pool, users, qos.ACCOUNT),
                              (put.group, groups, "one-more")]:
        for name in known:
            each(name, TotalQps=1)
        with refused("InvalidArgument", 400):
            each(more, TotalQps=1)
        # Those that are there can be changed.
        each(known[0], TotalQps=2)
    # They go, and their limits with them.
    for name in names:
        iam.delete_user(UserName=name)
    assert put.typed.list_bucket_requester_qos_infos(max_keys=1000).requester_qos_info == []

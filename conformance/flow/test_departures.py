"""A bucket or a user that is deleted takes its limits along; another of that name has none of them."""

import signal
import threading

import oss2
import pytest

from support import clients, oss, qos
from support.command import weir, weir_json
from support.server import Server, wait_until


def limited(server, s3, name, user):
    """A bucket in a pool, with limits of its own and of a user at it."""
    s3.create_bucket(Bucket=name)
    weir(server, "pool", "add-bucket", "pool", name, "--group", "grp")
    weir(server, "flow", "limit-bucket", name, "--upload", "0")
    weir(server, "requester", "limit", user, "--bucket", name, "--extranet-qps", "0")
    weir(server, "requester", "limit", user, "--pool", "pool", "--extranet-qps", "0")


def names(server):
    return {each["name"] for each in weir_json(server, "flow", "show")["nodes"]}


def members(server):
    return [each["name"] for pool in weir_json(server, "flow", "show")["pools"] for each in pool["buckets"]]


def test_what_is_gone_leaves_nothing():
    with Server(settings={"rings": "1"}) as server:
        s3 = clients.s3(server)
        weir(server, "pool", "create", "pool")
        weir(server, "user", "create", "alice")
        limited(server, s3, "data", "alice")
        limited(server, s3, "other", "root")
        assert members(server) == ["data", "other"]
        before = weir_json(server, "flow", "show")["generation"]
        s3.delete_bucket(Bucket="data")
        left = {"bucket other", "requester alice at pool pool", "requester root at bucket other",
                "requester root at pool pool"}
        assert names(server) == left and members(server) == ["other"]
        after = weir_json(server, "flow", "show")
        assert after["generation"] == before + 1
        # As it is on disk.
        server.restart()
        s3 = clients.s3(server)
        assert weir_json(server, "flow", "show") == after
        # A bucket of the same name is another one.
        s3.create_bucket(Bucket="data")
        s3.put_object(Bucket="data", Key="k", Body=b"x")
        assert members(server) == ["other"] and "bucket data" not in names(server)
        # So is a user; by the command and by IAM.
        weir(server, "user", "delete", "alice")
        assert names(server) == left - {"requester alice at pool pool"}
        for change in ("bucket data: deleted, its limits with it", "user alice: deleted, their limits with them"):
            assert wait_until(lambda: change in server.log_path.read_text()), change
        made = weir_json(server, "user", "create", "alice")
        weir(server, "requester", "limit", "alice", "--pool", "pool", "--extranet-qps", "0")
        iam = clients.iam(server)
        iam.delete_access_key(UserName="alice", AccessKeyId=made["access_key"])
        iam.delete_user(UserName="alice")
        assert names(server) == left - {"requester alice at pool pool"}
        server.restart()
        assert names(server) == left - {"requester alice at pool pool"}
        made = weir_json(server, "user", "create", "alice")
        own = clients.s3(server, access_key=made["access_key"], secret_key=made["secret_key"])
        own.create_bucket(Bucket="alice-own")
        weir(server, "pool", "add-bucket", "pool", "alice-own")
        own.put_object(Bucket="alice-own", Key="k", Body=b"x")
        # Changes go on, from what has been kept.
        weir(server, "flow", "limit-bucket", "data", "--upload", "0")
        assert "bucket data" in names(server)


def test_a_refused_deletion_changes_nothing():
    with Server(settings={"rings": "1"}) as server:
        s3 = clients.s3(server)
        weir(server, "pool", "create", "pool")
        weir(server, "user", "create", "alice")
        s3.create_bucket(Bucket="full")
        s3.put_object(Bucket="full", Key="k", Body=b"x")
        weir(server, "pool", "add-bucket", "pool", "full")
        weir(server, "flow", "limit-bucket", "full", "--upload", "0")
        before = weir_json(server, "flow", "show")
        with pytest.raises(s3.exceptions.ClientError):
            s3.delete_bucket(Bucket="full")
        assert weir_json(server, "flow", "show") == before
        # A pool is not deleted as long as it has a bucket; a bucket that is gone holds none.
        assert "has 1 buckets" in weir(server, "pool", "delete", "pool", status=1)
        s3.delete_object(Bucket="full", Key="k")
        oss.make(server, "v2-v4").remove_bucket("full")
        weir(server, "pool", "delete", "pool")
        assert weir_json(server, "flow", "show")["nodes"] == []


@pytest.mark.parametrize("how", ["kill", "stop"])
def test_kept_at_once(how):
    """What was answered is on disk, whatever happens next."""
    with Server(settings={"rings": "1"}) as server:
        s3 = clients.s3(server)
        weir(server, "pool", "create", "pool")
        weir(server, "user", "create", "alice")
        for index in range(5):
            limited(server, s3, f"data-{index}", "alice")
            s3.delete_bucket(Bucket=f"data-{index}")
        weir(server, "user", "delete", "alice")
        server.stop(signal.SIGKILL if how == "kill" else signal.SIGTERM)
        server.start()
        assert names(server) == set() and members(server) == []
        weir(server, "pool", "delete", "pool")


def test_setting_and_deleting_at_once():
    """Whichever comes first: no limit is left of what is gone, and changes go on."""
    with Server(settings={"rings": "2"}) as server:
        s3, iam, service = clients.s3(server), clients.iam(server), oss.oss2_service(server)
        weir(server, "pool", "create", "pool")
        refusals = set()

        def limit(name, user, start):
            typed = oss.oss2_bucket(server, name)
            start.wait()
            for put in (lambda: typed.put_bucket_qos_info(oss2.models.BucketQosInfo(total_qps=5)),
                        lambda: typed.put_bucket_requester_qos_info(user, qos.configuration(total_qps=5)),
                        lambda: service.put_resource_pool_requester_qos_info(
                            user, "pool", qos.configuration(total_qps=5))):
                try:
                    put()
                except oss2.exceptions.ServerError as error:
                    refusals.add((error.status, error.code))

        for index in range(40):
            name = f"both-{index}"
            s3.create_bucket(Bucket=name)
            user = iam.create_user(UserName=name)["User"]["UserId"]
            start = threading.Barrier(2)
            thread = threading.Thread(target=limit, args=(name, user, start))
            thread.start()
            start.wait()
            s3.delete_bucket(Bucket=name)
            iam.delete_user(UserName=name)
            thread.join()
        assert refusals <= {(404, "NoSuchBucket"), (400, "InvalidArgument")}
        assert names(server) == set()
        before = weir_json(server, "flow", "show")
        server.restart()
        assert weir_json(server, "flow", "show") == before
        weir(server, "pool", "delete", "pool")

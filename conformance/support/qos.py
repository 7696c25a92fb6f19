"""Flow control by OSS's operations: `invoke_operation` of the newer SDK, which has no word for them, and what oss2's own
methods need."""

import xml.etree.ElementTree as ElementTree

import alibabacloud_oss_v2 as v2
import oss2

from support import oss
from support.command import weir, weir_json

ACCOUNT = "000000000000"
BANDWIDTHS = [f"{scope}{way}Bandwidth" for way in ("Upload", "Download") for scope in ("Total", "Intranet", "Extranet")]
ELEMENTS = BANDWIDTHS + ["TotalQps", "IntranetQps", "ExtranetQps"]
# The sub-resources that the newer SDK must be told to sign in version 1.
SIGNED = ["qosInfo", "requesterQosInfo", "qosRequester", "resourcePool", "resourcePoolInfo", "resourcePoolBuckets",
          "resourcePoolBucketGroup", "resourcePoolBucketGroupQosInfo", "resourcePoolBucketGroupQoSInfo", "priorityQos",
          "requesterPriorityQos"]


def document(root="QoSConfiguration", **elements):
    inner = "".join(f"<{name}>{value}</{name}>" for name, value in elements.items())
    return f"<{root}>{inner}</{root}>"


def limits(element):
    """The nine numbers below an element."""
    return {child.tag: int(child.text) for child in element if child.tag in ELEMENTS}


def full(**elements):
    """What is shown where these were set."""
    return {name: elements.get(name, -1) for name in ELEMENTS}


class Invoker:
    """`invoke_operation` of the newer SDK."""

    def __init__(self, server, version="v4", **keys):
        self.client = oss.v2_client(server, version, **keys)

    def __call__(self, method, bucket=None, body=None, headers=None, **parameters):
        """The status, and the document if there is one. A parameter of None has no value."""
        done = self.client.invoke_operation(v2.OperationInput(
            "QoS", method, headers=headers, bucket=bucket, body=body,
            parameters={name.replace("_", "-"): "" if value is None else value for name, value in parameters.items()},
            op_metadata={"sub-resource": SIGNED}))
        text = done.http_response.content
        return done.status_code, ElementTree.fromstring(text) if text else None


def user(server, name):
    """A new user's id and keys."""
    made = weir_json(server, "user", "create", name)
    found = weir_json(server, "user", "list")["users"]
    made["id"] = next(each["id"] for each in found if each["name"] == name)
    return made


def delete_pool(server, name):
    """Takes its buckets out first; there may be 100 pools at a time."""
    [pool] = [each for each in weir_json(server, "flow", "show")["pools"] if each["name"] == name]
    for bucket in pool["buckets"]:
        weir(server, "pool", "remove-bucket", name, bucket["name"])
    weir(server, "pool", "delete", name)


def keys(made):
    return {"access_key": made["access_key"], "secret_key": made["secret_key"]}


def configuration(**values):
    """oss2's form of limits."""
    return oss2.models.QoSConfiguration(**values)

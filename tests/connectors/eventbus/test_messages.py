"""The classes of the Pub/Sub API are those of our own description of it, and that one says what is on the wire."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from google.protobuf import descriptor_pb2, descriptor_pool

from connectors.eventbus import pubsub_pb2

ROOT = Path(__file__).parents[3]
OURS = "connectors/eventbus/pubsub.proto"
VENDORS = ROOT.parent / "shared" / "specs" / "salesforce" / "pubsub" / "pubsub_api.proto"


def compiled(folder: Path, name: str, target: Path) -> descriptor_pb2.FileDescriptorProto:
    file = target / "described.bin"
    command = [sys.executable, "-m", "grpc_tools.protoc", f"-I{folder}", f"--descriptor_set_out={file}", name]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    (made,) = descriptor_pb2.FileDescriptorSet.FromString(file.read_bytes()).file
    for message in made.message_type:
        for field in message.field:
            field.ClearField("json_name")  # which the classes leave out
    return made


def test_the_classes_are_made_of_the_description_beside_them(tmp_path: Path) -> None:
    committed = descriptor_pb2.FileDescriptorProto.FromString(pubsub_pb2.DESCRIPTOR.serialized_pb)
    assert compiled(ROOT, OURS, tmp_path) == committed


def test_each_field_and_method_is_the_vendors(tmp_path: Path) -> None:
    if not VENDORS.exists():
        pytest.skip("the vendor's description is not at hand")
    pool = descriptor_pool.DescriptorPool()
    pool.Add(compiled(VENDORS.parent, VENDORS.name, tmp_path))
    for ours in pubsub_pb2.DESCRIPTOR.message_types_by_name.values():
        theirs = pool.FindMessageTypeByName(ours.full_name)
        assert {f.name: wire(f) for f in ours.fields}.items() <= {f.name: wire(f) for f in theirs.fields}.items()
    for enum in pubsub_pb2.DESCRIPTOR.enum_types_by_name.values():
        theirs = pool.FindEnumTypeByName(enum.full_name)
        assert {v.name: v.number for v in enum.values} == {v.name: v.number for v in theirs.values}
    (service,) = pubsub_pb2.DESCRIPTOR.services_by_name.values()
    theirs = pool.FindServiceByName(service.full_name)
    assert {method(m) for m in service.methods} <= {method(m) for m in theirs.methods}


def wire(field: Any) -> tuple[Any, ...]:
    """What the bytes of a field depend on, and the name of the message or enum in it."""
    kind = field.message_type or field.enum_type
    return field.number, field.type, field.is_repeated, kind.full_name if kind else None


def method(described: Any) -> tuple[Any, ...]:
    proto = descriptor_pb2.MethodDescriptorProto()
    described.CopyToProto(proto)
    return proto.name, proto.input_type, proto.output_type, proto.client_streaming, proto.server_streaming

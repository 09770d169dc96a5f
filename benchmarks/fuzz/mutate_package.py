"""Damage inside zipped XML (DOCX, XLSX, PPTX, ODF, EPUB): nodes, attributes, texts, members, the zip."""

from __future__ import annotations

import copy
import struct
import zipfile
from collections.abc import Callable
from io import BytesIO
from random import Random
from typing import Final

from lxml import etree

from benchmarks.fuzz.mutate import ANY_FILE, Mutation, flip_bytes, truncate

_XML_SUFFIXES: Final = (".xml", ".rels", ".xhtml", ".opf", ".vml")
_ODD_VALUES: Final = (
    "", "0", "-1", "1", "2147483648", "99999999999999999999", "1e309", "NaN", "true", "none", "A1",
    "XFD1048576", "A1:XFD1048576", "rId1", "rId99999", "../../../etc/passwd", "http://example.org/x",
    "\u0660\u0661", "x" * 5_000, "&#0;", "%s%n", "۱٫۵", "2024-13-45", "#REF!",
)  # fmt: skip
_MAX_NODES: Final = 20_000

Members = dict[str, bytes]


def _edit_package(edit: Callable[[Members, Random], None]) -> Mutation:
    """A mutation of the members; what is no zip any more is flipped instead."""

    def mutation(content: bytes, numbers: Random) -> bytes:
        try:
            with zipfile.ZipFile(BytesIO(content)) as archive:
                members = {name: archive.read(name) for name in archive.namelist()}
        except Exception:  # noqa: BLE001 - an earlier mutation has broken the zip
            return flip_bytes(content, numbers)
        edit(members, numbers)
        saved = BytesIO()
        with zipfile.ZipFile(saved, "w") as archive:
            for name, data in members.items():
                entry = zipfile.ZipInfo(name or "empty", (2024, 1, 1, 0, 0, 0))
                entry.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
                archive.writestr(entry, data)
        return saved.getvalue()

    mutation.__name__ = edit.__name__.removeprefix("_")
    return mutation


def _edit_xml(edit: Callable[[list[etree._Element], Random], None]) -> Mutation:
    """A mutation of the nodes of one XML member; large and central members are chosen more often."""

    def edit_member(members: Members, numbers: Random) -> None:
        names = [name for name in members if name.endswith(_XML_SUFFIXES)]
        if not names:
            return
        name = numbers.choices(names, [len(members[each]) ** 0.5 + 1 for each in names])[0]
        try:
            root = etree.fromstring(members[name], etree.XMLParser(resolve_entities=False, huge_tree=True))
        except etree.XMLSyntaxError:
            members[name] = flip_bytes(members[name], numbers)
            return
        nodes = list(root.iter("*"))[:_MAX_NODES]
        for _ in range(numbers.choice((1, 1, 2, 8))):
            edit(nodes, numbers)
        members[name] = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)

    edit_member.__name__ = edit.__name__
    return _edit_package(edit_member)


def _delete_node(nodes: list[etree._Element], numbers: Random) -> None:
    node = numbers.choice(nodes)
    parent = node.getparent()
    if parent is not None:
        parent.remove(node)


def _repeat_node(nodes: list[etree._Element], numbers: Random) -> None:
    node = numbers.choice(nodes)
    parent = node.getparent()
    if parent is not None and sum(1 for _ in node.iter()) < 500:
        for _ in range(numbers.choice((1, 1, 2, 50))):
            parent.insert(parent.index(node), copy.deepcopy(node))


def _move_node(nodes: list[etree._Element], numbers: Random) -> None:
    node, target = numbers.choice(nodes), numbers.choice(nodes)
    parent = node.getparent()
    if parent is not None and node not in (target, *target.iterancestors()):
        target.insert(numbers.randrange(len(target) + 1), node)


def _nest_node(nodes: list[etree._Element], numbers: Random) -> None:
    """A node inside copies of itself, many deep."""
    node = numbers.choice(nodes)
    parent = node.getparent()
    if parent is None:
        return
    outer = node
    parent_index = parent.index(node)
    for _ in range(numbers.choice((1, 20, 200))):
        wrapper = etree.Element(node.tag, dict(node.attrib), nsmap=node.nsmap)
        wrapper.append(outer)
        outer = wrapper
    parent.insert(parent_index, outer)


def _exchange_tags(nodes: list[etree._Element], numbers: Random) -> None:
    node, other = numbers.choice(nodes), numbers.choice(nodes)
    node.tag, other.tag = other.tag, node.tag


def _mangle_attribute(nodes: list[etree._Element], numbers: Random) -> None:
    """An attribute gone, with an odd value, or with that of another."""
    having = [node for node in nodes if node.attrib]
    if not having:
        return
    node, other = numbers.choice(having), numbers.choice(having)
    name = numbers.choice(list(node.attrib))
    kind = numbers.randrange(4)
    if kind == 0:
        del node.attrib[name]
    elif kind == 1:
        node.set(name, numbers.choice(list(other.attrib.values())))
    else:
        value = numbers.choice(_ODD_VALUES)
        node.set(name, value)


def _mangle_text(nodes: list[etree._Element], numbers: Random) -> None:
    having = [node for node in nodes if node.text and node.text.strip()]
    if having:
        numbers.choice(having).text = numbers.choice([*_ODD_VALUES, numbers.choice(having).text or ""])


def _drop_member(members: Members, numbers: Random) -> None:
    if members:
        del members[numbers.choice(list(members))]


def _empty_member(members: Members, numbers: Random) -> None:
    if members:
        members[numbers.choice(list(members))] = b""


def _exchange_members(members: Members, numbers: Random) -> None:
    if len(members) > 1:
        first, second = numbers.sample(list(members), 2)
        members[first], members[second] = members[second], members[first]


def _rename_member(members: Members, numbers: Random) -> None:
    if members:
        name = numbers.choice(list(members))
        odd = (
            "../../x.xml",
            "/x.xml",
            name.upper(),
            name + " ",
            name.replace("/", "\\"),
            "\u0000",
            "a/" * 200,
        )
        members[numbers.choice(odd)] = members.pop(name)


def _damage_member(members: Members, numbers: Random) -> None:
    if members:
        name = numbers.choice(list(members))
        members[name] = numbers.choice((flip_bytes, truncate))(members[name], numbers)


def lie_in_zip_headers(content: bytes, numbers: Random) -> bytes:
    """Sizes, checksums, methods and offsets of the zip that are not so."""
    changed = bytearray(content)
    marks = {b"PK\x03\x04": (6, 8, 14, 18, 22, 26), b"PK\x01\x02": (8, 10, 16, 20, 24, 28, 42),
             b"PK\x05\x06": (8, 10, 12, 16, 20)}  # fmt: skip
    places = [
        start + offset
        for mark, offsets in marks.items()
        for start in _occurrences(content, mark)
        for offset in offsets
    ]
    for place in numbers.sample(places, min(len(places), numbers.choice((1, 1, 3)))):
        value = numbers.choice((0, 1, 99, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF, numbers.getrandbits(32)))
        field = struct.pack("<H", value & 0xFFFF) if numbers.random() < 0.5 else struct.pack("<I", value)
        changed[place : place + len(field)] = field
    return bytes(changed)


def _occurrences(content: bytes, mark: bytes) -> list[int]:
    places = []
    place = content.find(mark)
    while place >= 0 and len(places) < 10_000:
        places.append(place)
        place = content.find(mark, place + 4)
    return places


_NODE_MUTATIONS: Final = tuple(
    _edit_xml(edit)
    for edit in (
        _delete_node, _repeat_node, _move_node, _nest_node, _exchange_tags, _mangle_attribute, _mangle_text,
    )
)  # fmt: skip
_MEMBER_MUTATIONS: Final = tuple(
    _edit_package(edit)
    for edit in (_drop_member, _empty_member, _exchange_members, _rename_member, _damage_member)
)
PACKAGE_MUTATIONS: Final[tuple[Mutation, ...]] = (
    *_NODE_MUTATIONS, *_NODE_MUTATIONS, *_MEMBER_MUTATIONS, lie_in_zip_headers, *ANY_FILE,
)  # fmt: skip

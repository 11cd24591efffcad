"""XML from strangers: GBK and UTF-8, no DOCTYPE, no entities, no network, whatever the prefixes.

lxml, because expat reads neither GBK nor GB18030. A document type is refused outright: no
department needs one, and every entity attack does. What says it is GB2312 or GBK is read as GB18030, and what the
protocol declares as free text may be damaged (see ``adapters.wire.free_text``).
"""

import re
from collections import Counter
from collections.abc import Collection, Iterator

from lxml import etree

from adapters.wire.free_text import MARK, mended, strict, superset

_DECLARED = re.compile(rb"\s*<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"'][^>]*\?>")
_DECLARATION = re.compile(r"\s*<\?xml[^>]*\?>")
_READ_HERE = frozenset({"gb18030", "utf-8"})


class XmlError(ValueError):
    """Not well-formed, or something we do not read."""


def parsed(raw: bytes, free: Collection[str] = ()) -> etree._Element:
    """Return the root element; raises XmlError. A byte order mark is tolerated.

    ``free`` are the local names of the elements whose texts are for people.
    """
    encoding = _encoding(raw)
    if encoding not in _READ_HERE:
        return _root(raw.strip())
    try:
        return parsed_text(strict(raw, encoding))
    except UnicodeDecodeError as broken:
        if not free:
            raise XmlError("not well-formed") from broken
    return _mended(parsed_text(raw.decode(encoding, "replace")), free)


def parsed_text(text: str) -> etree._Element:
    """Return the root of XML carried as a string, whose declaration may still name its old encoding."""
    bare = _DECLARATION.sub("", text.removeprefix("\ufeff"), count=1)
    return _root(bare.strip().encode("utf-8", "surrogatepass"))


def _encoding(raw: bytes) -> str:
    found = _DECLARED.match(raw.removeprefix(b"\xef\xbb\xbf"))
    return superset(found[1].decode("ascii")).lower() if found else "utf-8"


def _root(raw: bytes) -> etree._Element:
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(raw, parser)
    except (etree.XMLSyntaxError, ValueError) as broken:
        raise XmlError("not well-formed") from broken
    if root.getroottree().docinfo.internalDTD is not None:
        raise XmlError("a document type is refused")
    return root


def _mended(root: etree._Element, free: Collection[str]) -> etree._Element:
    """Return the tree with its free texts mended; XmlError if anything else is damaged."""
    for node in root.iter():
        inside = node.text or ""
        if MARK in inside and etree.QName(node).localname in free:
            node.text = mended(inside)
            inside = ""
        others = (inside, node.tail or "", str(node.tag), *map(str, node.attrib.values()))
        if any(MARK in each for each in others):
            raise XmlError("not in the encoding it declares")
    return root


def child(node: etree._Element, path: str) -> etree._Element | None:
    """Return the first descendant down a path of local names (``Body/doServiceResponse``), or None."""
    found: etree._Element | None = node
    for name in path.split("/"):
        found = next((each for each in _children(found, name)), None)
    return found


def children(node: etree._Element, path: str) -> list[etree._Element]:
    """Every element at the end of a path of local names; the last name may repeat."""
    *way, last = path.split("/")
    parent = child(node, "/".join(way)) if way else node
    return _children(parent, last)


def leaves(node: etree._Element) -> dict[str, str]:
    """Return every leaf's text by its path of local names, the second of a path as ``path#2``."""
    found: dict[str, str] = {}
    seen = Counter[str]()
    for path, value in _leaves(node, ""):
        seen[path] += 1
        found[path if seen[path] == 1 else f"{path}#{seen[path]}"] = value
    return found


def text(node: etree._Element, path: str) -> str:
    """Return the text at a path of local names, stripped; "" if there is none."""
    found = child(node, path)
    return "" if found is None else (found.text or "").strip()


def _children(node: etree._Element | None, name: str) -> list[etree._Element]:
    if node is None:
        return []
    return [each for each in node if etree.QName(each).localname == name]


def _leaves(node: etree._Element, above: str) -> Iterator[tuple[str, str]]:
    here = f"{above}/{etree.QName(node).localname}"
    if len(node) == 0:
        yield here, (node.text or "").strip()
    for each in node:
        yield from _leaves(each, here)


def element(name: str, *parts: etree._Element, value: str | None = None) -> etree._Element:
    """Make an element with children, or with text; ValueError for characters XML cannot hold."""
    made = etree.Element(name)
    made.text = value
    made.extend(parts)
    return made


def written(root: etree._Element, encoding: str) -> bytes:
    """Return the document with its declaration, on one line.

    Characters outside the encoding raise UnicodeEncodeError, where lxml would write character
    references which many old parsers on the other side do not read.
    """
    body = etree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="{encoding.upper()}"?>{body}'.encode(encoding)

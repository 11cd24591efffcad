"""XML from strangers: GBK and UTF-8, no DOCTYPE, no entities, no network, whatever the prefixes.

lxml, because expat reads neither GBK nor GB18030. A document type is refused outright: no
department needs one, and every entity attack does.
"""

from collections import Counter
from collections.abc import Iterator

from lxml import etree


class XmlError(ValueError):
    """Not well-formed, or something we do not read."""


def parsed(raw: bytes) -> etree._Element:
    """Return the root element; raises XmlError. A byte order mark is tolerated."""
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(raw.strip(), parser)
    except (etree.XMLSyntaxError, ValueError) as broken:
        raise XmlError("not well-formed") from broken
    if root.getroottree().docinfo.internalDTD is not None:
        raise XmlError("a document type is refused")
    return root


def parsed_text(text: str, encoding: str) -> etree._Element:
    """Return the root of XML carried as a string, whose declaration still names its old encoding."""
    return parsed(text.removeprefix("\ufeff").strip().encode(encoding))


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

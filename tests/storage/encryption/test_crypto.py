import pytest

from kaiban.storage.encryption.crypto import Keyring, UnknownKeyError, UnopenableError

OLD, NEW, INDEX = b"1" * 32, b"2" * 32, b"3" * 32
ALGORITHMS = ["aes256gcm", "sm4gcm"]
TEXT = "身份证 110101199003070134".encode()


@pytest.fixture(params=ALGORITHMS)
def ring(request):
    return Keyring({"k1": OLD}, "k1", INDEX, request.param)


def test_a_cell_opens_in_its_place(ring):
    cell = ring.seal(TEXT, "cases", "form", "KB1")
    assert TEXT not in cell
    assert ring.open(cell, "cases", "form", "KB1") == TEXT
    assert cell.split(b"|")[:2] == [ring.algorithm.encode(), b"k1"]


def test_the_same_text_is_never_sealed_alike(ring):
    assert len({ring.seal(TEXT, "t", "c", 1) for _ in range(50)}) == 50


@pytest.mark.parametrize(
    "place",
    [("links", "form", "KB1"), ("cases", "owner", "KB1"), ("cases", "form", "KB2"), ("cases", "form")],
)  # fmt: skip
def test_a_cell_does_not_open_elsewhere(ring, place):
    cell = ring.seal(TEXT, "cases", "form", "KB1")
    with pytest.raises(UnopenableError):
        ring.open(cell, *place)


def test_places_cannot_be_confused_by_joining_names(ring):
    cell = ring.seal(TEXT, "t", "c", "a", "bc")
    with pytest.raises(UnopenableError):
        ring.open(cell, "t", "c", "ab", "c")


def test_no_changed_byte_goes_unnoticed(ring):
    cell = ring.seal(TEXT, "t", "c", 1)
    for at in range(len(cell)):
        changed = cell[:at] + bytes([cell[at] ^ 1]) + cell[at + 1 :]
        with pytest.raises((UnopenableError, UnknownKeyError)):
            ring.open(changed, "t", "c", 1)


@pytest.mark.parametrize(
    "cell", [b"", b"|", b"||", b"nothing", b"aes256gcm|k1|", b"aes256gcm|k1|short"]
)
def test_what_is_no_cell_does_not_open(ring, cell):
    with pytest.raises(UnopenableError):
        ring.open(cell, "t", "c", 1)


def test_a_label_cannot_be_exchanged():
    both = {"k1": OLD, "k2": OLD}
    cell = Keyring(both, "k1", INDEX).seal(TEXT, "t", "c", 1)
    with pytest.raises(UnopenableError):
        Keyring(both, "k1", INDEX).open(cell.replace(b"k1", b"k2", 1), "t", "c", 1)


def test_old_cells_open_while_their_key_is_on_the_ring():
    cell = Keyring({"k1": OLD}, "k1", INDEX).seal(TEXT, "t", "c", 1)
    assert Keyring({"k2": NEW, "k1": OLD}, "k2", INDEX, "sm4gcm").open(cell, "t", "c", 1) == TEXT
    with pytest.raises(UnknownKeyError, match="'k1'"):
        Keyring({"k2": NEW}, "k2", INDEX).open(cell, "t", "c", 1)


def test_a_blind_index_is_stable_and_belongs_to_its_column(ring):
    found = ring.blind("alice", "cases", "owner")
    assert found == ring.blind("alice", "cases", "owner")
    assert found != ring.blind("alice", "cases", "hall")
    assert found != ring.blind("bob", "cases", "owner")
    moved = Keyring({"k2": NEW, "k1": OLD}, "k2", INDEX, ring.algorithm)
    assert found == moved.blind("alice", "cases", "owner")


@pytest.mark.parametrize(
    "keys",
    [{"k1": b"short"}, {"a|b": OLD, "k1": OLD}, {"": OLD, "k1": OLD}, {"键": OLD, "k1": OLD}],
)
def test_a_key_that_could_not_work_is_refused(keys):
    with pytest.raises(ValueError):
        Keyring(keys, "k1", INDEX)


def test_a_key_ring_does_not_show_its_keys():
    assert "111" not in repr(Keyring({"k1": OLD}, "k1", INDEX))


def test_an_unknown_algorithm_or_current_key_is_refused():
    with pytest.raises(ValueError):
        Keyring({"k1": OLD}, "k2", INDEX)
    with pytest.raises(ValueError):
        Keyring({"k1": OLD}, "k1", INDEX, "rot13")

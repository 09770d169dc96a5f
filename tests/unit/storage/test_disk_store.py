"""Blobs on disk: named ones in files, small unnamed ones in packs."""

from __future__ import annotations

import multiprocessing
from pathlib import Path

import pytest

from docassay.storage import packs
from docassay.storage.contract import BlobNotFound
from docassay.storage.disk import DiskStore


def test_what_was_put_is_read_back(store: DiskStore) -> None:
    store.put_bytes("documents/ab/abc", b"content")
    assert store.get_bytes("documents/ab/abc") == b"content"
    assert store.exists("documents/ab/abc")
    with store.local_path("documents/ab/abc") as path:
        assert path.read_bytes() == b"content"


def test_a_file_is_taken_over(store: DiskStore, tmp_path: Path) -> None:
    (tmp_path / "upload").write_bytes(b"uploaded")
    store.put_file("documents/cd/cde", tmp_path / "upload")
    assert store.get_bytes("documents/cd/cde") == b"uploaded"
    assert not (tmp_path / "upload").exists()


@pytest.mark.parametrize("size", [0, 1, packs.PACKED_BYTES, packs.PACKED_BYTES + 1])
def test_unnamed_blobs_of_every_size_are_read_back(store: DiskStore, size: int) -> None:
    data = bytes(n % 255 + 1 for n in range(size))
    keys = [store.add("runs/7", data) for _ in range(3)]
    assert len(set(keys)) == (3 if size else 1)
    for key in keys:
        assert store.get_bytes(key) == data
        assert store.exists(key)
        with store.local_path(key) as path:
            assert path.read_bytes() == data


def test_an_erased_packed_blob_is_gone_from_the_disk(store: DiskStore) -> None:
    kept, erased = store.add("runs/7", b"kept secret"), store.add("runs/7", b"erased secret")
    store.delete(erased)
    with pytest.raises(BlobNotFound):
        store.get_bytes(erased)
    assert store.get_bytes(kept) == b"kept secret"
    assert all(b"erased secret" not in path.read_bytes() for path in store.folder.rglob("*.pack"))


def test_deleting_a_prefix_removes_its_packs_and_files(store: DiskStore) -> None:
    small, large = store.add("runs/7", b"x"), store.add("runs/7", b"y" * 100_000)
    other = store.add("runs/70", b"z")
    store.delete_prefix("runs/7")
    for key in (small, large):
        with pytest.raises(BlobNotFound):
            store.get_bytes(key)
    assert store.get_bytes(other) == b"z"


def test_a_full_pack_is_followed_by_another(store: DiskStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packs, "_PACK_BYTES", 10)
    keys = [store.add("runs/7", b"123456") for _ in range(4)]
    assert len(list(store.folder.rglob("*.pack"))) == 2
    assert [store.get_bytes(key) for key in keys] == [b"123456"] * 4


def test_many_prefixes_do_not_use_up_file_descriptors(
    store: DiskStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packs, "_MAX_OPEN", 2)
    keys = [store.add(f"runs/{n}", b"%d" % n) for n in range(6)]
    assert [store.get_bytes(key) for key in keys] == [b"%d" % n for n in range(6)]


def _add_in_child(store: DiskStore, keys: multiprocessing.SimpleQueue[str]) -> None:
    keys.put(store.add("runs/7", b"child"))


def test_a_forked_process_writes_to_packs_of_its_own(store: DiskStore) -> None:
    first = store.add("runs/7", b"parent")
    context = multiprocessing.get_context("fork")
    keys = context.SimpleQueue()
    child = context.Process(target=_add_in_child, args=(store, keys))
    child.start()
    from_child = keys.get()
    child.join()
    second = store.add("runs/7", b"again")
    assert [store.get_bytes(key) for key in (first, from_child, second)] == [b"parent", b"child", b"again"]


@pytest.mark.parametrize(
    "key", ["", "/etc/passwd", "../up", "a//b", "a/../b", "A/b", "a/b ", "a\nb", ".hidden"]
)
def test_keys_that_could_lead_elsewhere_are_refused(store: DiskStore, key: str) -> None:
    for use in (store.get_bytes, store.exists, store.delete, store.delete_prefix):
        with pytest.raises(ValueError, match="not a blob key"):
            use(key)
    with pytest.raises(ValueError, match="not a blob key"):
        store.put_bytes(key, b"")
    with pytest.raises(ValueError, match="not a blob key"):
        store.add(key, b"")


def test_a_missing_blob_says_which(store: DiskStore) -> None:
    with pytest.raises(BlobNotFound, match="documents/aa/none"):
        store.get_bytes("documents/aa/none")
    with pytest.raises(BlobNotFound), store.local_path("documents/aa/none"):
        raise AssertionError
    store.delete("documents/aa/none")
    assert not store.exists("runs/7/none.pack.0.5")

# SPDX-License-Identifier: Apache-2.0
"""What a first mount hides is told, in check before it is hidden."""

import pytest

from host import DIR, bind

SOURCE, TARGET = f"{DIR}/volumes/db", f"{DIR}/ro/db"


def hidden(said, target=TARGET):
    return [warning["msg"] for warning in said.reply["warnings"]
            if (warning["code"], warning["target"]) == ("target_not_empty", target)]


def both(host, *binds, target=TARGET, **members):
    """The same from check and from apply, and no more of it afterwards."""
    foretold = hidden(host.check(*binds, **members), target)
    assert hidden(host.apply(*binds, **members), target) == foretold
    assert hidden(host.apply(*binds, **members), target) == []
    return foretold


@pytest.mark.parametrize("files, told", [
    (["ibdata1"], "'ibdata1'"),
    (["sub/ibdata1"], "'sub'"),
    (["a", "b", "c"], ("'a'", "'b'", "'c'")),
    ([f"file{i}" for i in range(1000)], "and more"),
    (["x" * 255, "y" * 255, "z" * 255, "w" * 255], "and more"),
    (["two\nlines\x1b[31m"], "'two\nlines\x1b[31m'"),
])
def test_names(host, files, told):
    host.dir(SOURCE, "file")
    host.dir(TARGET, *files)
    (msg,) = both(host, bind(SOURCE, TARGET))
    assert all(word in msg for word in ([told] if isinstance(told, str) else told))
    assert ("and more" in msg) == (len(files) > 3)


def test_exchanged(host):
    """An empty directory over all data."""
    host.dir(SOURCE, "ibdata1")
    host.dir(TARGET)
    assert both(host, bind(TARGET, SOURCE), target=SOURCE)


def test_a_file(host):
    source, target = host.file("volumes/file", "new"), host.file("ro/file", "old!")
    (msg,) = both(host, bind(source, target), target=target)
    assert "4 bytes" in msg


@pytest.mark.parametrize("make", [
    lambda host: host.dir(TARGET), lambda host: host.dir(f"{DIR}/ro"),
], ids=["empty", "missing"])
def test_nothing(host, make):
    host.dir(SOURCE, "file")
    make(host)
    assert both(host, bind(SOURCE, TARGET)) == []


def test_an_empty_file(host):
    source, target = host.file("volumes/file", "new"), host.file("ro/file")
    assert both(host, bind(source, target), target=target) == []


def test_onto_itself(host):
    host.dir(SOURCE, "file")
    assert both(host, bind(SOURCE, SOURCE), target=SOURCE) == []


def test_mended(host):
    """It was hidden before, by whatever was there."""
    host.dir(SOURCE, "file")
    host.dir(TARGET, "hidden")
    host.run("mount", "--bind", SOURCE, TARGET)
    assert both(host, bind(SOURCE, TARGET)) == []
    host.run("mount", "--bind", host.dir("other"), TARGET)
    assert both(host, bind(SOURCE, TARGET, replace=True)) == []


def test_within_a_bind_that_is_yet_to_come(host):
    outer, inner = host.dir("volumes/www", "shop/old"), host.dir("volumes/shop", "new")
    binds = bind(outer, host.dir("ro")), bind(inner, f"{DIR}/ro/shop")
    (msg,) = both(host, *binds, target=f"{DIR}/ro/shop")
    assert "'old'" in msg


def test_what_fails_hides_nothing(host):
    host.dir(TARGET, "hidden")
    said = host.apply(bind(SOURCE, TARGET))
    assert said.error["code"] == "source_missing" and hidden(said) == []


def test_taken_away(host):
    host.dir(SOURCE, "file")
    host.dir(TARGET, "hidden")
    host.make(bind(SOURCE, TARGET))
    assert both(host, bind(SOURCE, TARGET, "unmounted")) == []

"""The check of the built documentation finds broken references in the HTML."""

import pytest
from check_site import faults, main

GOOD = (
    '<h1 id="top">Page</h1><a href="#top">up</a><a href="b.html#there">b</a><a href="https://integry.ai">elsewhere</a>'
)


@pytest.fixture
def site(tmp_path):
    """Write a site of two pages without a fault."""
    (tmp_path / "a.html").write_text(GOOD, "utf-8")
    (tmp_path / "b.html").write_text('<p id="there"><a href="a.html">a</a><a href="sub/">sub</a></p>', "utf-8")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "index.html").write_text(
        '<a href="../a.html?x=1#top">a</a><img src="data:image/png,x">', "utf-8"
    )
    return tmp_path


def test_a_site_without_faults_passes(site, capsys):
    """Links to pages, anchors, folders and other servers are accepted."""
    assert main(site) == 0
    assert capsys.readouterr().out == "3 pages, 0 faults.\n"


@pytest.mark.parametrize(
    ("html", "reason"),
    [
        ('<a href="missing.html">x</a>', "leads to no file"),
        ('<a href="b.html#missing">x</a>', "leads to no anchor of its page"),
        ('<a href="#missing">x</a>', "leads to no anchor of its page"),
        ('<script src="https://cdn.example/x.js"></script>', "is loaded from another server"),
        ('<link href="//fonts.example/x.css">', "is loaded from another server"),
        ('<img src="missing.png">', "leads to no file"),
    ],
)
def test_a_fault_is_found(site, capsys, html, reason):
    """A broken reference is reported in one line with the page, the reference and the reason."""
    (site / "a.html").write_text(GOOD + html, "utf-8")
    (found,) = faults(site)
    assert found.startswith("a.html: <")
    assert found.endswith(reason)
    assert main(site) == 1
    assert found in capsys.readouterr().out

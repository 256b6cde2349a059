"""Tables as people send them: any encoding, any delimiter, and what is no table at all."""

import csv
import gzip
import io
import zipfile

import pytest
from django.core.files.base import ContentFile
from hypothesis import given
from hypothesis import strategies as st

from tests.imports.importing import imported, opened, row, told
from tests.make.world import NOON, World
from tongxin.center.imports.actions import open_table, take_table
from tongxin.center.imports.models import Import, Row
from tongxin.center.imports.rules.guessing import guessed
from tongxin.center.imports.rules.matching import House, Owner, fate_of, twin_of
from tongxin.center.imports.rules.tables import Unreadable, delimiter_of, read
from tongxin.center.imports.values import MOST_ROWS, By, Known, Outcome, Plan
from tongxin.center.kit import files
from tongxin.center.kit.models import StoredFile
from tongxin.center.kit.refusals import Refused
from tongxin.center.people.models import Person

TEXT = "姓名,手机\n小梅,13805712345\n"
ROWS = [(1, ["姓名", "手机"]), (2, ["小梅", "13805712345"])]
CELL = st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=20)


def zipped() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("people.csv", "name\n" + "x" * 1_000_000)
    return file.getvalue()


class TestReading:
    @pytest.mark.parametrize(
        "encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030", "utf-16-le", "utf-16-be"]
    )
    def test_every_usual_encoding_is_recognized(self, encoding: str) -> None:
        text = "name,phone\nMei,13805712345\n" if encoding.endswith(("le", "be")) else TEXT

        assert [cells for _line, cells in read(text.encode(encoding)).rows][1][1] == "13805712345"

    @pytest.mark.parametrize("delimiter", [",", ";", "\t"])
    def test_every_usual_delimiter_is_recognized(self, delimiter: str) -> None:
        found = read(TEXT.replace(",", delimiter).encode())

        assert (found.delimiter, list(found.rows)) == (delimiter, ROWS)

    def test_lines_are_those_of_the_file(self) -> None:
        content = (
            '\ufeffname,note\r\n"Mei","two\r\nlines"\r\n\r\n ,\r\nTom,"a ""b"", c"\r\n'.encode()
        )

        assert list(read(content).rows) == [
            (1, ["name", "note"]), (2, ["Mei", "two\r\nlines"]), (6, ["Tom", 'a "b", c']),
        ]  # fmt: skip

    @pytest.mark.parametrize(
        ("content", "code"),
        [
            (b"", "import.empty"),
            (b" \n , \n", "import.empty"),
            (zipped(), "import.not_text"),
            (gzip.compress(b"name\nMei\n"), "import.not_text"),
            (b"%PDF-1.7 name", "import.not_text"),
            (b"\x01\x02\x03\x04name\n" * 9, "import.not_text"),
            (b"name\n\xff\xff\xff\xff\xfe", "import.encoding"),
            ((",".join(["x"] * 1000) + "\n").encode(), "import.columns"),
            (b"x\n" * (MOST_ROWS + 2), "import.rows"),
        ],
        ids=[
            "nothing",
            "blank",
            "zip",
            "gzip",
            "pdf",
            "signs",
            "bytes",
            "wide",
            "long",
        ],
    )
    def test_what_is_no_table_is_refused(self, content: bytes, code: str) -> None:
        with pytest.raises(Unreadable) as refused:
            read(content)

        assert str(refused.value) == code

    @given(st.binary(max_size=300))
    def test_nothing_makes_it_stumble(self, content: bytes) -> None:
        try:
            found = read(content)
        except Unreadable:
            return
        assert all("\x00" not in cell for _line, cells in found.rows for cell in cells)

    @given(st.lists(st.lists(CELL, min_size=2, max_size=4), min_size=1, max_size=5))
    def test_what_was_written_is_read(self, table: list[list[str]]) -> None:
        wanted = [[cell.strip() for cell in cells] for cells in table]
        wanted = [cells for cells in wanted if any(cells)]
        file = io.StringIO()
        csv.writer(file, quoting=csv.QUOTE_ALL).writerows(table)
        text = file.getvalue()
        if not wanted or delimiter_of(text) != ",":
            return

        try:
            found = [list(cells) for _line, cells in read(text.encode("utf-8-sig")).rows]
        except Unreadable:
            return
        assert [len(cells) for cells in found] == [len(cells) for cells in wanted]


class TestGuessing:
    def test_headings_in_both_languages_and_the_workspace_s_own(self) -> None:
        head = ["客户姓名", "E-Mail", "手 机 号", "Company", "会员等级", "spend", "备注", "Labels"]

        assert guessed(head, [], {"tier": "会员等级", "spend": "累计消费"}) == (
            True,
            ("name", "email", "phone", "organization", "attribute.tier", "attribute.spend", "", "tags"),
        )  # fmt: skip

    def test_without_a_head_the_cells_tell(self) -> None:
        found = guessed(
            ["Mei", "mei@example.com", "138 0571 2345"], [["", "t@example.com", ""]], {}
        )

        assert found == (False, ("", "email", "phone"))

    def test_what_can_be_only_once_is_guessed_once(self) -> None:
        assert guessed(["name", "姓名", "手机", "电话"], [], {})[1] == (
            "name",
            "",
            "phone",
            "phone",
        )


class TestMatching:
    MEI, TOM = ("email", "mei@example.com"), ("phone", "+8613800000001")

    @given(st.sampled_from(list(Known)), st.lists(st.sampled_from([1, 2, 3]), max_size=3))
    def test_nobody_is_ever_chosen_among_several(self, known: Known, theirs: list[int]) -> None:
        fate = fate_of([self.MEI], Plan((), known=known), House(claimed={self.MEI: set(theirs)}))

        assert (fate.outcome is Outcome.UPDATED) <= (len(set(theirs)) == 1)
        assert (fate.outcome is Outcome.MADE) == (not theirs or known is Known.ADD)

    def test_the_surest_address_decides(self) -> None:
        house = House(claimed={self.MEI: {1}, self.TOM: {2}})

        assert fate_of([self.TOM, self.MEI], Plan(()), house).person_id == 1

    def test_another_account_is_somebody_else(self) -> None:
        house = House(proved={self.MEI: {1}}, accounts={1: {"A"}})
        other = [("external", "B"), self.MEI]

        assert fate_of(other, Plan(()), house).outcome is Outcome.MADE
        assert fate_of([("external", "A"), self.MEI], Plan(()), house).person_id == 1
        assert twin_of(5, other, list(By), {self.MEI: Owner(2, 2, "A")}) == 0
        assert twin_of(5, other, list(By), {self.MEI: Owner(2, 2, "")}) == 2
        assert twin_of(2, other, list(By), {self.MEI: Owner(2, 2, "")}) == 0


class TestTaking:
    def test_a_file_that_was_uploaded_is_read_and_kept_no_longer(self, tea: World) -> None:
        row_of_it = files.store(
            workspace_id=tea.workspace_id, uploader=tea.owner.label, name="会员.csv",
            content=ContentFile(TEXT.encode("gb18030")), now=NOON,
        )  # fmt: skip
        import_id = open_table(actor=tea.owner, file_id=row_of_it.id, now=NOON)

        found = row(tea, import_id)
        assert (found.name, found.encoding, found.total) == ("会员.csv", "gb18030", 1)
        assert found.plan.columns == ("name", "phone")
        assert not StoredFile.objects.exists()

    def test_a_colleague_s_file_is_not_taken(self, tea: World) -> None:
        row_of_it = files.store(
            workspace_id=tea.workspace_id, uploader="member:0", name="a.csv",
            content=ContentFile(b"x"), now=NOON,
        )  # fmt: skip
        with pytest.raises(Refused, match=r"file\.unknown"):
            open_table(actor=tea.owner, file_id=row_of_it.id, now=NOON)

    def test_what_is_no_table_leaves_nothing(self, tea: World) -> None:
        with pytest.raises(Refused, match=r"import\.not_text"):
            take_table(actor=tea.owner, name="people.csv", content=zipped(), now=NOON)
        assert not Import.objects.exists()

    def test_huge_cells_zeros_and_formulas_harm_nobody(self, tea: World) -> None:
        text = (
            "name,email,address\n"
            f"{'x' * 2_000_00},a@example.com,\n"
            "Me\x00i,mei@example.com,\n"
            "=HYPERLINK(1),f@example.com,'+1 Street\n"
        )
        import_id = imported(tea, text)

        assert told(tea, import_id) == {2: [("name", "cell.too_long")]}
        assert sorted(Person.objects.values_list("name", flat=True)) == ["=HYPERLINK(1)", "Mei"]
        assert max(len(cell) for one in Row.objects.all() for cell in one.cells) == 4001

    def test_headings_that_stand_twice_are_told_apart_by_the_member(self, tea: World) -> None:
        import_id = opened(tea, "name,name,email\nMei,Mei Li,mei@example.com\n")

        assert row(tea, import_id).plan.columns == ("name", "", "email")

"""A file is what its bytes are; what could do harm is refused, and nothing is unpacked."""

import struct
import time
import tracemalloc
import zipfile
from base64 import b64encode, urlsafe_b64encode
from contextlib import suppress
from hashlib import sha256
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadrelay.errors import Rejected
from leadrelay.intake.files.accept import Upload, decode_base64, keep_files, take_files
from leadrelay.intake.files.kinds import MEDIA_TYPES, file_type
from leadrelay.intake.files.likeness import is_resume
from leadrelay.sources import Source
from tests.senders.documents import (
    DOCUMENTS,
    MACROS,
    OTHERS,
    PROGRAMS,
    odt,
    ole,
    ooxml,
    pdf,
    zipped,
)

NAMES = st.text(max_size=300) | st.sampled_from(
    [
        "cv.exe",
        "../../etc/passwd",
        "C:\\cv\\a.docm",
        ".pdf",
        "",
        "cv\u202efdp.exe",
        "a" * 300 + ".pdf",
    ]
)


def source(**options: object) -> Source:
    table = {"name": "careers", "kind": "resume", "sender": "multipart", "deliver": ["trackerrms"]}
    return Source.model_validate(table | options)


def refusal(content: bytes, **options: object) -> Rejected:
    with pytest.raises(Rejected) as caught:
        take_files([Upload("cv", "Jane Sample.pdf", content)], source(**options))
    return caught.value


@given(st.sampled_from(sorted(DOCUMENTS)), NAMES)
def test_a_document_is_recognised_whatever_its_name(kind: str, name: str) -> None:
    ((file,), _) = take_files([Upload("file", name, DOCUMENTS[kind])], source())
    assert file.media_type == MEDIA_TYPES[kind]
    assert file.filename.lower().endswith("." + kind)
    assert file.content == DOCUMENTS[kind]


@pytest.mark.parametrize("what", PROGRAMS)
def test_a_program_is_refused_whatever_its_name(what: str) -> None:
    rejected = refusal(PROGRAMS[what])
    assert (rejected.status, rejected.title) == (415, "Program refused")


@pytest.mark.parametrize("what", MACROS)
def test_a_document_with_macros_is_refused(what: str) -> None:
    rejected = refusal(MACROS[what])
    assert (rejected.status, rejected.title) == (415, "Macros refused")


@pytest.mark.parametrize("what", OTHERS)
def test_anything_else_is_refused(what: str) -> None:
    assert refusal(OTHERS[what]).status == 415


def test_an_empty_file_is_refused() -> None:
    assert (refusal(b"").status, refusal(b"").title) == (400, "Empty file")


def test_a_source_takes_only_what_it_accepts_and_says_so() -> None:
    rejected = refusal(DOCUMENTS["txt"], accept=["pdf", "docx"])
    assert rejected.status == 415
    assert "pdf, docx" in rejected.detail
    assert take_files([Upload("cv", "", DOCUMENTS["pdf"])], source(accept=["pdf"]))


def test_a_file_larger_than_the_source_takes_is_too_large() -> None:
    content = pdf("x" * 2_000)
    assert refusal(content, max_file_bytes=2_000).status == 413
    assert take_files([Upload("cv", "", content)], source(max_file_bytes=len(content)))


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"\n" * 1023 + b"%PDF-1.7\n", "pdf"),
        ("Lebenslauf – €".encode("utf-16"), "txt"),
        ("r\xe9sum\xe9".encode("cp1252"), "txt"),
        *((text, "txt") for text in (b"\xef\xbb\xbfCV", b"<!doctype html><title>CV</title>")),
        (ooxml(part="word/document2.xml"), "docx"),
        *((blank + ooxml(), "docx") for blank in (b"\r\n", b"\xef\xbb\xbf\n", b"\n" * 60)),
        (ooxml(encoding="utf-16"), "docx"),
        (zipped({"[Content_Types].xml": "<Types/>", "word/document.xml": "<a/>"}), "docx"),
        (odt(Pictures__a_png=b"\x89PNG"), "odt"),
        (ole(*"abcdef", "WordDocument"), "doc"),
    ],
)
def test_documents_come_in_many_ways(content: bytes, kind: str) -> None:
    assert file_type(content) == kind


@pytest.mark.parametrize(
    ("given_name", "shown"),
    [
        ("Jane Sample.pdf", "Jane Sample.pdf"),
        ("Jane.PDF", "Jane.PDF"),
        ("C:\\Users\\jane\\cv.pdf", "cv.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("cv.docm", "cv.docm.pdf"),
        ("cv\u202efdp.exe", "cvfdp.exe.pdf"),
        ("a\x00b\r\nc.pdf", "ab  c.pdf"),
        ("Pr\xe9sentation\xa0(1).pdf", "Pr\xe9sentation (1).pdf"),
        ("", "cv.pdf"),
        ("..", "resume.pdf"),
        ("x" * 300 + ".pdf", "x" * 196 + ".pdf"),
    ],
)
def test_a_name_is_for_peoples_eyes(given_name: str, shown: str) -> None:
    ((file,), _) = take_files([Upload("cv", given_name, pdf())], source())
    assert file.filename == shown


@given(NAMES)
def test_no_name_has_a_path_or_a_control_character_or_is_long(name: str) -> None:
    ((file,), _) = take_files([Upload("cv", name, pdf())], source())
    assert len(file.filename) <= 200
    assert file.filename.isprintable()
    assert not set(file.filename) & set("/\\")


def test_an_attachment_is_known_by_the_hash_of_its_bytes() -> None:
    ((file,), _) = take_files([Upload("cv", "cv.pdf", pdf())], source())
    attachment = file.attachment()
    assert attachment.sha256 == sha256(pdf()).hexdigest()
    assert attachment.size == len(pdf())
    assert (attachment.filename, attachment.media_type) == ("cv.pdf", "application/pdf")


def test_the_resume_comes_first_and_the_others_keep_their_order() -> None:
    def names(*fields: str) -> list[str]:
        uploads = [Upload(field, f"{field}.pdf", pdf()) for field in fields]
        return [file.filename for file in take_files(uploads, source())[0]]

    assert names("letter", "photo", "yourCV", "other") == [
        "yourCV.pdf",
        "letter.pdf",
        "photo.pdf",
        "other.pdf",
    ]
    assert names("a", "b") == ["a.pdf", "b.pdf"]
    assert names() == []


@pytest.mark.parametrize(
    ("field", "resume"),
    [
        *((name, True) for name in ("resume", "Résumé", "cv", "your-cv", "cv_file", "uploadCV")),
        *((name, True) for name in ("Lebenslauf (PDF)", "Currículum", "curriculum_vitae")),
        *((name, True) for name in ("applicant.resume.file", "Hoja de vida")),
        *((name, False) for name in ("cover_letter", "file", "cvv", "receiver", "Anschreiben", "")),
    ],
)
def test_a_resume_is_known_by_its_field(field: str, resume: bool) -> None:  # noqa: FBT001 - a table
    assert is_resume(field) is resume


def test_of_several_files_the_bad_one_is_named_by_its_number() -> None:
    uploads = [Upload("photo", "a.pdf", pdf()), Upload("cv", "Jane.png", OTHERS["picture"])]
    with pytest.raises(Rejected) as caught:
        take_files(uploads, source())
    assert caught.value.detail.startswith("File 2: ")
    assert "Jane" not in caught.value.detail + str(caught.value)


def test_a_person_is_kept_without_the_files_that_cannot_be() -> None:
    uploads = [
        Upload("resume", "dir/Jane.docm", MACROS["docm"]),
        Upload("photo", "", OTHERS["picture"]),
        Upload("other", "letter.pdf", pdf()),
        Upload("garbled", "a.pdf", "!!"),
    ]
    files, missing = keep_files(uploads, source())
    assert [file.filename for file in files] == ["letter.pdf"]
    assert missing == (
        ("resume_refused", "Jane.docm: Macros refused"),
        ("attachment_refused", "resume: Unsupported file"),
        ("attachment_refused", "a.pdf: Unreadable file"),
    )


@pytest.mark.parametrize(
    "text",
    ["SGVsbG8h", "SGVsbG8h=", "SGVs\r\n bG8h", "data:text/plain;charset=utf-8;base64,SGVsbG8h"],
)
def test_base64_is_read_leniently(text: str) -> None:
    assert decode_base64(text) == b"Hello!"


@given(st.binary())
def test_base64_of_either_alphabet_comes_back(content: bytes) -> None:
    assert decode_base64(b64encode(content).decode()) == content
    assert decode_base64(urlsafe_b64encode(content).decode().rstrip("=")) == content


@pytest.mark.parametrize("text", ["é", "A", "A=A=", "not base64!", "%%%"])
def test_what_is_not_base64_is_unreadable(text: str) -> None:
    with pytest.raises(Rejected) as caught:
        decode_base64(text)
    assert caught.value.status == 400


def lying_zip(entries: int, size: int) -> bytes:
    """A zip that says it has this many entries, in a directory of this many bytes."""
    entry = struct.pack("<4s6xH8xI4xHHH8xI", b"PK\x01\x02", 8, 0, 0, 0, 0, 0)
    end = struct.pack("<4s6xHII2x", b"PK\x05\x06", entries, size, 4)
    return b"PK\x03\x04" + entry * (size // len(entry)) + end


@pytest.mark.parametrize(
    "bomb",
    [
        lying_zip(65_535, 4_000_000),
        lying_zip(1, 4_000_000),
        lying_zip(2, 4_000_000_000 % 2**22),
        zipped({"[Content_Types].xml": b" " * 50_000_000, "word/document.xml": b" "}),
        zipped({f"word/{number}.xml": b"" for number in range(3_000)}),
        b"PK\x03\x04" * 1_000_000,
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Macros".encode("utf-16-le") * 300_000,
    ],
    ids=range(7),
)
def test_a_bomb_costs_nothing(bomb: bytes) -> None:
    tracemalloc.start()
    started = time.process_time()
    with pytest.raises(Rejected):
        file_type(bomb)
    spent, (_, peak) = time.process_time() - started, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert spent < 1
    assert peak < len(bomb) + 3_000_000


def test_a_bomb_beside_a_document_is_never_unpacked() -> None:
    content = ooxml(word__media__a_bmp=b"\0" * 100_000_000)
    tracemalloc.start()
    assert file_type(content) == "docx"
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1_000_000


@st.composite
def nearly(draw: st.DrawFn) -> bytes:
    """A document of which some bytes were changed, or which ends early."""
    samples = [*DOCUMENTS.values(), *MACROS.values(), *OTHERS.values()]
    content = bytearray(draw(st.sampled_from(samples)))
    for at in draw(st.lists(st.integers(0, len(content) - 1), max_size=8)):
        content[at] = draw(st.integers(0, 255))
    return bytes(content[: draw(st.integers(0, len(content)))])


@given(st.binary() | nearly())
def test_no_bytes_raise_anything_but_rejected(content: bytes) -> None:
    with suppress(Rejected):
        assert file_type(content) in MEDIA_TYPES


def doubled(name: str) -> bytes:
    """A docx with one member twice, as programs that fill in templates write it."""
    archive = BytesIO(DOCUMENTS["docx"])
    with zipfile.ZipFile(archive, "a") as into, pytest.warns(UserWarning, match="Duplicate"):
        into.writestr(name, into.read(name))
    return archive.getvalue()


MANIFEST = f'<manifest:file-entry manifest:media-type="{MEDIA_TYPES["odt"]}" full-path="/"/>'


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"\r\n" + DOCUMENTS["rtf"], "rtf"),
        (b"\xef\xbb\xbf" + DOCUMENTS["rtf"], "rtf"),
        (b"Curriculum vitae\x02 of Kim", "txt"),  # pasted from a word processor
        ("Lebenslauf \ufffd von Kim".encode(), "txt"),
        (zipped({"content.xml": "<a/>", "mimetype": MEDIA_TYPES["odt"]}), "odt"),
        (zipped({"content.xml": "<a/>", "META-INF/manifest.xml": MANIFEST}), "odt"),
        (doubled("word/document.xml"), "docx"),
        (doubled("[Content_Types].xml"), "docx"),
        (pdf("\ufffd".encode().decode("latin-1")), "pdf"),
    ],
)
def test_a_document_that_was_packed_anew_or_pasted_is_one(content: bytes, kind: str) -> None:
    assert file_type(content) == kind


@pytest.mark.parametrize(
    ("content", "title"),
    [
        (pdf().decode("utf-8", "replace").encode(), "Ruined file"),
        (pdf().decode("latin-1").encode(), "Ruined file"),
        (DOCUMENTS["docx"].decode("utf-8", "replace").encode(), "Ruined file"),
        (DOCUMENTS["doc"].decode("utf-8", "replace").encode(), "Ruined file"),
        (ole("EncryptedPackage", "EncryptionInfo"), "Protected file"),
        (b"<html><script>1</script>\n" + pdf(), "Unsupported file"),
        (zipped({"content.xml": "<a/>", "mimetype": MEDIA_TYPES["odt"] + "-template"}), "Unsup"),
    ],
)
def test_a_refusal_says_what_is_wrong(content: bytes, title: str) -> None:
    assert refusal(content).title.startswith(title)


PHOTO, LETTER, CV = OTHERS["picture"], pdf("Dear team"), pdf("A CV")


@pytest.mark.parametrize(
    ("uploads", "first"),
    [
        ([("files[]", "Cover.docx", LETTER), ("files[]", "My CV 2026.pdf", CV)], "My CV 2026.pdf"),
        ([("file", "Anschreiben.pdf", LETTER), ("file", "Jane Doe.pdf", CV)], "Jane Doe.pdf"),
        ([("letter", "a.pdf", LETTER), ("other", "b.pdf", CV)], "b.pdf"),
        ([("file1", "lettre de motivation.pdf", LETTER), ("file2", "c.pdf", CV)], "c.pdf"),
        ([("upload", "Zeugnis 2024.pdf", LETTER), ("upload", "Lebenslauf.pdf", CV)], "Lebenslauf"),
        ([("a", "Cover letter and CV.pdf", CV), ("b", "x.pdf", LETTER)], "Cover letter and CV.pdf"),
        ([("cover_letter", "cv.pdf", LETTER), ("resume", "letter.pdf", CV)], "letter.pdf"),
        ([("a", "履歴書.pdf", CV), ("b", "推薦.pdf", LETTER)], "履歴書.pdf"),
    ],
)
def test_the_resume_is_found_by_what_it_is_called(
    uploads: list[tuple[str, str, bytes]], first: str
) -> None:
    for given_order in (uploads, uploads[::-1]):
        files, _ = take_files([Upload(*one) for one in given_order], source())
        assert files[0].filename.startswith(first)


@pytest.mark.parametrize(
    ("field", "name", "resume"),
    [
        ("cover_letter", "letter.pdf", False),
        ("file", "Anschreiben Jane.pdf", False),
        ("file", "Jane Doe.pdf", True),
        ("resume", "letter.pdf", True),
        ("attachment", "", True),
    ],
)
def test_a_letter_that_comes_alone_is_no_resume(field: str, name: str, *, resume: bool) -> None:
    ((file,), _) = take_files([Upload(field, name, LETTER)], source())
    assert file.is_resume is resume


def test_a_photo_beside_a_good_resume_refuses_nothing() -> None:
    uploads = [Upload("photo", "me.png", PHOTO), Upload("cv", "cv.pdf", CV)]
    files, missing = take_files(uploads, source())
    assert [file.filename for file in files] == ["cv.pdf"]
    assert missing == (("attachment_refused", "me.png: Unsupported file"),)


@pytest.mark.parametrize(
    "uploads",
    [
        [Upload("photo", "me.png", PHOTO)],
        [Upload("resume", "cv.docm", MACROS["docm"]), Upload("letter", "letter.pdf", LETTER)],
        [Upload("files[]", "My CV.pages", PHOTO), Upload("files[]", "other.pdf", LETTER)],
    ],
)
def test_an_application_whose_resume_cant_be_taken_is_refused(uploads: list[Upload]) -> None:
    with pytest.raises(Rejected, match=r"^415"):
        take_files(uploads, source())


def test_a_document_said_to_be_a_letter_is_one_whatever_its_name() -> None:
    given_types = ("COVER_LETTER", "letter.docx"), ("RESUME", "document.pdf")
    uploads = [Upload("attachments", name, pdf(), sort=sort) for sort, name in given_types]
    files, _ = keep_files(uploads, source())
    assert [(file.filename, file.is_resume) for file in files] == [
        ("document.pdf", True),
        ("letter.docx.pdf", False),
    ]


def test_a_file_without_a_name_is_called_after_its_field() -> None:
    ((file,), _) = take_files([Upload("applicant.my_cv", "", pdf())], source())
    assert file.filename == "my_cv.pdf"

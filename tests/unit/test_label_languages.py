"""The everyday labels of many languages are understood."""

import pytest

from tests.unit.test_values import lead_fields

FORMS = {
    "Vietnamese": ("Họ và tên", "Số điện thoại", "Nội dung"),
    "Arabic": ("الاسم", "رقم الجوال", "الرسالة"),
    "Hebrew": ("שם מלא", "טלפון", "הודעה"),
    "Greek": ("Ονοματεπώνυμο", "Τηλέφωνο", "Μήνυμα"),
    "Hungarian": ("Név", "Telefonszám", "Üzenet"),
    "Chinese": ("姓名", "聯絡電話", "訊息"),
    "Hindi": ("नाम", "मोबाइल नंबर", "संदेश"),
    "Thai": ("ชื่อ-นามสกุล", "เบอร์โทรศัพท์", "ข้อความ"),
    "Indonesian": ("Nama Lengkap", "Nomor HP", "Pesan"),
    "Portuguese": ("Nome completo", "Celular (com DDD)", "Mensagem"),
    "Japanese": ("お名前", "電話番号", "お問い合わせ内容"),
}


@pytest.mark.parametrize("language", FORMS)
def test_a_whole_form(language: str) -> None:
    name, phone, message = FORMS[language]
    found = lead_fields((name, "Jane Doe"), (phone, "+442079460958"), (message, "Hi"))
    assert found == {"full_name": "Jane Doe", "phone": "+442079460958", "message": "Hi"}


@pytest.mark.parametrize(
    ("first", "last"),
    [("Jméno", "Příjmení"), ("Prenume", "Nume"), ("Ім'я", "Прізвище"), ("Ім’я", "Прізвище"),
     ("ชื่อ", "นามสกุล"), ("Keresztnév", "Vezetéknév"), ("שם פרטי", "שם משפחה"), ("Tên", "Họ"),
     ("Nama depan", "Nama belakang"), ("Adı", "Soyadı"), ("Имя", "Фамилия")],
)  # fmt: skip
def test_first_and_last_name(first: str, last: str) -> None:
    found = lead_fields((first, "Jane"), (last, "Doe"))
    assert found == {"first_name": "Jane", "last_name": "Doe"}

"""Texts that stand where a person, an address or a number should, and name nobody."""

import re
import unicodedata


def plain(text: str) -> str:
    """The text without case, accents, spaces and marks."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(filter(str.isalnum, decomposed))


def words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_HIDDEN = words(
    """
    anonymous anonymouscaller restricted blocked unknown unknowncaller unknownnumber unavailable
    private privatenumber privatecaller withheld numberwithheld withheldnumber hidden hiddennumber
    callerhidden notavailable notprovided nonumber nocallerid nocid callerunknown outofarea
    unidentified suppressed asterisk freeswitch unassigned wirelesscaller tollfreecall
    tollfreecaller callerid null
    anonym unbekannt unterdruckt unterdrueckt privat privatenummer verborgen nummerunterdruckt
    masque numeromasque prive numeroprive inconnu appelinconnu anonyme indisponible
    privado numeroprivado oculto numerooculto desconocido numerodesconocido anonimo noidentificado
    privato numeroprivato sconosciuto numerosconosciuto nascosto riservato
    desconhecido anonima confidencial naoidentificado
    anoniem onbekend afgeschermd prive privenummer verborgennummer
    ukjent skjultnummer okand dolt dolda hemligtnummer ukendt hemmeligtnummer tuntematon salainen
    nieznany zastrzezony numerzastrzezony prywatny neznamy skryte ismeretlen rejtett
    bilinmeyen gizli gizlinumara ozel
    неизвестный скрытыйномер скрыт аноним частный анонимный невідомий прихованийномер
    未知 匿名 匿名来电 私人号码 隐藏号码 非通知 非通知設定 公衆電話 表示圏外 未知来电
    발신자표시제한 알수없음 مجهول رقمخاص خاص לאידוע חסוי
    """
)
HIDDEN = frozenset(map(plain, _HIDDEN))
"""How exchanges say that a caller hides, in the languages they speak; as `plain` makes it."""

DIALLED = frozenset({"+266696687", "+7378742833", "+2562533", "+8656696", "+86282452253"})
"""ANONYMOUS, RESTRICTED, BLOCKED, UNKNOWN and UNAVAILABLE on a telephone's letters, as Twilio
gives them (help.twilio.com, "calls from these strange numbers")."""

NOTHING = frozenset(
    map(
        plain,
        words(
            """
            none null undefined nobody noone noname nonegiven noneprovided noanswer notapplicable
            notgiven notprovided notavailable notspecified notknown unknown anonymous objectobject
            noemail nomail noemailaddress nophone nonumber noreply donotreply
            unbekannt anonym keine keiner keineangabe keinemail nichtangegeben
            aucun aucune inconnu inconnue anonyme néant nonrenseigné noncommuniqué
            ninguno ninguna desconocido desconocida anónimo notengo noaplica sinemail sincorreo
            nessuno nessuna sconosciuto nenhum desconhecido geen onbekend brak
            notset unknowncaller unknownuser prefernottosay rathernotsay donthaveone
            keinname ohnename ohnenamen sinnombre sansnom senzanome semnome нет неуказано
            неизвестно なし 無し 无 無 없음
            nieznany nieznana niepodano neznámý neuvedeno ukjent ukendt okänd tuntematon ismeretlen
            necunoscut bilinmiyor yok άγνωστος невідомо
            """
        ),
    )
)
"""What programs write where a value is missing, and people where one is asked for; as `plain` makes
it. Nothing that somebody is called."""

_NOBODY = HIDDEN | NOTHING | {"na", "no", "nil"}
_LONGEST = 200  # no such words are longer
_MARKS = re.compile(r"[\W_]+")


def says_nobody(text: str) -> bool:
    """Whether a whole text says that there is none: "n/a", "None", "unknown caller", "-"."""
    said = plain(text[:_LONGEST])
    return not said or said in _NOBODY or _MARKS.sub("+", text.strip()) in DIALLED

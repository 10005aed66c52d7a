"""What visitors are told, in each language that a source may have."""

from typing import NamedTuple

from leadrelay.values import Language


class Words(NamedTuple):
    """Of one language."""

    thanks: str
    message_arrived: str
    application_arrived: str
    back: str
    not_sent: str
    still_there: str  # what was typed
    check: str
    too_large: str
    file_too_large: str
    file_type: str
    file_unreadable: str
    too_often: str
    not_now: str
    broken: str  # the form, which the visitor can't mend
    details: str
    new_caller: str
    unknown_caller: str
    hidden_number: str
    open_record: str


WORDS: dict[Language, Words] = {
    "en": Words(
        thanks="Thank you",
        message_arrived="Your message has arrived.",
        application_arrived="Your application has arrived.",
        back="Back to the website",
        not_sent="This could not be sent",
        still_there="Go back in your browser: what you typed is still there.",
        check="Please check what you filled in, and send it again.",
        too_large="Your message is too long. Please shorten it.",
        file_too_large="This file is too large. Please choose a smaller one.",
        file_type="We can’t accept this type of file. Please choose another, such as a PDF.",
        file_unreadable="This file can’t be read. Please choose it again, or another.",
        too_often="Too many messages have just been sent from here. Please try again in a minute.",
        not_now="We can’t accept it right now. Please try again in a few minutes.",
        broken="There is a problem with this form, not with what you typed. Please write to us or "
        "call us.",
        details="For whoever set up this form",
        new_caller="New caller",
        unknown_caller="Unknown caller",
        hidden_number="The number is hidden, or was not passed on.",
        open_record="Open the record",
    ),
    "de": Words(
        thanks="Vielen Dank",
        message_arrived="Ihre Nachricht ist angekommen.",
        application_arrived="Ihre Bewerbung ist angekommen.",
        back="Zurück zur Website",
        not_sent="Das konnte nicht gesendet werden",
        still_there="Gehen Sie im Browser zurück: Was Sie eingegeben haben, ist noch da.",
        check="Bitte prüfen Sie Ihre Angaben und senden Sie sie noch einmal.",
        too_large="Das ist zu viel für eine Nachricht. Bitte kürzen Sie sie.",
        file_too_large="Diese Datei ist zu groß. Bitte wählen Sie eine kleinere.",
        file_type="Dateien dieser Art nehmen wir nicht an. Bitte wählen Sie eine andere, etwa ein "
        "PDF.",
        file_unreadable="Diese Datei lässt sich nicht lesen. Bitte wählen Sie sie noch einmal oder "
        "eine andere.",
        too_often="Von hier wurde gerade zu viel gesendet. Bitte versuchen Sie es in einer Minute "
        "noch einmal.",
        not_now="Im Moment können wir das nicht annehmen. Bitte versuchen Sie es in ein paar "
        "Minuten noch einmal.",
        broken="Mit diesem Formular stimmt etwas nicht; an Ihren Angaben liegt es nicht. Bitte "
        "schreiben Sie uns oder rufen Sie uns an.",
        details="Für die Betreuung dieses Formulars",
        new_caller="Neuer Anrufer",
        unknown_caller="Unbekannter Anrufer",
        hidden_number="Die Nummer ist unterdrückt oder wurde nicht übermittelt.",
        open_record="Datensatz öffnen",
    ),
    "es": Words(
        thanks="Gracias",
        message_arrived="Su mensaje ha llegado.",
        application_arrived="Su candidatura ha llegado.",
        back="Volver al sitio web",
        not_sent="No se ha podido enviar",
        still_there="Vuelva atrás en el navegador: lo que escribió sigue ahí.",
        check="Revise lo que ha rellenado y envíelo de nuevo, por favor.",
        too_large="El mensaje es demasiado largo. Acórtelo, por favor.",
        file_too_large="El archivo es demasiado grande. Elija uno más pequeño, por favor.",
        file_type="No se admiten archivos de este tipo. Elija otro, por ejemplo un PDF.",
        file_unreadable="No se puede leer este archivo. Elíjalo de nuevo, o elija otro.",
        too_often="Se han enviado demasiados mensajes desde aquí. Inténtelo de nuevo dentro de un "
        "minuto.",
        not_now="Ahora mismo no podemos recibirlo. Inténtelo de nuevo dentro de unos minutos.",
        broken="Hay un problema con este formulario, no con lo que ha escrito. Escríbanos o "
        "llámenos, por favor.",
        details="Para quien gestiona este formulario",
        new_caller="Llamada nueva",
        unknown_caller="Número desconocido",
        hidden_number="El número está oculto o no se ha transmitido.",
        open_record="Abrir la ficha",
    ),
    "fr": Words(
        thanks="Merci",
        message_arrived="Votre message est bien arrivé.",
        application_arrived="Votre candidature est bien arrivée.",
        back="Retour au site",
        not_sent="L’envoi n’a pas été possible",
        still_there="Revenez en arrière dans votre navigateur : ce que vous avez saisi est "
        "toujours là.",
        check="Merci de vérifier votre saisie et de l’envoyer à nouveau.",
        too_large="Votre message est trop long. Merci de le raccourcir.",
        file_too_large="Ce fichier est trop volumineux. Merci d’en choisir un plus petit.",
        file_type="Les fichiers de ce type ne sont pas acceptés. Merci d’en choisir un autre, par "
        "exemple un PDF.",
        file_unreadable="Ce fichier est illisible. Merci de le choisir à nouveau, ou d’en choisir "
        "un autre.",
        too_often="Trop de messages viennent d’être envoyés d’ici. Merci de réessayer dans une "
        "minute.",
        not_now="Nous ne pouvons pas le recevoir pour l’instant. Merci de réessayer dans quelques "
        "minutes.",
        broken="Ce formulaire présente un problème ; votre saisie n’est pas en cause. Merci de "
        "nous écrire ou de nous appeler.",
        details="Pour le responsable de ce formulaire",
        new_caller="Nouvel appelant",
        unknown_caller="Appelant inconnu",
        hidden_number="Le numéro est masqué ou n’a pas été transmis.",
        open_record="Ouvrir la fiche",
    ),
}

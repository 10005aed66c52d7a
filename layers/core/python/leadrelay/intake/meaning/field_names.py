"""What form fields are called, in English, French, German and Spanish, and what they mean."""

import re
import unicodedata
from functools import lru_cache

NAME = "name"
"""A name that is the whole of it or, beside a first or last name, the other half."""

# Lead field → names, without case, accents and separators: "E-Mail-Adresse" is "emailadresse".
_NAMES = {
    NAME: """
        name nom nombre yourname contactname votrenom ihrname sunombre tunombre
        """,
    "first_name": """
        firstname fname forename givenname givennames christianname first namefirst
        fullnamefirst
        prenom prenoms votreprenom vorname vornamen rufname primernombre nombredepila nombrepila
        """,
    "last_name": """
        lastname lname surname familyname secondname last namelast
        fullnamelast
        nomdefamille nomfamille patronyme nachname familienname zuname
        apellido apellidos primerapellido apellidopaterno susapellidos
        """,
    "full_name": """
        fullname completename wholename namefull firstandlastname firstlastname contactperson
        namecontact nomcomplet nometprenom prenometnom nomprenom prenomnom nomsetprenoms
        vorundnachname vornameundnachname vornamenachname nameundvorname namevorname
        vollstandigername vollstaendigername ansprechpartner ansprechperson kontaktperson
        nombrecompleto nombreyapellidos nombreyapellido nombreapellidos nombreapellido
        apellidosynombre personadecontacto
        """,
    "email": """
        email emailaddress mail mailaddress youremail yourmail emailid emailwork workemail
        businessemail contactemail
        courriel courrielle mel adresseemail adressemail adressecourriel adresseelectronique
        adressedecourriel adressedemail votreemail courrierelectronique
        emailadresse mailadresse ihreemail emailkontakt
        correo correoelectronico direcciondecorreo direcciondecorreoelectronico direccionemail
        direcciondeemail suemail tuemail
        """,
    "phone": """
        phone phonenumber telephone telephonenumber telephoneno tel telno phoneno telnumber
        yourphone yourtel mobile mobilephone mobilenumber mobileno cell cellphone cellnumber
        contactnumber contactphone daytimephone phonework workphone homephone phonehome phonemobile
        telephoneportable telportable portable gsm numerodetelephone numerotelephone numtel
        ndetelephone telephonefixe telephonemobile numerodeportable
        telefon telefonnummer telefonnr telnr rufnummer handy handynummer handynr mobil
        mobilnummer mobiltelefon festnetz festnetznummer ruckrufnummer rueckrufnummer
        telefono telefonomovil movil celular tlf tfno tlfno numerodetelefono telefonodecontacto
        telefonofijo numerodemovil
        """,
    "company": """
        company companyname business businessname organisation organization organisationname
        organizationname companyorganisation companyorganization employer firm yourcompany
        currentcompany
        societe entreprise nomdelentreprise nomdelasociete nomentreprise nomsociete
        raisonsociale etablissement
        firma firmenname unternehmen unternehmensname organisationfirma firmaunternehmen
        arbeitgeber empresa compania nombredelaempresa nombreempresa razonsocial organizacion
        """,
    "job_title": """
        jobtitle jobrole yourrole role occupation profession currentposition currentjobtitle
        fonction metier intituledeposte funktion beruf berufsbezeichnung
        cargo profesion ocupacion
        """,
    "job": """
        job position vacancy vacancyname vacancytitle jobreference jobref jobid jobname
        positionappliedfor appliedposition applyingfor appliedfor jobappliedfor roleappliedfor
        poste postevise postesouhaite offre offredemploi emploi
        stelle stellenbezeichnung stellenangebot stellentitel bewerbungals gewunschtestelle
        puesto vacante ofertadeempleo puestosolicitado puestodetrabajo
        """,
    "message": """
        message messages comment comments yourmessage yourcomment yourcomments enquiry inquiry
        yourenquiry question questions notes note feedback textarea messagetext messagebody
        howcanwehelp howcanwehelpyou additionalinformation coverletter
        commentaire commentaires votremessage demande votredemande remarque remarques precisions
        lettredemotivation
        nachricht ihrenachricht mitteilung anfrage ihreanfrage anliegen ihranliegen bemerkung
        bemerkungen kommentar kommentare frage anmerkung anmerkungen anschreiben
        mensaje sumensaje tumensaje consulta comentario comentarios pregunta observaciones
        duda dudas
        """,
    "subject": """
        subject yoursubject topic regarding messagesubject enquirysubject
        sujet objet votresujet betreff thema asunto tema motivo
        """,
    "address1": """
        address address1 addressline1 addressline street streetaddress street1 line1 address1line
        addressstreet addressstreet1 postaladdress addrline1
        adresse adresse1 rue adressepostale lignedadresse1 adresseligne1
        strasse strassehausnummer strasseundhausnummer strassenr strasseundnr strassehausnr
        anschrift adresszeile1 direccion direccion1 domicilio calle calleynumero
        direccionpostal
        """,
    "address2": """
        address2 addressline2 addrline2 street2 line2 addressstreet2 apartment suite
        complementadresse complementdadresse adresse2 lignedadresse2 adresseligne2
        adresszusatz adresszeile2 direccion2 piso
        """,
    "city": """
        city town locality suburb towncity citytown ville commune localite
        ort stadt wohnort ciudad poblacion localidad municipio
        """,
    "state": """
        state province county region stateprovince provincestate addressstate stateregion
        etat departement bundesland kanton provincia estado comunidadautonoma
        """,
    "postal_code": """
        postalcode postcode zip zipcode zippostalcode postalzip postal zippostal
        codepostal cp plz postleitzahl codigopostal codpostal
        """,
    "country": "country countryname countryregion nation pays land pais",
    "website": """
        website websiteurl web homepage site siteurl companywebsite websiteaddress
        siteweb siteinternet webseite internetseite webadresse sitioweb paginaweb
        """,
    "linkedin": """
        linkedin linkedinurl linkedinprofile linkedinprofil linkedinprofileurl profillinkedin
        perfillinkedin perfildelinkedin urlslinkedin
        """,
    "consent": """
        consent gdpr gdprconsent gdpragreement gdpragree consentgdpr agree iagree agreement
        acceptance accept terms acceptterms termsaccepted privacy privacypolicy
        privacyconsent privacyagreement optin dataconsent dataprotection
        consentement rgpd consentementrgpd jaccepte conditions politiquedeconfidentialite
        datenschutz datenschutzerklarung datenschutzerklaerung dsgvo dsgvoeinwilligung
        einwilligung zustimmung akzeptiert
        acepto aceptacion consentimiento lopd privacidad politicadeprivacidad aceptoprivacidad
        aceptolapoliticadeprivacidad protecciondedatos
        """,
    "tracking.gclid": "gclid",
    "tracking.fbclid": "fbclid",
    "tracking.msclkid": "msclkid",
    "tracking.page": """
        page pageurl pageuri pagelink currentpage currenturl landingpage landingpageurl
        sourceurl formurl formpage
        """,
    "tracking.referrer": "referrer referer referrerurl refererurl httpreferer httpreferrer",
}
_MEANINGS = {name: field for field, names in _NAMES.items() for name in names.split()}

# Words before and after a name that say whose or which it is, or ask for it: your-name,
# fields[email][value], "What's your e-mail address?".
_BEFORE, _AFTER = (
    frozenset(words.split())
    for words in (
        """
        your my our the contact customer client lead user visitor applicant candidate person
        personal data form forms field fields formfields formdata values answers payload body
        submission properties attributes address txt input wpforms billing primary
        votre vos mon ma mes ihr ihre ihren dein deine mein meine kontakt
        su sus tu tus mi contacto bewerber candidat candidato
        what whats s is please enter and wie lautet bitte und quel quelle est et cual es y
        """,
        """
        field input required optional value text obligatoire facultatif pflichtfeld obligatorio
        opcional
        """,
    )
)
# What those words would turn into something it isn't.
_OTHER = frozenset({"formname", "fieldname", "username", "addressname"})

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_LONGEST = 120  # a name longer than this is a sentence


@lru_cache(maxsize=1024)
def meaning(name: str) -> str | None:
    """The lead field (or "tracking.x", or NAME) that a sender's field name stands for."""
    if len(name) > _LONGEST:
        return None
    plain = unicodedata.normalize("NFKD", name.replace("ß", "ss"))
    words = [
        word.lower()
        for word in _WORD.findall("".join(c for c in plain if not unicodedata.combining(c)))
    ]
    if "".join(words) in _OTHER:
        return None
    while words:
        joined = "".join(words)
        if found := _MEANINGS.get(joined):
            return found
        if joined.startswith("utm") and joined != "utm":
            return "tracking.utm_" + "_".join(words).removeprefix("utm").lstrip("_")
        if words[0] in _BEFORE:
            words = words[1:]
        elif words[-1] in _AFTER or words[-1].isdigit():
            words = words[:-1]
        else:
            return None
    return None

"""Words in the names of fields that name no field of a lead, and what they say all the same."""

from leadrelay.nobody import words

# Words beside a name that only say whose it is, which of several, where it stands in a form, or
# ask for it: your-name, fields[email][value], "What's the best e-mail address to reach you?".
BESIDE = words("""
    your my our the contact customer client lead user visitor applicant candidate person submitter
    personal data form forms field fields formfields formdata values answers answer payload body
    submission properties attributes address txt input inputs wpforms billing primary main entry
    record item response respondent responder result details info information
    votre vos mon ma mes ihr ihre ihren ihrer dein deine mein meine kontakt
    su sus tu tus mi contacto bewerber candidat candidato kandidat
    what whats s is please enter and wie lautet bitte und quel quelle est et cual es y
    required optional value text obligatoire facultatif pflichtfeld obligatorio opcional
    no label q item meta key question names name fullname attendee invitee registrant participant
    application apply applying best preferred current valid full work business professional
    office private home mobile cell daytime evening personal second alternative alternate other
    to reach call contacting you us me we i can at on for of by in with a an or if
    give provide tell insert fill here where should may will
    privat geschaftlich dienstlich meiner eure ihres gewunschte angeben
    an uns ваш ваша ваше ваши введите
    il tuo la tua lo su el del seu sua de du da uw je jouw twoj
    confirm confirmation repeat again verify re retype reenter
    params parameters param et pb fusion mf
    1st yourself step page section group col row block element widget box textbox tb
    prospect enquirer jobseeker legal
""")
# Words that make it somebody else's, or no person's at all.
OTHERS = words("""
    owner host agent assignee assigned manager supervisor boss referee reference references referrer
    referred referral emergency spouse partner husband wife mother father parent guardian kin child
    friend colleague recruiter consultant sender recipient recipients admin administrator site
    account event meeting calendar campaign product products order file files page domain
    event organizer organiser creator author editor moderator staff employee members member
    membership memberships guest guests bcc cc notify notification support reply system bot server
    variables variable ad adset adgroup form hidden supplier vendor landlord agency school
    university college teacher doctor bank pet witness beneficiary nominee guarantor solicitor
    lawyer accountant
    notfall referenz arbeitgeber ansprechpartnerin vorgesetzter urgence conjoint emergencia
    referencia
""")
NOBODYS = words("""
    formname fieldname username addressname formtitle pagename sitename filename hostname eventname
    accountname domainname campaignname adname adsetname productname groupname listname
    usernames screenname nickname displayname preferredname maidenname mothersmaidenname
""")
AGREES = words("""
    agree accept accepted consent read understood stimme akzeptiere habe willige einverstanden
    accepte consens acepto acepta accetto acconsento aceito concordo akkoord accepteer zgadzam
    wyrazam akceptuje godkanner samtycker accepterer samtykker kabul
""")
AGREED_TO = words("""
    terms privacy policy gdpr datenschutz datenschutzerklarung datenschutzbestimmungen agb
    dsgvo datenverarbeitung confidentialite rgpd donnees conditions privacidad datos condiciones
    trattamento dati privacidade termos privacybeleid voorwaarden regulamin prywatnosci danych
    integritetspolicy personuppgifter privatlivspolitik personvern kvkk
""")
# Together they ask for a telephone number: "Unter welcher Nummer erreichen wir Sie?"
NUMBERS = words("number nummer numero numer nr telephone telefon telefono telefone telefoon")
REACH = words("""
    reach contact call ring erreichen erreichbar anrufen zuruckrufen joindre rappeler appeler
    contacter contactar llamar localizar contattare chiamare raggiungere contatar ligar bereiken
    bereikbaar bellen skontaktowac zadzwonic
""")
CLICK_IDS = {
    name.replace("_", ""): f"tracking.{name}"
    for name in words("""
        gclid gbraid wbraid dclid gclsrc gad_source gad_campaignid fbclid _fbc _fbp msclkid
        li_fat_id ttclid twclid sccid epik rdt_cid yclid ymclid igshid mc_cid mc_eid irclickid
        _ga _gid _ttp
    """)
}
"""What advertisers' links carry and pages hand on, each under its own name alone: Google
(support.google.com/google-ads, "GCLID", "GBRAID and WBRAID"), Meta, Microsoft, LinkedIn, TikTok, X,
Snap, Pinterest, Reddit, Yandex, Yahoo, Mailchimp, Impact."""

"""What form fields are called, in a dozen languages, and the lead fields that they mean."""

NAME = "name"
"""A name that is the whole of it or, beside a first or last name, the other half."""

SECOND_SURNAME = "second_surname"
"""The mother's in Spain and Latin America, asked for on its own; part of a lead's last name."""

SURNAME_PREFIX = "surname_prefix"
"""The Dutch tussenvoegsel, asked for on its own; part of a lead's last name."""

DIAL_CODE = "dial_code"
"""The country code of the telephone number beside it; no field of a lead."""

AREA_CODE = "area_code"
"""What is dialled within the country before the number beside it, asked for on its own; no field
of a lead."""

# Lead field → names, without case, accents and separators: "E-Mail-Adresse" is "emailadresse".
NAMES = {
    NAME: """
        name nom nombre yourname contactname votrenom ihrname sunombre tunombre naam nome nazwisko
        namn navn nimi isim nume prijmeni 名前 お名前 姓名 이름 성명 имя ονομα الاسم שם
        nev ім'я tên नाम ชื่อ nama fn
        """,
    "first_name": """
        firstname fname forename givenname givennames christianname first namefirst fullnamefirst
        prenom prenoms votreprenom vorname vornamen rufname primernombre nombredepila nombrepila
        firstnames forenames namefirstname contactfirstname preferredfirstname prenomusuel primonome
        primeironome voornaam voornamen fornavn fornamn etunimi imie meno jmeno 名
        prenume keresztnev utonev שםפרטי namadepan ad adi adiniz namegiven
        """,
    "last_name": """
        lastname lname surname familyname secondname last namelast fullnamelast nomdefamille
        nomfamille patronyme nachname familienname zuname apellido apellidos primerapellido
        apellidopaterno susapellidos lastnames surnames apellidos1y2 ambosapellidos cognome
        sobrenome apelido ultimonome achternaam familienaam etternavn efternavn efternamn sukunimi
        nazwiskorodowe soyad soyadi priezvisko 姓 氏 성 фамилия
        ln namefamily vezeteknev csaladnev прізвище επωνυμο שםמשפחה họ नामउपनाम นามสกุล namabelakang
        """,
    "full_name": """
        fullname completename wholename namefull firstandlastname firstlastname contactperson
        namecontact nomcomplet nometprenom prenometnom nomprenom prenomnom nomsetprenoms
        vorundnachname vornameundnachname vornamenachname nameundvorname namevorname
        vollstandigername vollstaendigername ansprechpartner ansprechperson kontaktperson
        nombrecompleto nombreyapellidos nombreyapellido nombreapellidos nombreapellido
        apellidosynombre personadecontacto fullnames firstlast firstnamelastname
        firstnameandlastname firstnamesurname nameandsurname nomecognome nomeecognome nominativo
        nomecompleto volledigenaam voornaamenachternaam naamvolledig fulltnavn fullstandigtnamn
        imieinazwisko adsoyad adinizsoyadiniz namesurname nameofcontact fromname applicantsname 氏名
        성함 フルネーム 전체이름 фио имяифамилия
        teljesnev numesiprenume jmenoaprijmeni ονοματεπωνυμο ім'ятапрізвище піб hovaten hoten שםמלא
        callername formattedname nameformattedname nameformatted wieheissensie wieheisstdu
        commentvousappelezvous commenttappellestu comosellama
        comotellamas comosechama comoteschamas comesichiama cometichiami hoeheetu
        hoeheetje jaksienazywasz jaksiepannazywa vadheterdu hvadhedderdu hvaheterdu
        whoareyou whatareyoucalled whatdowecallyou whatshouldwecallyou
        الاسمالكامل पूरानाम ชื่อนามสกุล ชื่อสกุล namalengkap customername clientname leadname
        """,
    "email": """
        from friendlyfrom fromemail frommail fromaddress fromemailaddress
        email emailaddress mail mailaddress
        youremail yourmail emailid emailwork workemail businessemail contactemail courriel
        courrielle mel adresseemail adressemail adressecourriel adresseelectronique
        adressedecourriel adressedemail votreemail courrierelectronique emailadresse mailadresse
        ihreemail emailkontakt correo correoelectronico direcciondecorreo
        direcciondecorreoelectronico direccionemail direcciondeemail suemail tuemail emails replyto
        mailid emailaddr eadress epost epostadresse epostadress eposta epostaadresi sahkoposti
        email1 primaryemail companyemail officeemail privateemail corporateemail useremail
        contactemailaddress emailaddresswork workemailaddress indirizzoemail indirizzodiposta
        postaelettronica indirizzomail enderecodeemail correioeletronico emailadres mailadres
        adresemail adrese mejl adresmejl emailovaadresa メール メールアドレス 電子メール 邮箱
        电子邮件 電郵 이메일 почта электроннаяпочта эпочта емейл имейл البريدالإلكتروني דואל
        emailcim diachiemail alamatemail אימייל ईमेल อีเมล електроннапошта
        """,
    "phone": """
        phone phonenumber telephone telephonenumber telephoneno tel telno phoneno telnumber
        yourphone yourtel mobile mobilephone mobilenumber mobileno cell cellphone cellnumber
        contactnumber contactphone daytimephone phonework workphone homephone phonehome phonemobile
        telephoneportable telportable portable gsm numerodetelephone numerotelephone numtel
        ndetelephone telephonefixe telephonemobile numerodeportable telefon telefonnummer telefonnr
        telnr rufnummer handy handynummer handynr mobil mobilnummer mobiltelefon festnetz
        festnetznummer ruckrufnummer rueckrufnummer telefono telefonomovil movil celular tlf tfno
        tlfno numerodetelefono telefonodecontacto telefonofijo numerodemovil phones phonenumbers
        telephones waid mobilephonenumber mobiletelephone mobiletelephonenumber mob mobno cellno
        cellularphone cellular contactno contactnum phonenum phonefull workphonenumber businessphone
        businessphonenumber companyphone officephone primaryphone mainphone privatephone whatsapp
        whatsappnumber whatsappphone fullphone fullphonenumber internationalphone callbacknumber ph
        busphone phoneday dayphone phoneevening eveningphone sms smsnumber
        phone1 numbertocall telefonprivat telefongeschaftlich rufnummermobil mobilfunknummer
        numerodemobile numerodecelular celularwhatsapp telefonoofijo telefonocelular numerocelular
        telefonocellulare cellulare numeroditelefono numerodicellulare numerocellulare
        recapitotelefonico telefone telemovel numerodetelefone celularcomddd telefoon telefoonnummer
        mobielnummer mobiel gsmnummer telefonnumer numertelefonu nrtelefonu telefonkomorkowy puhelin
        puhelinnumero mobilnr telefonnumarasi telefonnumaraniz ceptelefonu ceptel telefonkontaktowy
        telefoncislo telefonnicislo 電話 電話番号 携帯 携帯電話 携帯番号 手机 手机号 手机号码 电话
        联系电话 전화 전화번호 연락처 휴대폰 телефон номертелефона мобильныйтелефон τηλεφωνο الهاتف
        رقمالهاتف טלפון
        telefonszam номертелефону sodienthoai dienthoai sdt טלפוןנייד נייד رقمالجوال الجوال
        मोबाइलनंबर फोननंबर เบอร์โทรศัพท์ เบอร์โทร nomorhp nohp nomortelepon 聯絡電話
        """,
    "company": """
        company companyname business businessname organisation organization organisationname
        organizationname companyorganisation companyorganization employer firm yourcompany
        currentcompany societe entreprise nomdelentreprise nomdelasociete nomentreprise nomsociete
        raisonsociale etablissement firma firmenname unternehmen unternehmensname organisationfirma
        firmaunternehmen arbeitgeber empresa compania nombredelaempresa nombreempresa razonsocial
        organizacion nameofcompany yourcompanyname currentemployer employername
        companyororganisation companyororganization azienda ragionesociale societa nomeazienda
        nomedaempresa bedrijf bedrijfsnaam organisatie foretag yritys virksomhed nazwafirmy sirket
        sirketadi 会社 会社名 公司 公司名称 회사 회사명 компания организация
        org orgname cegnev congty εταιρεια компанія חברה الشركة perusahaan
        """,
    "job_title": """
        jobtitle jobrole yourrole role occupation profession currentposition currentjobtitle
        fonction metier intituledeposte funktion beruf berufsbezeichnung cargo profesion ocupacion
        currenttitle titleatwork jobposition currentrole funktionimunternehmen ruolo qualifica
        mansione functie functietitel stanowisko должность 役職 职位
        """,
    "job": """
        job position vacancy vacancyname vacancytitle jobreference jobref jobid jobname
        positionappliedfor appliedposition applyingfor appliedfor jobappliedfor roleappliedfor poste
        postevise postesouhaite offre offredemploi emploi stelle stellenbezeichnung stellenangebot
        stellentitel bewerbungals gewunschtestelle puesto vacante ofertadeempleo puestosolicitado
        puestodetrabajo
        jobrefcode jobcode jobreferencecode vacancyref vacancyreference
        """,
    "message": """
        message messages comment comments yourmessage yourcomment yourcomments enquiry inquiry
        yourenquiry question questions notes note feedback textarea messagetext messagebody
        howcanwehelp howcanwehelpyou additionalinformation coverletter commentaire commentaires
        votremessage demande votredemande remarque remarques precisions lettredemotivation nachricht
        ihrenachricht mitteilung anfrage ihreanfrage anliegen ihranliegen bemerkung bemerkungen
        kommentar kommentare frage anmerkung anmerkungen anschreiben mensaje sumensaje tumensaje
        consulta comentario comentarios pregunta observaciones duda dudas msg yourmsg
        commentormessage commentsormessage commentsorquestions questionsorcomments
        additionalcomments additionalinfo anythingelse description details howcanihelp
        howcanihelpyou howmaywehelp howmaywehelpyou tellusmore inquirydetails projectdetails
        freitext nachrichttext commentairesouquestions messaggio commenti richiesta mensagem
        observacoes bericht opmerking opmerkingen wiadomosc tresc tresczwiadomosci trescwiadomosci
        meddelelse besked meddelande viesti mesaj mesajiniz お問い合わせ内容 メッセージ 本文 内容
        留言 메시지 문의내용 сообщение комментарий
        text textbody bodyplain plaintext plain strippedtext textplain rawtextbody
        extractedmarkdownmessage emailbody mailbody body uzenet zprava sprava poruka noidung
        wiekonnenwirihnenhelfen wiekonnenwirdirhelfen wiekonnenwirhelfen wobeikonnenwirihnenhelfen
        commentpouvonsnousvousaider enquoipouvonsnousvousaider comopodemosayudarte
        comopodemosayudarle enquepodemosayudarte enquepodemosayudarle comepossiamoaiutarti
        comepossiamoaiutarla comopodemosajudar comopodemosajudarlo comopodemosteajudar
        hoekunnenweuhelpen hoekunnenwejehelpen waarkunnenweumeehelpen waarkunnenwejemeehelpen
        waarmeekunnenweuhelpen waarmeekunnenwejehelpen jakmozemypomoc wczymmozemypomoc
        loinhan tinnhan μηνυμα הודעה الرسالة संदेश ข้อความ повідомлення pesan 訊息
        """,
    "subject": """
        subject yoursubject topic regarding messagesubject enquirysubject sujet objet votresujet
        betreff thema asunto tema motivo oggetto assunto onderwerp temat amne emne konu 件名 主题
        제목 тема
        targy predmet chude נושא θεμα
        """,
    "address1": """
        address address1 addressline1 addressline street streetaddress street1 line1 address1line
        addressstreet addressstreet1 postaladdress addrline1 adresse adresse1 rue adressepostale
        lignedadresse1 adresseligne1 strasse strassehausnummer strasseundhausnummer strassenr
        strasseundnr strassehausnr anschrift adresszeile1 direccion direccion1 domicilio calle
        calleynumero direccionpostal indirizzo endereco rua adres straat ulica adressestrasse
        gateadresse 住所 地址 주소 адрес
        """,
    "address2": """
        address2 addressline2 addrline2 street2 line2 addressstreet2 apartment suite
        complementadresse complementdadresse adresse2 lignedadresse2 adresseligne2 adresszusatz
        adresszeile2 direccion2 piso
        """,
    "city": """
        city town locality suburb towncity citytown ville commune localite ort stadt wohnort ciudad
        poblacion localidad municipio citta comune cidade plaats woonplaats stad miasto poststed
        kaupunki sehir 市 город
        """,
    "state": """
        state province county region stateprovince provincestate addressstate stateregion etat
        departement bundesland kanton provincia estado comunidadautonoma
        """,
    "postal_code": """
        postalcode postcode zip zipcode zippostalcode postalzip postal zippostal codepostal cp plz
        postleitzahl codigopostal codpostal postleitzahlplz cap codicepostale cep codigopostalcp
        postcodezip zipcodepostcode kodpocztowy postnummer postnr postinumero postakodu 郵便番号
        邮编 우편번호 индекс
        """,
    "country": "country countryname countryregion nation pays land pais",
    "website": """
        website websiteurl web homepage site siteurl companywebsite websiteaddress siteweb
        siteinternet webseite internetseite webadresse sitioweb paginaweb
        """,
    "linkedin": """
        linkedin linkedinurl linkedinprofile linkedinprofil linkedinprofileurl profillinkedin
        perfillinkedin perfildelinkedin urlslinkedin
        """,
    "consent": """
        consent acepta gdpr gdprconsent gdpragreement gdpragree consentgdpr agree iagree agreement
        acceptance accept terms acceptterms termsaccepted privacy privacypolicy privacyconsent
        privacyagreement optin dataconsent dataprotection consentement rgpd consentementrgpd
        jaccepte conditions politiquedeconfidentialite datenschutz datenschutzerklarung
        datenschutzerklaerung dsgvo dsgvoeinwilligung einwilligung zustimmung akzeptiert acepto
        aceptacion consentimiento lopd privacidad politicadeprivacidad aceptoprivacidad
        aceptolapoliticadeprivacidad protecciondedatos gdprconsentgiven consentgiven consents
        privacyconsentgiven iaccept iconsent consenso privacypolicyconsent zgoda samtykke samtycke
        akkoord toestemming consentimento 同意
        """,
    SECOND_SURNAME: """
        segundoapellido apellidomaterno apellido2 secondsurname secondlastname mothersurname
        mothersurnames
        """,
    SURNAME_PREFIX: """
        tussenvoegsel tussenvoegsels tussenvoeg infix surnameprefix lastnameprefix
        """,
    DIAL_CODE: """
        dialcode countrydialcode phonecountrycode countrycode phonecountry phonecode callingcode
        countrycallingcode phoneprefix telephoneprefix countryprefix isdcode isd diallingcode
        dialingcode phonedialcode mobilecountrycode phoneareacodecountry vorwahl landesvorwahl
        landervorwahl indicatif indicatifpays prefijo codigodepais prefijotelefonico prefisso
        """,
    AREA_CODE: """
        areacode phoneareacode telephoneareacode phonearea ddd ortsvorwahl codigoarea codigodearea
        lada
        """,
    "tracking.page": """
        page pageurl pageuri pagelink currentpage currenturl landingpage landingpageurl sourceurl
        formurl formpage
        """,
    "tracking.referrer": "referrer referer referrerurl refererurl httpreferer httpreferrer",
    "tracking.source": "hsanalyticssource leadsource trafficsource sourcename",
}

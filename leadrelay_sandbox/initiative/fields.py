"""The fields of each module, in the order of `describe`.

One field a line: name; type, length and flags; label; what it refers to or its values
("label=value", or both in one). Flags: `mandatory`; `readonly` (what is sent is ignored);
`notnull` (not mandatory, and yet the database wants a value); `nullable` (mandatory, and described
as nullable); `unread` (described, but neither in results nor to be asked for).

HelpDesk and Contacts are as printed in Initiative's API REST 1.1, Leads as observed on vtiger 6.0,
the others as in vtiger 6.0's DefaultDataPopulator.php.
"""

LEADS = """
salutationtype; picklist; Civilité; Mr., Ms., Mrs., Dr., Prof.
firstname; string 40; Prénom
lead_no; string readonly; N° de prospect
phone; phone 50; Téléphone
lastname; string 80 mandatory; Nom
mobile; phone 50; Portable
company; string 100; Société
fax; phone 50; Fax
designation; string 50; Fonction
email; email 100; E-mail
leadsource; picklist; Origine; Cold Call, Employee, Partner, Web Site, Word of mouth, Other
website; url 255; Site web
industry; picklist; Secteur; Banking, Consulting, Education, Technology, Other
leadstatus; picklist; Statut; Cold, Contacted, Hot, Junk Lead, Not Contacted, Qualified
annualrevenue; currency; Chiffre d'affaires
rating; picklist; Evaluation; Acquired, Active, Market Failed, Shutdown
noofemployees; integer; Effectif
assigned_user_id; owner mandatory; Assigné à
secondaryemail; email 100; E-mail secondaire
createdtime; datetime readonly; Date de création
modifiedtime; datetime readonly; Date de modification
modifiedby; reference readonly; Modifié par; Users
emailoptout; boolean; Refus des e-mails
lane; text 250; Rue
code; string 30; Code postal
city; string 30; Ville
country; string 30; Pays
state; string 30; Région
pobox; string 30; Boîte postale
description; text; Description
"""

CONTACTS = """
salutationtype; picklist; Civilité; Mr., Ms., Mrs., Dr., Prof.
firstname; string 40; Prénom
contact_no; string readonly; N° de contact
phone; phone 50; Téléphone
lastname; string 80 mandatory; Nom
mobile; phone 50; Portable
account_id; reference; Compte; Accounts
homephone; phone 50; Téléphone personnel
leadsource; picklist; Origine; Cold Call, Employee, Partner, Web Site, Word of mouth, Other
otherphone; phone 50; Autre téléphone
title; string 50; Fonction
fax; phone 50; Fax
department; string 30; Service
birthday; date; Date de naissance
email; email 100; E-mail
assigned_user_id; owner mandatory; Assigné à
reference; boolean; Référence
notify_owner; boolean; Prévenir le propriétaire
createdtime; datetime readonly; Date de création
modifiedtime; datetime readonly; Date de modification
modifiedby; reference readonly; Modifié par; Users
emailoptout; boolean; Refus des e-mails
tickets_access; boolean; Accès aux tickets
mailingstreet; text 250; Rue
otherstreet; text 250; Autre rue
mailingcity; string 40; Ville
othercity; string 40; Autre ville
mailingstate; string 30; Région
otherstate; string 30; Autre région
mailingzip; string 30; Code postal
otherzip; string 30; Autre code postal
mailingcountry; string 40; Pays
othercountry; string 40; Autre pays
mailingpobox; string 30; Boîte postale
otherpobox; string 30; Autre boîte postale
description; text; Description
isconvertedfromlead; boolean readonly; Issu d'un prospect
accounting_code; string 100; Code comptable
customer_code; string 100; Code client
last_contact; date readonly; Dernier contact
last_event; date readonly; Dernier événement
last_task; date readonly; Dernière tâche
last_mail_in; date readonly; Dernier e-mail reçu
last_mail_out; date readonly; Dernier e-mail envoyé
massmailing_subscribed; boolean; Abonné
massmailing_undeliverable; boolean; Non distribuable
creator; reference readonly; Créateur; Users
last_futur_contact; date readonly; Prochain contact
gdpr_access; boolean; Accès RGPD
"""

ACCOUNTS = """
accountname; string 100 mandatory; Nom du compte
account_no; string readonly; N° de compte
phone; phone 50; Téléphone
website; url 100; Site web
fax; phone 50; Fax
otherphone; phone 50; Autre téléphone
account_id; reference; Membre de; Accounts
email1; email 100; E-mail
employees; integer; Effectif
industry; picklist; Secteur; Banking, Consulting, Education, Technology, Other
accounttype; picklist; Type; Analyst, Competitor, Customer, Partner, Prospect, Other
annual_revenue; currency; Chiffre d'affaires
assigned_user_id; owner mandatory; Assigné à
createdtime; datetime readonly; Date de création
modifiedtime; datetime readonly; Date de modification
modifiedby; reference readonly; Modifié par; Users
bill_street; text 250; Rue
bill_city; string 30; Ville
bill_state; string 30; Région
bill_code; string 30; Code postal
bill_country; string 30; Pays
description; text; Description
"""

POTENTIALS = """
potentialname; string 120 mandatory; Nom de l'affaire
potential_no; string readonly; N° d'affaire
amount; currency; Montant
related_to; reference mandatory; Relatif à; Accounts, Contacts
closingdate; date mandatory; Date de clôture prévue
opportunity_type; picklist; Type; Existing Business, New Business
nextstep; string 100; Etape suivante
leadsource; picklist; Origine; Cold Call, Employee, Partner, Web Site, Word of mouth, Other
sales_stage; picklist mandatory; Phase; Prospecting, Qualification, Closed Won, Closed Lost
assigned_user_id; owner mandatory; Assigné à
probability; double; Probabilité
createdtime; datetime readonly; Date de création
modifiedtime; datetime readonly; Date de modification
modifiedby; reference readonly; Modifié par; Users
description; text; Description
"""

HELPDESK = """
ticket_no; string readonly; Ticket N°
assigned_user_id; owner mandatory; Assigné à
parent_id; reference; Relatif à; Accounts
ticketpriorities; picklist; Priorité; Bas=Low, Normale=Normal, Haute=High, Urgente=Urgent
product_id; reference; Produit; Products
ticketseverities; picklist; Engagement; \
Mineur=Minor, Majeur=Major, Fonctionnel=Feature, Critique=Critical
ticketstatus; picklist mandatory nullable; Statut; \
Ouvert=Open, En cours=In Progress, Attente réponse=Wait For Response, Fermé=Closed
ticketcategories; picklist; Catégorie; \
Gros problème=Big Problem, Petit problème=Small Problem, Autre problème=Other Problem
update_log; text; Mise à jour historique
hours; double; Heures
days; double; Jours
createdtime; datetime readonly; Date de création
modifiedtime; datetime readonly; Date de modification
modifiedby; reference readonly; Modifié par; Users
ticket_title; string 255 mandatory; Titre
description; text; Description
solution; text; Solution
contact_id; reference; Nom du contact; Contacts
"""

EVENTS = """
subject; string 100 mandatory; Sujet
assigned_user_id; owner mandatory; Assigné à
date_start; date mandatory; Date de début
time_start; time mandatory; Heure de début
due_date; date mandatory; Date de fin
time_end; time mandatory; Heure de fin
recurringtype; picklist; Récurrence; Daily, Weekly, Monthly, Yearly
duration_hours; integer mandatory; Durée
duration_minutes; picklist; Minutes; 00, 15, 30, 45
parent_id; reference; Relatif à; Leads, Accounts, Contacts, Potentials, HelpDesk
eventstatus; picklist mandatory; Statut; Planned, Held, Not Held
sendnotification; boolean; Notification
activitytype; picklist mandatory; Type; Call, Meeting
location; string 150; Lieu
createdtime; datetime readonly; Date de création
modifiedtime; datetime readonly; Date de modification
taskpriority; picklist; Priorité; High, Medium, Low
notime; boolean; Sans heure
visibility; picklist notnull; Visibilité; Private, Public
modifiedby; reference readonly; Modifié par; Users
description; text; Description
reminder_time; integer; Rappel
contact_id; reference; Nom du contact; Contacts
"""

DOCUMENTS = """
notes_title; string 50 mandatory; Titre
createdtime; datetime readonly; Date de création
modifiedtime; datetime readonly; Date de modification
filename; file unread; Nom du fichier
assigned_user_id; owner mandatory; Assigné à
notecontent; text; Note
filetype; string readonly; Type de fichier
filesize; integer readonly; Taille
filelocationtype; picklist; Emplacement; Interne=I, Externe=E
fileversion; string 50; Version
filestatus; boolean; Actif
filedownloadcount; integer readonly; Téléchargements
folderid; reference; Dossier; DocumentFolders
note_no; string readonly; N° de document
modifiedby; reference readonly; Modifié par; Users
"""

USERS = """
user_name; string readonly; Identifiant
is_admin; boolean readonly; Administrateur
email1; email readonly; E-mail
first_name; string readonly; Prénom
last_name; string readonly; Nom
status; picklist readonly; Statut; Active, Inactive
"""

GROUPS = """
groupname; string readonly; Nom du groupe
description; text readonly; Description
"""

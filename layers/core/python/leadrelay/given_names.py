"""Given names, to tell them from a family's in capitals: "MARY Smith" is no "DUPONT Jean"."""

from leadrelay.nobody import words

# The commonest ones of the languages that forms are filled in in, as `plain` makes them. One that
# many families have too (MARTIN, THOMAS, SIMON, PAUL, LAURENT, SANTIAGO, …) is left out on purpose.
GIVEN_NAMES = words("""
    mary patricia jennifer linda elizabeth barbara susan jessica sarah karen lisa nancy betty sandra
    margaret ashley kimberly emily donna michelle carol amanda melissa deborah stephanie rebecca
    sharon laura cynthia dorothy amy kathleen angela shirley emma brenda pamela nicole anna samantha
    katherine christine helen debra rachel carolyn janet maria catherine heather diane olivia julie
    joyce victoria kelly christina joan evelyn lauren judith megan andrea cheryl hannah jacqueline
    martha gloria teresa ann sara madison frances kathryn janice jean abigail alice julia judy
    sophia denise amber doris marilyn danielle beverly isabella theresa diana natalie brittany
    charlotte marie kayla alexis lori jane chloe lucy sophie zoe ellie jessie kate fiona
    john james michael william christopher joseph charles daniel matthew anthony mark donald steven
    andrew joshua kenneth kevin brian timothy ronald jason edward jeffrey ryan jacob gary nicholas
    eric jonathan stephen larry justin brandon benjamin samuel gregory patrick jack peter
    ursula petra sabine monika claudia birgit renate karin brigitte heike susanne angelika katrin
    anja ute ingrid silke julia katharina johanna lena leonie hans jurgen klaus wolfgang uwe dieter
    helmut gerhard gunther manfred bernd jorg thorsten stefan matthias sebastian florian lukas
    nathalie isabelle sylvie sandrine valerie celine aurelie emilie camille pauline manon juliette
    jeanne monique chantal francoise helene veronique philippe nicolas christophe frederic stephane
    sebastien guillaume julien romain mathieu thierry pierre jacques
    carmen josefa isabel dolores pilar ana lucia elena cristina marta rosa concepcion mercedes juan
    jose antonio manuel francisco javier carlos jesus alejandro miguel rafael fernando luis
    giulia francesca chiara paola giovanna alessandra simona elisa roberta giuseppe giovanni
    luigi mario alessandro stefano marco luca matteo
    sofie anneke wilhelmina cornelia hendrika johannes jan willem pieter
    agnieszka katarzyna malgorzata ewa krystyna barbara magdalena piotr krzysztof andrzej tomasz
    pawel joao ines beatriz mariana sofia pedro ricardo tiago
""")

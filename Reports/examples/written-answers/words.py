"""The words of which the written-answers experiment makes its passages; all texts were written for this project."""

GIVEN = (
    "Adaeze Agnieszka Alejandro Alessandra Amadou Anneliese Aleksander Bartholomew Beatrix Benedikt Bronwyn Catalina Chiara "
    "Clementine Constantin Cordelia Dagmar Dariusz Desmond Dimitri Dolores Eamonn Ekaterina Eleonora Emeka Esperanza Evangeline "
    "Fabrizio Federico Fernanda Fiona Florentina Francesca Gabriela Genevieve Giovanni Gretchen Guadalupe Gustavo Hannelore "
    "Hildegard Hiroshi Ignacio Ingeborg Isadora Jacqueline Jadwiga Joachim Josephine Katarzyna Kazimierz Khadija Konstantin "
    "Krzysztof Laszlo Leopold Ludmila Magdalena Malgorzata Marguerite Mariana Matthias Maximilian Mercedes Mihaela Mohammed "
    "Montserrat Nadezhda Natsuki Nikolai Octavia Oksana Olivier Ottavio Paloma Penelope Philippa Priyanka Rafaela Raimundo "
    "Reinhard Rosalind Roberta Salvatore Sebastian Seraphina Siegfried Soledad Stanislaw Svetlana Tatiana Theodora Thaddeus Ulrike "
    "Valentina Veronika Vincenzo Wilhelmina Xiomara Yolanda Yevgeny Zbigniew Zuzanna"
).split()
FAMILY = (
    "Abernathy Adeyemi Andersson Aristides Balakrishnan Baumgartner Bernardini Bjornstad Blackwood Bogdanov Bonaparte Calderon "
    "Castellano Chakraborty Chavez Christensen Dabrowski Delacroix Demirel Dominguez Drummond Echeverria Eriksson Escobar "
    "Fairweather Fernandez Ferreira Fitzgerald Fontaine Friedman Galbraith Gonzalez Grabowski Gutierrez Hakimi Halvorsen Hashimoto "
    "Hawthorne Hernandez Hoffmann Ibrahim Ivanova Jankowski Johansson Kaczmarek Kaminski Karlsson Kavanagh Kimura Kowalczyk "
    "Kristofferson Lindqvist Lombardi Lundgren MacGregor Magnusson Marchetti Mbeki McAllister Mendoza Montgomery Moriarty Nakamura "
    "Nasser Nikolaidis Novak Nowak Obradovic Okafor Olofsson Oyelaran Papadopoulos Pellegrini Petrovic Pietersen Quintero "
    "Radcliffe Ramirez Rasmussen Rodriguez Rosenberg Rousseau Sandoval Santiago Schneider Schwarz Sepulveda Sikorski Silva Sorensen "
    "Stavros Takahashi Thibodeaux Ueda Valenzuela Vanderbilt Villanueva Wentworth Whitaker Wojcik Yamamoto Yildirim Zapata Zielinski"
).split()
TOWNS = (
    "Aarhus, Aberdeen, Accra, Adelaide, Alexandria, Almaty, Amsterdam, Antananarivo, Antwerp, Asuncion, Auckland, Baltimore, "
    "Bangalore, Barcelona, Belgrade, Bergen, Birmingham, Bogota, Bologna, Bratislava, Brisbane, Bucharest, Budapest, Buenos Aires, "
    "Bydgoszcz, Calgary, Canterbury, Cape Town, Caracas, Cardiff, Casablanca, Chattanooga, Christchurch, Cincinnati, Coimbra, "
    "Copenhagen, Cordoba, Dakar, Debrecen, Dortmund, Dresden, Dubrovnik, Dunedin, Edinburgh, Eindhoven, Florence, Frankfurt, "
    "Galway, Gdansk, Geneva, Gothenburg, Granada, Guadalajara, Guayaquil, Hamburg, Hannover, Helsinki, Hiroshima, Honolulu, "
    "Innsbruck, Istanbul, Jakarta, Johannesburg, Kathmandu, Katowice, Kinshasa, Kuala Lumpur, Lausanne, Leipzig, Lisbon, "
    "Ljubljana, Louisville, Lucerne, Luxembourg, Maastricht, Mannheim, Marrakesh, Marseille, Medellin, Melbourne, Minneapolis, "
    "Mombasa, Montevideo, Montpellier, Nagasaki, Nairobi, Newcastle, Nottingham, Odense, Oporto, Ostrava, Ouagadougou, Palermo, "
    "Pittsburgh, Pretoria, Reykjavik, Rotterdam, Sacramento, Salamanca, Salzburg, Santa Fe, Sarajevo, Sheffield, Singapore, "
    "Stavanger, Stockholm, Strasbourg, Stuttgart, Tallinn, Tashkent, Tegucigalpa, Thessaloniki, Timisoara, Toulouse, Trondheim, Turku, "
    "Utrecht, Valparaiso, Vancouver, Wellington, Winnipeg, Wroclaw, Yokohama, Zagreb"
).split(", ")
TRADES = (
    "accountant, acupuncturist, apothecary, archaeologist, architect, astronomer, ballet dancer, beekeeper, blacksmith, boat "
    "builder, bookbinder, botanist, bricklayer, bus driver, cabinetmaker, calligrapher, carpenter, cartographer, cheesemonger, "
    "chemist, chimney sweep, choreographer, clockmaker, cobbler, confectioner, crane operator, dentist, diplomat, dressmaker, "
    "electrician, engraver, entomologist, firefighter, fishmonger, florist, furniture maker, gardener, geologist, glassblower, "
    "goldsmith, hairdresser, harbour pilot, harpsichord maker, interpreter, jeweller, journalist, judge, landscape painter, "
    "librarian, lighthouse keeper, locksmith, mathematician, meteorologist, midwife, mountain guide, music teacher, notary, "
    "optician, organ builder, paediatrician, paramedic, pastry chef, pharmacist, physiotherapist, plumber, potter, printer, "
    "saddler, sculptor, seamstress, shepherd, ship broker, sign painter, stonemason, tailor, tattooist, taxidermist, tram driver, "
    "translator, upholsterer, veterinarian, vineyard owner, violin maker, watchmaker, weaver, wood carver, zoologist"
).split(", ")
HOBBIES = (
    "plays the accordion, collects old maps, keeps two donkeys, swims in the lake every morning, bakes rye bread, restores "
    "bicycles, sings in a choir, paints kites, reads detective stories, grows pumpkins, plays chess by post, repairs radios, knits "
    "long scarves, watches birds, writes short poems, sails a small boat, cooks for the neighbours, photographs bridges, climbs in "
    "the winter, studies ferns"
).split(", ")

# How a passage says each fact. {n} is the whole name and comes first; {s} is She, He or the given name.
OPENINGS = (
    "This is about {n}.",
    "Let me introduce {n}.",
    "{n} is well liked by the neighbours.",
    "Everybody on the street knows {n}.",
    "Yesterday we met {n}.",
)
FACTS = {
    "town": ("{s} lives in {v}.", "{s} has a small house in {v}.", "The home of {g} is in {v}.", "{s} moved to {v} long ago."),
    "trade": ("{s} works as {a} {v}.", "{s} is {a} {v}.", "{s} earns a living as {a} {v}.", "{s} became {a} {v} after school."),
    "born": ("{s} was born in {v}.", "The year of birth of {g} is {v}.", "{s} came into the world in {v}."),
    "hobby": ("{s} {v}.", "In the evenings {g} {v}.", "On Sundays {g} {v}."),
}

extension WordInventory {
  static let english = WordInventory(
    """
    the of and to a in is that it was for on are with as his they be at one have this from by hot word but what some we
    can out other were all there when up use your how said an each she which do their time if will way about many then
    them write would like so these her long make thing see him two has look more day could go come did number sound no
    most people my over know water than call first who may down side been now find any new work part take get place
    made live where after back little only round man year came show every good me give our under name very through just
    form sentence great think say help low line differ turn cause much mean before move right boy old too same tell
    does set three want air well also play small end put home read hand port large spell add even land here must big
    high such follow act why ask men change went light kind off need house picture try us again animal point mother
    world near build self earth father harbor meadow river mountain garden letter window morning evening winter summer
    bridge captain lantern market orchard pepper quarrel ribbon sailor thunder umbrella valley whisper yellow basket
    candle dragon engine feather glacier hammer island jacket kettle ladder mirror needle ocean pocket question rocket
    silver teacher uncle village wagon anchor barrel copper desert eagle forest goblet hollow insect jungle knight
    """,
    endings: "s ed ing er ly ness able 's ment ful less")

  static let german = WordInventory(
    """
    der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch es an werden aus er hat dass
    sie nach wird bei einer um am sind noch wie einem über einen so zum war haben nur oder aber vor zur bis mehr durch
    man sein wurde sei haus straße hafen wiese fluss berg garten brief fenster morgen abend winter sommer brücke
    kapitän laterne markt apfel frage seemann donner regen tal gelb korb kerze maschine feder hammer insel jacke
    leiter spiegel nadel ozean tasche silber lehrer dorf wagen anker kupfer wüste adler wald vögel grün größe müde
    schön früh spät öffnen hören fühlen wünschen können müssen dürfen mögen wissen schreiben lesen sprechen
    """,
    endings: "en er es e ung heit lich keit s", quotes: ("„", "“"))

  static let french = WordInventory(
    """
    de la le et les des en un du une que est pour qui dans a par plus pas au sur ne se ce il sont avec elle mais comme
    ou si leur y dont été être fait même où après très bien autre deux aussi sans entre maison rue port prairie rivière
    montagne jardin lettre fenêtre matin soir hiver été pont capitaine lanterne marché pomme question marin tonnerre
    pluie vallée jaune panier bougie moteur plume marteau île veste échelle miroir aiguille océan poche argent
    professeur village ancre cuivre désert aigle forêt oiseau vert grandeur fatigué façade garçon leçon français
    """,
    endings: "s e es ment er ait eur tion", comma: ", ", quotes: ("« ", " »"))

  static let russian = WordInventory(
    """
    и в не на я быть он с что а по это она этот к но они мы весь который из у за свой от как о так же ты для вы мочь
    такой тот год сказать один или только бы его если время себя ещё другой когда день рука самый уже мир жизнь дом
    улица гавань луг река гора сад письмо окно утро вечер зима лето мост капитан фонарь рынок яблоко вопрос моряк гром
    дождь долина жёлтый корзина свеча машина перо молоток остров куртка лестница зеркало игла океан карман серебро
    учитель деревня якорь медь пустыня орёл лес птица зелёный большой усталый открыть слышать писать читать говорить
    """,
    endings: "а ы ов ом ами ый ая ое ые ть л ла ли ние", quotes: ("«", "»"))

  static let greek = WordInventory(
    """
    και το να του η της με για την ο από που τα στο είναι ένα τον οι των σε θα δεν τους μια στην τη στη έχει όπως πιο
    αυτό αλλά μετά πολύ όταν χρόνια σπίτι δρόμος λιμάνι λιβάδι ποτάμι βουνό κήπος γράμμα παράθυρο πρωί βράδυ χειμώνας
    καλοκαίρι γέφυρα καπετάνιος φανάρι αγορά μήλο ερώτηση ναύτης βροντή βροχή κοιλάδα κίτρινο καλάθι κερί μηχανή φτερό
    σφυρί νησί σακάκι σκάλα καθρέφτης βελόνα ωκεανός τσέπη ασήμι δάσκαλος χωριό άγκυρα χαλκός έρημος αετός δάσος πουλί
    """,
    endings: "ς ν ου ων ες ους ικός ται", stops: [".", ".", "!", ";"], quotes: ("«", "»"))
}

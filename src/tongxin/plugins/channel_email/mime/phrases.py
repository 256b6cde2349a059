"""What mail programs write around a reply, by language: data only.

Everything stands in lower case and with single blanks, as lines are compared. Languages: English, Chinese
(both scripts), German, French, Spanish, Italian, Portuguese, Dutch, Russian, Ukrainian, Polish, Czech, Hungarian,
Romanian, Swedish, Danish, Norwegian, Finnish, Turkish, Greek, Arabic, Vietnamese, Indonesian, Japanese, Korean.
"""

from collections.abc import Iterable

Sign = tuple[str, str]  # how a line begins and ends that a program signs with

# The labels of a header that is repeated above the original.
SENDER = """
from|von|de|da|van|от|от кого|від|від кого|od|fra|från|lähettäjä|feladó|kimden|gönderen|de la|expeditor
expéditeur|remitente|absender|mittente|remetente|afzender|nadawca|odesílatel|отправитель|avsändare|afsender
avsender|από|αποστολέας|من|từ|người gửi|dari|发件人|发信人|发送人|寄件者|寄件人|差出人|送信者|送信元|보낸 사람
보낸사람|보낸이|발신|발신자
"""
DATE = """
date|sent|sent at|sent on|datum|gesendet|gesendet am|envoyé|envoyé le|date d'envoi|message du|fecha|enviado
enviado el|enviado em|enviada em|enviada|data|data de envio|inviato|data invio|verzonden|verzonden op|отправлено
дата|надіслано|wysłano|data wysłania|wysłane|odesláno|dátum|küldve|elküldve|küldés dátuma|trimis|skickat
skickades|sendt|dato|lähetetty|päivä|päiväys|gönderildi|gönderim tarihi|gönderme tarihi|tarih|στάλθηκε
ημερομηνία|تاريخ الإرسال|التاريخ|đã gửi|ngày|dikirim|tanggal|发送时间|发送日期|发件时间|发信时间|寄件日期
傳送時間|寄件時間|日期|时间|時間|送信日時|日時|送信日|日付|보낸 날짜|보낸날짜|보낸 시간|보낸시간|날짜|발신일
"""
RECIPIENT = """
to|an|à|a|para|aan|кому|до|do|komu|til|till|vastaanottaja|címzett|kime|alıcı|către|pour|destinataire
destinatario|destinatário|προς|إلى|đến|người nhận|kepada|收件人|收信人|接收人|收件者|宛先|受信者|받는 사람
받는사람|받는이|수신|수신자
"""
COPY = """
cc|bcc|kopie|kopie (cc)|copie|copie à|copia|cópia|c.c.|ccn|cci|копия|копія|dw|do wiadomości|kopi|kopia|kopio
másolatot kap|másolat|bilgi|κοιν|نسخة|đồng gửi|抄送|抄送人|副本|密送|密件抄送|参照|參照|참조|reply-to|antwort an
répondre à|responder a|rispondi a|beantwoorden|回复|回覆|返信先
"""
SUBJECT = """
subject|betreff|objet|asunto|oggetto|assunto|onderwerp|тема|temat|předmět|věc|tárgy|subiect|ämne|emne|aihe|konu
θέμα|الموضوع|chủ đề|tiêu đề|subjek|perihal|主题|主旨|主題|标题|標題|件名|题目|제목
"""

# What is said between two rows of dashes above the original.
ORIGINAL = """
original message|original messages|original email|original mail|original appointment|reply message
ursprüngliche nachricht|originalnachricht|original-nachricht|ursprüngliche mail|message d'origine
message original|message initial|courriel original|mensaje original|correo original|messaggio originale
messaggio originario|mensagem original|oorspronkelijk bericht|oorspronkelijke bericht|originele bericht
origineel bericht|исходное сообщение|исходное письмо|оригинальное сообщение|первоначальное сообщение
оригінальне повідомлення|вихідне повідомлення|wiadomość oryginalna|oryginalna wiadomość|původní zpráva
původní e-mail|eredeti üzenet|mesaj original|mesajul original|mesaj inițial|ursprungligt meddelande
originalmeddelande|oprindelig besked|oprindelig meddelelse|opprinnelig melding|original melding
alkuperäinen viesti|orijinal mesaj|özgün ileti|orijinal ileti|αρχικό μήνυμα|الرسالة الأصلية|thư gốc|tin nhắn gốc
pesan asli|原始邮件|原邮件|邮件原件|邮件原文|原文|原始邮件信息|原始信息|原始郵件|原文郵件|原始信件|原信件
回复的原邮件|回复的邮件|回复的邮件信息|回复邮件|回复的邮件内容|历史邮件|引用的邮件|元のメッセージ|元のメール
元メッセージ|オリジナルメッセージ|원본 메시지|원본 메일|원래 메시지|원본메시지|원문
please type your reply above this line|reply above this line|write your reply above this line
type your reply above this line|please reply above this line|bitte oberhalb dieser linie antworten
répondez au-dessus de cette ligne|请在此行上方回复|请在此线上方回复
"""
FORWARDED = """
forwarded message|forwarded mail|forwarded email|forwarded by|begin forwarded message|forward message
weitergeleitete nachricht|anfang der weitergeleiteten nachricht|weitergeleitet|message transféré
message réexpédié|début du message réexpédié|début du message transféré|courriel transféré|mensaje reenviado
inicio del mensaje reenviado|messaggio inoltrato|inizio messaggio inoltrato|mensagem encaminhada
mensagem reencaminhada|início da mensagem encaminhada|doorgestuurd bericht|begin doorgestuurd bericht
пересылаемое сообщение|пересланное сообщение|перенаправленное сообщение|начало переадресованного сообщения
переслане повідомлення|przekazana wiadomość|wiadomość przekazana|początek przekazywanej wiadomości
přeposlaná zpráva|továbbított üzenet|mesaj redirecționat|vidarebefordrat meddelande|vidarebefordrat mail
videresendt besked|videresendt meddelelse|videresendt melding|välitetty viesti|edelleenlähetetty viesti
iletilen ileti|iletilmiş mesaj|προωθημένο μήνυμα|رسالة معاد توجيهها|thư đã chuyển tiếp|pesan terusan|转发的邮件
转发邮件|转发邮件信息|转发信息|邮件转发|已转发邮件|轉寄郵件|轉寄的郵件|已轉寄的郵件|轉寄訊息
転送されたメッセージ|転送メッセージ|転送元メッセージ|전달된 메시지|전달된 메일|전달 메시지
"""
FORWARDED_SUBJECTS = (
    "fw|fwd|wg|tr|rv|enc|i|doorst|pd|vs|vb|vl|továbbítás|ilt|пересл|转发|轉寄|轉發|転送|전달"
)

# Verbs of a line that says who wrote what follows.
WROTE = """
wrote|writes|schrieb|geschrieben|a écrit|écrivait|a ecrit|escribió|escribio|ha scritto|scrisse|scritto|escreveu
escreveram|schreef|heeft geschreven|het volgende geschreven|пишет|писал|писала|написал|написала|написав
написала(а)|пише|napisał|napisała|napisał(a)|pisze|napsal|napsala|napsal(a)|írta|ezt írta|a scris|skrev
skrev følgende|följande|kirjoitti|şunu yazdı|şunları yazdı|yazdı|έγραψε|كتب|đã viết|menulis|写道|写到|写|寫道|寫
撰写|来信|のメール|書きました|のメッセージ|wrote (on)|님이 작성|작성|작성함|님이 쓴|썼습니다|のコメント
"""
MONTHS = """
jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|january|february|march|april|june|july|august|september|october
november|december|sept
"""

# The whole line, when a telephone or a program signs by itself; three dots stand for anything short.
SENT_FROM = """
sent from ...|sent via ...|sent using ...|sent with ...|sent by ... app|get outlook for ...|get bluemail for ...
sent on the go ...|sent through ...|get the outlook app ...|download outlook for ...|gesendet von ...
gesendet mit ...|gesendet über ...|gesendet aus ...|von meinem ... gesendet
diese nachricht wurde von meinem ... gesendet|von ... gesendet|holen sie sich outlook für ...
outlook für ... herunterladen|outlook für ... beziehen|envoyé de ...|envoyé depuis ...|envoyé à partir ...
envoyé avec ...|envoyé par ...|télécharger outlook pour ...|obtenir outlook pour ...|obtenez outlook pour ...
provenance : ...|enviado desde ...|enviado con ...|enviado del ...|obtener outlook para ...
descargar outlook para ...|obtén outlook para ...|inviato da ...|inviato dal ...|inviato con ...
inviato tramite ...|scarica outlook per ...|ottieni outlook per ...|enviado do ...|enviado a partir ...
enviado pelo ...|enviado por ...|enviado com ...|enviado via ...|enviado de ...|obter o outlook para ...
obtenha o outlook para ...|baixe o outlook para ...|verzonden vanaf ...|verzonden met ...|verzonden via ...
verstuurd vanaf ...|verstuurd met ...|verstuurd vanuit ...|outlook voor ... downloaden|download outlook voor ...
отправлено с ...|отправлено из ...|отправлено от ...|отправлено через ...|получить outlook для ...
скачать outlook для ...|надіслано з ...|відправлено з ...|отримати outlook для ...|wysłano z ...|wysłane z ...
wysłano przy ...|wysłano za ...|pobierz outlook ...|pobierz program outlook ...|pobierz aplikację outlook ...
odesláno z ...|odesláno ze ...|získat outlook pro ...|poslano z ...|elküldve ...|küldve ... eszközről
trimis de pe ...|trimis de la ...|skickat från ...|skickat med ...|skickades från ...|hämta outlook för ...
sendt fra ...|sendt med ...|hent outlook til ...|få outlook for ...|lähetetty ...|hanki outlook ...
... gönderildi|... edinin|στάλθηκε από ...|εστάλη από ...|أرسلت من ...|تم الإرسال من ...|مرسل من ...|gửi từ ...
được gửi từ ...|dikirim dari ...|dikirim melalui ...|发自我的...|发自...|从我的...发送|从我的...发出
由我的...发送|发送自...|来自我的...|寄自我的...|寄自...|傳送自...|從我的...傳送|從我的...寄出|從我的...發送
通过我的...发送|使用...发送|通过...发送|获取 outlook ...|获取适用于...|获取outlook...|取得 outlook ...
下载 outlook ...|...定制|此邮件由...发送|我的...发送|...から送信|...より送信|...から送信されました|... を入手
...を入手|나의 ...에서 보냄|내 ...에서 보냄|...에서 보냄|...에서 보냈습니다|...에서 전송|...에서 발송
...에서 전송됨|... 다운로드|...용 outlook 받기
"""

# These are followed by a full stop, as advertisements are.
ADVERTISED = "sent with proton mail|sent from proton mail|sent via superhuman|sent with mailspring|sent with spark"

# The line before the name, when somebody signs by hand.
SIGN_OFF = """
regards|best regards|kind regards|kindest regards|warm regards|warmest regards|many regards|with regards
with best regards|with kind regards|best and regards|thanks and regards|thanks & regards|thank you and regards
best|all the best|best wishes|kind wishes|warm wishes|with best wishes|cheers|yours truly|yours faithfully
respectfully|rgds|br|kr|mit freundlichen grüßen|mit freundlichen grüssen|mit freundlichem gruß|mit besten grüßen
mit herzlichen grüßen|freundliche grüße|freundliche grüsse|beste grüße|viele grüße|liebe grüße|herzliche grüße
schöne grüße|grüße|gruß|mfg|lg|vg|hochachtungsvoll|cordialement|bien cordialement|très cordialement
cordiales salutations|bien à vous|bien à toi|salutations|salutations distinguées|meilleures salutations
sincères salutations|sincèrement|amicalement|respectueusement|cdlt|saludos|un saludo|un cordial saludo
saludos cordiales|cordiales saludos|atentamente|cordialmente|muy atentamente|atte|cordiali saluti
distinti saluti|saluti|un saluto|un cordiale saluto|cari saluti|i migliori saluti|atenciosamente|cumprimentos
com os melhores cumprimentos|melhores cumprimentos|abraços|abraço|abs|att|saudações|met vriendelijke groet
met vriendelijke groeten|vriendelijke groet|vriendelijke groeten|hartelijke groet|hartelijke groeten|groet
groeten|groetjes|mvg|hoogachtend|с уважением|с наилучшими пожеланиями|всего доброго|всего наилучшего|з повагою
z poważaniem|pozdrawiam|pozdrowienia|z wyrazami szacunku|serdecznie pozdrawiam|s pozdravem
s přátelským pozdravem|üdvözlettel|cu stimă|cu respect|med vänliga hälsningar|med vänlig hälsning
vänliga hälsningar|hälsningar|mvh|med venlig hilsen|venlig hilsen|med vennlig hilsen|vennlig hilsen|hilsen
de bedste hilsner|ystävällisin terveisin|terveisin|saygılarımla|saygılarımızla|με εκτίμηση|trân trọng
hormat saya|salam
"""


def table(text: str) -> frozenset[str]:
    """Return the phrases of a table."""
    return frozenset(
        phrase for line in text.strip().split("\n") for phrase in line.split("|") if phrase
    )


def groups(pairs: Iterable[tuple[str, Sign]]) -> dict[str, list[Sign]]:
    """Return what belongs to each key."""
    grouped: dict[str, list[Sign]] = {}
    for key, value in pairs:
        grouped.setdefault(key, []).append(value)
    return grouped

"""How the subjects of automatic replies begin, by language: data only, in lower case."""

ABSENCES = (
    r"auto(?:matic|mated)?[- ]?re(?:ply|spon[sd])", r"automatic(?:ally)? (?:generated )?re(?:ply|sponse)", r"auto:",
    r"out[- ]of[- ](?:the[- ])?office", r"ooo\b[: ]",
    r"(?:i am |i'm )?(?:on|away on) (?:vacation|holiday|annual leave|leave)\b",
    r"vacation (?:reply|notice|message|auto)", r"away from (?:my|the) (?:desk|office|mail)", r"absence notif",
    r"automatische (?:antwort|rückantwort)", r"abwesenheits", r"abwesend",
    r"réponse automatique", r"message d'absence", r"absence du bureau", r"absent\(?e?\)? du bureau",
    r"respuesta autom", r"fuera de (?:la )?oficina",
    r"risposta automatica", r"fuori (?:sede|ufficio)", r"assenza dall'ufficio",
    r"resposta autom", r"ausência tempor", r"fora do escrit",
    r"automatische? (?:antwoord|beantwoord)", r"automatisch antwoord", r"afwezigheid", r"niet aanwezig",
    r"автоматический ответ", r"автоответ", r"автоматична відповідь",
    r"autoodpowied", r"automatyczna odpowied", r"nieobecno", r"automatická odpověď", r"automatikus válasz",
    r"răspuns automat",
    r"autosvar", r"automatiske?t? svar", r"frånvaro", r"fravær", r"automaattinen vastaus", r"poissa",
    r"otomatik yanıt", r"αυτόματη απάντηση", r"رد تلقائي", r"trả lời tự động",
    r"自动(?:回复|答复|回覆|应答)", r"自動(?:回覆|答覆|応答|返信|回复)", r"休假(?:自动)?(?:回复|通知)", r"外出自动",
    r"不在办公室",
    r"不在(?:通知|です|のため)", r"休暇(?:のお知らせ|中)", r"자동 ?(?:회신|응답|답장)", r"부재(?: ?중)",
)  # fmt: skip

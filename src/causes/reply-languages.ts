import type { ReplyMeaning } from './reply.ts';

/** How one meaning is said in languages other than English. */
export interface Wording {
  meaning: ReplyMeaning;
  /** Latin letters stand without their accents, as in `wordsOf`. Linear. */
  match: RegExp;
  /** Only replies of this class; absent: both. */
  codes?: readonly ['4' | '5'];
  examples: readonly [string, ...string[]];
}

/**
 * German, French, Spanish, Portuguese, Italian, Dutch, Polish, Russian, Japanese, Chinese, Korean and some more, in the
 * order in which they are asked: what is said of a machine comes before what is said of a mailbox, that before what is
 * said of a message. Words are given by their stems, what is refused before how it is refused.
 */
export const wordings: readonly Wording[] = [
  {
    meaning: 'authentication-failed',
    match: /(?:обратн\w*|ptr).{0,20}(?:dns|зон|запис)|逆引き|反向解析/,
    examples: ['550 Не найдена обратная запись DNS: обратная зона', '550 逆引きができません'],
  },
  {
    meaning: 'server-blocklisted',
    match:
      /schwarze\w{0,9} liste|(?:sperr|block)liste|liste noire|lista ne[gr]r[ao]|lista de bloque|czarn\w{1,9} li[sś]|zwarte lijst|ч[её]рн\S{0,9} спис|黑名单|黑名單|ブラックリスト|블랙리스트|\bip\b[^.;]{0,40}(?:bloque|bloccat|zablokowan|geblokkeerd|geblokt|geweigerd|gesperrt|abgelehnt|blockiert|rejete|refuse|rechazad|rejeitad|rifiutat|respint|odrzucon|заблок|блокир|запрещ|отклон|拒否|拒绝|拒絕)|(?:заблок|блокир|запрещ)\S* .{0,20}\bip\b/,
    examples: [
      '550 Adres IP nadawcy znajduje sie na czarnej liscie',
      '554 Uw IP-adres 192.0.2.1 is geblokkeerd',
      '550 Ваш IP-адрес 192.0.2.1 заблокирован',
      '550 您的IP已被列入黑名单',
    ],
  },
  {
    meaning: 'greylisted',
    codes: ['4'],
    match:
      /liste grise|lista gris|lista grigia|lista cinz|szar\w{1,9} li|grijze lijst|сер\S{0,9} спис|灰名单|灰名單|グレイリスト|グレーリスト/,
    examples: ['451 Vous etes en liste grise', '450 Szara lista'],
  },
  {
    meaning: 'rate-limited',
    match:
      /trop (?:de|d')\b|trop (?:vite|rapid|frequ)|ralentir|zu (?:viele|haufig|schnell)|langsamer|demasiad[ao]s|tropp[ei]\b|muit[ao]s (?:conex|mens|dest|e-?mails)|te (?:veel|snel)\b|zbyt (?:wiel|duzo|cze?st|szybk)|(?:limit|cuota)e? (?:d[eio]\w*|de|van|fur|wiadomosci) .{0,30}(?:exced|superad|depass|atteint|alcan[cz]|superat|raggiunt|overschr|erreicht|przekrocz)|przekroczono (?:limit|liczb)|слишком (?:много|часто|быстро)|превыш\S* .{0,20}(?:лимит|частот|количеств|числ)|(?:лимит|частот)\S* .{0,30}превыш|过于频繁|頻繁|频率|频繁|過於頻繁|超过.{0,8}(?:次数|数量|频)|多すぎ|送信制限|接続数/,
    examples: [
      '421 Trop de connexions, veuillez verifier votre configuration.',
      '421 Zu viele Verbindungen',
      '450 Zbyt wiele polaczen',
      '451 Limite de mensajes excedido',
      '450 发送频率过高',
    ],
  },
  {
    meaning: 'message-too-large',
    match:
      /(?:message|courriel|nachricht|mail|mensaje|mensagem|messaggio|correo|bericht|wiadomosc\w{0,9}|anhang|piece jointe)\b.{0,30}\b(?:zu gross|zu lang|trop (?:gros|grand|volumineux|lourd|long)|demasiado (?:grande|larg)|muito (?:grande|long)|troppo (?:grande|lung)|te (?:groot|lang)|zbyt duz)|(?:taille|grosse|tamano|tamanho|dimension[ei]|grootte|rozmiar)\b.{0,40}(?:message|nachricht|mensaje|mensagem|messaggio|bericht|wiadomosci|maxim|massim|depass|excede|supera|przekracz)|(?:mensaje|mensagem|messaggio|message|nachricht|bericht|wiadomosc)\b.{0,20}\b(?:supera|excede|depasse|uberschreitet|przekracza)\b.{0,40}(?:taille|grosse|tamano|tamanho|dimension|rozmiar)|размер\S{0,9} (?:письма|сообщен)|(?:письмо|сообщение) слишком (?:больш|велик)|邮件.{0,4}(?:过大|太大|大小)|郵件.{0,4}(?:過大|太大|大小)|サイズ.{0,12}(?:大き|超)|容量.{0,8}(?:大きすぎ)/,
    examples: [
      '552 Die Nachricht ist zu groß',
      '552 Message trop volumineux',
      '552 El mensaje supera el tamaño máximo permitido',
      '552 Превышен допустимый размер письма',
    ],
  },
  {
    meaning: 'mailbox-full',
    match:
      /\b(?:boite|bal|postfach|mailkonto|buzon|casella|caixa|skrzynk\w|schranka|postkasse|postvak|mailbox|posteingang)\b.{0,40}\b(?:pleine?|satur\w+|voll|uberfullt|llen[oa]|piena|cheia|lotad[oa]|pelna|przepelnion\w|plna|vol|full)\b|\b(?:quota|cuota|cota|speicherplatz|espacio|espaco|spazio)\b.{0,40}(?:depass|exced|superad|superat|erschopf|uberschr|esaurit|esgotad|insufici|insuffici|przekrocz|agotad)|(?:exced|superad|depass|uberschr)\w* .{0,24}\b(?:quota|cuota|cota)\b|ящик\S* .{0,30}(?:переполн|заполн)|квот\S* .{0,20}(?:превыш|исчерп)|превыш\S* .{0,10}квот|邮箱\S{0,4}(?:已?满|空间)|郵箱已?滿|空间不足|空間不足|メールボックス.{0,16}(?:いっぱい|一杯|満杯|容量|超過|オーバー)|容量.{0,8}(?:超過|オーバー|不足)|편지함.{0,10}(?:가득|초과)/,
    examples: [
      '552 5.1.1 Boite du destinataire pleine.',
      '552 Das Postfach von <a@x.example> ist voll',
      '552 El buzón del destinatario está lleno',
      '552 Skrzynka przepełniona',
      '552 Почтовый ящик переполнен',
      '552 メールボックスがいっぱいです',
      '552 收件人邮箱已满',
    ],
  },
  {
    meaning: 'mailbox-disabled',
    codes: ['5'],
    match:
      /\b(?:inutilizzo|falta de uso)\b|\b(?:boite|compte|adresse|konto|mailkonto|postfach|benutzer|empfang\w*|cuenta|buzon|conta|caixa|casella|account|utente|usuario|destinataire|destinatario|skrzynka|uzytkownik|odbiorca|gebruiker|postvak) .{0,40}\b(?:archivee|bloque\w*|bloquead\w*|bloccat\w|desactive\w*|suspendu\w*|ferme\w?|inactive?|gesperrt|deaktiviert|abgeschaltet|inaktiv|stillgelegt|geschlossen|suspendid\w*|suspens[oa]|deshabilitad\w|desabilitad\w|desactivad\w*|desativad\w*|cancelad\w|inactiv[oa]|inativ[oa]|disabilitat\w*|sospes\w*|disattivat\w*|zablokowan\w*|nieaktywn\w*|wylaczon\w*|geblokkeerd|uitgeschakeld|gedeactiveerd|opgeheven)|(?:ящик|пользовател|аккаунт|адрес|уч[её]тн\S* запис)\S* .{0,30}(?:заблок|отключ|неактив|удал[её]н|приостан)|(?:帐号|账号|帳號|邮箱|郵箱|用户|账户|帐户).{0,10}(?:冻结|凍結|禁用|停用|封锁|封鎖|锁定|注销)|(?:アカウント|メールボックス|ユーザー?|アドレス).{0,12}(?:無効|停止|凍結|閉鎖)|(?:계정|사용자).{0,10}(?:휴면|정지|중지)/,
    examples: [
      '550 5.5.0 Boite du destinataire archivee.',
      "550 Questo indirizzo e' bloccato per inutilizzo",
      '550 Das Konto ist gesperrt',
      '550 Cuenta de correo desactivada',
      '550 Ящик заблокирован',
      '550 该邮箱已被停用',
    ],
  },
  {
    meaning: 'dns-failure',
    match:
      /\b(?:domaine|dominio|domain|domein|domena)\b.{0,30}(?:n'existe|no existe|nao existe|non esiste|existiert nicht|bestaat niet|nie istnieje|inconnu|desconocid|sconosciut|unbekannt|onbekend|nieznan)|домен\S* .{0,30}не (?:существ|найден)|域名.{0,8}(?:不存在|无效)|ドメイン.{0,12}(?:存在し|見つかり)/,
    examples: ['550 El dominio no existe', '550 Домен не найден'],
  },
  {
    meaning: 'mailbox-unknown',
    codes: ['5'],
    match:
      /\b(?:okand mottagare|ukjent (?:bruker|mottaker)|ukendt (?:bruger|modtager)|tuntematon vastaanottaja|nincs ilyen felhasznalo|utilizator necunoscut|neznamy (?:uzivatel|prijemce)|destinatario errato)\b|\b(?:no existe|nao existe|non esiste|existiert nicht|bestaat niet|nie istnieje)\b|\b(?:destinataire|utilisateur|adresse|compte|boite|usuario|destinatario|utente|casella|indirizzo|buzon|cuenta|direccion|endereco|conta|caixa|account)\b.{0,40}\b(?:inconnue?|invalide|inexistante?|n'existe|introuvable|desconocid[oa]|inexistente|no existe|no valid[oa]|no encontrad[oa]|sconosciut[oa]|non esiste|inesistente|non (?:e )?(?:stat[oa] )?(?:valid|trovat)[oa]|desconhecid[oa]|nao (?:existe|encontrad[oa])|invalid[oa])\b|\bn'existe pas|\bdestin\. sconosciut|\bunbekannt\w* (?:empf\w+|benutzer|adress\w*|nutzer)|\b(?:empf\w+|benutzer|\w{0,20}adress\w{0,9}|postfach|nutzer|konto|mailbox)\b.{0,40}\b(?:unbekannt|nicht (?:gefunden|bekannt|vorhanden|existent|existiert)|existiert nicht|ungultig)|\bkein\w* (?:solche[rs]? )?(?:empf\w+|benutzer|postfach|nutzer)|\b(?:uzytkownik|konto|adres|skrzynka|odbiorca|adresat)\w*\b.{0,40}(?:nieznan|nie istnieje|nie zostal)|\bnieznan\w+ (?:uzytkownik|adresat|odbiorca|adres)|nie ma takie|\bonbekende (?:gebruiker|ontvanger)|\b(?:gebruiker|ontvanger|postvak|mailadres|adres)\w* (?:is )?(?:onbekend|bestaat niet|niet (?:gevonden|bekend))|(?:пользовател|ящик|адрес|получател|уч[её]тн\S* запис)\S{0,20} .{0,40}(?:не (?:существ|найден|зарегистр)|неизвест|отсутств)|нет так|так\S{1,9} .{0,24}(?:нет\b|не (?:существ|найден))|(?:неизвестн|несуществующ)\S{0,9} (?:пользовател|получател|адрес)|(?:用户|用戶|收件人|邮箱|郵箱|帐号|账号|帳號|地址).{0,10}(?:不存在|未找到|找不到|无效|無效|未知)|(?:不存在|无此|無此|没有此)的?(?:用户|收件人|邮箱|帐号|地址)|(?:ユーザー?|宛先|アドレス|受信者|メールボックス|アカウント).{0,16}(?:存在し(?:ません|ない)|見つかりません|ありません|不明|無効な)|(?:사용자|수신자|주소|계정).{0,12}(?:존재하지|없)/,
    examples: [
      '550 5.5.0 Adresse destinataire invalide.',
      '550 5.1.1 Utilisateur inconnu',
      '550 Usuario desconocido',
      '550 5.1.1 Okänd mottagare',
      '550 Unbekannter Empfänger',
      '550 Benutzer <a@x.example> existiert nicht',
      '550 Uzytkownik nieznany',
      '550 Onbekende gebruiker',
      '550 Пользователь не найден',
      '550 用户不存在',
      '550 宛先のメールアドレスが見つかりません',
    ],
  },
  {
    meaning: 'relay-denied',
    match:
      /\brel(?:ay|ai)\w*\b.{0,24}\b(?:nicht|verweigert|interdit|refuse|denegad|negad|no (?:se )?permit|nao permit|non (?:e )?(?:consentit|permess)|negat|geweigerd|niet toegestaan|zabronion|odrzucon)|weiterleit\w* .{0,20}(?:nicht|verweigert)|retransmi\S* .{0,20}(?:no |nao )|(?:no|nao) se permite (?:el )?(?:relay|retrans|reenvi)|пересылк\S* .{0,30}(?:запрещ|не разреш|отклон)|(?:relay|релей)\S* .{0,16}запрещ|(?:不允许|禁止|拒绝)(?:中继|转发)|(?:中継|リレー).{0,12}(?:拒否|許可されて|禁止)/,
    examples: ['550 Relay denegado', '554 Relais refusé', '550 Пересылка почты запрещена'],
  },
  {
    meaning: 'spam',
    match:
      /indesirable|pourriel|no desead|correo basura|lixo eletronico|indesiderat|posta spazzatura|ongewenst|niechcian|unerwunschte (?:mail|werbung|nachricht)|(?:als|wegen) werbung|нежелательн|рассылк|垃圾|迷惑メール|스팸/,
    examples: [
      '554 Mensaje rechazado por ser correo no deseado',
      '554 迷惑メールと判定されました',
      '554 疑似垃圾邮件',
    ],
  },
  {
    meaning: 'policy',
    match:
      /(?:zugriff|zugang|annahme) (?:\w+ )?(?:verweigert|abgelehnt)|acces (?:refuse|interdit)|acceso denegado|acesso negado|accesso negato|toegang geweigerd|dostep (?:zabronion|wzbronion)|не (?:разреш|допуск)|доступ\S* .{0,12}запрещ|受信.{0,6}拒否|访问被拒绝|拒收|richtlinie|politique de|politica de|politik[ai] |политик|(?:absender|expediteur|remitente|remetente|mittente|nadawca|afzender|отправител\S*|发件人|送信者).{0,30}(?:gesperrt|bloque|blockiert|interdit|bloquead|bloccat|non autorizzat|no autorizad|nao autorizad|nicht (?:erlaubt|zugelassen)|zablokowan|geblokkeerd|запрещ|заблок|拒否|拒绝)/,
    examples: [
      '554 Zugriff verweigert',
      '550 Доступ запрещен',
      '550 受信が拒否されました',
      '550 Absender gesperrt',
    ],
  },
  {
    meaning: 'temporary',
    match:
      /temporaire|vorubergehend|temporane\w|temporari\w|tijdelijk|tymczasow|временн|暂时|一時的|plus tard|mas tarde|piu'? tardi|mais tarde|spater|later opnieuw|pozniej|reessay|riprov|позже|повторите|稍后|稍後|しばらく|後ほど|나중에/,
    examples: ['550 5.5.0 Service refuse. Veuillez essayer plus tard.', '554 Повторите попытку позже'],
  },
];

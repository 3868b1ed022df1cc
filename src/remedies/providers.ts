/**
 * Senders that share their machines among all their customers. One address of theirs in a list is futile, for the next
 * mail comes from another, and dangerous, for it opens the check to everybody who rents there. They are known by the
 * name that DNS confirmed, never by lists of addresses, which age.
 */
const POOLS: readonly (readonly [suffix: string, name: string])[] = [
  ['outbound.protection.outlook.com', 'Microsoft 365'],
  ['outlook.com', 'Microsoft'],
  ['hotmail.com', 'Microsoft'],
  ['google.com', 'Google'],
  ['yahoo.com', 'Yahoo'],
  ['yahoodns.net', 'Yahoo'],
  ['amazonses.com', 'Amazon SES'],
  ['sendgrid.net', 'SendGrid'],
  ['mailgun.net', 'Mailgun'],
  ['mailgun.org', 'Mailgun'],
  ['mcsv.net', 'Mailchimp'],
  ['mcdlv.net', 'Mailchimp'],
  ['rsgsv.net', 'Mailchimp'],
  ['mandrillapp.com', 'Mandrill'],
  ['exacttarget.com', 'Salesforce'],
  ['salesforce.com', 'Salesforce'],
  ['constantcontact.com', 'Constant Contact'],
  ['pphosted.com', 'Proofpoint'],
  ['ppe-hosted.com', 'Proofpoint'],
  ['mimecast.com', 'Mimecast'],
  ['mimecast.co.za', 'Mimecast'],
  ['messagelabs.com', 'Symantec'],
  ['barracudanetworks.com', 'Barracuda'],
  ['sparkpostmail.com', 'SparkPost'],
  ['mtasv.net', 'Postmark'],
  ['mailjet.com', 'Mailjet'],
  ['sendinblue.com', 'Brevo'],
  ['brevo.com', 'Brevo'],
  ['hubspotemail.net', 'HubSpot'],
  ['zohomail.com', 'Zoho'],
  ['zoho.com', 'Zoho'],
  ['icloud.com', 'Apple'],
  ['apple.com', 'Apple'],
  ['qq.com', 'Tencent'],
  ['163.com', 'NetEase'],
  ['mail.ru', 'Mail.ru'],
  ['yandex.net', 'Yandex'],
  ['mail.ovh.net', 'OVH'],
  ['kundenserver.de', 'IONOS'],
  ['perfora.net', 'IONOS'],
  ['gmx.net', 'GMX'],
  ['web.de', 'GMX'],
  ['secureserver.net', 'GoDaddy'],
  ['mailchannels.net', 'MailChannels'],
];

/** @param reverseName the name that DNS confirmed. @returns whose pool the machine is of, or null. */
export function poolOf(reverseName: string | null): string | null {
  const name = reverseName?.toLowerCase() ?? '';
  return POOLS.find(([suffix]) => name === suffix || name.endsWith(`.${suffix}`))?.[1] ?? null;
}

/** Domains in which anybody has an address: an entry for all of one would let every forger of it in. */
const PUBLIC: ReadonlySet<string> = new Set([
  'gmail.com',
  'googlemail.com',
  'outlook.com',
  'hotmail.com',
  'live.com',
  'msn.com',
  'yahoo.com',
  'ymail.com',
  'aol.com',
  'icloud.com',
  'me.com',
  'gmx.de',
  'gmx.net',
  'gmx.com',
  'web.de',
  't-online.de',
  'mail.ru',
  'bk.ru',
  'inbox.ru',
  'list.ru',
  'yandex.ru',
  'rambler.ru',
  'qq.com',
  '163.com',
  '126.com',
  'orange.fr',
  'free.fr',
  'laposte.net',
  'comcast.net',
  'proton.me',
  'protonmail.com',
  'zoho.com',
]);

export function isPublicDomain(domain: string): boolean {
  return PUBLIC.has(domain.toLowerCase());
}

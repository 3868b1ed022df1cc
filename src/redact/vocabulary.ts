import { causes } from '../causes/index.ts';
import { replyRows } from '../causes/reply.ts';

/** Words of the lines around the reasons: fields, verbs and states of Exim's and Postfix's logs. */
const LOG_WORDS = `
  none type aaaa txt cname ipv6 http https ftp mailto exim postfix smtpd smtp lmtp cleanup qmgr local virtual pipe bounce error postscreen verify dnsblog anvil tlsproxy
  sender recipient client host helo ehlo mail from rcpt to data quit rset auth starttls proto esmtp esmtps esmtpa esmtpsa
  esmtpsmtp utf8esmtp relay delay delays dsn status sent deferred bounced expired undeliverable deliverable reject warn
  warning hold discard noqueue connect disconnect lost connection after unknown said reply in command fatal panic
  rejected temporarily fail failed defer completed retry time not reached for any timeout exceeded incoming outgoing
  remote router transport lookuphost dnslookup smarthost authenticator login plain cram set id name user size
  tls ssl cv no yes sni dn cause address of the by with and or as is was at on an be are via
  sasl_method sasl_username set_id orig_to remote_smtp local_delivery dovecot_login dovecot_plain virtual_userdelivery
  jan feb mar apr may jun jul aug sep oct nov dec mon tue wed thu fri sat sun utc gmt
`;

/** What a word in an example may not be taken from: addresses, hosts, links. */
const NAMES = /(?<!\S)\S*[@/\\]\S*|(?<![\w-])[\w-]+(?:\.[\w-]+)+/g;

let known: ReadonlySet<string> | undefined;

/**
 * The words that a redacted text may keep, in lower case: those of the log lines and replies that the tables of causes
 * know. Any other word may be somebody's name or the subject of a letter.
 */
export function vocabulary(): ReadonlySet<string> {
  known ??= new Set(
    [LOG_WORDS, ...examples()].flatMap(
      (text) =>
        text
          .replace(NAMES, ' ')
          .toLowerCase()
          .match(/[\p{L}_][\p{L}\p{N}_]+/gu) ?? [],
    ),
  );
  return known;
}

function examples(): string[] {
  const rules = causes.flatMap(({ patterns, replies = [] }) => [...patterns, ...replies]);
  return [...rules, ...replyRows].flatMap((rule) => rule.examples);
}

import type { Check } from '../causes/index.ts';
import {
  aclConditions,
  cidrTable,
  eximHostList,
  type ListSyntax,
  netIplsearch,
  senderTable,
} from './lists.ts';

/** One place that an entry can be written to. */
export interface Target {
  id: string;
  /** What the list is called where an admin looks for it. */
  title: string;
  /** The list itself; null where the text is pasted into a configuration. */
  path: string | null;
  /** What an entry is keyed on: the address of the SMTP client, or the envelope sender, which anyone can forge. */
  key: 'client' | 'sender';
  /** The checks of ours that an entry skips, the ones that we want skipped first. */
  skips: readonly [Check, ...Check[]];
  syntax: ListSyntax;
  /** Why an entry opens more than it should. */
  caution?: string;
  /** Where it must stand, and how it takes effect. */
  where: string;
  /** How to ask the server itself, before a reload, whether an entry does what it should. */
  test: (entry: string) => string;
}

/** The table of targets; the ids are those behind --target. */
export const targets = [
  {
    id: 'whm-sender-verify-bypass',
    title: 'WHM: Exim Configuration Manager, Access Lists, Sender verification bypass IP addresses',
    path: '/etc/senderverifybypasshosts',
    key: 'client',
    skips: ['sender-verification'],
    syntax: netIplsearch,
    where: 'Exim reads the file at the next connection; nothing is to be rebuilt or restarted.',
    test: (entry) => eximQuestion(entry, '/etc/senderverifybypasshosts'),
  },
  {
    id: 'whm-trusted-smtp',
    title: 'WHM: Exim Configuration Manager, Access Lists, Trusted SMTP IP addresses',
    path: '/etc/skipsmtpcheckhosts',
    key: 'client',
    skips: ['sender-verification', 'dnsbl', 'greylisting', 'reverse-dns', 'rate', 'local-blocklist'],
    syntax: netIplsearch,
    caution: 'It skips nearly every check and lets the client relay through this server.',
    where: 'Exim reads the file at the next connection; nothing is to be rebuilt or restarted.',
    test: (entry) => eximQuestion(entry, '/etc/skipsmtpcheckhosts'),
  },
  {
    id: 'exim4-host',
    title: 'Debian exim4-config: hosts that are exempt from local denials',
    path: '/etc/exim4/host_local_deny_exceptions',
    key: 'client',
    skips: ['sender-verification', 'local-blocklist', 'spf'],
    syntax: eximHostList,
    where:
      'Exim reads the file at the next connection. It also lifts the local blacklists and SPF, but does not open a relay.',
    test: (entry) => `exim4 -bh ${first(entry)}   # then MAIL FROM and RCPT TO by hand`,
  },
  {
    id: 'exim4-sender',
    title: 'Debian exim4-config: senders that are exempt from local denials',
    path: '/etc/exim4/sender_local_deny_exceptions',
    key: 'sender',
    skips: ['sender-verification', 'local-blocklist', 'spf'],
    syntax: senderTable('bare'),
    caution:
      'Anybody can put such an address into MAIL FROM: the entry opens the check to every forger of it.',
    where: 'Exim reads the file at the next connection.',
    test: () => 'exim4 -bh 192.0.2.1   # then MAIL FROM and RCPT TO by hand',
  },
  {
    id: 'exim-acl',
    title: "Exim's own configuration, any system",
    path: null,
    key: 'client',
    skips: ['sender-verification'],
    syntax: aclConditions,
    where:
      'The lines stand in acl_smtp_rcpt, in the deny statement that holds "!verify = sender", above it; a statement ' +
      '"require verify = sender" has to become "deny !verify = sender" first. Restart Exim afterwards.',
    test: (entry) => `exim -bV && exim -bh ${first(entry)}   # then MAIL FROM and RCPT TO by hand`,
  },
  {
    id: 'postfix-sender-access',
    title: 'Postfix: check_sender_access texthash:/etc/postfix/verify_exempt_senders',
    path: '/etc/postfix/verify_exempt_senders',
    key: 'sender',
    skips: ['sender-verification'],
    syntax: senderTable('ok'),
    caution:
      'Anybody can put such an address into MAIL FROM: the entry opens the check to every forger of it.',
    where:
      'It must stand in smtpd_sender_restrictions, before reject_unverified_sender; never in ' +
      'smtpd_recipient_restrictions, where OK can open a relay. Run "postfix reload" afterwards.',
    test: (entry) => `postmap -q ${entry} texthash:/etc/postfix/verify_exempt_senders && postfix check`,
  },
  {
    id: 'postfix-client-access',
    title: 'Postfix: check_client_access cidr:/etc/postfix/verify_exempt_clients',
    path: '/etc/postfix/verify_exempt_clients',
    key: 'client',
    skips: ['sender-verification'],
    syntax: cidrTable,
    where:
      'It must stand in smtpd_sender_restrictions, before reject_unverified_sender; never in ' +
      'smtpd_recipient_restrictions, where OK can open a relay. Run "postfix reload" afterwards.',
    test: (entry) => `postmap -q ${first(entry)} cidr:/etc/postfix/verify_exempt_clients && postfix check`,
  },
] as const satisfies readonly Target[];

export type TargetId = (typeof targets)[number]['id'];

export const targetIds: readonly TargetId[] = targets.map(({ id }) => id);

/** @throws Error for an id that is none; the command line has checked it. */
export function targetOf(id: string): Target {
  const found = targets.find((target) => target.id === id);
  if (!found) throw new Error(`no target ${id}`);
  return found;
}

/** The list that belongs to a log: the place where the log lies tells which server writes it. */
export function usualTarget(log: string): TargetId {
  if (/(?:^|\/)exim4\//.test(log)) return 'exim4-host';
  if (/(?:^|\/)(?:mail\.log|maillog|mail)(?:[.-][^/]*)?$/.test(log)) return 'postfix-client-access';
  return 'whm-sender-verify-bypass';
}

function eximQuestion(entry: string, path: string): string {
  return `exim -be '\${if match_ip{${first(entry)}}{net-iplsearch;${path}}{yes}{no}}'`;
}

/** The first address of a network. */
function first(entry: string): string {
  return entry.split('/')[0] ?? entry;
}

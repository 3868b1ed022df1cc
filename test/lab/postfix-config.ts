import type { SyslogForm } from './syslog.ts';
import type { Placed } from './world.ts';
import { CERTIFICATE, HOSTED, SERVER } from './world.ts';

/** How a Postfix answers and logs. */
export interface PostfixVariant {
  name: string;
  /** Lines of main.cf. */
  settings?: string;
  /** `unverified_sender_reject_code` is 450, its default: a sender who does not exist is put off, too. */
  putsOff?: true;
  /** postscreen(8) stands in front. */
  postscreen?: true;
  /** Logs through syslog, in this form, and not through postlogd(8). */
  syslog?: SyslogForm;
  /** The name of the capture of this log under `fixtures/`. */
  fixture?: string;
}

export const POLICY_PORT = 10_045;
export const MILTER_PORT = 10_046;

const REJECTS = 'unverified_sender_reject_code = 550';
export const POSTFIX_REJECTS: PostfixVariant = {
  name: 'reject code 550',
  settings: REJECTS,
  fixture: 'postfix-3.7-reject',
};
export const POSTFIX_VARIANTS: readonly PostfixVariant[] = [
  { name: 'default', putsOff: true, fixture: 'postfix-3.7-default' },
  POSTFIX_REJECTS,
  {
    name: 'long queue ids, RFC 5424',
    settings: `${REJECTS}\nenable_long_queue_ids = yes`,
    syslog: 'rfc5424',
  },
  {
    name: 'the reason is hidden; a second instance, through syslog',
    settings: `${REJECTS}
unverified_sender_reject_reason = Address verification failed
multi_instance_name = postfix-out
syslog_name = $multi_instance_name/submission`,
    syslog: 'traditional',
  },
];

/** The rules that have nothing to do with the verification of senders; see scenarios/postfix-rules.ts. */
export const POSTFIX_RULES: PostfixVariant = {
  name: 'access rules, policy service, milter, limits; RFC 3339 stamps',
  settings: `${REJECTS}
syslog_name = postfix-in
enable_long_queue_ids = yes
smtpd_reject_footer = \\c. For assistance, call 800-555-0101.
smtpd_client_connection_rate_limit = 2
smtpd_client_message_rate_limit = 2
smtpd_client_recipient_rate_limit = 3
smtpd_milters = inet:127.0.0.1:${MILTER_PORT}
milter_default_action = accept
relay_domains = relayed.example
unverified_recipient_reject_code = 550`,
  syslog: 'iso',
  fixture: 'postfix-3.7-rules',
};
export const POSTFIX_AT_ONCE: PostfixVariant = {
  name: 'refuses at MAIL, and only for now',
  settings: `${REJECTS}
smtpd_delay_reject = no
smtpd_milters = inet:127.0.0.1:${MILTER_PORT}
soft_bounce = yes`,
};
/** The filter is the first scenario's remote server. */
export const POSTFIX_PROXIED: PostfixVariant = {
  name: 'before a proxy filter',
  settings: `${REJECTS}\nsmtpd_proxy_filter = 198.51.100.20:25`,
};
export const POSTFIX_SCREENED: PostfixVariant = {
  name: 'behind postscreen',
  postscreen: true,
  fixture: 'postfix-3.7-postscreen',
  settings: `${REJECTS}
postscreen_access_list = cidr:/etc/postfix/screen_access
postscreen_greet_wait = 1s
postscreen_greet_action = enforce
postscreen_denylist_action = enforce
postscreen_dnsbl_sites = bl.lab.example
postscreen_dnsbl_action = enforce
postscreen_dnsbl_threshold = 1
postscreen_pipelining_enable = yes
postscreen_non_smtp_command_enable = yes
postscreen_bare_newline_enable = yes
postscreen_cache_map = btree:$data_directory/postscreen_cache`,
};

/** A content filter that takes everything as it is: the service that filtered mail comes back to. */
export const FILTER = 'smtp:[127.0.0.1]:10025';
/** The filter behind the queue is the first scenario's remote server. */
export const POSTFIX_FILTERED: PostfixVariant = {
  name: 'before a content filter, without SMTPUTF8',
  settings: `${REJECTS}
content_filter = smtp:[198.51.100.20]:25
smtputf8_enable = no`,
};

export const LOG = '/var/log/maillog';
export const MAILBOXES = '/var/mailbox';
export const CLIENT_ACCESS = '/etc/postfix/client_access';

/** The files below /etc/postfix, by name. */
export function postfixFiles(placed: readonly Placed[], variant: PostfixVariant): Record<string, string> {
  const under = (policy: string): Placed[] => placed.filter(({ scenario }) => scenario.policy === policy);
  const senders = (policy: string, action: string): string =>
    under(policy)
      .map(({ domain }) => `${domain} ${action}\n`)
      .join('');
  return {
    'main.cf': mainCf(variant),
    'master.cf': masterCf(variant),
    client_access: '',
    client_rules: placed
      .flatMap(({ scenario: { rule }, client }) =>
        rule ? [client.ipv4, client.ipv6].map((ip) => `${ip} ${rule}\n`) : [],
      )
      .join(''),
    rate_limited: under('client-rate-limited')
      .map(({ client }) => `!${client.ipv4}\n`)
      .join(''),
    client_block: under('client-blocked')
      .map(({ client }) => `${client.ipv4} REJECT Your IP is blocked\n`)
      .join(''),
    screen_access: under('client-blocked')
      .map(({ client }) => `${client.ipv4} reject\n`)
      .join(''),
    helo_access: `${SERVER.name} REJECT forged HELO\n`,
    sender_access: [
      senders('sender-blocked', 'REJECT Sender domain is blocked here'),
      senders('sender-deferred', '450 4.7.1 Try again later'),
      senders('no-callout', 'OK'),
      senders('callout-warn', 'only_warn'),
    ].join(''),
    header_checks: [
      '/^X-Lab: virus/ REJECT malware found',
      '/^X-Lab: spam/ REJECT spam refused',
      '/^X-Lab: silent/ REJECT',
      '/^X-Lab: discard/ DISCARD unwanted',
      '/^X-Lab: hold/ HOLD for a look',
      '/^X-Lab: warn/ WARN seen',
      '/^X-Lab: info/ INFO seen',
      '/^X-Lab: prepend/ PREPEND X-Seen: yes',
      '/^X-Lab: replace/ REPLACE X-Lab: replaced',
      '/^X-Lab: ignore/ IGNORE',
      '/^X-Lab: strip/ STRIP not wanted',
      `/^X-Lab: redirect/ REDIRECT carol@${HOSTED}`,
      `/^X-Lab: copy/ BCC carol@${HOSTED}`,
      `/^X-Lab: filter/ FILTER ${FILTER}`,
      '',
    ].join('\n'),
    mime_checks: '/name="?.*\\.exe/ REJECT no programs, please\n',
    body_checks: '/viagra/ REJECT spam words\n',
    mailboxes: `bob@${HOSTED} bob\ncarol@${HOSTED} carol\n`,
  };
}

/** The sender is verified where postconf(5) and our `postfix-client-access` have it: in the sender restrictions. */
function mainCf({ settings = '', syslog }: PostfixVariant): string {
  return `compatibility_level = 3.6
myhostname = ${SERVER.name}
mydestination =
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1, ${SERVER.ip}, ${SERVER.ipv6}
smtp_bind_address = ${SERVER.ip}
smtp_bind_address6 = ${SERVER.ipv6}
queue_directory = /var/spool/postfix
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
data_directory = /var/lib/postfix
shlib_directory = /usr/lib/postfix
meta_directory = /etc/postfix
mail_owner = postfix
setgid_group = postdrop
alias_maps =
local_recipient_maps =
${syslog ? '' : `maillog_file = ${LOG}`}

virtual_mailbox_domains = ${HOSTED}
virtual_mailbox_maps = texthash:/etc/postfix/mailboxes
virtual_mailbox_base = ${MAILBOXES}
virtual_uid_maps = static:4004
virtual_gid_maps = static:4004
virtual_minimum_uid = 4004

smtpd_tls_cert_file = ${CERTIFICATE.cert}
smtpd_tls_key_file = ${CERTIFICATE.key}
smtpd_tls_security_level = may
smtp_tls_security_level = may
smtpd_sasl_type = dovecot
smtpd_sasl_path = /run/lab/postfix-auth
smtpd_sasl_auth_enable = yes

smtp_connect_timeout = 2s
smtp_helo_timeout = 3s
smtp_mail_timeout = 3s
smtp_rcpt_timeout = 3s
smtp_quit_timeout = 1s
smtpd_timeout = 4s
message_size_limit = 20480
address_verify_map = btree:$data_directory/verify_cache
address_verify_poll_count = 6
address_verify_poll_delay = 1s
address_verify_negative_refresh_time = 1s
smtpd_client_event_limit_exceptions = /etc/postfix/rate_limited, 0.0.0.0/0, [::]/0

smtpd_helo_required = yes
smtpd_restriction_classes = only_warn, ask_policy
ask_policy = check_policy_service inet:127.0.0.1:${POLICY_PORT}
only_warn = warn_if_reject reject_unverified_sender, permit
smtpd_client_restrictions = check_client_access cidr:/etc/postfix/client_block, permit_sasl_authenticated,
  check_client_access cidr:/etc/postfix/client_rules,
  reject_rbl_client bl.lab.example, warn_if_reject reject_rbl_client warnbl.lab.example
smtpd_helo_restrictions = reject_invalid_helo_hostname, check_helo_access texthash:/etc/postfix/helo_access
smtpd_sender_restrictions = permit_sasl_authenticated, check_client_access cidr:${CLIENT_ACCESS},
  check_sender_access texthash:/etc/postfix/sender_access, reject_non_fqdn_sender, reject_unverified_sender
smtpd_relay_restrictions = permit_sasl_authenticated, reject_unauth_destination
header_checks = regexp:/etc/postfix/header_checks
mime_header_checks = regexp:/etc/postfix/mime_checks
body_checks = regexp:/etc/postfix/body_checks
${settings}
`;
}

function masterCf({ postscreen }: PostfixVariant): string {
  return `${postscreen ? POSTSCREEN : SMTPD}${FILTERED}${SERVICES}`;
}

/** master(5), nothing in a chroot of its own: the whole machine is one. */
const SMTPD = 'smtp inet n - n - - smtpd\n';
/** Where filtered mail comes back (FILTER_README). */
const FILTERED = `127.0.0.1:10025 inet n - n - - smtpd
  -o syslog_name=postfix/filtered -o content_filter= -o smtpd_milters= -o mynetworks=127.0.0.0/8,${SERVER.ip}
  -o receive_override_options=no_header_body_checks -o smtpd_client_restrictions= -o smtpd_helo_restrictions=
  -o smtpd_sender_restrictions=
`;
const POSTSCREEN = `smtp inet n - n - 1 postscreen
smtpd pass - - n - - smtpd
dnsblog unix - - n - 0 dnsblog
tlsproxy unix - - n - 0 tlsproxy
`;
const SERVICES = `cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
proxymap unix - - n - - proxymap
proxywrite unix - - n - 1 proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
`;

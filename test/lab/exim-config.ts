import type { Policy } from './model.ts';
import type { SyslogForm } from './syslog.ts';
import { CERTIFICATE, HOSTED, NO_FASTOPEN, PEER, type Placed, SERVER } from './world.ts';

/** How an Exim logs, where it is not as cPanel sets it up. */
export interface EximVariant {
  name: string;
  logSelector?: string;
  /** The program, where it is not the release's own. */
  program?: string;
  /** The scenarios in which this version behaves in another way. */
  without?: readonly string[];
  /** The name of the capture of this log under `fixtures/`. */
  fixture?: string;
  /** The zone that its clock shows. */
  timeZone?: string;
  /** Further main options. */
  options?: string;
  /** It logs to syslog, whose daemon writes in this form. */
  syslog?: SyslogForm;
  /** It does not log why a sender could not be verified, nor these scenarios at all. */
  blindTo?: readonly string[];
}

/** cPanel's default. */
const CPANEL_SELECTOR =
  '+arguments +subject +received_recipients +incoming_port +incoming_interface +pid +tls_certificate_verified ' +
  '+tls_cipher +smtp_connection +all_parents +received_sender +delivery_size +sender_on_delivery +return_path_on_delivery';

export const CPANEL: EximVariant = { name: 'cpanel', fixture: 'cpanel-exim-4.96' };
export const VARIANTS: readonly EximVariant[] = [
  CPANEL,
  { name: 'default', logSelector: '' },
  // Without connection_reject, size_reject and sender_verify_fail.
  { name: 'minimal', logSelector: '-all', blindTo: ['banned', 'ratelimited', 'sizedeclared', 'oversize'] },
  { name: 'all', logSelector: '+all' },
  { name: 'millisec', logSelector: `${CPANEL_SELECTOR} +millisec` },
  { name: 'zone', timeZone: 'Europe/Berlin', options: 'log_timezone = true' },
  { name: 'nopid', logSelector: `${CPANEL_SELECTOR} -pid` },
  { name: 'syslog', syslog: 'traditional', fixture: 'syslog-exim-4.96' },
  { name: 'syslog-iso', syslog: 'iso', logSelector: '' },
  {
    name: 'newer',
    program: '/opt/newer/usr/sbin/exim4',
    logSelector: '',
    // A CNAME loop is a permanent failure since 4.97.
    without: ['cnameloop'],
    fixture: 'default-exim-4.98',
  },
];

export const RELEASE_EXIM = '/usr/sbin/exim4';

const CALLOUT = 'callout=3s,connect=2s,maxwait=8s';

/** The files that the configuration reads, below the server's folder, with their first content. */
export function listsOf(placed: readonly Placed[]): Record<string, string> {
  const clients = (policy: Policy): string =>
    placed
      .filter(({ scenario }) => scenario.policy === policy)
      .map(({ client }) => `${client.ipv4}\n`)
      .join('');
  const domains = (policy: Policy): string =>
    placed
      .filter(({ scenario }) => scenario.policy === policy)
      .map(({ domain }) => `${domain}\n`)
      .join('');
  const policies: Policy[] = [
    'callout-postmaster',
    'callout-random',
    'callout-no-cache',
    'callout-message',
    'callout-defer-ok',
    'callout-warn',
    'no-callout',
    'sender-blocked',
    'sender-deferred',
  ];
  return {
    senderverifybypasshosts: '',
    skipsmtpcheckhosts: '',
    spammeripblocks: clients('client-blocked'),
    ratelimitedhosts: clients('client-rate-limited'),
    greetedlatehosts: clients('client-greeted-late'),
    guessinghosts: clients('client-guesses'),
    ...Object.fromEntries(policies.map((policy) => [policy, domains(policy)])),
  };
}

/** Exim's configuration, modelled on what cPanel's does: callouts in the RCPT ACL, behind two lists of hosts. */
export function eximConfig(folder: string, variant: EximVariant): string {
  const { logSelector = CPANEL_SELECTOR, timeZone = 'UTC' } = variant;
  return `${main(SERVER.name, folder, [SERVER.ip, SERVER.ipv6], HOSTED)}
log_file_path = ${variant.syslog ? 'syslog' : `${folder}/log/exim_%slog`}
${logSelector === '' ? '' : `log_selector = ${logSelector}`}
host_lookup = *
dns_cname_loops = 3
smtp_receive_timeout = 4s
message_size_limit = 20k
helo_allow_chars = _
# With it Exim lets every client talk before the banner.
pipelining_connect_advertise_hosts =
exim_path = ${variant.program ?? RELEASE_EXIM}
timezone = ${timeZone}
${variant.options ?? ''}

hostlist bypass_hosts = net-iplsearch;${folder}/etc/senderverifybypasshosts
hostlist skip_hosts = net-iplsearch;${folder}/etc/skipsmtpcheckhosts
acl_smtp_connect = acl_connect
acl_smtp_helo = acl_helo
acl_smtp_mail = acl_mail
acl_smtp_rcpt = acl_rcpt
acl_smtp_data = acl_data

begin acl
acl_connect:
  drop   hosts = net-iplsearch;${folder}/etc/spammeripblocks
         message = Your IP $sender_host_address is blacklisted on this server
         log_message = Host is banned
  defer  hosts = net-iplsearch;${folder}/etc/ratelimitedhosts
         ratelimit = 1.5 / 1h / per_conn / strict
         message = The server has reached its limit for processing requests from your host.  Please try again later.
         log_message = "Host is ratelimited ($sender_rate/$sender_rate_period max:$sender_rate_limit)"
  # What the client says before the greeting is there when it is looked for, however busy the machine is.
  warn   hosts = net-iplsearch;${folder}/etc/greetedlatehosts
         delay = 2s
  accept

acl_helo:
  drop   condition = \${if eqi{$sender_helo_name}{$primary_hostname}}
         message = "REJECTED - Bad HELO - Host impersonating [$primary_hostname]"
  deny   condition = \${if isip{$sender_helo_name}}
         message = HELO/EHLO with a bare IP is not acceptable
  accept

acl_mail:
  deny   sender_domains = lsearch;${folder}/etc/sender-blocked
         message = Sender domain is blocked here
  defer  sender_domains = lsearch;${folder}/etc/sender-deferred
         message = Try MAIL again later
  accept

acl_rcpt:
  warn   hosts = net-iplsearch;${folder}/etc/guessinghosts
         ratelimit = 3 / 1h / per_rcpt / leaky
         log_message = Detected Dictionary Attack (Let $rcpt_fail_count bad recipients though before engaging)
  accept authenticated = *
  deny   local_parts = ^[./|] : ^.*[@%!/|]
         message = Restricted characters in address
  accept condition = \${extract{size}{\${stat:${folder}/etc/skipsmtpcheckhosts}}}
         hosts = +skip_hosts
         endpass
         verify = recipient
  deny   dnslists = bl.lab.example
         message = "JunkMail rejected - $sender_fullhost is in an RBL, see $dnslist_text"
  warn   dnslists = warnbl.lab.example
         log_message = found in $dnslist_domain ($dnslist_text)
  accept sender_domains = lsearch;${folder}/etc/no-callout
         !hosts = +bypass_hosts
         domains = ${HOSTED}
         verify = sender
         verify = recipient
${verification(folder, 'callout-postmaster', `${CALLOUT},postmaster`)}
${verification(folder, 'callout-random', `${CALLOUT},random`)}
${verification(folder, 'callout-no-cache', `${CALLOUT},no_cache`)}
${verification(folder, 'callout-message', CALLOUT, 'message = Sender verification for <$sender_address> failed: $acl_verify_message')}
  accept sender_domains = lsearch;${folder}/etc/callout-defer-ok
         verify = sender/${CALLOUT},defer_ok
  warn   sender_domains = lsearch;${folder}/etc/callout-warn
         !verify = sender/${CALLOUT}
         log_message = would reject: sender verify
  accept sender_domains = lsearch;${folder}/etc/callout-warn
  deny   !hosts = +bypass_hosts
         !verify = sender/${CALLOUT}
  accept domains = ${HOSTED}
         endpass
         message = No Such User Here
         verify = recipient
  deny   message = $sender_fullhost is currently not permitted to relay through this server.
         log_message = relay not permitted

acl_data:
  deny   condition = \${if match{$message_headers}{X-Lab: virus}}
         message = This message was rejected since it contains malware
  deny   condition = \${if match{$message_headers}{X-Lab: spam}}
         log_message = "The mail server detected your message as spam and has prevented delivery."
         message = The mail server detected your message as spam and has prevented delivery. (99/100)
  defer  condition = \${if match{$message_headers}{X-Lab: later}}
         message = data temporarily refused
  deny   condition = \${if match{$message_headers}{X-Lab: verify}}
         !verify = header_sender
         message = no valid address in the From, Sender or Reply-To header
  deny   !verify = header_syntax
         log_message = bad header syntax: $acl_verify_message
  accept

begin routers
mailboxes:
  driver = accept
  domains = ${HOSTED}
  local_parts = bob : carol
  transport = mailbox
nobody:
  driver = redirect
  domains = ${HOSTED}
  allow_fail
  data = :fail: No Such User Here
${REMOTE_ROUTER}
begin transports
${transports(folder, [SERVER.ip, SERVER.ipv6])}
begin retry
*  *  F,2h,15m; G,16h,1h,1.5; F,4d,6h

begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = \${if and{{eq{$auth2}{bob@${HOSTED}}}{eq{$auth3}{secret}}}}
  server_set_id = $auth2
login:
  driver = plaintext
  public_name = LOGIN
  server_prompts = "Username:: : Password::"
  server_condition = false
  server_set_id = $auth1
`;
}

/** The second Exim: it takes mail for its domain, and calls back to verify the sender. */
export function peerConfig(folder: string): string {
  return `${main(PEER.name, folder, [PEER.ip], PEER.domain)}
log_file_path = ${folder}/log/exim_%slog
acl_smtp_rcpt = acl_rcpt
disable_ipv6 = true

begin acl
acl_rcpt:
  deny   !verify = sender/callout=3s,connect=2s,maxwait=8s
  accept domains = ${PEER.domain}
  deny

begin routers
mailboxes:
  driver = accept
  domains = ${PEER.domain}
  transport = mailbox
${REMOTE_ROUTER}
begin transports
${transports(folder, [PEER.ip])}`;
}

function main(name: string, folder: string, addresses: readonly string[], domain: string): string {
  return `primary_hostname = ${name}
spool_directory = ${folder}/spool
pid_file_path = ${folder}/exim.pid
local_interfaces = <; ${addresses.join(' ; ')}
domainlist local_domains = ${domain}
never_users = root
keep_environment = ^FAKETIME
add_environment = FAKETIME_NO_CACHE=1
tls_advertise_hosts = *
tls_certificate = ${CERTIFICATE.cert}
tls_privatekey = ${CERTIFICATE.key}
dns_retrans = 1s
dns_retry = 1
smtp_accept_max = 200
rfc1413_query_timeout = 0s
bounce_return_body = false
`;
}

function verification(folder: string, policy: Policy, options: string, message = ''): string {
  return `  deny   sender_domains = lsearch;${folder}/etc/${policy}
         !hosts = +bypass_hosts
         !verify = sender/${options}
         ${message}`.trimEnd();
}

const REMOTE_ROUTER = `lookuphost:
  driver = dnslookup
  domains = ! +local_domains
  ignore_target_hosts = 0.0.0.0 : 127.0.0.0/8 : ::1
  transport = remote_smtp
  no_more
`;

function transports(folder: string, addresses: readonly string[]): string {
  return `remote_smtp:
  driver = smtp
  interface = <; ${addresses.join(' ; ')}
  command_timeout = 6s
  connect_timeout = 2s
  final_timeout = 6s
  hosts_try_fastopen = !${NO_FASTOPEN} : *
mailbox:
  driver = appendfile
  file = ${folder}/mail/box
  user = Debian-exim
  create_directory
`;
}

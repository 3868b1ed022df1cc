/** The programs of Postfix 2.0-3.10 that write to the log, by the names of their processes (master(5)). */
const DAEMONS: ReadonlySet<string> = new Set([
  'anvil',
  'bounce',
  'cleanup',
  'defer',
  'discard',
  'dnsblog',
  'error',
  'flush',
  'lmtp',
  'local',
  'master',
  'nqmgr',
  'oqmgr',
  'pickup',
  'pipe',
  'postdrop',
  'postfix',
  'postfix-script',
  'postkick',
  'postlock',
  'postlog',
  'postlogd',
  'postmulti',
  'postqueue',
  'postscreen',
  'postsuper',
  'proxymap',
  'proxywrite',
  'qmgr',
  'qmqpd',
  'retry',
  'scache',
  'sendmail',
  'showq',
  'smtp',
  'smtpd',
  'spawn',
  'tlsmgr',
  'tlsproxy',
  'trace',
  'trivial-rewrite',
  'verify',
  'virtual',
]);

/** Which daemon of Postfix wrote a line. */
export interface Daemon {
  /** Null where the syslog daemon cut the name at the slash: the text has to tell. */
  name: string | null;
  /** A service for our own users (RFC 6409): `postfix/submission/smtpd`, `postfix/smtps/smtpd`. */
  submission: boolean;
}

const LOST: Daemon = { name: null, submission: false };

/**
 * Reads the program of a syslog line. What stands before the last slash is syslog_name, which is the admin's choice;
 * master.cf may put the service behind it, and a second instance has a name of its own:
 *
 *     postfix/smtpd   postfix/submission/smtpd   postfix-in/smtpd   mx1/postscreen   postfix
 *
 * @returns null for a program that is none of Postfix's.
 */
export function daemonOf(program: string): Daemon | null {
  const slash = program.lastIndexOf('/');
  // RFC 5424: rsyslog 8.2302 cuts the name of the program at the slash
  if (slash === -1) return program === 'postfix' ? LOST : null;
  const name = program.slice(slash + 1);
  if (!DAEMONS.has(name)) return null;
  return { name, submission: /\/(?:submissions?|smtps)\//.test(program) };
}

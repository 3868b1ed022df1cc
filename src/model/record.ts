/** What one log line says, before anybody asks what it means. Names as in RFC 5321 and Exim's specification. */

export type Kind =
  | 'sender-verify'
  | 'rejection'
  | 'warning'
  | 'arrival'
  | 'delivery'
  | 'deferral'
  | 'bounce'
  | 'completed'
  | 'connection'
  | 'auth-failure'
  | 'other';

/** Where the SMTP dialogue with the client stood. */
export type Stage = 'connect' | 'helo' | 'auth' | 'mail' | 'rcpt' | 'data' | 'tls' | 'other';

/** One physical or joined log line on its way from a source to a parser. */
export interface LogLine {
  /** The line without its newline. */
  text: string;
  /** The name of the file as the user knows it; `-` is stdin. */
  file: string;
  /** 1-based. */
  line: number;
}

/** The SMTP client that connected to us. */
export interface Client {
  ip: string | null;
  port: number | null;
  /** The name that DNS confirmed in both directions. */
  reverseName: string | null;
  /** What the client called itself. */
  heloName: string | null;
}

/**
 * The other machine: the one that our server asked in order to verify the sender, or the one to which it delivered or
 * tried to. Never the client.
 */
export interface Callout {
  host: string | null;
  ip: string | null;
  /** The SMTP command that was answered, as logged; null for a connection problem. */
  command: string | null;
  code: number | null;
  enhanced: string | null;
  /** The reply with its codes, as logged. */
  text: string | null;
}

/**
 * Which table of causes a free text belongs to. It comes from the grammar of the line, never from the text itself:
 * a stranger's reply cannot choose the table it is looked up in.
 */
export type Context =
  /** Our routers and DNS; nobody was contacted. */
  | 'verify-route'
  /** No TCP connection to the callout host. */
  | 'callout-connect'
  /** The answer to the connection. */
  | 'callout-banner'
  /** The answer to EHLO or HELO. */
  | 'callout-helo'
  /** STARTTLS, DANE and what is required of them. */
  | 'callout-tls'
  /** The answer to MAIL FROM:<>. */
  | 'callout-mail'
  /** The answer to RCPT TO:<the sender>. */
  | 'callout-rcpt'
  /** The answer to RCPT TO:<postmaster@...> while another address was under test. */
  | 'callout-postmaster'
  /** The answer to RCPT TO:<a random local part>. */
  | 'callout-random'
  /** A callout went wrong and the line does not say how. */
  | 'callout-unspecified'
  /** A verify line or a refusal without a reason. */
  | 'verify-unlogged'
  /** A refusal by an ACL or by the server itself. */
  | 'rejection'
  /** Our own mail: our routers and DNS; nobody was contacted. */
  | 'remote-route'
  /** Our own mail: no TCP connection to the remote host, or none that held. */
  | 'remote-connect'
  /** Our own mail: STARTTLS and what is required of it. */
  | 'remote-tls'
  /** Our own mail: the answer to the connection or to EHLO. */
  | 'remote-greeting'
  /** Our own mail: the answer to MAIL FROM. */
  | 'remote-mail'
  /** Our own mail: the answer to RCPT or DATA. */
  | 'remote-reply'
  /** Our own mail: a mailbox, program or file of this server. */
  | 'local-delivery';

/** Which of the three texts of Exim's acl_verify() ends a rejection line: it then rests on sender verification. */
export type VerifyFailure = 'fail' | 'callout-defer' | 'route-defer';

/** One line, parsed. Fields that a line has not are null. */
export interface LogRecord {
  file: string;
  line: number;
  /** The line itself, as logged. */
  raw: string;
  mta: 'exim' | 'postfix';
  /** How often the line was written; more than once where the syslog daemon says `message repeated`. */
  times: number;
  /** Epoch milliseconds. */
  at: number;
  /** Minutes east of UTC of the log's own clock at that moment. */
  offset: number;
  kind: Kind;
  verdict: 'fail' | 'defer' | null;
  stage: Stage | null;
  /** true: 5yz, false: 4yz, null: neither. */
  permanent: boolean | null;
  /** `''` is the null reverse-path. */
  sender: string | null;
  recipient: string | null;
  client: Client | null;
  callout: Callout | null;
  authenticatedAs: string | null;
  queueId: string | null;
  pid: number | null;
  /** The free text as logged, no escape undone. */
  reason: string | null;
  /** The MTA itself cut a value. */
  truncated: boolean;
  /** Where to look the reason up, and the part of it that is looked up. */
  context: Context | null;
  subject: string;
  verifyFailure: VerifyFailure | null;
  /** `U=` of a local submission, or the ident of a remote one. */
  localUser: string | null;
  /** `Ci=` (Exim 4.97+). */
  connectionId: string | null;
  /** The recipients that an arrival line names (`for a b`); null where it names none. */
  recipients: readonly string[] | null;
  /** Postfix: a milter refused it. */
  byMilter: boolean;
}

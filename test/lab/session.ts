import { type SeenReply, SmtpClient } from './client.ts';
import type { Expected, Mail, Session, Stage } from './model.ts';
import { HOSTED, PEER, type Placed, SERVER } from './world.ts';

/** What a client saw of one recipient, or of a dialogue that ended before any recipient. */
export interface Seen {
  scenario: string;
  client: string;
  /** Null before MAIL. */
  sender: string | null;
  /** Null where the reply is not about one recipient. */
  recipient: string | null;
  stage: Stage;
  reply: SeenReply;
  expected: Expected;
  whitelisted: boolean;
}

/** An SMTP client of a scenario. */
export interface Caller {
  scenario: string;
  ip: string;
  /** What it calls itself, unless the session says otherwise. */
  name: string;
  /** Of its senders, unless the mail says otherwise. */
  domain: string;
}

/** Has the client of a scenario do one of its sessions, and tells what it saw. */
export function play({ client, domain, scenario }: Placed, session: Session): Promise<Seen[]> {
  const ip = session.from === 'other' ? client.other : session.from === 'ipv6' ? client.ipv6 : client.ipv4;
  return call({ scenario: scenario.id, ip, name: client.name, domain }, session);
}

/** Has a client do a session, and tells what it saw. */
export async function call({ scenario, ip, name, domain }: Caller, session: Session): Promise<Seen[]> {
  const smtp = new SmtpClient(ip, ip.includes(':') ? SERVER.ipv6 : SERVER.ip);
  const rows: Seen[] = [];
  const see = (
    reply: SeenReply,
    stage: Stage,
    expected: Expected,
    sender: string | null,
    recipient: string | null,
  ) =>
    rows.push({
      scenario,
      client: ip,
      sender,
      recipient,
      stage,
      reply,
      expected,
      whitelisted: session.whitelist !== undefined,
    });
  const helo = session.helo ?? name;
  if (session.talksFirst) smtp.write(`EHLO ${helo}\r\n`);
  try {
    if (session.talk) {
      const reply = await talk(smtp, session.talk);
      const { sender = null, recipient = null } = session.about ?? {};
      if (session.expected) see(reply, session.expected.stage, session.expected, sender, recipient);
      return rows;
    }
    for (const reply of [await smtp.reply(), await smtp.say(`EHLO ${helo}`)])
      if (reply.code >= 400) throw new Error(`${scenario}: ${reply.text}`);
    if (session.tls) {
      await smtp.say('STARTTLS');
      await smtp.startTls();
      await smtp.say(`EHLO ${helo}`);
    }
    if (session.login) {
      const { user, password } = session.login;
      const reply = await smtp.say(`AUTH PLAIN ${Buffer.from(`\0${user}\0${password}`).toString('base64')}`);
      if (session.expected) {
        see(reply, 'auth', session.expected, null, null);
        return rows;
      }
    }
    for (const mail of session.mails) {
      const sender = mail.from ?? `alice@${domain}`;
      const recipients = mail.to ?? [`bob@${HOSTED}`];
      const expected = (index: number): Expected => expectedOf(mail, index);
      for (const { reply, stage, index } of await transact(smtp, sender, recipients, mail, session)) {
        const wanted = expected(index ?? 0);
        see(reply, stage, wanted, sender, stage === 'rcpt' ? (recipients[index ?? 0] ?? null) : null);
      }
      if (mail.outbound?.calledBack) rows.push(calledBack(scenario, sender, mail.outbound.calledBack));
    }
    return rows;
  } finally {
    smtp.quit();
  }
}

/** Our server refuses the callout of the other one, which is a client like any other. */
function calledBack(scenario: string, sender: string, expected: Expected): Seen {
  const reply = { code: 0, text: '', time: new Date() };
  return {
    scenario,
    client: PEER.ip,
    sender: '',
    recipient: sender,
    stage: 'rcpt',
    reply,
    expected,
    whitelisted: false,
  };
}

function expectedOf({ expected }: Mail, index: number): Expected {
  const one = isOne(expected) ? expected : expected[index];
  if (!one) throw new Error('a recipient has no expectation');
  return one;
}

function isOne(expected: Mail['expected']): expected is Expected {
  return !Array.isArray(expected);
}

interface Step {
  reply: SeenReply;
  stage: Stage;
  index?: number;
}

/**
 * One mail transaction. Recipients that were accepted appear with stage `rcpt`, also when the message is refused after
 * DATA: then that refusal is a step of its own.
 */
async function transact(
  smtp: SmtpClient,
  sender: string,
  recipients: readonly string[],
  mail: Mail,
  session: Session,
): Promise<Step[]> {
  const commands = [
    `MAIL FROM:<${sender}>${mail.parameters ? ` ${mail.parameters}` : ''}`,
    ...recipients.map((recipient) => `RCPT TO:<${recipient}>`),
  ];
  if (session.pipelined) smtp.write(`${[...commands, 'DATA'].join('\r\n')}\r\n`);
  const ask = (command: string): Promise<SeenReply> => (session.pipelined ? smtp.reply() : smtp.say(command));
  const mailReply = await ask(commands[0] ?? '');
  if (mailReply.code >= 400 && !session.pipelined) return [{ reply: mailReply, stage: 'mail' }];
  const steps: Step[] = [];
  for (const [index, command] of commands.slice(1).entries()) {
    if (session.hangsUp === 'before-rcpt-reply') {
      smtp.write(`${command}\r\n`);
      await new Promise((resolve) => setTimeout(resolve, 500));
      smtp.hangUp();
      return [{ reply: { code: 0, text: '', time: new Date() }, stage: 'rcpt', index }];
    }
    steps.push({ reply: await ask(command), stage: 'rcpt', index });
  }
  if (session.hangsUp === 'after-rcpt') {
    smtp.hangUp();
    return [];
  }
  if (!steps.some(({ reply }) => reply.code < 300)) {
    await (session.pipelined ? smtp.reply() : smtp.say('RSET'));
    return steps;
  }
  const goOn = await ask('DATA');
  if (goOn.code >= 400) return [{ reply: goOn, stage: 'data' }];
  if (goOn.code !== 354) return steps;
  smtp.write(messageOf(sender, recipients, mail));
  if (session.hangsUp === 'in-data') {
    smtp.hangUp();
    return [];
  }
  const dataReply = await smtp.say('.');
  return dataReply.code < 400 ? steps : [{ reply: dataReply, stage: 'data' }];
}

function messageOf(sender: string, recipients: readonly string[], mail: Mail): string {
  const body = `${'x'.repeat(70)}\r\n`.repeat(Math.ceil((mail.size ?? 70) / 72));
  const headers = mail.headers ?? `From: <${sender || `postmaster@${HOSTED}`}>\r\nTo: <${recipients[0]}>`;
  return `${headers}\r\nSubject: lab\r\n\r\n${body}`;
}

/**
 * An improper dialogue. Each line is sent after the reply to the one before, the first after the banner. `...` waits for
 * what the server says by itself, `\x04` hangs up, a line that begins with `+` is sent without waiting for any reply, and
 * one that begins with `?` may be refused, and the client goes on.
 * @returns the first refusal, or what came last
 */
async function talk(smtp: SmtpClient, lines: readonly string[]): Promise<SeenReply> {
  let reply: SeenReply = lines[0]?.startsWith('+')
    ? { code: 0, text: '', time: new Date() }
    : await smtp.reply();
  for (const line of lines) {
    if (reply.code >= 400 && !line.startsWith('?')) return reply;
    if (line === '\x04') smtp.hangUp();
    else if (line === '...') reply = await smtp.reply();
    else if (line.startsWith('+')) smtp.write(`${line.slice(1)}\r\n`);
    else reply = await smtp.say(line.replace(/^\?/, ''));
  }
  return reply;
}

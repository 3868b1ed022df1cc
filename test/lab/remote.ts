import { createServer, type Server, type Socket } from 'node:net';
import { createSecureContext, type SecureContext, TLSSocket } from 'node:tls';
import { CLOSE, HANG, RESET, type Remote, type Reply } from './model.ts';

/** Serves a scripted SMTP server on port 25 of an address of this machine. */
export async function serveRemote(ip: string, remote: Remote, tls: SecureContext): Promise<Server> {
  let recipients = 0;
  const nextRcptReply = (command: string): Reply => {
    const { rcpt = '250 Accepted' } = remote;
    if (typeof rcpt === 'string' || typeof rcpt === 'symbol') return rcpt;
    if (isList(rcpt)) return nth(rcpt, recipients++);
    const localPart = /<(.*)@/.exec(command)?.[1] ?? '';
    return rcpt[localPart] ?? rcpt['*'] ?? '250 Accepted';
  };
  let bounces = 0;
  const mailReply = (command: string): Reply =>
    remote.nullSender && /<>/.test(command) ? nth(remote.nullSender, bounces++) : (remote.mail ?? '250 OK');
  const server = createServer((socket) => converse(socket, remote, mailReply, nextRcptReply, tls));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(25, ip, resolve);
  });
  return server;
}

/** The last one stands for all that follow. */
function nth(replies: readonly Reply[], index: number): Reply {
  return replies[Math.min(index, replies.length - 1)] ?? HANG;
}

function isList(rcpt: NonNullable<Remote['rcpt']>): rcpt is readonly Reply[] {
  return Array.isArray(rcpt);
}

function converse(
  plain: Socket,
  remote: Remote,
  mailReply: (command: string) => Reply,
  nextRcptReply: (command: string) => Reply,
  tls: SecureContext,
): void {
  let socket = plain;
  let mute = false;
  let inData = false;
  let rest = '';
  const answer = (reply: Reply): void => {
    if (reply === HANG) mute = true;
    else if (reply === CLOSE) socket.destroy();
    else if (reply === RESET) plain.resetAndDestroy();
    else if (typeof reply === 'string')
      socket.write(Buffer.from(`${reply.replaceAll('\n', '\r\n')}\r\n`, 'latin1'));
  };
  const startTls = (): void => {
    answer('220 go ahead');
    plain.off('data', onData);
    if (remote.starttls === 'breaks') {
      plain.once('data', () => plain.destroy());
      return;
    }
    socket = new TLSSocket(plain, { isServer: true, secureContext: tls });
    socket.on('data', onData);
    socket.on('error', () => plain.destroy());
  };
  const onCommand = (line: string): void => {
    const verb = line.slice(0, 4).toUpperCase();
    if (verb === 'EHLO') answer(remote.hello ?? greeting(remote.starttls !== undefined && socket === plain));
    else if (verb === 'HELO') answer(remote.hello ?? '250 sink.example');
    else if (verb === 'STAR') startTls();
    else if (verb === 'MAIL') answer(mailReply(line));
    else if (verb === 'RCPT') answer(nextRcptReply(line));
    else if (verb === 'DATA') answer('354 go on');
    else if (verb === 'QUIT') answer('221 bye');
    else answer(verb === 'RSET' ? '250 Reset OK' : '502 what?');
    inData = verb === 'DATA';
    if (verb === 'QUIT') socket.end();
  };
  const onLine = (line: string): void => {
    if (mute) return;
    if (!inData) onCommand(line);
    else if (line === '.') {
      inData = false;
      answer(remote.data ?? '250 OK');
    }
  };
  const onData = (data: Buffer): void => {
    const lines = (rest + data.toString('latin1')).split(/\r?\n/);
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
  };
  plain.on('error', () => plain.destroy());
  plain.on('data', onData);
  answer(remote.banner ?? '220 sink.example ESMTP ready');
}

function greeting(offersTls: boolean): string {
  return ['250-sink.example', ...(offersTls ? ['250-STARTTLS'] : []), '250 PIPELINING'].join('\n');
}

/** The context of a self-signed certificate. */
export function tlsContext(key: Buffer, cert: Buffer): SecureContext {
  return createSecureContext({ key, cert });
}

import { chmodSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';

/**
 * Stands in for Dovecot, whom Postfix asks about passwords: bob@hosted.example has the password `secret`.
 * Dovecot's authentication protocol, version 1.1: tab-separated lines over a unix socket.
 */
export async function servePasswords(path: string): Promise<() => void> {
  rmSync(path, { force: true });
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
    socket.write(
      'VERSION\t1\t1\nMECH\tPLAIN\tplaintext\nMECH\tLOGIN\tplaintext\nSPID\t1\nCUID\t1\nCOOKIE\t0123456789abcdef0123456789abcdef\nDONE\n',
    );
    let rest = '';
    socket.on('data', (data) => {
      const lines = (rest + data.toString('latin1')).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) if (line.startsWith('AUTH\t')) socket.write(answer(line.split('\t')));
    });
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  chmodSync(path, 0o666);
  return () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
}

/** `AUTH 7 PLAIN service=smtp ... resp=BASE64` */
function answer(fields: readonly string[]): string {
  const [, id = '', mechanism] = fields;
  const response = fields.find((field) => field.startsWith('resp='))?.slice('resp='.length) ?? '';
  const [, user = '', password] = Buffer.from(response, 'base64').toString('utf8').split('\0');
  const good = mechanism === 'PLAIN' && user === 'bob@hosted.example' && password === 'secret';
  return good ? `OK\t${id}\tuser=${user}\n` : `FAIL\t${id}\tuser=${user}\n`;
}

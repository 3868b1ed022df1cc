import { chmodSync, rmSync } from 'node:fs';
import { serve } from './serve.ts';

/**
 * Stands in for Dovecot, whom Postfix asks about passwords: bob@hosted.example has the password `secret`.
 * Dovecot's authentication protocol, version 1.1: tab-separated lines over a unix socket.
 */
export async function servePasswords(path: string): Promise<() => void> {
  rmSync(path, { force: true });
  const stop = await serve({ path }, (socket) => {
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
  chmodSync(path, 0o666);
  return stop;
}

/** `AUTH 7 PLAIN service=smtp ... resp=BASE64` */
function answer(fields: readonly string[]): string {
  const [, id = '', mechanism] = fields;
  const response = fields.find((field) => field.startsWith('resp='))?.slice('resp='.length) ?? '';
  const [, user = '', password] = Buffer.from(response, 'base64').toString('utf8').split('\0');
  const good = mechanism === 'PLAIN' && user === 'bob@hosted.example' && password === 'secret';
  return good ? `OK\t${id}\tuser=${user}\n` : `FAIL\t${id}\tuser=${user}\n`;
}

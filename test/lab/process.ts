import type { ChildProcess } from 'node:child_process';
import { createConnection } from 'node:net';

/** Asks a daemon to end, and waits until it has. */
export async function ended(daemon: ChildProcess): Promise<void> {
  if (daemon.exitCode !== null) return;
  const gone = new Promise((resolve) => daemon.once('exit', resolve));
  daemon.kill('SIGTERM');
  await gone;
}

/** Waits until a mail server greets on port 25 of an address. */
export async function greets(ip: string, isAlive: () => boolean): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    if (!isAlive()) throw new Error(`the mail server of ${ip} did not start`);
    const open = await new Promise<boolean>((resolve) => {
      const socket = createConnection({ host: ip, port: 25 });
      socket.once('data', () => {
        socket.end('QUIT\r\n');
        resolve(true);
      });
      socket.once('error', () => resolve(false));
    });
    if (open) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`nothing greets on ${ip}:25`);
}

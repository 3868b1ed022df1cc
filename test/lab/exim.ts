import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { appendFileSync, chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { type EximVariant, eximConfig, listsOf, peerConfig } from './exim-config.ts';
import type { MailServer } from './run.ts';
import { PEER, type Placed, SERVER } from './world.ts';

const FOLDER = '/run/lab/exim';
const PEER_FOLDER = '/run/lab/peer';

/** Starts the tested Exim, and a second one that verifies its senders. */
export async function startExim(
  placed: readonly Placed[],
  variant: EximVariant = {},
): Promise<MailServer & Oracle> {
  const ours = await daemon(FOLDER, SERVER.ip, eximConfig(FOLDER, variant), listsOf(placed));
  const peer = await daemon(PEER_FOLDER, PEER.ip, peerConfig(PEER_FOLDER), {});
  return {
    logs: [`${FOLDER}/log/exim_mainlog`],
    // Read anew by each connection: no restart, no reload.
    whitelist: async (entries, scope) =>
      appendFileSync(
        `${FOLDER}/etc/${scope === 'verify' ? 'senderverifybypasshosts' : 'skipsmtpcheckhosts'}`,
        entries,
      ),
    stop: async () => {
      for (const one of [ours, peer]) await one();
    },
    expand: (expressions) =>
      execFileSync('exim4', ['-C', `${FOLDER}/exim.conf`, '-be'], {
        input: expressions.map((one) => `${one}\n`).join(''),
        encoding: 'utf8',
        timeout: 60_000,
        maxBuffer: 64 * 1024 * 1024,
      })
        .split('\n')
        .map((line) => line.replace(/^> /, '')),
  };
}

export interface Oracle {
  /** What the running configuration makes of each string expansion. */
  expand(expressions: readonly string[]): string[];
}

async function daemon(
  folder: string,
  ip: string,
  config: string,
  lists: Readonly<Record<string, string>>,
): Promise<() => Promise<void>> {
  rmSync(folder, { recursive: true, force: true });
  for (const name of ['etc', 'log', 'spool', 'mail']) mkdirSync(`${folder}/${name}`, { recursive: true });
  execFileSync('chown', [
    '-R',
    'Debian-exim:Debian-exim',
    `${folder}/log`,
    `${folder}/spool`,
    `${folder}/mail`,
  ]);
  for (const [name, text] of Object.entries(lists)) writeFileSync(`${folder}/etc/${name}`, text);
  const path = `${folder}/exim.conf`;
  writeFileSync(path, config);
  chmodSync(path, 0o644);
  // Without this Exim gives up its rights whenever it starts itself anew with -C.
  appendFileSync('/etc/exim4/trusted_configs', `${path}\n`);
  const child = spawn('exim4', ['-C', path, '-bdf', '-q1h'], { stdio: ['ignore', 'inherit', 'inherit'] });
  await listening(ip, child);
  return () => ended(child);
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await gone;
}

/** Waits until port 25 of an address answers. */
export async function listening(ip: string, child?: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    if (child?.exitCode !== null && child !== undefined) throw new Error('the mail server did not start');
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
  throw new Error(`nothing listens on ${ip}:25`);
}

/** The panic log, which must be empty. */
export function panics(): string {
  try {
    return readFileSync(`${FOLDER}/log/exim_paniclog`, 'utf8');
  } catch {
    return '';
  }
}

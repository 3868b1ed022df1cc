import { execFileSync, spawn } from 'node:child_process';
import { appendFileSync, chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { CPANEL, type EximVariant, eximConfig, listsOf, peerConfig, RELEASE_EXIM } from './exim-config.ts';
import { ended, greets } from './process.ts';
import type { MailServer } from './run.ts';
import { startSyslog } from './syslog.ts';
import { PEER, type Placed, SERVER } from './world.ts';

const FOLDER = '/run/lab/exim';
const PEER_FOLDER = '/run/lab/peer';

/** Starts the tested Exim, and a second one that verifies its senders. */
export async function startExim(
  placed: readonly Placed[],
  variant: EximVariant = CPANEL,
): Promise<MailServer & Oracle> {
  const { program = RELEASE_EXIM } = variant;
  const syslog = variant.syslog ? await startSyslog(variant.syslog) : null;
  const ours = await daemon(program, FOLDER, SERVER.ip, eximConfig(FOLDER, variant), listsOf(placed));
  const peer = await startPeer();
  return {
    logs: [syslog?.log ?? `${FOLDER}/log/exim_mainlog`],
    lists: {
      verify: { path: `${FOLDER}/etc/senderverifybypasshosts`, target: 'whm-sender-verify-bypass' },
      all: { path: `${FOLDER}/etc/skipsmtpcheckhosts`, target: 'whm-trusted-smtp' },
    },
    // Each connection reads them anew.
    reread: async () => {},
    stop: async () => {
      for (const stop of [ours, peer, ...(syslog ? [syslog.stop] : [])]) await stop();
    },
    expand: (expressions) =>
      execFileSync(program, ['-C', `${FOLDER}/exim.conf`, '-be'], {
        input: expressions.map((one) => `${one}\n`).join(''),
        encoding: 'utf8',
        timeout: 60_000,
        maxBuffer: 64 * 1024 * 1024,
      })
        .split('\n')
        .map((line) => line.replace(/^> /, '')),
  };
}

/** The second Exim. @returns what stops it */
export function startPeer(): Promise<() => Promise<void>> {
  return daemon(RELEASE_EXIM, PEER_FOLDER, PEER.ip, peerConfig(PEER_FOLDER), {});
}

export interface Oracle {
  /** What the running configuration makes of each string expansion. */
  expand(expressions: readonly string[]): string[];
}

async function daemon(
  program: string,
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
  const child = spawn(program, ['-C', path, '-bdf', '-q1h'], {
    cwd: folder,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  await greets(ip, () => child.exitCode === null);
  return () => ended(child);
}

/** The panic log, which must be empty. */
export function panics(): string {
  try {
    return readFileSync(`${FOLDER}/log/exim_paniclog`, 'utf8');
  } catch {
    return '';
  }
}

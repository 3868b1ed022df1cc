import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { ToldRow } from '../truth.ts';

/** What the built command says, as other programs read it. */
async function exiwhy(args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, ['bin/exiwhy.js', ...args], {
    env: { PATH: process.env['PATH'], TZ: 'UTC', NO_COLOR: '1' },
    maxBuffer: 256 * 1024 * 1024,
    timeout: 60_000,
  });
  return stdout;
}

interface AttemptJson {
  time: string;
  client: { ip: string } | null;
  sender: string | null;
  recipient: string | null;
  stage: string;
  permanent: boolean | null;
  cause: string;
  outcome: string;
}

/** Every refused recipient of a log, by `exiwhy trace`. */
export async function told(logs: readonly string[]): Promise<ToldRow[]> {
  const text = await exiwhy(['trace', '--format', 'ndjson', ...logs]);
  return text
    .trimEnd()
    .split('\n')
    .map((line): AttemptJson => JSON.parse(line))
    .map(({ time, client, sender, recipient, stage, permanent, cause, outcome }) => ({
      time: Date.parse(time),
      client: client?.ip ?? null,
      sender,
      recipient,
      stage,
      permanent,
      cause,
      acceptedLater: outcome === 'accepted-later',
    }));
}

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { ToldRow } from '../truth.ts';

/** What the built command says, as other programs read it. */
export async function exiwhy(args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, ['bin/exiwhy.js', ...args], {
    env: { PATH: process.env['PATH'], TZ: 'UTC', NO_COLOR: '1' },
    maxBuffer: 256 * 1024 * 1024,
    timeout: 60_000,
  });
  return stdout;
}

async function objects<Shape>(args: readonly string[]): Promise<Shape[]> {
  const text = await exiwhy([...args, '--format', 'ndjson']);
  return text
    .trimEnd()
    .split('\n')
    .map((line): Shape => JSON.parse(line));
}

/** What became of each recipient of the mail that the server took, by `exiwhy events`: the last word counts. */
export async function toldDeliveries(logs: readonly string[]): Promise<Map<string, string>> {
  const events = await objects<{ kind: string; recipient: string | null }>(['events', ...logs]);
  const ends = events.filter(({ kind }) => ['delivery', 'deferral', 'bounce'].includes(kind));
  return new Map(ends.flatMap(({ kind, recipient }) => (recipient === null ? [] : [[recipient, kind]])));
}

/** The lines of `exiwhy trace --format ndjson`, as far as the lab reads them. */
export interface AttemptJson {
  time: string;
  client: { ip: string } | null;
  sender: string | null;
  recipient: string | null;
  stage: string;
  permanent: boolean | null;
  cause: string;
  outcome: string;
}

export function trace(logs: readonly string[]): Promise<AttemptJson[]> {
  return objects<AttemptJson>(['trace', ...logs]);
}

/** The lines of a log that nobody understands, by the books of `exiwhy report`. */
export async function strangeLines(logs: readonly string[]): Promise<string[]> {
  const { books }: { books: { samples: { text: string }[] } } = JSON.parse(
    await exiwhy(['report', ...logs, '--format', 'json']),
  );
  return books.samples.map(({ text }) => text);
}

/** Every refused recipient of a log, by `exiwhy trace`. */
export async function told(logs: readonly string[]): Promise<ToldRow[]> {
  return (await trace(logs)).map(({ time, client, sender, recipient, stage, permanent, cause, outcome }) => ({
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

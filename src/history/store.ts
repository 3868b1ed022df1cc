import { hostname } from 'node:os';
import type { ClassicLevel } from 'classic-level';
import { codeOf, messageOf, UsageError } from '../errors.ts';
import type { Accepted } from './accepted.ts';
import type { DayChanges } from './days.ts';
import { type DaySnapshot, fromJson, mergedDay, type Sides, type SnapshotJson, toJson } from './snapshot.ts';

/** The counts of one day of one server. */
export interface KeptDay {
  /** `2026-11-20` on the log's clock. */
  day: string;
  server: string;
  /** Of the state that counted. */
  id: string;
  counts: DaySnapshot;
}

type DayJson = Record<keyof Sides, SnapshotJson> & { accepted?: Accepted };

/** What the last run added. It stands apart until the next one knows that its state was written. */
interface Pending {
  run: number;
  days: Record<string, DayJson>;
}

/** Raised when an older exiwhy could not read the folder. */
const SCHEMA = '1';

/** Server names are the site's own; this stands in none of them, nor in a day or an id. */
const BORDER = '!';

/**
 * Daily counts in a folder: LevelDB, by the package classic-level, which brings its binaries along and installs without
 * a download. A write is on the disk whole or not at all, and the folder is locked while it is open.
 *
 *     day!2026-11-20!ID       the counts of a day by the state ID
 *     pending!ID              what its last run added
 *     server!ID               the name of the machine
 *     schema                  of all this, see SCHEMA
 */
export class History {
  readonly #level: ClassicLevel;

  private constructor(level: ClassicLevel) {
    this.#level = level;
  }

  /** @throws UsageError where it is not there, cannot be made, or another run is at work on it. */
  static async open(path: string, { create }: { create: boolean }): Promise<History> {
    try {
      const { ClassicLevel } = await import('classic-level');
      const level = new ClassicLevel(path, { createIfMissing: create });
      await level.open();
      await checkSchema(path, level);
      return new History(level);
    } catch (error) {
      if (error instanceof UsageError) throw error;
      const { message, help } = explained(path, error);
      throw new UsageError(message, help);
    }
  }

  /**
   * Adds what one run counted, exactly once: a run that was killed before its state was written comes again with the
   * same number, and what it added the first time is replaced.
   *
   * @param id of the state.
   * @param run its number, from 1 on.
   * @param keep days that are kept, counted from the newest.
   * @throws UsageError where the history is of a later run than the state, or cannot be written.
   */
  async add(id: string, run: number, changes: DayChanges, keep: number): Promise<void> {
    const pending = await this.#pending(id);
    if (pending && pending.run > run) {
      throw new UsageError(
        `the history knows report ${pending.run} of this state, which itself stands at report ${run - 1}`,
        'the state is an old copy: remove it and begin a new one, in which the old lines count again, or restore the right one',
      );
    }
    const batch = this.#level.batch().put('schema', SCHEMA);
    if (pending && pending.run < run) {
      for (const [day, counts] of Object.entries(pending.days)) {
        const key = keyOf('day', day, id);
        const known = await this.#level.get(key);
        const parts = known === undefined ? [counts] : [JSON.parse(known) as DayJson, counts];
        batch.put(key, JSON.stringify(dayJson(mergedDay(parts.map(dayOfJson)))));
      }
    }
    const days = Object.fromEntries([...changes].map(([day, counts]) => [day, dayJson(counts)]));
    batch.put(keyOf('pending', id), JSON.stringify({ run, days } satisfies Pending));
    batch.put(keyOf('server', id), hostname());
    for (const key of await this.#outlived(keep)) batch.del(key);
    try {
      await batch.write({ sync: true });
    } catch (error) {
      throw new UsageError(
        `the report is out, but its counts cannot be written to the history: ${messageOf(error)}`,
        'the old state stands, and the next report tells the same again: make room, or name another place',
      );
    }
  }

  /** All that is kept, the oldest day first. */
  async days(): Promise<KeptDay[]> {
    const kept: KeptDay[] = [];
    for await (const day of this.each(null)) kept.push(day);
    return kept;
  }

  /**
   * All that is kept, day by day and the oldest first: there may be more than fits into memory.
   *
   * @param but what this run of a state added is left out: it comes again.
   */
  async *each(but: { id: string; run: number } | null): AsyncIterable<KeptDay> {
    const servers = new Map<string, string>();
    for await (const [key, name] of this.#level.iterator(rangeOf('server')))
      servers.set(partsOf(key)[1] ?? '', name);
    const pending = await this.#allPending(but);
    const keys = new Set(pending.keys());
    for await (const key of this.#level.keys(rangeOf('day'))) keys.add(key);
    for (const key of [...keys].sort()) {
      const [, day = '', id = ''] = partsOf(key);
      const known = await this.#level.get(key);
      const parts = known === undefined ? [] : [dayOfJson(JSON.parse(known))];
      const last = pending.get(key);
      if (last) parts.push(dayOfJson(last));
      yield { day, server: servers.get(id) ?? id, id, counts: mergedDay(parts) };
    }
  }

  /** What the last runs added, by the key under which it will be kept. */
  async #allPending(but: { id: string; run: number } | null): Promise<Map<string, DayJson>> {
    const found = new Map<string, DayJson>();
    for await (const [key, text] of this.#level.iterator(rangeOf('pending'))) {
      const id = partsOf(key)[1] ?? '';
      const pending: Pending = JSON.parse(text);
      if (but?.id === id && but.run === pending.run) continue;
      for (const [day, counts] of Object.entries(pending.days)) found.set(keyOf('day', day, id), counts);
    }
    return found;
  }

  async close(): Promise<void> {
    await this.#level.close();
  }

  async #pending(id: string): Promise<Pending | null> {
    const text = await this.#level.get(keyOf('pending', id));
    return text === undefined ? null : JSON.parse(text);
  }

  async #outlived(keep: number): Promise<string[]> {
    const keys: string[] = [];
    for await (const key of this.#level.keys(rangeOf('day'))) keys.push(key);
    const days = [...new Set(keys.map((key) => partsOf(key)[1] ?? ''))].sort();
    const newest = Date.parse(days.at(-1) ?? '');
    const oldest = new Date(newest - (keep - 1) * 86_400_000);
    if (Number.isNaN(newest)) return [];
    const first = oldest.toISOString().slice(0, 10);
    return keys.filter((key) => (partsOf(key)[1] ?? '') < first);
  }
}

/** A folder that was never written is of any schema. */
async function checkSchema(path: string, level: ClassicLevel): Promise<void> {
  const schema = await level.get('schema');
  if (schema === undefined || schema === SCHEMA) return;
  await level.close();
  throw new UsageError(
    `${path} is a history of another version of exiwhy (schema ${schema}, not ${SCHEMA})`,
    'use that version, or name another folder',
  );
}

function keyOf(...parts: string[]): string {
  return parts.join(BORDER);
}

function partsOf(key: string): string[] {
  return key.split(BORDER);
}

/** All keys that begin with this word. */
function rangeOf(word: string): { gt: string; lt: string } {
  return { gt: `${word}${BORDER}`, lt: `${word}${BORDER}\uffff` };
}

export function dayJson({ inbound, outbound, accepted }: DaySnapshot): DayJson {
  return { inbound: toJson(inbound), outbound: toJson(outbound), accepted };
}

export function dayOfJson({ inbound, outbound, accepted = '' }: DayJson): DaySnapshot {
  return { inbound: fromJson(inbound), outbound: fromJson(outbound), accepted };
}

function explained(path: string, error: unknown): { message: string; help: string } {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (codeOf(cause) === 'LEVEL_LOCKED')
    return { message: `another exiwhy is at work on the history ${path}`, help: 'wait until it is done' };
  if (codeOf(cause) === 'ERR_MODULE_NOT_FOUND') {
    return {
      message: 'the package classic-level, which keeps the history, is not installed',
      help: 'install it beside exiwhy: npm install -g classic-level@3; everything else works without it',
    };
  }
  return {
    message: `cannot open the history ${path}: ${messageOf(cause)}`,
    help: 'it is a folder that `exiwhy report --state FILE --history FOLDER` fills, readable by its owner',
  };
}

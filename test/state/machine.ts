import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect } from 'vitest';
import type { ReportOptions } from '../../src/commands/report.ts';
import { eximLog, type Happening, lastWord } from './exim-log.ts';
import { type ReportJson, runReport } from './runs.ts';

/** What may happen to the file while the log goes on. */
export type Step =
  | { what: 'append'; lines: number; cut: number }
  | { what: 'run' }
  | { what: 'killed run' }
  | { what: 'rename' }
  | { what: 'copytruncate' }
  | { what: 'compress' };

export const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      what: fc.constant('append' as const),
      lines: fc.nat({ max: 12 }),
      cut: fc.nat({ max: 200 }),
    }),
  },
  { weight: 5, arbitrary: fc.constant<Step>({ what: 'run' }) },
  { weight: 2, arbitrary: fc.constant<Step>({ what: 'killed run' }) },
  { weight: 2, arbitrary: fc.constant<Step>({ what: 'rename' }) },
  { weight: 1, arbitrary: fc.constant<Step>({ what: 'copytruncate' }) },
  { weight: 1, arbitrary: fc.constant<Step>({ what: 'compress' }) },
);

/**
 * Lets these things happen to a log while the steps are taken, and looks at what became of it.
 *
 * @param history whether the reports keep one.
 */
export async function play(
  happenings: readonly Happening[],
  steps: readonly Step[],
  history: boolean,
  look: (machine: Machine, text: string) => Promise<void>,
): Promise<void> {
  const text = eximLog([...happenings, lastWord(happenings)]).join('');
  const goesBack = happenings.some(({ after }) => after < 0);
  const machine = new Machine(text, goesBack, history);
  try {
    await machine.run();
    for (const step of steps) await machine.take(step);
    await machine.finish();
    await look(machine, text);
  } finally {
    machine.remove();
  }
}

/** A folder with a log that grows and is rotated, and the reports that were made of it. */
export class Machine {
  readonly folder = mkdtempSync(join(tmpdir(), 'exiwhy-'));
  readonly log = join(this.folder, 'exim_mainlog');
  readonly state = join(this.folder, 'state');
  readonly reports: ReportJson[] = [];
  #unwritten: string;
  readonly #clockGoesBack: boolean;
  /** Whether a report has seen the live file since it began. */
  #seen = false;

  readonly history: string | undefined;

  /** @param history whether the reports keep one. */
  constructor(text: string, clockGoesBack: boolean, history = false) {
    this.history = history ? join(this.folder, 'history') : undefined;
    this.#unwritten = text;
    this.#clockGoesBack = clockGoesBack;
    writeFileSync(this.log, '');
  }

  async take(step: Step): Promise<void> {
    if (step.what === 'append') this.append(step.lines, step.cut);
    else if (step.what === 'run') await this.run();
    else if (step.what === 'killed run') await this.killedRun();
    else {
      // Of two files that nobody has seen, only their stamps tell which is the older one.
      if (this.#clockGoesBack && !this.#seen) await this.run();
      this.rotate(step.what);
    }
  }

  /** Some lines, and a part of the next one. */
  append(lines: number, cut: number): void {
    let end = 0;
    for (let line = 0; line < lines; line++)
      end = this.#unwritten.indexOf('\n', end) + 1 || this.#unwritten.length;
    this.#write(end + Math.min(cut, this.#unwritten.slice(end).indexOf('\n') + 1));
  }

  async run(): Promise<void> {
    const { status, json, warnings } = await runReport([this.log], this.#options());
    expect(warnings).toEqual([]);
    expect(status).toBe(0);
    expect(json.sinceLastReport?.notes).toEqual([]);
    this.reports.push(json);
    this.#seen = true;
  }

  #options(): ReportOptions {
    return { state: this.state, ...(this.history === undefined ? {} : { history: this.history }) };
  }

  /** Killed before the state was written: the report is out, the history has it, and it does not count. */
  async killedRun(): Promise<void> {
    const before = existsSync(this.state) ? readFileSync(this.state) : null;
    await runReport([this.log], this.#options());
    if (before === null) rmSync(this.state);
    else writeFileSync(this.state, before);
  }

  rotate(how: 'rename' | 'copytruncate' | 'compress'): void {
    // A server writes whole lines; who rotates waits for none of them.
    if (!/(?:^|\n)$/.test(readFileSync(this.log, 'utf8'))) this.#write(this.#unwritten.indexOf('\n') + 1);
    const rotated = (number: number): string => `${this.log}.${number}`;
    if (how === 'compress') {
      if (!existsSync(rotated(1)) || readFileSync(rotated(1)).length === 0) return;
      writeFileSync(`${rotated(1)}.gz`, gzipSync(readFileSync(rotated(1))));
      rmSync(rotated(1));
      return;
    }
    this.#seen = false;
    for (let number = 40; number > 0; number--) {
      for (const suffix of ['', '.gz']) {
        if (existsSync(rotated(number) + suffix))
          renameSync(rotated(number) + suffix, rotated(number + 1) + suffix);
      }
    }
    if (how === 'rename') {
      renameSync(this.log, rotated(1));
      writeFileSync(this.log, '');
    } else {
      copyFileSync(this.log, rotated(1));
      truncateSync(this.log, 0);
    }
    const old = new Date(Date.now() - 3_600_000);
    utimesSync(rotated(1), old, old);
  }

  async finish(): Promise<void> {
    this.#write(this.#unwritten.length);
    await this.run();
    await this.run();
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }

  #write(length: number): void {
    appendFileSync(this.log, this.#unwritten.slice(0, length));
    this.#unwritten = this.#unwritten.slice(length);
  }
}

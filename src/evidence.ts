import type { Attempt } from './attempt.ts';
import { type Cause, causeOf } from './causes/index.ts';
import { domainOf } from './who.ts';

/** Groups whose lines are kept. A large group begins early: the largest ones of a report are among the first. */
const GROUPS = 2000;
/** Mails of a group that are shown: enough to recognise the case. */
const MAILS = 3;

interface Kept {
  series: number;
  permanent: boolean | null;
  lines: string[];
}

/** Whose lines are asked for, as a report groups them: one sending domain, one client, one cause. */
export interface Group {
  sender: string | null;
  client: { ip: string | null } | null;
  cause: Cause;
}

/**
 * The log lines behind the problems of a report: of each group the newest try of its newest mails. Bounded: a few
 * megabytes, however long the log is.
 */
export class Evidence {
  readonly #groups = new Map<string, Kept[]>();

  /** @param series the number that Outcomes.refused() gave the attempt. */
  add(attempt: Attempt, series: number): void {
    const { sender, client, permanent, submission } = attempt;
    const key = keyOf({ sender, client, cause: causeOf(attempt.cause) }, submission);
    const known = this.#groups.get(key);
    if (known === undefined && this.#groups.size === GROUPS) return;
    const others = (known ?? []).filter((kept) => kept.series !== series);
    // A line as it was read may hold on to the whole block it was read with: the copy does not.
    const lines = attempt.lines.map(({ file, line, text }) =>
      Buffer.from(`${file}:${line}: ${text}`).toString(),
    );
    this.#groups.set(key, [...others, { series, permanent, lines }].slice(-MAILS));
  }

  /** @param counts says of a series whether the report counts it as stopped; another one proves nothing. */
  linesOf(
    group: Group,
    submission: boolean,
    counts: (series: number, permanent: boolean | null) => boolean,
  ): string[] {
    const kept = this.#groups.get(keyOf(group, submission)) ?? [];
    return kept.filter(({ series, permanent }) => counts(series, permanent)).flatMap(({ lines }) => lines);
  }
}

function keyOf({ sender, client, cause }: Group, submission: boolean): string {
  return `${domainOf(sender) ?? sender ?? ''} ${client?.ip ?? null} ${cause.id} ${submission}`;
}

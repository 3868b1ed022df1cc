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
  /** A line of this very try gives the cause; without, the cause was inferred from an earlier one. */
  logged: boolean;
  lines: string[];
}

/** Whose lines are asked for, as a report groups them: one sending domain, one client, one cause. */
export interface Group {
  sender: string | null;
  client: { ip: string | null } | null;
  cause: Cause;
}

/**
 * The log lines behind the problems of a report: of each group the newest try of its newest mails, those first
 * whose own lines give the cause. Bounded: a few megabytes, however long the log is.
 */
export class Evidence {
  readonly #groups = new Map<string, Kept[]>();

  /** @param series the number that Outcomes.refused() gave the attempt. */
  add(attempt: Attempt, series: number): void {
    const { sender, client, permanent, submission } = attempt;
    const key = keyOf({ sender, client, cause: causeOf(attempt.cause) }, submission);
    const known = this.#groups.get(key);
    if (known === undefined && this.#groups.size === GROUPS) return;
    const kept = known ?? [];
    const logged = attempt.evidence === 'logged';
    if (!logged && kept.some((one) => one.series === series && one.logged)) return;
    // A line as it was read may hold on to the whole block it was read with: the copy does not.
    const lines = attempt.lines.map(({ file, line, text }) =>
      Buffer.from(`${file}:${line}: ${text}`).toString(),
    );
    const all = [...kept.filter((one) => one.series !== series), { series, permanent, logged, lines }];
    if (all.length > MAILS)
      all.splice(
        Math.max(
          0,
          all.findIndex((one) => !one.logged),
        ),
        1,
      );
    this.#groups.set(key, all);
  }

  /** @param counts says of a series whether the report counts it as stopped; another one proves nothing. */
  linesOf(
    group: Group,
    submission: boolean,
    counts: (series: number, permanent: boolean | null) => boolean,
  ): string[] {
    const kept = this.#groups.get(keyOf(group, submission)) ?? [];
    return kept
      .filter(({ series, permanent }) => counts(series, permanent))
      .sort((a, b) => Number(b.logged) - Number(a.logged))
      .flatMap(({ lines }) => lines);
  }
}

function keyOf({ sender, client, cause }: Group, submission: boolean): string {
  return `${domainOf(sender) ?? sender ?? ''} ${client?.ip ?? null} ${cause.id} ${submission}`;
}

import type { Accounts } from '../accounts.ts';
import { Aggregate } from '../aggregate.ts';
import type { Books } from '../analysis.ts';
import type { Attempt } from '../attempt.ts';
import type { CauseId } from '../causes/index.ts';
import type { Document } from '../model/document.ts';
import type { Moment } from '../model/moment.ts';
import type { PlainRefusal } from '../mta/exim/plain-refusal.ts';
import type { Outcomes } from '../outcome.ts';
import type { Proofs } from '../proofs.ts';
import type { Redactor } from '../redact/openly.ts';
import type { OurFaults } from '../remedies/ours.ts';
import { summarise } from '../summary.ts';
import type { Window } from './input.ts';
import { reportMetrics } from './report-metrics.ts';
import { outboundExtra } from './report-outbound.ts';
import type { Detail, Extra } from './report-section.ts';
import { type Owner, reportDocument } from './report-text.ts';

/** What all the parts of a report have in common. */
export interface Frame {
  accounts: Accounts;
  /** Milliseconds. */
  retryWindow: number;
  /** Rows of each table. */
  top: number;
  detail: Detail;
  window: Window;
  books: Books;
  /** All the input was read. */
  complete: boolean;
}

/** Counts what one report tells of: the whole server, or one account of it. */
export class Part {
  readonly #aggregate: Aggregate;
  readonly #outbound: Aggregate;
  readonly #faults: OurFaults | null;
  readonly #proofs: Proofs | null;
  readonly #redactor: Redactor;

  /**
   * @param faults watches the whole server; null where that is nobody's business.
   * @param proofs keeps the lines of the log; null where they are not shown.
   */
  constructor(outcomes: Outcomes, faults: OurFaults | null, proofs: Proofs | null, redactor: Redactor) {
    this.#aggregate = new Aggregate(outcomes);
    this.#outbound = new Aggregate(outcomes);
    this.#faults = faults;
    this.#proofs = proofs;
    this.#redactor = redactor;
  }

  /** @param series the number that Outcomes.refused() gave the attempt. */
  add(attempt: Attempt, series: number): void {
    const told = counted(attempt);
    // They are found again by the names in the summary.
    this.#proofs?.add(this.#redactor.attempt(told), series);
    if (attempt.direction === 'outbound') this.#outbound.add(told, series);
    else {
      this.#aggregate.add(attempt, series);
      this.#faults?.add(attempt);
    }
  }

  /** The same of a refusal that is still bytes; see PlainReader. */
  addPlain(refusal: PlainRefusal, moment: Moment, cause: CauseId, series: number): void {
    this.#aggregate.addPlain(refusal, moment, cause, series);
  }

  /**
   * @param extras what is told besides the refusals and our own mail.
   * @param owner whose part it is; null: everybody's.
   */
  document(frame: Frame, extras: readonly Extra[], owner: Owner | null): Document {
    const { accounts, retryWindow, top, detail, books, complete } = frame;
    const redactor = this.#redactor;
    const summary = redactor.summary(summarise(this.#aggregate, accounts, retryWindow, top));
    const outbound = redactor.summary(summarise(this.#outbound, accounts, retryWindow, top));
    const document = reportDocument({
      ...frame,
      owner,
      summary,
      ours: (this.#faults?.found() ?? []).map(redactor.fault),
      aggregate: this.#aggregate,
      proofs: this.#proofs,
      extras: [outboundExtra(outbound, this.#outbound, detail, this.#proofs), ...extras],
    });
    return { ...document, metrics: reportMetrics(summary, outbound, books, complete) };
  }
}

/** Our own mail is counted by the host that it went to. */
export function counted(attempt: Attempt): Attempt {
  const { direction, callout } = attempt;
  if (direction === 'inbound') return attempt;
  const client = callout && { ip: callout.ip, port: null, reverseName: callout.host, heloName: null };
  return { ...attempt, client };
}

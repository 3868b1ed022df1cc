import type { Accounts } from '../accounts.ts';
import { Aggregate } from '../aggregate.ts';
import type { Books } from '../analysis.ts';
import type { Attempt } from '../attempt.ts';
import type { Document } from '../model/document.ts';
import type { Client } from '../model/record.ts';
import type { Outcomes } from '../outcome.ts';
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
  redactor: Redactor;
}

/** Counts what one report tells of: the whole server, or one account of it. */
export class Part {
  readonly #aggregate: Aggregate;
  readonly #outbound: Aggregate;
  readonly #faults: OurFaults | null;

  /** @param faults watches the whole server; null where that is nobody's business. */
  constructor(outcomes: Outcomes, faults: OurFaults | null) {
    this.#aggregate = new Aggregate(outcomes);
    this.#outbound = new Aggregate(outcomes);
    this.#faults = faults;
  }

  /** @param series the number that Outcomes.refused() gave the attempt. */
  add(attempt: Attempt, series: number): void {
    if (attempt.direction === 'outbound') {
      this.#outbound.add({ ...attempt, client: remoteOf(attempt) }, series);
    } else {
      this.#aggregate.add(attempt, series);
      this.#faults?.add(attempt);
    }
  }

  /**
   * @param extras what is told besides the refusals and our own mail.
   * @param owner whose part it is; null: everybody's.
   */
  document(frame: Frame, extras: readonly Extra[], owner: Owner | null): Document {
    const { accounts, retryWindow, top, detail, books, complete, redactor } = frame;
    const summary = redactor.summary(summarise(this.#aggregate, accounts, retryWindow, top));
    const outbound = redactor.summary(summarise(this.#outbound, accounts, retryWindow, top));
    const document = reportDocument({
      ...frame,
      owner,
      summary,
      ours: (this.#faults?.found() ?? []).map(redactor.fault),
      aggregate: this.#aggregate,
      extras: [outboundExtra(outbound, this.#outbound, detail), ...extras],
    });
    return { ...document, metrics: reportMetrics(summary, outbound, books, complete) };
  }
}

/** Our own mail is counted by the host that it went to. */
function remoteOf({ callout }: Attempt): Client | null {
  return callout && { ip: callout.ip, port: null, reverseName: callout.host, heloName: null };
}

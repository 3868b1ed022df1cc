import type { CauseId, Fault } from './causes/index.ts';
import type { Callout, Client, Context, LogRecord, Stage } from './model/record.ts';

/** One line of the log that speaks of an attempt. */
export interface LineRef {
  file: string;
  line: number;
  /** The line as logged. */
  text: string;
}

/** An earlier line that gave the reason which this attempt's own line leaves out. */
export interface Inference {
  file: string;
  line: number;
  at: number;
  offset: number;
}

/** `logged`: a line of this very attempt gives the cause; `inferred`: an earlier one does; `none`: nothing does. */
export type Evidence = 'logged' | 'inferred' | 'none';

/** The reply that the client got, where the log has it. */
export interface Told {
  code: number;
  enhanced: string | null;
}

/** One refused recipient of one mail transaction; before RCPT, the transaction or the connection itself. */
export interface Attempt {
  mta: LogRecord['mta'];
  /** `outbound`: our own mail, refused by another server or by this one at its delivery. */
  direction: 'inbound' | 'outbound';
  queueId: string | null;
  /** Epoch milliseconds, and the minutes east of UTC of the log's clock. */
  at: number;
  offset: number;
  /** `''` is the null reverse-path. */
  sender: string | null;
  recipient: string | null;
  client: Client | null;
  /** The host that we asked, or the one that our own mail went to. */
  callout: Callout | null;
  stage: Stage | null;
  /**
   * Whether the next try will meet the same. Where another server's answer is the reason, that decides: Postfix tells the
   * client 450 though the other server said 550.
   */
  permanent: boolean | null;
  told: Told | null;
  cause: CauseId;
  fault: Fault;
  evidence: Evidence;
  inferredFrom: Inference | null;
  /** Our own user or machine was the client. */
  submission: boolean;
  authenticatedAs: string | null;
  /** The text that the cause rests on. */
  reason: string | null;
  lines: LineRef[];
}

/** What one line said about a sender; little enough to keep ten thousand of them. */
export interface Reason extends Inference {
  cause: CauseId;
  callout: Callout | null;
  /** The text as logged. */
  text: string | null;
  context: Context | null;
  permanent: boolean | null;
  clientIp: string | null;
}

import type { Counts, Host, Hour, Ledger, Row } from '../aggregate.ts';
import { type Cause, causes } from '../causes/index.ts';
import type { Outcome } from '../outcome.ts';
import { Tallies } from '../tally.ts';
import { type Cells, rowKey, type Snapshot } from './snapshot.ts';

/** Lets a report be made from what a history kept, as from what was counted just now. */
export function keptLedger(snapshot: Snapshot): Ledger {
  const { tables, names, calloutNames, first, last } = snapshot;
  const total = tables.total.get('total');
  const clients = [...tables.byClient.keys()];
  const domains = [...new Set([...tables.bySenderDomain.keys(), ...tables.byRecipientDomain.keys()])];
  const domainNumbers = new Map(domains.map((domain, number) => [domain, number]));
  const clientNumbers = new Map(clients.map((ip, number) => [ip, number]));
  const hostOf = (ip: string | null): Host => ({ ip, name: names.get(ip ?? '') ?? null });
  const calloutOf = (ip: string | null): Host => ({ ip, name: calloutNames.get(ip ?? '') ?? null });
  const rows = rowsOf(tables.rows, hostOf, calloutOf);
  return {
    attempts: total?.attempts ?? 0,
    first: first?.at ?? Number.POSITIVE_INFINITY,
    firstOffset: first?.offset ?? 0,
    last: last?.at ?? Number.NEGATIVE_INFINITY,
    offset: last?.offset ?? 0,
    hours: hoursOf(tables.byHour),
    counts: (): Counts => ({
      total: talliesOf(tables.total, new Map([['total', 0]])),
      byCause: talliesOf(tables.byCause, causeNumbers),
      byClient: talliesOf(tables.byClient, clientNumbers),
      bySenderDomain: talliesOf(tables.bySenderDomain, domainNumbers),
      byRecipientDomain: talliesOf(tables.byRecipientDomain, domainNumbers),
    }),
    client: (number) => hostOf(clients[number] ?? null),
    domain: (number) => domains[number] ?? '',
    *rows() {
      yield* rows;
    },
    row: (number) => {
      const row = rows[number];
      if (!row) throw new Error('a row that rows() did not give');
      return row;
    },
  };
}

const causeNumbers: ReadonlyMap<string, number> = new Map(causes.map(({ id }, number) => [id, number]));

function talliesOf(table: ReadonlyMap<string, Cells>, numbers: ReadonlyMap<string, number>): Tallies {
  const tallies = new Tallies();
  for (const [key, cells] of table) {
    const number = numbers.get(key);
    // A cause that this version does not know any more.
    if (number !== undefined && cells.attempts > 0) tallies.add(number, cells);
  }
  return tallies;
}

function hoursOf(table: ReadonlyMap<string, Cells>): Hour[] {
  return Array.from({ length: 24 }, (_, hour) => {
    const { fail = 0, defer = 0, connect = 0, other = 0 } = table.get(String(hour)) ?? {};
    return { hour, fail, defer, connect, other };
  });
}

const ENDS = [
  ['never-accepted', 'neverAccepted'],
  ['accepted-later', 'acceptedLater'],
  ['retrying', 'retrying'],
] as const satisfies readonly (readonly [Outcome, keyof Cells])[];

/** One row for each way in which its mails ended; a mail is known by its sender and recipient. */
function rowsOf(
  table: ReadonlyMap<string, Cells>,
  clientOf: (ip: string | null) => Host,
  calloutOf: (ip: string | null) => Host,
): Row[] {
  const rows: Row[] = [];
  const mails = new Map<string, number>();
  for (const [text, cells] of table) {
    const { sender, recipient, clientIp, calloutIp, cause: id, submission } = rowKey(text);
    const cause = causeOfId(id);
    if (!cause) continue;
    const mail = JSON.stringify([sender?.toLowerCase(), recipient?.toLowerCase()]);
    const series = mails.get(mail) ?? mails.size;
    mails.set(mail, series);
    for (const [outcome, count] of ENDS) {
      if (cells[count] <= 0) continue;
      rows.push({
        number: rows.length,
        sender,
        recipient,
        client: clientOf(clientIp),
        callout: calloutOf(calloutIp),
        cause,
        submission,
        outcome,
        attempts: cells[count],
        first: cells.first,
        last: cells.last,
        series,
      });
    }
  }
  return rows;
}

function causeOfId(id: string): Cause | undefined {
  return causes[causeNumbers.get(id) ?? -1];
}

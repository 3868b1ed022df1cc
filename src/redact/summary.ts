import type { Problem, Problems, Summary } from '../summary.ts';
import type { Table } from '../tally.ts';
import type { Fields } from './fields.ts';

/** The numbers of a report, with the names that they are told by. */
export function redactSummary(fields: Fields, summary: Summary): Summary {
  const { domain, ip, name } = fields;
  const domainKey = (key: string): string => (key === '<>' ? key : domain(key));
  return {
    ...summary,
    problems: problems(fields, summary.problems),
    submissions: problems(fields, summary.submissions),
    byClient: table(summary.byClient, (key) => hostKey(fields, key)),
    byOrganisation: table(summary.byOrganisation, domain),
    byNetwork: table(summary.byNetwork, (key) => key.replace(/^[^/]+/, ip)),
    bySenderDomain: table(summary.bySenderDomain, domainKey),
    byRecipientDomain: table(summary.byRecipientDomain, domainKey),
    byAccount: table(summary.byAccount, name),
    bySenderAccount: table(summary.bySenderAccount, name),
  };
}

function problems(fields: Fields, all: Problems): Problems {
  return { ...all, largest: all.largest.map((one) => problem(fields, one)) };
}

function problem(fields: Fields, one: Problem): Problem {
  return {
    ...one,
    sender: fields.address(one.sender),
    client: fields.host(one.client),
    callout: fields.host(one.callout),
    recipients: one.recipients.map(fields.address),
  };
}

function table({ rows, count }: Table, change: (key: string) => string): Table {
  return { rows: rows.map((row) => ({ ...row, key: change(row.key) })), count };
}

/** `mail.x.example [192.0.2.1]`, `[192.0.2.1]` */
function hostKey({ domain, ip }: Fields, key: string): string {
  return key.replace(
    /^(?:(.*) )?\[([^[\]]*)\]$/,
    (_, name: string | undefined, number: string) => `${name ? `${domain(name)} ` : ''}[${ip(number)}]`,
  );
}

import { causeOf } from '../causes/index.ts';
import type { Block } from '../model/document.ts';
import type { Caught, Sign, WhatIfFacts } from '../what-if.ts';
import { type Extra, numeric } from './report-section.ts';
import { many, number } from './words.ts';

const SIGN_TITLES: Readonly<Record<Sign, string>> = {
  'refused-otherwise': 'refused for another reason, too',
  'no-reverse-name': 'no confirmed reverse DNS name',
  'bogus-helo': 'HELO name that is no host name',
  none: 'nothing else against it',
};

/**
 * The page about the setting: what sender verification catches alone, what it costs others, and what a trial would
 * refuse.
 *
 * @param top rows of each table.
 */
export function whatIfExtra(facts: WhatIfFacts, top: number): Extra {
  return {
    verdict: null,
    blocks: [
      { type: 'heading', text: 'What if: sender verification, on or off' },
      ...caughtBlocks(facts),
      ...askedBlocks(facts, top),
      ...verpBlocks(facts, top),
      ...warnedBlocks(facts),
      ...(facts.bounded
        ? [
            {
              type: 'text',
              text: 'There was more than is kept apart; the numbers are lower bounds.',
            } as const,
          ]
        : []),
    ],
    json: { whatIf: { ...facts, asked: facts.asked.slice(0, top), verp: facts.verp.slice(0, top) } },
    records: [
      ...facts.caught.map(({ sign, ...counts }) => ({ section: 'whatIf.caught', key: sign, ...counts })),
      ...facts.warned.map(({ cause, lines }) => ({ section: 'whatIf.warned', key: cause, attempts: lines })),
    ],
  };
}

function caughtBlocks({ caught }: WhatIfFacts): Block[] {
  const total = sum(caught);
  if (total === 0) return [{ type: 'text', text: 'Sender verification refused nothing here.' }];
  const alone = caught.find(({ sign }) => sign === 'none');
  const share = alone ? Math.round((100 * sum([alone])) / total) : 0;
  return [
    {
      type: 'table',
      title: 'Refused by sender verification, by what else speaks against the client',
      columns: [{ title: '' }, ...['clients', 'perm', 'temp'].map(numeric)],
      rows: caught.map(({ sign, clients, permanent, temporary }) => [
        SIGN_TITLES[sign],
        clients,
        permanent,
        temporary,
      ]),
    },
    {
      type: 'text',
      text:
        `${share} % of these ${number(total)} refusals rest on sender verification alone. ${adviceFor(share)} ` +
        'Temporary ones cost wanted mail most: callout=30s,defer_ok (Exim) or unverified_sender_defer_code=250 ' +
        '(Postfix) lets those in and keeps the permanent ones.',
    },
  ];
}

function adviceFor(share: number): string {
  if (share >= 50)
    return 'It stops much that nothing else stops here: look at whether that is spam before you keep it.';
  if (share >= 10) return 'Other checks would stop most of the rest.';
  return 'Other checks would stop nearly all of it without asking strangers.';
}

function askedBlocks({ asked, callouts, complete }: WhatIfFacts, top: number): Block[] {
  if (callouts === 0) return [];
  const which = complete ? 'callouts' : 'callouts that failed (Exim logs no others)';
  return [
    {
      type: 'table',
      title: `Whom this server asked: ${number(callouts)} ${which}`,
      columns: [{ title: '' }, numeric('callouts'), numeric('no answer')],
      rows: asked.slice(0, top).map(({ organisation, callouts, failed }) => [organisation, callouts, failed]),
      ...(asked.length > top ? { note: `${number(asked.length - top)} more` } : {}),
    },
    {
      type: 'text',
      text:
        'Who asks a lot gets listed for it (backscatterer.org keeps callout sources for four weeks). Ask only where it ' +
        'pays: a list of domains to verify, or none of the large providers, who answer a small server by its reputation.',
    },
    ...relayBlocks(asked, callouts, complete),
  ];
}

/** So many probes of different senders do not reach one organisation by chance. */
const MANY_PROBES = 20;

/** address_verify_relayhost is the relayhost unless it is set (ADDRESS_VERIFICATION_README). */
function relayBlocks(asked: WhatIfFacts['asked'], callouts: number, complete: boolean): Block[] {
  const [only] = asked;
  if (!complete || asked.length !== 1 || !only || callouts < MANY_PROBES) return [];
  return [
    {
      type: 'text',
      text:
        `All probes went to ${only.organisation}. If that is the relayhost, nothing is verified, for it takes any ` +
        'address: set "address_verify_relayhost =" in main.cf, so that the servers of the senders are asked.',
    },
  ];
}

function verpBlocks({ verp }: WhatIfFacts, top: number): Block[] {
  if (verp.length === 0) return [];
  return [
    {
      type: 'table',
      title: 'Senders made for one mail each (VERP, SRS, BATV)',
      columns: [{ title: 'domain' }, numeric('senders')],
      rows: verp.slice(0, top).map(({ domain, senders }) => [domain, senders]),
      ...(verp.length > top ? { note: `${number(verp.length - top)} more` } : {}),
    },
    {
      type: 'text',
      text: 'A callout to such an address tells nothing about the next mail: exempt the domain, not the addresses.',
    },
  ];
}

function warnedBlocks({ warned }: WhatIfFacts): Block[] {
  if (warned.length === 0) return [];
  const lines = warned.reduce((total, row) => total + row.lines, 0);
  return [
    {
      type: 'table',
      title: `What warn_if_reject would refuse: ${many(lines, 'recipient')}`,
      columns: [{ title: '' }, numeric('recipients'), { title: 'what it is', wrap: true }],
      rows: warned.map(({ cause, lines }) => [cause, lines, causeOf(cause).title]),
    },
    {
      type: 'text',
      text: 'All of these were let in. Take warn_if_reject away once none of them is wanted mail.',
    },
  ];
}

function sum(rows: readonly Caught[]): number {
  return rows.reduce((total, { permanent, temporary }) => total + permanent + temporary, 0);
}

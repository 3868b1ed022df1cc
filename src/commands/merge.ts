import { readFileSync, statSync } from 'node:fs';
import { InputError, UsageError } from '../errors.ts';
import { readDays, withoutRepeats, writeDays } from '../history/exchange.ts';
import { type Fleet, fleetOf, type Spread } from '../history/fleet.ts';
import { History, type KeptDay } from '../history/store.ts';
import type { Block } from '../model/document.ts';
import { jsonSafe } from '../render/escape.ts';
import { inputError } from '../sources/failure.ts';
import { type Context, describe, type ExitStatus, isRedacted } from './context.ts';
import { windowOf } from './input.ts';
import { formatOf, printText } from './output.ts';
import type { ReportOptions } from './report.ts';
import { checkHistory, printKept, touches } from './report-history.ts';
import { type Extra, numeric, topOf } from './report-section.ts';
import { many, number } from './words.ts';

/** `exiwhy merge SOURCE...`: one report of several servers, from their histories. */
export async function merge(
  sources: string[],
  options: ReportOptions,
  context: Context,
): Promise<ExitStatus> {
  if (sources.length === 0) {
    throw new UsageError(
      'merge needs the histories of one server or more',
      'name folders that `exiwhy report --history FOLDER` filled, or files of `exiwhy merge --format ndjson FOLDER`',
    );
  }
  checkHistory({ ...options, fromHistory: true });
  const window = windowOf(options, context.now);
  let failed = false;
  const read: KeptDay[] = [];
  for (const source of sources) {
    try {
      read.push(...(await keptIn(source)));
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      failed = true;
      context.warn(describe(error));
    }
  }
  const kept = withoutRepeats(read);
  if (formatOf(options) === 'ndjson') {
    if (isRedacted(options)) {
      throw new UsageError(
        'the counts that merge hands on keep their names: servers are told apart and added up by them',
        'take the names out of the report that is made of them',
      );
    }
    await printText(jsonSafe(writeDays(kept.filter(({ day }) => touches(window, day)))), context);
  } else {
    const fleet = fleetOf(kept.filter(({ day }) => touches(window, day)));
    const source = `the histories of ${many(fleet.servers.length, 'server')}`;
    await printKept(kept, window, source, [fleetExtra(fleet, topOf(options.top ?? '10'))], options, context);
  }
  return failed ? 2 : 0;
}

async function keptIn(source: string): Promise<KeptDay[]> {
  try {
    if (!statSync(source).isDirectory()) return readDays(source, readFileSync(source, 'utf8'));
  } catch (error) {
    throw inputError(source, error);
  }
  const history = await History.open(source, { create: false });
  try {
    return await history.days();
  } finally {
    await history.close();
  }
}

function fleetExtra(fleet: Fleet, top: number): Extra {
  const { servers, byCause, bySenderDomain, byCallout } = fleet;
  const of = servers.length;
  return {
    verdict: null,
    blocks: [
      { type: 'heading', text: 'On how many servers' },
      { type: 'text', text: `${many(of, 'server')}: ${servers.join(', ')}.` },
      ...spreadBlocks('Cause', byCause, of, top),
      ...spreadBlocks('Sender domain', bySenderDomain, of, top),
      ...spreadBlocks('Asked host, where a person may have to act', byCallout, of, top),
    ],
    json: {
      fleet: {
        servers,
        byCause: byCause.slice(0, top),
        bySenderDomain: bySenderDomain.slice(0, top),
        byCallout: byCallout.slice(0, top),
      },
    },
    records: [],
  };
}

/** `mx.x.example [198.51.100.7]   1,204   14 of 40` */
function spreadBlocks(title: string, spread: readonly Spread[], of: number, top: number): Block[] {
  if (spread.length === 0) return [];
  const more = spread.length - top;
  return [
    {
      type: 'table',
      columns: [{ title }, numeric('refused'), numeric('on servers')],
      rows: spread.slice(0, top).map(({ key, attempts, servers }) => [key, attempts, `${servers} of ${of}`]),
      ...(more > 0 ? { note: `${number(more)} more` } : {}),
    },
  ];
}

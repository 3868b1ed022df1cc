import { type RowKey, rowKey } from './snapshot.ts';
import type { KeptDay } from './store.ts';

/** How widely something is refused. */
export interface Spread {
  key: string;
  attempts: number;
  servers: number;
}

export interface Fleet {
  /** Names of the servers that counted anything. */
  servers: string[];
  byCause: Spread[];
  bySenderDomain: Spread[];
  /** The hosts that were asked about senders. */
  byCallout: Spread[];
}

/** On how many servers each cause, sender domain and asked host appears: the widest first. */
export function fleetOf(kept: readonly KeptDay[]): Fleet {
  const callout = (text: string): string | null => calloutOf(rowKey(text));
  return {
    servers: [...new Set(kept.map(({ server }) => server))].sort(),
    byCause: spread(kept, 'byCause', (key) => key),
    bySenderDomain: spread(kept, 'bySenderDomain', (key) => key),
    byCallout: spread(kept, 'rows', callout),
  };
}

function calloutOf({ calloutIp, calloutName }: RowKey): string | null {
  if (calloutIp === null) return null;
  return calloutName === null ? `[${calloutIp}]` : `${calloutName} [${calloutIp}]`;
}

function spread(
  kept: readonly KeptDay[],
  table: 'byCause' | 'bySenderDomain' | 'rows',
  keyOf: (text: string) => string | null,
): Spread[] {
  const sums = new Map<string, { attempts: number; servers: Set<string> }>();
  for (const { server, counts } of kept) {
    for (const [text, { attempts }] of counts.inbound.tables[table]) {
      const key = attempts > 0 ? keyOf(text) : null;
      if (key === null) continue;
      const sum = sums.get(key) ?? { attempts: 0, servers: new Set<string>() };
      sums.set(key, sum);
      sum.attempts += attempts;
      sum.servers.add(server);
    }
  }
  return [...sums]
    .map(([key, { attempts, servers }]) => ({ key, attempts, servers: servers.size }))
    .sort((a, b) => b.servers - a.servers || b.attempts - a.attempts);
}

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
  const names = new Map(kept.flatMap(({ counts }) => [...counts.inbound.calloutNames]));
  const callout = (text: string): string | null => calloutOf(rowKey(text), names);
  return {
    servers: [...new Set(kept.map(({ server }) => server))].sort(),
    byCause: spread(kept, 'byCause', (key) => key),
    bySenderDomain: spread(kept, 'bySenderDomain', (key) => key),
    byCallout: spread(kept, 'rows', callout),
  };
}

function calloutOf({ calloutIp }: RowKey, names: ReadonlyMap<string, string>): string | null {
  if (calloutIp === null) return null;
  const name = names.get(calloutIp);
  return name === undefined ? `[${calloutIp}]` : `${name} [${calloutIp}]`;
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
